"""The shapes of real answers: keys and types, no value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synerise_frames._version import __version__
from synerise_frames.errors import SyneriseError
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
    shapes = {}
    for op in OPERATIONS.values():
        question = _question(context, op, material)
        if question is not None:
            pace.wait()
            shapes[op.key] = _recorded(context, op, question)
    return {"library": __version__, "operations": shapes}


def _question(context: Context, op: Operation, material: Material) -> Question | None:
    paths = context.api.paths
    allowed = not op.consumers or context.api.consumer in op.consumers
    if not op.reads or not allowed or not writes_nothing(paths.route(op), paths):
        return None
    question = ask(op, material)
    return None if isinstance(question, str) else question


def _recorded(context: Context, op: Operation, question: Question) -> dict[str, Any]:
    from synerise_frames.frames.shapes import describe_shape  # noqa: PLC0415

    api = context.api
    row: dict[str, Any] = {"path": str(api.paths.route(op))}
    try:
        request = api.request(op, question.values, question.query, question.body)
        response = api.send(op, request)
        row["status"] = response.status
        row["shape"] = describe_shape(answered(api, op, response, subject=op.key))
    except SyneriseError as error:
        # The message may hold ids: only its kind is told.
        row |= {"error": type(error).__name__, "status": error.http_status}
    return row
