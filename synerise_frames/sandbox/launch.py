"""Start the local workspace in a process of its own, and wait until it answers."""

from __future__ import annotations

import json
import time
import weakref
from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from synerise_frames.errors import ConfigError, TransportError
from synerise_frames.redact import Secret, get_logger
from synerise_frames.sandbox import Faults, require_extra
from synerise_frames.sandbox.child import REFUSED, Child
from synerise_frames.sandbox.options import Options, checked_moment
from synerise_frames.sandbox.own_paths import CLOCK, HEALTH

__all__ = ["RunningSandbox", "launch"]

_log = get_logger("synerise_frames")

# After this many seconds of silence it is worth a word why.
_SOON = 1.0

# Moving the clock waits behind calculations at most.
_PATIENCE = 30.0

_SECRETS = ("api_key", "profile_key", "password", "mfa_code")


class RunningSandbox:
    """A local workspace that runs; ended by :meth:`close`, ``with``, or the end of Python.

    Attributes
    ----------
    url : str
        Address of the server.
    workspace_guid, workspace_name : str
        Which workspace it is.
    timezone : str
        IANA name of the workspace's zone.
    now : datetime
        The workspace's clock; aware.
    definitions : dict
        Kind to the ids of the definitions that it started with.
    username, mfa_username : str
        The demo users: one without and one with multi-factor authentication.
    pid : int
        The server's process.

    Examples
    --------
    >>> from synerise_frames.sandbox.launch import launch
    >>> with launch() as sandbox:
    ...     sandbox.timezone, sandbox.now.isoformat()
    ('America/New_York', '2018-01-01T00:00:00-05:00')
    """

    def __init__(
        self, child: Child, facts: Mapping[str, str], definitions: Mapping[str, list[str]]
    ) -> None:
        self.url = facts["url"]
        self.workspace_guid = facts["workspace_guid"]
        self.workspace_name = facts["workspace_name"]
        self.timezone = facts["timezone"]
        self.now = datetime.fromisoformat(facts["now"])
        self.definitions = dict(definitions)
        self.pid = child.pid
        self.username = facts["username"]
        self.mfa_username = facts["mfa_username"]
        self._secrets = {name: Secret(facts[name]) for name in _SECRETS}
        # Also called at the end of the interpreter, and when nothing refers to this any more.
        self._end = weakref.finalize(self, child.end)

    @property
    def api_key(self) -> str:
        """The workspace's key."""
        return self._secrets["api_key"].reveal()

    @property
    def profile_key(self) -> str:
        """The key that profiles log in with."""
        return self._secrets["profile_key"].reveal()

    @property
    def password(self) -> str:
        """The password of the demo users and of every profile."""
        return self._secrets["password"].reveal()

    @property
    def mfa_code(self) -> str:
        """What the second factor answers."""
        return self._secrets["mfa_code"].reveal()

    def set_now(self, now: str | datetime) -> None:
        """Put the workspace's clock to another moment; what happened later is not there yet.

        Parameters
        ----------
        now : str or datetime
            The moment; without an offset, in the workspace's zone.

        Raises
        ------
        ConfigError
            If it is none.
        TransportError
            If the server does not answer, or fails.
        """
        moment = checked_moment(now)
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=_PATIENCE)
        try:
            connection.request("PUT", CLOCK, moment.isoformat())
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise TransportError(
                f"The demo workspace does not answer ({error!r}).", hint="Start another."
            ) from error
        finally:
            connection.close()
        if status != HTTPStatus.OK:
            raise TransportError(
                f"The demo workspace did not move its clock (status {status}).",
                hint="Start another.",
            )
        self.now = moment

    def close(self) -> None:
        """End the server; does nothing if it has ended."""
        self._end()

    def __enter__(self) -> RunningSandbox:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = f"process {self.pid}" if self._end.alive else "closed"
        return f"<RunningSandbox {self.url}, {state}>"


