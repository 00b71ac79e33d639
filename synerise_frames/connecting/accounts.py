"""From settings to the workspace of an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from synerise_frames.caching import open_cache
from synerise_frames.config import Setting, resolve
from synerise_frames.connecting.credentials import key_login, tenant_of, user_of
from synerise_frames.errors import ConfigError
from synerise_frames.host_paths import path_book
from synerise_frames.hosts import alias_of, checked_url, host_of
from synerise_frames.http.client import Client
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.tokens import BearerTokens
from synerise_frames.kinds.context import Context, real_now
from synerise_frames.periods import zone
from synerise_frames.redact import hide
from synerise_frames.wire.api import Api
from synerise_frames.wire.freshness import CachePolicy
from synerise_frames.wire.limits import RateLimits
from synerise_frames.wire.login import User, guid_of, login_user
from synerise_frames.workspace import Workspace


def connect(
    *,
    api_key: str | None = None,
    host: str | None = None,
    region: str | None = None,
    auth: str = "jwt",
    workspace_guid: str | None = None,
    tz: str | None = None,
    username: str | None = None,
    password: str | None = None,
    workspace: str | None = None,
    mfa: Callable[[], str] | None = None,
    mfa_type: str = "TOTP_AUTHENTICATOR",
    cache: bool | str | Path | CachePolicy = True,
    offline: bool | None = None,
    limits: RateLimits | None = None,
    retry: RetryPolicy | None = None,
    openapi: str | Path | None = None,
    paths: Mapping[str, str] | None = None,
) -> Workspace:
    """Connect to a workspace. Nothing is sent before the first call.

    What is left out comes from the environment (``SYNERISE_API_KEY``, ``SYNERISE_HOST``,
    ``SYNERISE_WORKSPACE_GUID``, ``SYNERISE_TZ``, ``SYNERISE_OPENAPI``), then from
    ``config.toml`` in the configuration folder (``SYNERISE_CONFIG_DIR``); ``sf.show_config()``
    tells.

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
    username, password : str, optional
        A user's login, instead of `api_key`.
    workspace : str, optional
        GUID or name of the user's workspace; a user of one workspace may leave it out. Answers
        are kept only for a GUID.
    mfa : callable, optional
        Gives the code of the second factor when it is asked for, such as
        ``lambda: input("Code: ")``.
    mfa_type : {"TOTP_AUTHENTICATOR", "EMAIL"}, default "TOTP_AUTHENTICATOR"
        Where that code comes from.
    cache : bool, str, Path or CachePolicy, default True
        Keep answers: in the user's cache folder (``SYNERISE_CACHE_DIR``), nowhere, in another
        folder, or as a policy says.
    offline : bool, optional
        Send nothing: everything that was fetched before works, however old, the rest raises
        :class:`OfflineMiss`; ``refresh=True`` warns that it cannot be done. In bulk, the rest
        is ``skipped``, with a warning. ``SYNERISE_OFFLINE`` where left out.
    limits : RateLimits, optional
        How many requests a second, beside the limits that the reference prints.
    retry : RetryPolicy, optional
        How patient to be.
    openapi : str or Path, optional
        The OpenAPI file that the reference offers, JSON or YAML: its paths are used where the
        library's are not printed. ``synerise-frames openapi import`` remembers it for a host.
    paths : mapping, optional
        Operation key to path (``"/analytics/…"`` or ``"POST /analytics/…"``), where another
        one is wrong for your workspace; wins over all others.

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
    api_key, password = hide(api_key), hide(password)
    given = {
        "api_key": api_key,
        "host": host_of(host, region),
        "workspace_guid": workspace_guid,
        "tz": tz,
        "openapi": None if openapi is None else str(openapi),
        "offline": None if offline is None else str(offline),
    }
    _check_text({**given, "username": username, "password": password, "workspace": workspace})
    settings = resolve(given)
    base_url = checked_url(host_of(settings["host"].value, None) or "")
    zone(settings["tz"].value)
    check_policies(limits, retry)
    user = user_of(username, password, workspace, mfa, mfa_type)
    _check_one(user, api_key)
    book = path_book(base_url, openapi=settings["openapi"].value, paths=paths)
    client = Client(base_url, retry or RetryPolicy())
    signer = (
        BearerTokens(lambda: login_user(client, book, user))
        if user
        else key_login(auth, client, book, settings)
    )
    tz = settings["tz"].value
    tenant = tenant_of(base_url, settings, user)
    if user and not guid_of(user.workspace):
        # Which workspace it will be is known after the login only, and names move.
        cache = False
    kept = open_cache(cache, tenant, tz=tz, now=real_now, offline=_is_on(settings["offline"]))
    api = Api(
        client,
        signer,
        book,
        tenant,
        consumer="user" if user else "workspace",
        memory=kept.memory,
        limits=limits,
    )
    return Workspace(Context(api, alias_of(base_url), tz, frames=kept.frames), kept)


def _check_text(given: Mapping[str, object]) -> None:
    for name, value in given.items():
        # A zone is checked as one.
        if name != "tz" and not isinstance(value, str | None):
            raise ConfigError(
                f"{name}= is text, not {type(value).__name__}.", hint="Write it in quotes."
            )


def _check_one(user: User | None, api_key: str | None) -> None:
    if user and api_key is not None:
        raise ConfigError(
            "Give api_key= or username=, not both.",
            hint="A key belongs to one workspace and needs no user; without it, username= and "
            "password= log in a user, workspace= says where.",
        )


def check_policies(limits: object, retry: object) -> None:
    """Check that these are what they are called, or left out.

    Raises
    ------
    ConfigError
        If one is not.
    """
    _check(limits, RateLimits, "limits", "sf.RateLimits(per_second=50)")
    _check(retry, RetryPolicy, "retry", "sf.RetryPolicy(attempts=3)")


def _check(given: object, kind: type, name: str, example: str) -> None:
    if given is not None and not isinstance(given, kind):
        raise ConfigError(f"{name}={given!r} is none.", hint=f"Give {example}, or leave it out.")


def _is_on(setting: Setting) -> bool:
    if setting.is_off:
        return False
    if (setting.value or "").strip().lower() in ("1", "true", "yes", "on"):
        return True
    raise ConfigError(
        f"{setting.name} is {setting.value!r} ({setting.source}).", hint="Write true or false."
    )
