"""One period against another: values that stand at the same place of their windows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from synerise_frames.comparing.identity import (
    Identity,
    identity,
    other_dimensions,
    refuse_other_kind,
)
from synerise_frames.comparing.matching import about_rows, differences, join, keys
from synerise_frames.comparing.positions import positions
from synerise_frames.errors import ConfigError
from synerise_frames.schema import SCHEMA_VERSION

_SUFFIX = "_baseline"
_NOTED = ("analysis_id", "analysis_name", "window", "interval", "workspace", "fetched_at", "source")


def compare_periods(frame: pd.DataFrame, baseline: pd.DataFrame) -> pd.DataFrame:
    """Put a frame beside another of its kind: this period and the one before, say.

    Buckets of time are aligned by their position in the window, everything else by what it is
    about: step, dimensions, segment, profile. Where both frames hold one series (one metric,
    one analysis), these are compared whatever they are called.

    Parameters
    ----------
    frame, baseline : DataFrame
        Frames of one kind as they were calculated, with buckets of one width.

    Returns
    -------
    DataFrame
        A row for each row of either frame: what it is about, under the kind's own names; for
        buckets `position` (``Int64``, from 0), `bucket_start` and `baseline_start` (times) and
        `is_partial` (``boolean``, either one is); then `value`, `baseline`, `difference` and
        `change`, the difference over the size of the baseline (all ``Float64``). What one
        side lacks is missing, not zero. ``attrs["baseline"]`` says what it was compared with.

    Raises
    ------
    ConfigError
        If the kinds, the dimensions or the widths of buckets differ, or a kind has no values.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> old = sf.frames.metric({"result": 80, "metricData": {"title": "Revenue"}})
    >>> new = sf.frames.metric({"result": 100, "metricData": {"title": "Revenue"}})
    >>> new.synerise.compare(old)["change"].tolist()
    [0.25]
    """
    about = _alike(frame, baseline)
    on = keys(frame, baseline, about)
    left, right = _side(frame, about), _side(baseline, about)
    joined = join(left, right, [*on, "position"] if about.timed else on, _SUFFIX)
    result = about_rows(joined, about.columns, _SUFFIX)
    if about.timed:
        result["position"] = joined["position"].astype("Int64")
        result["bucket_start"] = joined["bucket_start"]
        result["baseline_start"] = joined[f"bucket_start{_SUFFIX}"]
        here, there = joined["is_partial"], joined[f"is_partial{_SUFFIX}"]
        result["is_partial"] = _told(here) | _told(there)
    result["value"] = joined["value"].astype("Float64")
    result["baseline"] = joined[f"value{_SUFFIX}"].astype("Float64")
    result["difference"], result["change"] = differences(result["value"], result["baseline"])
    if about.timed:
        series = result.groupby(on, dropna=False, sort=False).ngroup() if on else 0
        order = pd.DataFrame({"series": series, "position": result["position"]})
        order = order.sort_values(["series", "position"], kind="stable")
        result = result.loc[order.index].reset_index(drop=True)
    result.attrs = _notes(frame, baseline, about)
    return result


def _alike(frame: pd.DataFrame, baseline: pd.DataFrame) -> Identity:
    about, other = identity(frame), identity(baseline)
    refuse_other_kind(about, other, "Calculate the same analysis for both periods.")
    if about.columns != other.columns:
        raise other_dimensions(about, other)
    widths = [side.attrs.get("interval") for side in (frame, baseline)]
    if about.timed and None not in widths and widths[0] != widths[1]:
        raise ConfigError(
            f"The buckets have different widths: {widths[0]} and {widths[1]}.",
            hint="Calculate both with the same interval=.",
        )
    return about


def _side(frame: pd.DataFrame, about: Identity) -> pd.DataFrame:
    kept = frame[[*about.columns, "value"]].copy()
    if about.timed:
        kept["bucket_start"] = frame["bucket_start"]
        kept["is_partial"] = frame.get("is_partial", pd.Series(False, index=frame.index))
        kept["position"] = positions(frame)
    return kept.reset_index(drop=True)


def _told(flags: pd.Series) -> pd.Series:
    """Give flags that a join may have made objects of; what is missing is false."""
    known: pd.Series = flags.astype("boolean").fillna(value=False)
    return known


def _notes(frame: pd.DataFrame, baseline: pd.DataFrame, about: Identity) -> dict[Any, Any]:
    noted = {name: frame.attrs[name] for name in _NOTED if name in frame.attrs}
    other = {name: baseline.attrs[name] for name in _NOTED if name in baseline.attrs}
    return {
        "kind": "comparison",
        "compared": about.kind,
        **noted,
        "baseline": other,
        "schema_version": SCHEMA_VERSION,
    }