def launch(
    *,
    token_lifetime: float = 3600,
    store: str | Path | None = None,
    definitions: str | Path | None = None,
    denied: Iterable[str] = (),
    paths: Mapping[str, str] | None = None,
    openapi: str | Path | None = None,
    faults: Faults | None = None,
    call_log: str | Path | None = None,
    now: str | datetime | None = None,
    timeout: float = 120,
) -> RunningSandbox:
    """Start a local workspace on a free port and wait until it answers.

    Parameters
    ----------
    token_lifetime : float, default 3600
        Seconds that a token is good for.
    store : str or Path, optional
        Folder of the data base; that of the user's cache where left out.
    definitions : str or Path, optional
        File that keeps changed definitions and directories; memory only where left out.
    denied : iterable of str
        Permissions that the workspace's key lacks.
    paths : mapping, optional
        Operation key to ``"METHOD /path/{id}"``: where operations are served instead of at the
        registry's paths. The others stay.
    openapi : str or Path, optional
        An OpenAPI document to take paths from; `paths` win over it.
    faults : Faults, optional
        What goes wrong, and how often; nothing where left out.
    call_log : str or Path, optional
        File that gets a line of JSON for each request: what was asked, of whom, the status, and
        whether it was answered. Its lines name profiles.
    now : str or datetime, optional
        Where the workspace's clock stands; what happened later is not there yet. 2018-01-01,
        the end of the data, where left out.
    timeout : float, default 120
        Seconds to wait at most. The first start on a machine builds the data base.

    Returns
    -------
    RunningSandbox
        Also a context manager.

    Raises
    ------
    ConfigError
        If an option is wrong, a file cannot be used or is in use, or the extra ``sandbox`` is
        not installed.
    TransportError
        If the server does not start, or not in time.
    """
    require_extra()
    deadline = time.monotonic() + timeout
    options = Options.checked(
        token_lifetime=token_lifetime,
        store=store,
        definitions=definitions,
        denied=denied,
        paths=paths,
        openapi=openapi,
        faults=faults,
        call_log=call_log,
        now=now,
    )
    child = Child(_arguments(options))
    started = False
    try:
        facts = _facts(child, deadline)
        ids = _definitions(child, facts["url"], deadline)
        started = True
    finally:
        if not started:
            # Whatever went wrong, Ctrl-C included: no process stays behind.
            child.end(grace=2)
    return RunningSandbox(child, facts, ids)


def _arguments(options: Options) -> list[str]:
    """Write options as ``python -m synerise_frames.sandbox`` reads them."""
    given = {
        "store": options.store,
        "definitions": options.definitions,
        "call-log": options.call_log,
        "now": options.now and options.now.isoformat(),
    }
    return [
        f"--token-lifetime={options.token_lifetime}",
        f"--faults={options.faults}",
        *(f"--{name}={value}" for name, value in given.items() if value is not None),
        *(f"--deny={name}" for name in sorted(options.denied)),
        *(f"--path={key}={route}" for key, route in options.moved.items()),
    ]


def _facts(child: Child, deadline: float) -> dict[str, str]:
    """Wait for what the server tells once it answers."""
    line = child.line(min(_SOON, deadline - time.monotonic()))
    if line is None:
        _log.info("Starting the demo workspace; the first start on a machine builds its data base.")
        line = child.line(deadline - time.monotonic())
    if line is None:
        raise _failure(child, "did not start in time", "Give it longer: launch(timeout=…).")
    if not line:
        if child.exit_code(_SOON) == REFUSED:
            # It knew what was wrong, and said so in the form of our errors.
            message, _, hint = child.last_words().partition("\n  -> ")
            raise ConfigError(message, hint=hint)
        raise _failure(child, "ended while it started", "Its own words are above.")
    facts: dict[str, str] = json.loads(line)
    return facts


def _definitions(child: Child, url: str, deadline: float) -> dict[str, list[str]]:
    """Ask the server for its definitions, which also shows that it answers."""
    # Not through requests: no proxy of the environment has a say on loopback.
    connection = HTTPConnection(
        urlsplit(url).netloc, timeout=max(_SOON, deadline - time.monotonic())
    )
    try:
        connection.request("GET", HEALTH)
        health: dict[str, Any] = json.load(connection.getresponse())
        return dict(health["definitions"])
    except (OSError, HTTPException, ValueError, KeyError) as error:
        raise _failure(child, f"does not answer ({error!r})", "Try again.") from error
    finally:
        connection.close()


def _failure(child: Child, what: str, hint: str) -> TransportError:
    words = child.last_words()
    return TransportError(
        f"The demo workspace {what}." + (f"\n{words}" if words else ""),
        hint=hint if words else f"{hint} To see more: python -m synerise_frames.sandbox",
    )
