"""The same thing pulled twice: what changed, what is new, what is gone."""

from __future__ import annotations

import pandas as pd

from synerise_frames.comparing.identity import (
    Identity,
    identity,
    other_dimensions,
    refuse_other_kind,
)
from synerise_frames.comparing.matching import SIDE, about_rows, differences, join, keys
from synerise_frames.errors import ConfigError
from synerise_frames.schema import SCHEMA_VERSION

_SUFFIX = "_old"


def compare(old: pd.DataFrame, new: pd.DataFrame, *, tolerance: float = 0.0) -> pd.DataFrame:
    """Say which buckets, steps or rows changed between two pulls of one analysis.

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
        about, under the kind's own names; for buckets `bucket_start` and `bucket_end` (times)
        and `was_partial` (``boolean``: it was not over when the old one was pulled, so it was
        bound to change); then `status` (``string``: changed, new or gone), `old`, `new`,
        `difference` and `change`, the difference over the size of the old value (``Float64``).
        Where the kind has results as text, `old_result` and `new_result` (``string``) too.
        ``attrs["unchanged"]`` counts the rest.

    Raises
    ------
    ConfigError
        If the kinds or dimensions differ, or a kind has no values.

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
    about = _alike(old, new)
    if not isinstance(tolerance, int | float) or not 0 <= tolerance < 1:
        raise ConfigError(f"tolerance={tolerance!r} is none.", hint="Give 0.01 for one percent.")
    on = [*keys(new, old, about), *(["bucket_start"] if about.timed else [])]
    joined = join(_side(new, about), _side(old, about), on, _SUFFIX)
    buckets = ("bucket_start", "bucket_end") if about.timed else ()
    result = about_rows(joined, (*about.columns, *buckets), _SUFFIX)
    if about.timed:
        result["was_partial"] = joined[f"is_partial{_SUFFIX}"].astype("boolean")
    status = joined[SIDE].map({"both": "changed", "left_only": "new", "right_only": "gone"})
    result["status"] = status.astype("string")
    result["old"] = joined["value_old"].astype("Float64")
    result["new"] = joined["value"].astype("Float64")
    result["difference"], result["change"] = differences(result["new"], result["old"])
    equal = (joined[SIDE] == "both") & _equal(joined["value_old"], joined["value"], tolerance)
    if "result" in joined:
        result["old_result"], result["new_result"] = joined["result_old"], joined["result"]
        told = _same(joined["result_old"], joined["result"])
        # Numbers in other words, 7 and 7.0, are equal.
        equal &= told | joined["value"].notna()
    changes = result[~equal].reset_index(drop=True)
    changes.attrs = {
        "kind": "changes",
        "compared": about.kind,
        "analysis_name": new.attrs.get("analysis_name"),
        "unchanged": int(equal.sum()),
        "schema_version": SCHEMA_VERSION,
    }
    return changes


def _alike(old: pd.DataFrame, new: pd.DataFrame) -> Identity:
    about, other = identity(new), identity(old)
    refuse_other_kind(other, about, "Give two frames of one analysis.")
    if set(about.columns) != set(other.columns):
        raise other_dimensions(other, about)
    return about


def _side(frame: pd.DataFrame, about: Identity) -> pd.DataFrame:
    kept = frame[[*about.columns, "value"]].copy()
    if about.timed:
        kept["bucket_start"], kept["bucket_end"] = frame["bucket_start"], frame["bucket_end"]
        kept["is_partial"] = frame.get("is_partial", pd.Series(pd.NA, index=frame.index))
    if "result" in frame:
        kept["result"] = frame["result"]
    return kept.reset_index(drop=True)


def _equal(old: pd.Series, new: pd.Series, tolerance: float) -> pd.Series:
    old, new = old.astype("Float64"), new.astype("Float64")
    larger = pd.concat([old.abs(), new.abs()], axis=1).max(axis=1)
    near = (old == new) | ((old - new).abs() <= tolerance * larger)
    return near.fillna(value=False).astype(bool) | (old.isna() & new.isna())


def _same(old: pd.Series, new: pd.Series) -> pd.Series:
    return (old == new).fillna(value=False).astype(bool) | (old.isna() & new.isna())
