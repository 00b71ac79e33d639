"""What a server of these tests answers, and in which manner."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler


@dataclass
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    #: "" sends the reply; "cut" closes before it, "half" in the middle of it; "chunked" sends
    #: chunks, "bare" no length and closes, "drip" a byte ten times a second.
    how: str = ""


def give(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    """Send a reply in its manner."""
    handler.close_connection = reply.how in ("cut", "half", "bare", "drip")
    if reply.how == "cut":
        return
    handler.send_response(reply.status)
    for name, value in {"Content-Type": "application/json", **reply.headers}.items():
        handler.send_header(name, value)
    if reply.how == "chunked":
        handler.send_header("Transfer-Encoding", "chunked")
    elif reply.how != "bare":
        handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    _BODIES.get(reply.how, _whole)(handler, reply.body)


def _whole(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.wfile.write(body)


def _half(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.wfile.write(body[: len(body) // 2])


def _chunked(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    for start in range(0, len(body), 3):
        part = body[start : start + 3]
        handler.wfile.write(b"%x\r\n" % len(part) + part + b"\r\n")
    handler.wfile.write(b"0\r\n\r\n")


def _drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    for byte in body:
        try:
            handler.wfile.write(bytes([byte]))
        except OSError:
            return  # The client has hung up.
        time.sleep(0.1)


_BODIES: Mapping[str, Callable[[BaseHTTPRequestHandler, bytes], None]] = {
    "half": _half,
    "chunked": _chunked,
    "drip": _drip,
}
