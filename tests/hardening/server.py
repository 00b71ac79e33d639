"""A loopback server that sends any bytes at all: what it is told to, to the letter."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.tokens import jwt

LOGIN = "/uauth/v2/auth/login/profile"

_LENGTH = re.compile(rb"(?i)^content-length:\s*(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Wire:
    """One answer as bytes, and what becomes of the connection."""

    raw: bytes
    #: Whether the connection ends behind it.
    close: bool = True
    #: What is sent again and again behind it, until nobody listens or so many bytes are sent.
    endless: bytes = b""
    most: int = 1 << 34


@dataclass(frozen=True)
class Seen:
    """One request as it came."""

    method: str
    path: str
    head: bytes
    body: bytes


#: What every login is answered with: always the same, so that generated answers are, too.
TOKEN = jwt(iat=1_600_000_000, exp=4_000_000_000)


def wire(
    body: bytes, status: int = 200, content_type: str = "application/json", extra: str = ""
) -> Wire:
    """Give an answer as a well-behaved server writes it."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\n{extra}"
    return Wire(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body, close=False)


@dataclass
class RawServer:
    """Answers each request with what `answer` gives for it; logins with a token."""

    answer: Callable[[Seen], Wire] = lambda seen: wire(b"{}")
    #: What logins are answered with; a token where this is nothing.
    login: Callable[[Seen], Wire] | None = None
    seen: list[Seen] = field(default_factory=list)
    url: str = ""
    _socket: socket.socket = field(default_factory=socket.socket, repr=False)
    #: What wraps a connection, such as a TLS context.
    wrap: Callable[[socket.socket], socket.socket] = lambda connection: connection
    scheme: str = "http"

    def start(self) -> None:
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)
        self.url = f"{self.scheme}://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        # A thread that waits in accept() is not woken by close() alone.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain:
            plain.settimeout(30)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.wrap(plain) as connection:
                for seen in _requests(connection):
                    if not _send(connection, self._answer(seen)):
                        return

    def _answer(self, seen: Seen) -> Wire:
        if seen.path == LOGIN:
            if self.login:
                return self.login(seen)
            return wire(json.dumps({"token": TOKEN}).encode())
        self.seen.append(seen)
        return self.answer(seen)


def _requests(connection: socket.socket) -> Iterator[Seen]:
    rest = b""
    while True:
        while b"\r\n\r\n" not in rest:
            more = connection.recv(65536)
            if not more:
                return
            rest += more
        head, _, rest = rest.partition(b"\r\n\r\n")
        if head.split(b"\r\n")[0].count(b" ") < 2:
            return
        stated = _LENGTH.search(head)
        length = int(stated[1]) if stated else 0
        while len(rest) < length:
            more = connection.recv(65536)
            if not more:
                return
            rest += more
        method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ", 2)
        yield Seen(method, target.partition("?")[0], head, rest[:length])
        rest = rest[length:]


def _send(connection: socket.socket, answer: Wire) -> bool:
    """Send an answer; say whether the connection goes on."""
    connection.sendall(answer.raw)
    sent = 0
    while answer.endless and sent < answer.most:
        connection.sendall(answer.endless)
        sent += len(answer.endless)
    if answer.close:
        # A reset would take from the client what it has not read yet.
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
    return not answer.close


@contextlib.contextmanager
def serving(**how: object) -> Iterator[RawServer]:
    server = RawServer(**how)  # type: ignore[arg-type]
    server.start()
    try:
        yield server
    finally:
        server.stop()
