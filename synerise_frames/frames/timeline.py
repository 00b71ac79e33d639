"""Time series of any layout: the reader that trends, histograms and histories share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from synerise_frames.frames.buckets import Known, bucket_ends
from synerise_frames.frames.bulk import nested_rows
from synerise_frames.frames.find import is_box
from synerise_frames.frames.grid import grid_columns, read_grid, value_path
from synerise_frames.frames.layouts import Layout, Parts, arrow_parts, parsed_parts, recognise
from synerise_frames.frames.legends import Legends, Resolver, Series, read_legends
from synerise_frames.frames.load import refuse
from synerise_frames.frames.moments import read_times
from synerise_frames.frames.points import Context, Points
from synerise_frames.frames.roots import Root, find_root
from synerise_frames.frames.skim import Skimmed
from synerise_frames.frames.walk import Walk, without_ends
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.times import lost_in


@dataclass
class Timeline:
    """The columns of a time series, as they go into a frame."""

    columns: dict[str, Any] = field(default_factory=dict)
    #: Fields without a role, for columns behind the declared ones.
    extra: dict[str, list[Any]] = field(default_factory=dict)


def read_timeline(reading: Reading, data: Any, known: Known) -> Timeline:
    """Read a time series.

    Raises
    ------
    ShapeError
        If there is nothing that could hold values.
    """
    if data is None:
        return Timeline()
    if not is_box(data):
        raise refuse(reading.kind, "$", data, "an object with 'items'")
    root = find_root(reading, data)
    legends, says_more = read_legends(root.legends)
    layout = _layout(root, root.box, legends)
    parts = None if layout is None else parsed_parts(root.box, layout, legends)
    quick = None if parts is None else _at_once(reading, root, (legends, says_more), parts, known)
    if quick is not None:
        return quick
    walk = Walk(reading, legends, no_series=root.legends == [])
    times = without_ends(root.axis) if root.axis else None
    if is_box(root.box):
        walk.node(root.box, Context(path=root.path, axis=times))
    if root.axis and not all(time in walk.points.start for time in root.axis):
        reading.keep(root.path, "times", root.axis)
    series = _series(reading, walk.points, legends)
    _hold_legends(reading, root, legends, set(series), says_more=says_more)
    if walk.silent:
        reading.hold("series_without_values", walk.silent)
    if walk.deserted:
        reading.hold("buckets_without_series", walk.deserted)
    return _timeline(reading, walk.points, series, known)


def _hold_legends(
    reading: Reading, root: Root, legends: Legends, found: set[Series], *, says_more: bool
) -> None:
    """Keep legends that no row repeats in full."""
    if says_more or any(entry not in found for entry in legends.entries):
        reading.hold("legends", root.legends)


# --- the layouts that nearly all answers have, without a loop over the values


def skim_timeline(reading: Reading, skimmed: Skimmed, known: Known) -> Timeline | None:
    """Read a long time series as its first items promise; ``None`` if it needs a closer look."""
    if not is_box(skimmed.data):
        return None
    root = find_root(reading, skimmed.data)
    legends, says_more = read_legends(root.legends)
    layout = _layout(root, skimmed.rows, legends) if root.box is skimmed.rows else None
    rows = None if layout is None or layout.form == "mapping" else nested_rows(skimmed)
    parts = None if rows is None or layout is None else arrow_parts(rows, layout, legends)
    return None if parts is None else _at_once(reading, root, (legends, says_more), parts, known)


def _layout(root: Root, items: Any, legends: Legends) -> Layout | None:
    if root.axis or not isinstance(items, list):
        return None
    return recognise(items, legends)


def _at_once(
    reading: Reading, root: Root, legends: tuple[Legends, bool], parts: Parts, known: Known
) -> Timeline | None:
    grid = read_grid(parts, legends[0])
    columns = None if grid is None else grid_columns(grid, known)
    if grid is None or columns is None:
        return None
    reading.where = lambda _, row: value_path(parts, root.path, row)
    _hold_legends(reading, root, legends[0], {*grid.series}, says_more=legends[1])
    return Timeline(columns)


# --- any other layout


def _series(reading: Reading, points: Points, legends: Legends) -> list[Series]:
    resolver = Resolver(legends)
    series = resolver.resolve(points.clue, points.start)
    if resolver.unknown:
        row = points.clue.index(resolver.unknown[0])
        reading.unexpected(points.path(row), "values that no legend names")
    return series


def _timeline(reading: Reading, points: Points, series: list[Series], known: Known) -> Timeline:
    reading.where = lambda _, row: points.path(row)
    columns = _times(reading, points, series, known)
    raw = {name: columns.pop(name) for name in list(columns) if name.endswith("_raw")}
    columns["series_id"] = [s.id for s in series]
    columns["series"] = [s.name for s in series]
    columns["value"] = points.value
    return Timeline(columns, {**points.extras(), **raw})


def _times(reading: Reading, points: Points, series: list[Series], known: Known) -> dict[str, Any]:
    """Give the time columns, and those of the texts that could not be read as times."""
    starts = read_times(points.start, series, known.tz)
    ends = read_times(points.end, series, known.tz) if any(points.end) else None
    over, partial = bucket_ends(starts, ends, points.end, known)
    result: dict[str, Any] = {"bucket_start": starts, "bucket_end": over, "is_partial": partial}
    for side, (read, sent) in enumerate(((starts, points.start), (ends, points.end))):
        lost = None if read is None else lost_in(sent, read, known.tz)
        if lost is not None:
            reading.unexpected(points.time_path(lost.row, side), lost.what)
            result[("bucket_start_raw", "bucket_end_raw")[side]] = lost.texts
    return result
