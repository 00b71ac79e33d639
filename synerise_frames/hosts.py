"""Where the API is: regions and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from synerise_frames.errors import ConfigError
from synerise_frames.suggest import did_you_mean

#: Regions and their hosts, as the vendor documents them.
HOSTS: Mapping[str, str] = {
    "eu-azure": "https://api.synerise.com",
    "us-azure": "https://api.azu.synerise.com",
    "gcp": "https://api.geb.synerise.com",
}


def host_of(host: str | None, region: str | None) -> str | None:
    """Give the host that is meant by either of the two, ``None`` if neither is given.

    Raises
    ------
    ConfigError
        If both are given, or there is no such region.
    """
    if region is None:
        return HOSTS.get(host, host) if isinstance(host, str) else host
    if host is not None:
        raise ConfigError("Give host= or region=, not both.")
    if region not in HOSTS:
        raise ConfigError(
            f"There is no region {region!r}.",
            hint=did_you_mean(region, HOSTS) + f"One of: {', '.join(HOSTS)}.",
        )
    return HOSTS[region]


def checked_url(host: str) -> str:
    """Give scheme and host; what may hold a password is refused without quoting it.

    Raises
    ------
    ConfigError
        If this is no address of an API, or one that would send keys in clear.
    """
    try:
        parts = urlsplit(host if "://" in host else f"https://{host}")
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    more = "@" in parts.netloc or parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in ("http", "https") or not parts.hostname or more:
        raise ConfigError(
            "host= is no address of an API.",
            hint="Write scheme and host alone, 'https://api.synerise.com', or use region=.",
        )
    plain = parts.hostname
    if "." not in plain and ":" not in plain and plain != "localhost":
        raise ConfigError(
            f"host={plain!r} is neither an address nor a region.",
            hint=f"{did_you_mean(plain, HOSTS)}Write 'https://api.synerise.com', or use region=.",
        )
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ConfigError(
            f"http://{name} would send your key in clear.", hint="Use https:// instead."
        )
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def alias_of(base_url: str) -> str:
    """Give host and port, which is how a workspace is called."""
    return base_url.split("//")[1]
