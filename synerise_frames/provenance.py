"""Where a frame comes from: small JSON-only notes in ``df.attrs``."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from synerise_frames._version import __version__
from synerise_frames.http.cache.dated import say_age
from synerise_frames.schema import SCHEMA_VERSION

__all__ = ["Origin", "explain", "stamp"]


@dataclass(frozen=True)
class Origin:
    """What is known of the call that a frame was read from."""

    workspace: str
    operation: str
    fetched_at: datetime
    fingerprint: str
    source: str = "live"
    age: float = 0.0
    why: str | None = None
    analysis_id: str | None = None
    analysis_name: str | None = None
    window: Mapping[str, Any] | None = None
    interval: str | None = None


def stamp(frame: pd.DataFrame, origin: Origin) -> pd.DataFrame:
    """Write the origin into the frame's ``attrs``, behind its kind; give the frame back."""
    frame.attrs |= {
        "analysis_id": origin.analysis_id,
        "analysis_name": origin.analysis_name or frame.attrs.get("analysis_name"),
        "workspace": origin.workspace,
        "operation": origin.operation,
        "window": None if origin.window is None else dict(origin.window),
        "interval": origin.interval,
        "fetched_at": origin.fetched_at.isoformat(timespec="seconds"),
        "source": origin.source,
        "age": round(origin.age, 3),
        "why": origin.why,
        "fingerprint": origin.fingerprint,
        "library_version": __version__,
        "schema_version": SCHEMA_VERSION,
    }
    return frame


_LABELS = {
    "kind": "kind",
    "analysis_name": "analysis",
    "analysis_id": "id",
    "workspace": "workspace",
    "operation": "operation",
    "window": "window",
    "interval": "interval",
    "fetched_at": "fetched",
    "source": "source",
    "fingerprint": "request",
    "library_version": "library",
    "schema_version": "schema",
    "total_contacts": "contacts",
    "excluded_contacts": "excluded",
    "extra": "not in columns",
}

#: Frames that are made of two pulls note the others by these names.
_OTHERS = {"comparison": ("baseline",), "changes": ("old", "new")}


def explain(frame: pd.DataFrame) -> str:
    """Say in a few lines where a frame comes from.

    Parameters
    ----------
    frame : DataFrame
        A frame of this library.

    Returns
    -------
    str
        One line a fact; a frame that lost its ``attrs`` says so.

    Examples
    --------
    >>> import pandas as pd
    >>> print(explain(pd.DataFrame({"a": [1]})))
    This frame does not say where it comes from: merges, pivots and named aggregations drop it.
    """
    facts = {label: frame.attrs.get(key) for key, label in _LABELS.items()}
    facts["source"] = _say_source(frame.attrs)
    facts |= {
        name: _say_pull(frame.attrs.get(name)) for name in _OTHERS.get(str(facts["kind"]), ())
    }
    lines = [f"{label:>14}  {_say(value)}" for label, value in facts.items() if value is not None]
    if not lines:
        return (
            "This frame does not say where it comes from: "
            "merges, pivots and named aggregations drop it."
        )
    return "\n".join(lines)


def _say_source(attrs: Mapping[Hashable, Any]) -> str | None:
    """Say where the answer comes from: live, or kept and how old, and why it is no fresher."""
    source, age = attrs.get("source"), attrs.get("age")
    if source in (None, "live") or not isinstance(age, int | float):
        return source
    return f"{source}, {say_age(age)} old" + (f": {attrs['why']}" if attrs.get("why") else "")


def _say_pull(attrs: object) -> str | None:
    """Say in one line which pull one side of a comparison is."""
    if not isinstance(attrs, Mapping):
        return None
    window, fetched = attrs.get("window"), attrs.get("fetched_at")
    parts = [
        attrs.get("analysis_name") or attrs.get("analysis_id"),
        _say(window) if window else None,
        f"fetched {fetched}" if fetched else None,
    ]
    return ", ".join(str(part) for part in parts if part) or None


def _say(value: object) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    if value.get("type") == "relative" and "unit" in value:
        earlier = f", ending {value['offset']} earlier" if value.get("offset") else ""
        return f"the last {value['value']} {str(value['unit']).lower()}{earlier}"
    if value.get("type") == "absolute" and "start" in value:
        return f"{value['start']} to {value['end']} (excluded)"
    return ", ".join(f"{k}: {v}" for k, v in value.items())
