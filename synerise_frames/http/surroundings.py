"""What the environment says about the way to a host: proxy and certificates, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from synerise_frames.errors import ConfigError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Surroundings:
    """The way to one host.

    Attributes
    ----------
    proxies : mapping
        As requests takes them; empty where the host is asked directly.
    proxy : str or None
        The one of them that counts for this host; its address may hold a password.
    bundle : str or None
        File or folder of certificates to trust instead of the usual ones.
    """

    proxies: Mapping[str, str] = field(repr=False)
    proxy: str | None = field(repr=False)
    bundle: str | None


def look_around(base_url: str) -> Surroundings:
    """Read the environment as requests does, but once and not on each call.

    A server on this machine is never asked through a proxy.

    Raises
    ------
    ConfigError
        If the file of certificates is not there.
    """
    local = urlsplit(base_url).hostname in _LOOPBACK
    proxies = {} if local else dict(get_environ_proxies(base_url))
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if bundle and not os.path.exists(bundle):
        raise ConfigError(
            "The CA bundle that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names is not there.",
            hint="Correct the variable, or remove it to use the usual authorities.",
        )
    return Surroundings(proxies, select_proxy(base_url, proxies), bundle or None)
