"""One pool of connections for a host, with the environment read once."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from synerise_frames._version import __version__
from synerise_frames.errors import ConfigError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def open_session(base_url: str, connections: int = 64) -> requests.Session:
    """Open a session for one host.

    Proxies and CA bundles come from the environment as in requests, but are looked up
    here and not again on each call. A server on this machine is never asked through a proxy.
    """
    session = requests.Session()
    session.trust_env = False
    if urlsplit(base_url).hostname not in _LOOPBACK:
        session.proxies = dict(get_environ_proxies(base_url))
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if bundle:
        if not os.path.exists(bundle):
            raise ConfigError(
                "The CA bundle that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names is not there.",
                hint="Correct the variable, or remove it to use the usual authorities.",
            )
        session.verify = bundle
    # Retries are ours (they know which calls may be repeated), so the adapter has none.
    adapter = HTTPAdapter(pool_connections=2, pool_maxsize=connections, max_retries=0)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.headers["User-Agent"] = f"synerise-frames/{__version__}"
    return session
