"""Frames that are put together from several answers: as old as the oldest of these."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from synerise_frames.wire.memory import Answer

_ORIGIN = ("source", "age", "why", "fetched_at")


def origin_of(answer: Answer) -> dict[Hashable, Any]:
    """Give the notes of a frame that say how old it is, for a part that is no frame."""
    return {
        "source": answer.source,
        "age": round(answer.age, 3),
        "why": answer.why,
        "fetched_at": answer.fetched_at.isoformat(timespec="seconds"),
    }


def as_old_as(frame: pd.DataFrame, *parts: Mapping[Hashable, Any]) -> pd.DataFrame:
    """Write into a frame the origin of the oldest of its parts, given by their notes.

    So it is live only where all parts are. Parts that came from nowhere do not count. What no
    column could take of any part is kept.
    """
    told = [part for part in parts if part.get("source")]
    if told:
        oldest = min(told, key=lambda part: (-part["age"], _is_live(part), part["fetched_at"]))
        frame.attrs |= {name: oldest[name] for name in _ORIGIN}
        # Whatever else is not as fresh as it should be is a reason too.
        frame.attrs["why"] = next((part["why"] for part in [oldest, *told] if part["why"]), None)
    if extra := _extra(frame, *parts):
        frame.attrs["extra"] = extra
    return frame


def _extra(frame: pd.DataFrame, *parts: Mapping[Hashable, Any]) -> dict[str, Any]:
    """Give what no column could take of any of the parts."""
    kept: dict[str, Any] = dict(frame.attrs.get("extra", {}))
    for part in parts:
        for name, value in part.get("extra", {}).items():
            while name in kept and kept[name] != value:
                name += "_"  # noqa: PLW2901
            kept[name] = value
    return kept


def _is_live(part: Mapping[Hashable, Any]) -> bool:
    return bool(part["source"] == "live")
