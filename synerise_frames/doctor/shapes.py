"""The shapes of real answers: keys and types, no value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from synerise_frames._version import __version__
from synerise_frames.errors import SyneriseError
from synerise_frames.frames.shapes import describe_shape
from synerise_frames.kinds.context import Context
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.probe import Material, Pace, Question, ask, gather
from synerise_frames.wire.probe.candidates import writes_nothing
from synerise_frames.wire.probe.live import answered

__all__ = ["record_shapes"]


def record_shapes(
    context: Context,
    ids: Mapping[str, Sequence[str]] | None = None,
    profile: tuple[str, str] | None = None,
    *,
    rate: float = 5.0,
) -> dict[str, Any]:
    """Call what reads or calculates, and describe the answers without their values.

    Parameters
    ----------
    context : Context
        The workspace.
    ids : mapping, optional
        Family to ids, such as ``{"trends": ["…"]}``; the others come from lists.
    profile : (str, str), optional
        By what, and the identifier of a profile: ``("id", "123")``.
    rate : float, default 5
        Requests a second at most.

    Returns
    -------
    dict
        JSON data: the library's version, and for each operation its method and path template,
        the status and the shape of the answer, or the error's class. No host, id or value.

    Raises
    ------
    SyneriseError
        If the server refuses the credentials or does not answer at all.
    """
    pace = Pace(rate)
    material = gather(context.api, ids=ids, profile=profile, pace=pace)
    names = _words(material)
    shapes = {}
    for op in OPERATIONS.values():
        question = _question(context, op, material)
        if question is not None:
            pace.wait()
            shapes[op.key] = _recorded(context, op, question, names)
    return {"library": __version__, "operations": shapes}


def _question(context: Context, op: Operation, material: Material) -> Question | None:
    paths = context.api.paths
    allowed = not op.consumers or context.api.consumer in op.consumers
    if not op.reads or not allowed or not writes_nothing(paths.route(op), paths):
        return None
    question = ask(op, material)
    return None if isinstance(question, str) else question


def _words(material: Material) -> frozenset[str]:
    """Give every text of the user's own definitions: reports use some of them as keys."""
    found: set[str] = set()
    rest: list[Any] = [*material.details.values()]
    while rest:
        part = rest.pop()
        if isinstance(part, str):
            found.add(part)
        elif isinstance(part, Mapping):
            rest += part.values()
        elif isinstance(part, list):
            rest += part
    printed = {key for op in OPERATIONS.values() for key in (*op.printed, *op.body)}
    return frozenset(found - printed)


def _without_names(payload: Any, names: frozenset[str]) -> Any:
    """Replace the keys that are names of the user's; each has its own number."""
    numbers = {name: f"name {number}" for number, name in enumerate(sorted(names), 1)}

    def renamed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {numbers.get(key, key): value for key, value in pairs}

    return json.loads(json.dumps(payload), object_pairs_hook=renamed)


def _recorded(
    context: Context, op: Operation, question: Question, names: frozenset[str]
) -> dict[str, Any]:
    api = context.api
    row: dict[str, Any] = {"path": str(api.paths.route(op))}
    try:
        request = api.request(op, question.values, question.query, question.body)
        response = api.send(op, request)
        row["status"] = response.status
        payload = answered(api, op, response, subject=op.key)
        row["shape"] = describe_shape(_without_names(payload, names))
    except SyneriseError as error:
        # The message may hold ids: only its kind is told.
        row |= {"error": type(error).__name__, "status": error.http_status}
    except RecursionError:
        row["error"] = "nested too deeply"
    return row
