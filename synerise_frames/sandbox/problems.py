"""Refusals: what the server answers when it cannot do what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any


class Problem(Exception):
    """A refusal with its status, in the form that the API reference prints."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def body(self, path: str) -> dict[str, Any]:
        """Give the JSON of the answer; ``errors`` only where fields are to blame."""
        # The moment of the answer is real; only calculations live in the data's past.
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        body: dict[str, Any] = {
            "timestamp": moment,
            "status": self.status,
            "error": HTTPStatus(self.status).phrase,
            "message": self.message,
            "path": path,
        }
        if self.errors:
            body["errors"] = list(self.errors)
        return body


def field_error(field: str, message: str, *, code: str, rejected: Any = None) -> dict[str, Any]:
    """Give one item of ``errors``."""
    return {"code": code, "field": field, "message": message, "rejectedValue": rejected}


def invalid(field: str, message: str, *, code: str = "INVALID", rejected: Any = None) -> Problem:
    """Give the 400 for one field."""
    error = field_error(field, message, code=code, rejected=rejected)
    return Problem(400, f"{field}: {message}", errors=[error])


def not_found(what: str) -> Problem:
    """Give the 404 for something that does not exist."""
    return Problem(404, f"{what} does not exist.")


def unauthorized(message: str) -> Problem:
    """Give the 401."""
    return Problem(401, message, headers={"WWW-Authenticate": "Bearer"})
