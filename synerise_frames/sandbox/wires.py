"""Connections that the application may end: how a network fails, which ASGI has no word for."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from typing import cast

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# The name of our extension in a request's scope.
_WIRE = "synerise_frames.wire"

# Without lingering, the end of a connection is a reset.
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class OpenWires(HttpToolsProtocol):
    """HTTP as uvicorn speaks it; each request's scope also has its connection."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["extensions"] = {_WIRE: {"transport": self.transport}}


async def close(scope: Scope, receive: Receive) -> None:
    """End the connection of a request after what was already sent, and wait until it is gone."""
    _transport(scope).close()
    await _gone(receive)


async def reset(scope: Scope, receive: Receive) -> None:
    """End the connection of a request as a crash does, and wait until it is gone."""
    transport = _transport(scope)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
    await _gone(receive)


def _transport(scope: Scope) -> asyncio.Transport:
    return cast(asyncio.Transport, scope["extensions"][_WIRE]["transport"])


async def _gone(receive: Receive) -> None:
    # An application that returns any earlier, without an answer, would be a mistake to uvicorn.
    while (await receive())["type"] != "http.disconnect":
        pass
