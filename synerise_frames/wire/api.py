"""The API as the library speaks it: an operation's key and its parameters, JSON back."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from synerise_frames.errors import SyneriseError
from synerise_frames.http.client import Client
from synerise_frames.http.message import Request, Response
from synerise_frames.http.tokens import Authorizer
from synerise_frames.wire.codec import decode, encode, fingerprint
from synerise_frames.wire.consent import Consent
from synerise_frames.wire.faults import describe, fault
from synerise_frames.wire.operations import OPERATIONS, Operation, operation
from synerise_frames.wire.paths import PathBook


@dataclass(frozen=True)
class Answer:
    """What an operation answered, and where the answer comes from."""

    payload: Any
    fetched_at: datetime
    fingerprint: str
    source: str = "live"
    age: float = field(default=0.0)


class Api:
    """Calls operations of the registry on one host.

    Parameters
    ----------
    client : Client
        Sends.
    auth : Authorizer
        Signs.
    paths : PathBook
        Knows the paths in effect.
    consumer : {"workspace", "user"}, default "workspace"
        Whose credentials `auth` holds.
    """

    def __init__(
        self, client: Client, auth: Authorizer, paths: PathBook, consumer: str = "workspace"
    ) -> None:
        self._client = client
        self._auth = auth
        self.paths = paths
        self.consumer = consumer
        self._consent = Consent(paths, consumer)
        self._proven: set[str] = set()
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        """Scheme and host that is called."""
        return self._client.base_url

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def call(
        self,
        key: str | Operation,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        auth: Authorizer | None = None,
        allow_unverified: bool = False,
    ) -> Answer:
        """Call an operation.

        Parameters
        ----------
        key : str or Operation
            Which one.
        path, query, body
            What is sent.
        auth : Authorizer, optional
            Signs instead of the workspace's own, for operations of a profile.
        allow_unverified : bool, default False
            Write even though the path is inferred or guessed.

        Raises
        ------
        SyneriseError
            The class says what went wrong, the hint what to do.
        """
        op = operation(key) if isinstance(key, str) else key
        values = dict(path or {})
        request = self.request(op, values, query or {}, body)
        self._consent.ask(op, signed=auth is not None, allow_unverified=allow_unverified)
        response = self.send(op, request, auth)
        if not response.ok:
            self._refuse(op, values, body, response)
        with self._lock:
            self._proven.add(op.key)
        return Answer(decode(op, response), datetime.now(UTC), fingerprint(op, request))

    def request(
        self,
        op: Operation,
        values: Mapping[str, str],
        query: Mapping[str, str],
        body: Any,
        paths: PathBook | None = None,
    ) -> Request:
        """Make the request of an operation, by the paths in effect or other ones."""
        book = paths or self.paths
        method = book.route(op).method
        return Request(
            method,
            book.fill(op, values),
            query,
            None if body is None else encode(body),
            repeatable=op.reads and method in ("GET", "POST"),
            accept="text/csv, */*;q=0.1" if op.answers == "csv" else "application/json",
        )

    def send(self, op: Operation, request: Request, auth: Authorizer | None = None) -> Response:
        """Send a request as it is; any answer is given back."""
        # Who logs in has no token yet, and a profile's operation wants the profile's.
        own = self._auth if self.consumer in op.consumers else None
        return self._client.send(request, auth or own)

    def _refuse(
        self, op: Operation, values: Mapping[str, str], body: Any, response: Response
    ) -> None:
        """Raise the error for `response`; a 404 is looked into before anything is blamed."""
        route = self.paths.route(op)
        verified = self.paths.verified(op) or op.key in self._proven
        if response.status == 404 and not op.key.endswith(".get"):
            details = _details(op, values)
            if details and self._exists(details, values) is False:
                subject = describe(details, values, None)
                there = self.paths.route(details)
                raise fault(details, there, response, subject=subject, verified=True)
        raise fault(op, route, response, subject=describe(op, values, body), verified=verified)

    def _exists(self, details: Operation, values: Mapping[str, str]) -> bool | None:
        """Ask a printed path whether the analysis exists; ``None`` where that stays open."""
        request = replace(self.request(details, values, {}, None), repeatable=False)
        try:
            response = self.send(details, request)
        except SyneriseError:
            return None
        return True if response.ok else False if response.status == 404 else None


def _details(op: Operation, values: Mapping[str, str]) -> Operation | None:
    """Find the operation that gives details of the analysis that `op` is about."""
    details = OPERATIONS.get(f"{op.key.split('.')[0]}.get")
    known = details and set(details.path_parameters) <= {*values, "namespace"}
    return details if known else None
