"""All operations of the API as a frame."""

from __future__ import annotations

import pandas as pd

from synerise_frames.wire.operations import OPERATIONS, Operation
from synerise_frames.wire.paths import PathBook


def operations(paths: PathBook) -> pd.DataFrame:
    """Give a row an operation, with the paths in effect."""
    frame = pd.DataFrame([_row(op, paths) for op in OPERATIONS.values()], dtype="string")
    frame["verified"] = pd.array([paths.verified(op) for op in OPERATIONS.values()], "boolean")
    return frame


def _row(op: Operation, paths: PathBook) -> dict[str, str | None]:
    route = paths.route(op)
    return {
        "key": op.key,
        "tag": op.tag,
        "summary": op.summary,
        "method": route.method,
        "path": route.path,
        "evidence": route.source,
        "effect": op.effect,
        "permission": ", ".join(op.permissions) or None,
        "consumer": ", ".join(op.consumers) or None,
    }
