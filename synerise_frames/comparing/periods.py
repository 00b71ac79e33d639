"""One period against another: values that stand at the same place of their windows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from synerise_frames.comparing.identity import Identity, alike, need_groups_alike, need_one_metric
from synerise_frames.comparing.lengths import need_one_width, uneven, unmeasured
from synerise_frames.comparing.matching import (
    Columns,
    Matched,
    differences,
    free_names,
    keys,
    match,
    one_each,
    things,
)
from synerise_frames.comparing.positions import align
from synerise_frames.comparing.sides import in_zone_of, notes, side
from synerise_frames.comparing.warned import tell_cut, tell_open, tell_twice
from synerise_frames.cut_buckets import cut_by_window
from synerise_frames.schema import SCHEMA_VERSION
from synerise_frames.schema.tables import TABLES

_OWN = {column.name for column in TABLES["comparison"]}


def compare_periods(frame: pd.DataFrame, baseline: pd.DataFrame) -> pd.DataFrame:
    """Put a frame beside another of its kind: this period and the one before, say.

    Buckets of time are aligned by their position in the window, everything else by what it is
    about: step, dimensions, segment, profile. Where both frames hold one series (or the values of
    one analysis), these are compared whatever they are called; two metrics are not.

    Parameters
    ----------
    frame, baseline : DataFrame
        Frames of one kind as they were calculated, with buckets of one width.

    Returns
    -------
    DataFrame
        A row for each row of either frame: what it is about, under the kind's own names (a
        dimension with the name of a column below is ``<name>_dimension``); for buckets
        `position` (``Int64``, from 0), `bucket_start` and `baseline_start` (times) and
        `is_partial` (``boolean``: either one is; missing where that is not known); then `value`,
        `baseline`, `difference` and `change`, the difference over the size of the baseline (all
        ``Float64``). What one side lacks is missing, not zero. ``attrs["baseline"]`` says what it
        was compared with, and ``attrs["aligned_by"]`` whether positions count from the start of
        the ``"window"`` or from the ``"first bucket present"``, because a frame does not say its
        window. ``attrs["uneven"]`` has the positions of buckets that are longer on one side, or
        may be, because nobody knows where one of the two ends, and ``attrs["cut"]`` those of
        buckets that a window cuts, on either side or both.

    Warns
    -----
    SyneriseWarning
        If buckets are longer on one side, because a window cuts them, or may be, because the
        window's end is not known, or rows repeat others.

    Raises
    ------
    ConfigError
        If the kinds, the dimensions or the widths of buckets differ, a kind has no values, there
        are two metrics, or one funnel is by group and the other is not.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> old = sf.frames.metric({"result": 80, "metricData": {"title": "Revenue"}})
    >>> new = sf.frames.metric({"result": 100, "metricData": {"title": "Revenue"}})
    >>> new.synerise.compare(old)["change"].tolist()
    [0.25]
    """
    about, _ = alike(frame, baseline, "Calculate the same analysis for both periods.")
    if about.kind == "metric":
        need_one_metric(frame, baseline)
    if about.kind == "funnel":
        need_groups_alike(frame, baseline)
    attrs = _notes(frame, baseline, about)
    here, there = dict(side(frame, about)), dict(side(baseline, about))
    # One series, metric or analysis each: they belong together.
    on = list(about.plain) if one_each(here, there, about) else keys(here, there, about)
    if about.timed:
        there["bucket_start"] = in_zone_of(there["bucket_start"], here["bucket_start"])
        for one in (here, there):
            one["bucket_end"] = in_zone_of(one["bucket_end"], here["bucket_start"])
        need_one_width(frame, baseline, here, there)
        here["position"], there["position"], is_known = align(frame, baseline)
        attrs["aligned_by"] = "window" if is_known else "first bucket present"
    tell_twice({"frame": here, "baseline": there}, about)
    by = [*on, "position"] if about.timed else on
    rows = match(here, there, by)
    either = {name: rows.of_either(here[name], there[name]) for name in {*about.columns, *by}}
    names = free_names(about.columns, _OWN)
    found = {free: either[name] for free, name in zip(names, about.columns, strict=True)}
    if about.timed:
        found["position"] = either["position"]
        _tell_times(found, attrs, rows, (here, there))
    found["value"], found["baseline"] = rows.of_left(here["value"]), rows.of_right(there["value"])
    found["difference"], found["change"] = differences(found["value"], found["baseline"])
    result = pd.DataFrame(found)
    if about.timed:
        series = things([either[name] for name in on]) if on else 0
        order = pd.DataFrame({"series": series, "position": found["position"]})
        order = order.sort_values(["series", "position"], kind="stable")
        result = result.loc[order.index].reset_index(drop=True)
    result.attrs = attrs
    return result


def _tell_times(
    found: dict[str, pd.Series],
    attrs: dict[Any, Any],
    rows: Matched,
    sides: tuple[Columns, Columns],
) -> None:
    """Say when buckets begin and which are not over, and note those that are not comparable."""
    here, there = sides
    found["bucket_start"] = rows.of_left(here["bucket_start"])
    found["baseline_start"] = rows.of_right(there["bucket_start"])
    # A side that lacks a bucket says nothing of it; what a side has and does not know stays so.
    here_partial = rows.of_left(here["is_partial"]).mask(rows.only_right, False)
    there_partial = rows.of_right(there["is_partial"]).mask(rows.only_left, False)
    found["is_partial"] = here_partial | there_partial
    # What is not over yet is no surprise.
    is_over = ~found["is_partial"].fillna(value=False).to_numpy(dtype=np.bool_)
    longer = uneven(rows, here, there) & is_over
    tell_cut(longer, rows, here, there)
    open_ended = unmeasured(rows, here, there) & is_over
    tell_open(open_ended, rows, here)
    cut = rows.of_left(_cut(here)).fillna(value=False), rows.of_right(_cut(there)).fillna(False)
    is_cut = (cut[0] | cut[1]).to_numpy(dtype=np.bool_) & is_over
    for name, rows_noted in (("uneven", longer | open_ended), ("cut", is_cut)):
        attrs[name] = sorted({int(at) for at in found["position"][rows_noted]})


def _cut(side: Columns) -> pd.Series:
    """Tell which buckets the window of their side cut."""
    return pd.Series(cut_by_window(side["bucket_start"], side["bucket_end"]), dtype="boolean")


def _notes(frame: pd.DataFrame, baseline: pd.DataFrame, about: Identity) -> dict[Any, Any]:
    return {
        "kind": "comparison",
        "compared": about.kind,
        **notes(frame),
        "baseline": notes(baseline),
        "schema_version": SCHEMA_VERSION,
    }
