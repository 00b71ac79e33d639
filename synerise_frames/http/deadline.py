"""The deadline of a call, kept while the answer arrives, however slowly it drips.

A socket only knows how long to wait for the next bytes, so a server that sends a byte now and
then would keep a call for ever. Here the socket waits, each time it is read, no longer than
what is left of the call. (A TLS handshake has a time-out as a whole already, and so has what is
sent.)
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

# The largest answer and what it is wrapped in: of a chunk with a length of -1 there is no end.
_MOST = 600 << 20

_ENDS: ContextVar[float] = ContextVar("ends", default=float("inf"))


@contextmanager
def deadline(ends: float) -> Iterator[None]:
    """Let no answer that is asked for in here be waited for after `ends`, a monotonic time."""
    token = _ENDS.set(ends)
    try:
        yield
    finally:
        _ENDS.reset(token)


class _Timed(io.RawIOBase):
    """What arrives at a socket until the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._patience = sock.gettimeout()
        self._ends = _ENDS.get()
        self._left = _MOST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("The deadline has come.")
        if left != float("inf"):
            self._sock.settimeout(left if self._patience is None else min(self._patience, left))
        count = self._raw.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise ConnectionError("More arrives than any answer is large.")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock))


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _SecurePool}


class DeadlineAdapter(HTTPAdapter):
    """The adapter of requests, with connections that keep to :func:`deadline`."""

    poolmanager: PoolManager

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> ProxyManager:
        """Give the pools of connections through a proxy."""
        manager: ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager
