"""The API as the library speaks it: an operation's key and its parameters, JSON back."""

from __future__ import annotations

import hashlib
import json
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from synerise_frames.errors import ConfigError, ShapeError, SyneriseError, UnverifiedPathWarning
from synerise_frames.http.client import Client
from synerise_frames.http.message import Request, Response
from synerise_frames.http.tokens import Authorizer
from synerise_frames.wire.faults import fault
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
    """

    def __init__(self, client: Client, auth: Authorizer, paths: PathBook) -> None:
        self._client = client
        self._auth = auth
        self.paths = paths
        self._warned: set[str] = set()
        self._proven: set[str] = set()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def call(
        self,
        key: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Answer:
        """Call the operation `key`.

        Raises
        ------
        SyneriseError
            The class says what went wrong, the hint what to do.
        """
        op = operation(key)
        values = dict(path or {})
        request = self._request(op, values, query or {}, body)
        self._warn_once(op)
        response = self._client.send(request, self._auth)
        if not response.ok:
            self._refuse(op, values, body, response)
        with self._lock:
            self._proven.add(op.key)
        return Answer(decode(op, response), datetime.now(UTC), _fingerprint(op, request))

    def _request(
        self, op: Operation, values: Mapping[str, str], query: Mapping[str, str], body: Any
    ) -> Request:
        route = self.paths.route(op)
        data = None if body is None else encode(body)
        return Request(
            route.method,
            self.paths.fill(op, values),
            query,
            data,
            repeatable=op.reads and route.method in ("GET", "POST"),
            accept="text/csv, */*;q=0.1" if op.answers == "csv" else "application/json",
        )

    def _warn_once(self, op: Operation) -> None:
        if self.paths.verified(op):
            return
        with self._lock:
            if op.key in self._warned:
                return
            self._warned.add(op.key)
        warnings.warn(
            f"{op.summary}: the path {op.method} {op.path} is not printed in the reference "
            f"({op.evidence}). If the server does not know it, connect with "
            f"paths={{{op.key!r}: '/…'}}.",
            UnverifiedPathWarning,
            stacklevel=4,
        )

    def _refuse(
        self, op: Operation, values: Mapping[str, str], body: Any, response: Response
    ) -> None:
        """Raise the error for `response`; a 404 is looked into before anything is blamed."""
        verified = self.paths.verified(op) or op.key in self._proven
        subject = describe(op, values, body)
        if response.status == 404 and not op.key.endswith(".get"):
            details = _details(op, values)
            if details and self._exists(details, values) is False:
                raise fault(
                    details, response, subject=describe(details, values, None), verified=True
                )
        raise fault(op, response, subject=subject, verified=verified)

    def _exists(self, details: Operation, values: Mapping[str, str]) -> bool | None:
        """Ask a printed path whether the analysis exists; ``None`` where that stays open."""
        request = replace(self._request(details, values, {}, None), repeatable=False)
        try:
            response = self._client.send(request, self._auth)
        except SyneriseError:
            return None
        return True if response.ok else False if response.status == 404 else None


def _details(op: Operation, values: Mapping[str, str]) -> Operation | None:
    """Find the operation that gives details of the analysis that `op` is about."""
    details = OPERATIONS.get(f"{op.key.split('.')[0]}.get")
    known = details and set(details.path_parameters) <= {*values, "namespace"}
    return details if known else None


def describe(op: Operation, values: Mapping[str, str], body: Any) -> str:
    """Say in words what a call is about, for messages."""
    family = op.key.split(".")[0].removesuffix("s")
    analysis = next((v for k, v in values.items() if k.lower() == f"{family}id"), None)
    profile = values.get("clientId")
    if isinstance(body, Mapping):
        profile = body.get("identifierValue", profile)
    about = f"{family} {analysis!r}" if analysis else ""
    if profile is None:
        return about or f"answer to {op.summary!r}"
    by = values.get("identifierType", "id")
    # The analysis was looked up before anything was blamed, so it is the profile.
    return f"profile with {by} {profile!r}" if op.effect == "calculate" else about


def encode(body: Any) -> bytes:
    """Give the JSON bytes of a body: object keys sorted, the order of lists kept."""
    try:
        return json.dumps(
            body, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
        ).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigError(
            f"The request cannot be written as JSON: {error}",
            hint="Use plain values: int(value), float(value), moment.isoformat().",
        ) from None


def decode(op: Operation, response: Response) -> Any:
    """Read the body of a success.

    Raises
    ------
    ShapeError
        If it is no JSON.
    """
    if op.answers == "csv":
        return response.content.decode("utf-8-sig", errors="replace")
    if not response.content.strip():
        return None
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        kind = response.headers.get("Content-Type", "no content type")
        raise ShapeError(
            f"{op.summary}: the answer is no JSON ({kind}, {len(response.content)} bytes).",
            http_status=response.status,
            hint="A proxy or a login page may stand between you and the API, or the answer "
            "was cut: check host= and HTTPS_PROXY, then try again.",
        ) from None


def _fingerprint(op: Operation, request: Request) -> str:
    parts = (op.key, request.path, sorted(request.query.items()), (request.body or b"").decode())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
