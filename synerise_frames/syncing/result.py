"""What a sync did, or would do: a step for each window of each data set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import pandas as pd

from synerise_frames.readable import Facts

Status = Literal["planned", "done", "current", "failed"]


@dataclass(frozen=True)
class Step:
    """One step of a sync: a window of a data set.

    Attributes
    ----------
    dataset, kind : str
        Which data set of the recipe.
    window : str
        What the window is called, ``2024-03`` or ``2024-03-31``; empty where it has none.
    start, end : datetime, optional
        The window, its end excluded.
    reason : str
        ``new``, ``open`` (not over yet), ``look-back`` (over, corrections may come), ``closing``
        (was open when it was pulled), ``changed`` (the recipe asks something else now), ``due``
        (older than ``every``), ``again`` (it was asked for); empty where nothing is to do.
    status : str
        ``planned``, ``done``, ``current`` (nothing to do) or ``failed``.
    rows : int, optional
        Rows that were written.
    seconds : float
        How long it took.
    code, message, hint : str
        What went wrong and what to do about it.
    """

    dataset: str
    kind: str
    window: str = ""
    start: datetime | None = None
    end: datetime | None = None
    reason: str = ""
    status: Status = "planned"
    rows: int | None = None
    seconds: float = 0.0
    code: str = ""
    message: str = ""
    hint: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the step as plain JSON data: a line of the log."""
        level = {"failed": "error"}.get(self.status, "info")
        told: dict[str, Any] = {
            "ts": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": level,
            "dataset": self.dataset,
            "kind": self.kind,
            "window": self.window,
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat() if self.end else None,
            "reason": self.reason,
            "status": self.status,
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
        }
        if self.code:
            told |= {"code": self.code, "message": self.message, "hint": self.hint}
        return told


@dataclass(frozen=True)
class SyncResult:
    """What a sync did; given by :func:`sync`.

    Attributes
    ----------
    recipe : str
        Name of the file.
    root : str
        Where its data sets are.
    steps : tuple of Step
        In the order in which they were done.
    seconds : float
        How long all took.
    dry_run : bool
        Whether this is only what would be done.
    """

    recipe: str
    root: str
    steps: tuple[Step, ...]
    seconds: float = 0.0
    dry_run: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(step.status != "failed" for step in self.steps)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many steps have which status."""
        return dict(Counter(step.status for step in self.steps))

    @property
    def frame(self) -> pd.DataFrame:
        """The steps as a frame: a row a step, with the columns of :class:`Step`."""
        text = ("dataset", "kind", "window", "reason", "status", "code", "message", "hint")
        columns: dict[str, Any] = {
            name: pd.array([getattr(step, name) or None for step in self.steps], dtype="string")
            for name in text[:3]
        }
        for name in ("start", "end"):
            moments = [getattr(step, name) for step in self.steps]
            columns[name] = pd.Series(pd.to_datetime(moments, utc=True)).dt.as_unit("us")
        for name in text[3:5]:
            columns[name] = pd.array([getattr(s, name) or None for s in self.steps], dtype="string")
        columns["rows"] = pd.array([step.rows for step in self.steps], dtype="Int64")
        columns["seconds"] = pd.array([step.seconds for step in self.steps], dtype="Float64")
        for name in text[5:]:
            columns[name] = pd.array([getattr(s, name) or None for s in self.steps], dtype="string")
        return pd.DataFrame(columns)

    def _facts(self) -> Facts:
        rows = [
            (name, ", ".join(f"{count} {status}" for status, count in counted.items()))
            for name, counted in self._by_dataset().items()
        ]
        wrong = [step for step in self.steps if step.status == "failed"]
        what = "Plan of" if self.dry_run else "Sync of"
        note = "\n".join(f"{step.dataset}: {step.message}" for step in wrong)
        return Facts(f"{what} {self.recipe} into {self.root}", rows, note)

    def _by_dataset(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for step in self.steps:
            found.setdefault(step.dataset, Counter())[step.status] += 1
        return found

    def __repr__(self) -> str:
        return str(self._facts())

    def _repr_html_(self) -> str:
        return self._facts().html()
