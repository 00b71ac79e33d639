"""The same thing pulled twice: what changed, what is new, what is gone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synerise_frames.comparing.asked import not_asked
from synerise_frames.comparing.identity import Identity, alike, need_groups_alike, need_one_analysis
from synerise_frames.comparing.lengths import need_one_width
from synerise_frames.comparing.matching import (
    Columns,
    Flags,
    Floats,
    Matched,
    differences,
    floats,
    free_names,
    keys,
    match,
)
from synerise_frames.comparing.sides import has_result, in_zone_of, notes, side
from synerise_frames.comparing.warned import tell_twice
from synerise_frames.errors import ConfigError
from synerise_frames.schema import SCHEMA_VERSION
from synerise_frames.schema.tables import TABLES

_TIMES = ("bucket_start", "bucket_end")
_OWN = {column.name for column in TABLES["changes"]}


def compare(old: pd.DataFrame, new: pd.DataFrame, *, tolerance: float = 0.0) -> pd.DataFrame:
    """Say which buckets, steps or rows changed between two pulls of one analysis.

    What has a name is matched by it, for an analysis that was built anew has other ids; by its
    id where names do not tell it apart. Dimensions may stand in any order.

    Parameters
    ----------
    old, new : DataFrame
        Frames of one kind, from an analysis or from data sets, as they were calculated.
    tolerance : float, default 0
        Part of the larger of two numbers by which they may differ and still count as equal.

    Returns
    -------
    DataFrame
        A row for each difference, in the order of `new`, then those that are gone: what it is
        about, under the kind's own names (a dimension with the name of a column below is
        ``<name>_dimension``); for buckets `bucket_start` and `bucket_end` (times)
        and `was_partial` (``boolean``: it was not over when the old one was pulled, so it was
        bound to change); then `status` (``string``: changed, new or gone), `old`, `new`,
        `difference` and `change`, the difference over the size of the old value (``Float64``).
        Where the kind has results as text, `old_result` and `new_result` (``string``) too.
        ``attrs["unchanged"]`` counts the rest. Buckets outside of the other frame's window, where
        that is known, are neither new nor gone, but for those after the old one's, which are new:
        ``attrs["not_asked"]`` counts them.

    Warns
    -----
    SyneriseWarning
        If rows of a frame repeat others, which makes them new or gone, or are left out because
        the other one did not ask for their buckets.

    Raises
    ------
    ConfigError
        If the kinds, dimensions or widths of buckets differ, or ids and names of the analyses,
        a kind has no values, or one funnel is by group and the other is not.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> old = sf.frames.segmentation([{"name": "Loyal", "count": 3}, {"name": "New", "count": 2}])
    >>> new = sf.frames.segmentation([{"name": "Loyal", "count": 4}, {"name": "Lost", "count": 2}])
    >>> sf.compare(old, new)[["segment", "status", "old", "new"]]
      segment   status   old   new
    0   Loyal  changed   3.0   4.0
    1    Lost      new  <NA>   2.0
    2     New     gone   2.0  <NA>
    """
    _, about = alike(old, new, "Give two frames of one analysis.")
    need_one_analysis(old, new)
    if about.kind == "funnel":
        need_groups_alike(old, new)
    if not isinstance(tolerance, int | float) or not 0 <= tolerance < 1:
        raise ConfigError(f"tolerance={tolerance!r} is none.", hint="Give 0.01 for one percent.")
    after, before = dict(side(new, about)), dict(side(old, about))
    if about.timed:
        zone = after["bucket_start"]
        before |= {name: in_zone_of(before[name], zone) for name in _TIMES}
        after |= {"bucket_end": in_zone_of(after["bucket_end"], zone)}
        need_one_width(old, new, before, after)
    tell_twice({"old": before, "new": after}, about)
    on = [*keys(after, before, about), *(["bucket_start"] if about.timed else [])]
    rows = match(after, before, on)
    about_them = [*about.columns, *(_TIMES if about.timed else ())]
    found = {
        free: rows.of_either(after[name], before[name])
        for free, name in zip(free_names(about_them, _OWN), about_them, strict=True)
    }
    told, equal = _told(rows, (after, before), about, tolerance)
    left_out = np.zeros(len(equal), dtype=np.bool_)
    if about.timed:
        starts = rows.of_either(after["bucket_start"], before["bucket_start"])
        left_out = not_asked(rows, starts, new, old)
    changes = pd.DataFrame({**found, **told})[~equal & ~left_out].reset_index(drop=True)
    changes.attrs = {
        "kind": "changes",
        "compared": about.kind,
        "analysis_name": new.attrs.get("analysis_name"),
        "unchanged": int(equal.sum()),
        "not_asked": int(left_out.sum()),
        "old": notes(old),
        "new": notes(new),
        "schema_version": SCHEMA_VERSION,
    }
    return changes


def _told(
    rows: Matched, sides: tuple[Columns, Columns], about: Identity, tolerance: float
) -> tuple[dict[str, pd.Series], Flags]:
    """Give what is to say of each row, and which rows are equal."""
    after, before = sides
    found = {}
    if about.timed:
        found["was_partial"] = rows.of_right(before["is_partial"])
    status = np.where(rows.both, "changed", np.where(rows.only_left, "new", "gone"))
    found["status"] = pd.Series(status, dtype="string")
    found["old"], found["new"] = rows.of_right(before["value"]), rows.of_left(after["value"])
    found["difference"], found["change"] = differences(found["new"], found["old"])
    equal = _equal(floats(found["old"]), floats(found["new"]), tolerance)
    if has_result(about):
        was, now = rows.of_right(before["result"]), rows.of_left(after["result"])
        found["old_result"], found["new_result"] = was, now
        same = (was == now).fillna(value=False) | (was.isna() & now.isna())
        # Numbers in other words, 7 and 7.0, are equal.
        equal &= same.to_numpy(dtype=np.bool_) | found["new"].notna().to_numpy()
    return found, equal & rows.both


def _equal(old: Floats, new: Floats, tolerance: float) -> Flags:
    # Of an infinite number everything is a part: only finite ones are near each other.
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(old - new) <= tolerance * np.maximum(np.abs(old), np.abs(new))
    near &= np.isfinite(old) & np.isfinite(new)
    equal: Flags = (old == new) | near | (np.isnan(old) & np.isnan(new))
    return equal
