"""What a row of a frame is about: the columns that say which two rows belong together."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.schema.recognise import dimensions, recognise


@dataclass(frozen=True)
class Identity:
    """Columns that identify a row of one kind of frame."""

    kind: str
    #: They identify by themselves.
    plain: tuple[str, ...] = ()
    #: The id and the name of one thing: one of them identifies it.
    pair: tuple[str, str] | None = None
    #: They describe a row, and do not identify it.
    notes: tuple[str, ...] = ()
    #: Whether there is a row a bucket of time.
    timed: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them, bucket apart, in the order of the kind's own columns."""
        if self.kind == "segmentation" or self.timed:
            return (*(self.pair or ()), *self.plain)
        return (*self.plain, *(self.pair or ()), *self.notes)


_IDENTITIES = {
    i.kind: i
    for i in (
        Identity("trend", pair=("series_id", "series"), timed=True),
        Identity("histogram", pair=("series_id", "series"), timed=True),
        Identity("aggregate_history", plain=("aggregate_id", "profile"), timed=True),
        Identity("funnel", plain=("group", "step"), notes=("name",)),
        Identity("metric", pair=("metric_id", "metric")),
        Identity("sankey", plain=("step", "source", "target")),
        Identity("segmentation", pair=("segment_id", "segment")),
        Identity("aggregate", plain=("profile",), pair=("analysis_id", "name")),
        Identity("expression", plain=("profile",), pair=("analysis_id", "name")),
        Identity("ledger", plain=("profile", "kind"), pair=("analysis_id", "name")),
    )
}


def identity(frame: pd.DataFrame) -> Identity:
    """Give what identifies the rows of a frame.

    Raises
    ------
    ConfigError
        If it is no frame of a kind with values, or lacks a column of its kind.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ConfigError(
            f"A {type(frame).__name__} cannot be compared.",
            hint="Give a frame of this library: ws.trends.calculate(...), say.",
        )
    kind = recognise(frame)
    if kind != "report" and kind not in _IDENTITIES:
        raise ConfigError(
            f"A {kind} holds no values that could be compared.",
            hint=f"These can: {', '.join((*_IDENTITIES, 'report'))}.",
        )
    found = _IDENTITIES.get(kind) or Identity("report", plain=("row", "metric"))
    buckets = ("bucket_start", "bucket_end") if found.timed else ()
    missing = [c for c in (*found.columns, *buckets, "value") if c not in frame.columns]
    if missing:
        raise ConfigError(
            f"This {kind} lacks {', '.join(missing)}.",
            hint="Compare frames as they were calculated, before they are pivoted or renamed.",
        )
    if kind == "report":
        found = Identity("report", plain=(*dimensions(frame), "metric"))
    twice = [c for c in (*found.columns, "value") if list(frame.columns).count(c) > 1]
    if twice:
        raise ConfigError(
            f"The {kind} has the column {twice[0]} twice.",
            hint="Give each column a name of its own: frame.columns = [...].",
        )
    return found


def alike(frame: pd.DataFrame, other: pd.DataFrame, hint: str) -> tuple[Identity, Identity]:
    """Give what identifies the rows of each of two frames, which are of one kind.

    The dimensions of reports may stand in any order.

    Raises
    ------
    ConfigError
        If the kinds or the dimensions differ.
    """
    one, two = identity(frame), identity(other)
    if one.kind != two.kind:
        raise ConfigError(f"A {one.kind} cannot be compared with a {two.kind}.", hint=hint)
    if set(one.columns) != set(two.columns):
        first, second = (", ".join(map(str, side.plain[:-1])) or "none" for side in (one, two))
        raise ConfigError(
            f"The reports have different dimensions: {first} and {second}.",
            hint="Group both reports by the same dimensions.",
        )
    return one, two


def need_groups_alike(frame: pd.DataFrame, other: pd.DataFrame) -> None:
    """Refuse a funnel by group beside one of all: a group of unknown name is no total.

    Raises
    ------
    ConfigError
        If one of them has groups, and the other has steps without one only.
    """
    if frame.empty or other.empty:
        return
    if bool(frame["group"].notna().any()) != bool(other["group"].notna().any()):
        raise ConfigError(
            "One of the funnels is by group, the other is of all profiles together.",
            hint="Compare two calculations of one funnel, or two funnels by the same groups.",
        )


def need_one_analysis(old: pd.DataFrame, new: pd.DataFrame) -> None:
    """Refuse pulls of two analyses.

    Another id alone, or another name, is none: one was built anew, or has a new name.

    Raises
    ------
    ConfigError
        If ids and names are known, and both differ.
    """
    names = old.attrs.get("analysis_name"), new.attrs.get("analysis_name")
    ids = old.attrs.get("analysis_id"), new.attrs.get("analysis_id")
    if all(one and two and one != two for one, two in (ids, names)):
        raise ConfigError(
            f"These are two analyses: {names[0]} and {names[1]}.",
            hint="Give two frames of one analysis. If it is one that was built anew under another "
            "name, say so: new.attrs['analysis_name'] = old.attrs['analysis_name'].",
        )


def need_one_metric(frame: pd.DataFrame, baseline: pd.DataFrame) -> None:
    """Refuse two metrics, which may be euros and heads: no change leads from one to the other.

    Raises
    ------
    ConfigError
        If either frame has one metric, ids and names are known, and both differ.
    """
    told = []
    for name in ("metric_id", "metric"):
        one, two = (list(side[name].dropna().unique()) for side in (frame, baseline))
        if len(one) != 1 or len(two) != 1 or one == two:
            return
        told = [one[0], two[0]]
    raise ConfigError(
        f"These are two metrics: {told[0]} and {told[1]}.",
        hint="Compare one metric with itself: ws.metrics.calculate(id, dates=...), twice. A ratio "
        "of two is a division of their values.",
    )
