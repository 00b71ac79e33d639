"""A server on loopback, in a process of its own, that gives large answers after a while."""

from __future__ import annotations

import base64
import json
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection

from benchmarks import answers

LATENCY = 0.02
REPORT = "00000000-0000-4000-8000-000000000001"
TREND = "00000000-0000-4000-8000-000000000002"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    bodies: dict[str, bytes]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        time.sleep(LATENCY)
        body = next((body for part, body in self.bodies.items() if part in self.path), b"{}")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _token() -> bytes:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": time.time() + 3600}).encode()).decode()
    return json.dumps({"token": f"eyJhbGciOiJIUzUxMiJ9.{claims.rstrip('=')}.c2ln"}).encode()


def _serve(pipe: Connection) -> None:
    _Handler.bodies = {
        "/login/": _token(),
        REPORT: answers.report(),
        TREND: answers.trend("aligned"),
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    pipe.send(server.server_port)
    server.serve_forever()


@contextmanager
def running() -> Iterator[str]:
    """Run the server; give its address."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs,), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()
