"""Ask the server itself: no kept answer, no warning about the path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.http.message import Response
from synerise_frames.wire.api import Api
from synerise_frames.wire.codec import decode
from synerise_frames.wire.faults import describe, fault
from synerise_frames.wire.operation import Operation

__all__ = ["answered", "asked_live"]


def asked_live(
    api: Api,
    op: Operation,
    path: Mapping[str, str] | None = None,
    body: Any = None,
) -> Any:
    """Send one call of an operation that reads, by the path in effect, and read the answer.

    Raises
    ------
    SyneriseError
        If there is none, or it is no success.
    """
    values = dict(path or {})
    response = api.send(op, api.request(op, values, {}, body))
    return answered(api, op, response, subject=describe(op, values, body))


def answered(api: Api, op: Operation, response: Response, *, subject: str) -> Any:
    """Read an answer.

    Raises
    ------
    SyneriseError
        If it is no success, or cannot be read.
    """
    if not response.ok:
        raise fault(
            op,
            api.paths.route(op),
            response,
            subject=subject,
            verified=api.paths.verified(op),
        )
    return decode(op, response)
