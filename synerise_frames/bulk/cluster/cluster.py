"""The transport of bulk runs over a Dask cluster: the workers send, everything else stays here.

Each worker runs one swarm (``outpost.py``), fed and asked by short tasks. The calls at once and
the limits are shared out among them, so that all together use no more than one process would. The
API key never leaves this process: workers get the token in effect with each order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from synerise_frames.bulk.cluster.workers import Client, Workers
from synerise_frames.errors import ConfigError, SyneriseError
from synerise_frames.extras import require
from synerise_frames.http.swarm import Call, Outcome
from synerise_frames.wire.api import Api

if TYPE_CHECKING:
    from synerise_frames.bulk.cluster.dispatch import Dispatch

# Seconds to wait for workers: those that died are often started again.
_PATIENCE = 20.0


def checked_client(executor: Any) -> Client:
    """Check that `executor` is a client that can be used.

    Raises
    ------
    ConfigError
        If it is none, or Dask is not installed.
    """
    require("dask", "distributed")
    from distributed import Client as DaskClient  # noqa: PLC0415 - needs an extra

    taken = "executor=dask.distributed.Client(address of the scheduler)"
    if not isinstance(executor, DaskClient):
        raise ConfigError(
            f"executor is a {type(executor).__name__}, and no client of a Dask cluster.",
            hint=f"Give {taken}; without executor= this process sends, workers=64 at once.",
        )
    if executor.asynchronous:
        raise ConfigError(
            "The client given as executor is asynchronous.", hint=f"Give an ordinary one: {taken}."
        )
    if executor.status not in ("running", "connecting"):
        raise ConfigError(
            f"The client given as executor is {executor.status}.", hint=f"Give a new one: {taken}."
        )
    return cast(Client, executor)


class Cluster:
    """Sends calls from the workers of a cluster; used as a swarm is.

    Parameters
    ----------
    executor : dask.distributed.Client
        The cluster.
    api : Api
        Host, patience, limits, token.
    connections : int
        Calls at once, of all workers together.
    patience : float
        Seconds to wait for a worker where there is none.

    Attributes
    ----------
    gave_up : SyneriseError or None
        Why a run ended early: nobody answered any more.

    Raises
    ------
    ConfigError
        If `executor` is no client of a cluster, or an extra is missing.
    """

    def __init__(
        self, executor: Any, api: Api, connections: int, *, patience: float = _PATIENCE
    ) -> None:
        self._client = checked_client(executor)
        self._swarm = api.swarm(connections)
        self._patience = patience
        self._is_stopped = False
        self._dispatch: Dispatch | None = None
        self.gave_up: SyneriseError | None = None

    def stop(self) -> None:
        """Start no more calls; those on their way have about a second to finish."""
        self._is_stopped = True
        if self._dispatch:
            self._dispatch.stop()

    def run(
        self,
        calls: Iterator[Call | None],
        done: Callable[[Call, Outcome], None],
        *,
        tick: Callable[[], None] | None = None,
        deadline: float | None = None,
    ) -> None:
        """Send calls until there are no more of them; see :meth:`Swarm.run`.

        Raises
        ------
        SyneriseError
            If a login fails.
        BulkError
            If no worker is left (``code="cluster"``).
        """
        from synerise_frames.bulk.cluster.dispatch import Dispatch  # noqa: PLC0415 - needs an extra

        self._dispatch = dispatch = Dispatch(
            self._swarm,
            Workers(self._client),
            calls,
            done,
            deadline=deadline,
            patience=self._patience,
        )
        if self._is_stopped:
            dispatch.stop()
        dispatch.go(tick)
        self.gave_up = dispatch.gave_up
