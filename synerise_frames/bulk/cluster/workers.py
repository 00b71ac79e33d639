"""The workers of a Dask cluster: who is there, asking them, hearing from them.

All that is used of Dask is here. The run stays in the caller's thread and never waits for the
cluster in it: Dask's own event loop waits, and what it hears comes through a queue.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Protocol

# How often to look who is there; a scheduler that does not answer for so long is not there.
_LOOK = 0.5
_SILENCE = 15.0


class Future(Protocol):
    """A task of Dask's."""

    def exception(self) -> Any:
        """Give why it failed."""
        ...

    def release(self) -> None:
        """Let the cluster forget it."""
        ...


class Client(Protocol):
    """What is used of ``dask.distributed.Client``."""

    status: str
    loop: Any

    def submit(
        self,
        func: Callable[..., Any],
        *args: Any,
        key: str,
        workers: Collection[str],
        pure: bool,
    ) -> Any:
        """Start a task on a worker."""
        ...

    def gather(self, futures: Sequence[Any], errors: str, *, asynchronous: bool) -> Any:
        """Fetch results, leaving out those that failed."""
        ...

    def nthreads(self) -> Any:
        """Give the addresses of the workers, with something about each."""
        ...


@dataclass(frozen=True)
class Heard:
    """What came back for somebody: a value, or why there is none."""

    about: object
    value: Any = None
    error: BaseException | None = None
    failed: bool = False


class Workers:
    """The workers of one cluster.

    Parameters
    ----------
    client : dask.distributed.Client
        The way to them.

    Attributes
    ----------
    addresses : collection of str
        Who was there when somebody last looked.
    """

    def __init__(self, client: Client) -> None:
        self.addresses: Collection[str] = ()
        self._client = client
        self._news: SimpleQueue[Heard] = SimpleQueue()
        self._open: dict[int, Future] = {}
        self._is_looking = False
        self._looked = float("-inf")

    @property
    def is_reachable(self) -> bool:
        """Whether the client is not closed."""
        return self._client.status in ("running", "connecting")

    def look(self, now: float) -> None:
        """See who is there, once in a while; it is known a little later."""
        if not self.is_reachable or (self._is_looking and now - self._looked > _SILENCE):
            self.addresses = ()
        if self.is_reachable and not self._is_looking and now - self._looked >= _LOOK:
            self._is_looking, self._looked = True, now
            self._client.loop.add_callback(self._look)

    async def _look(self) -> None:
        try:
            self._news.put(Heard(self, await self._client.nthreads()))
        except (OSError, CancelledError, asyncio.CancelledError):
            self._news.put(Heard(self, {}))
        self._is_looking = False

    def ask(
        self, about: object, address: str, function: Callable[[Any], object], value: object
    ) -> None:
        """Have a function called on a worker; what it gives is heard later.

        Nothing of it is left in the cluster once it is heard.
        """
        key = f"synerise-frames-{uuid.uuid4().hex}"
        future = self._client.submit(function, value, key=key, workers=[address], pure=False)
        self._open[id(about)] = future
        self._client.loop.add_callback(self._follow, about, future)

    async def _follow(self, about: object, future: Future) -> None:
        try:
            kept = await self._client.gather([future], "skip", asynchronous=True)
            error = None if kept else await future.exception()
        except (OSError, CancelledError, asyncio.CancelledError) as why:
            kept, error = [], why
        future.release()
        value = kept[0] if kept else None
        self._news.put(Heard(about, value, error, failed=not kept))

    def tell(self, address: str, function: Callable[[Any], object], value: object) -> None:
        """Have a function called on a worker, whatever becomes of it."""
        from distributed import fire_and_forget  # noqa: PLC0415 - needs an extra

        key = f"synerise-frames-{uuid.uuid4().hex}"
        fire_and_forget(
            self._client.submit(function, value, key=key, workers=[address], pure=False)
        )

    def drop(self, about: object) -> None:
        """Wait no more for what was asked for somebody."""
        future = self._open.pop(id(about), None)
        if future:
            future.release()

    def hear(self, longest: float) -> list[Heard]:
        """Wait for news at most so many seconds; give all there are."""
        news = []
        try:
            news.append(self._news.get(timeout=longest))
            while True:
                news.append(self._news.get_nowait())
        except Empty:
            pass
        return [one for one in news if not self._is_look(one)]

    def _is_look(self, one: Heard) -> bool:
        if one.about is not self:
            self._open.pop(id(one.about), None)
            return False
        self.addresses = tuple(one.value)
        return True
