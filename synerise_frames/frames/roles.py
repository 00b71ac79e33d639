"""What each field of a list of timed objects means: decided once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synerise_frames.frames.find import (
    CHILDREN,
    END,
    ID,
    NAME,
    START,
    VALUE,
    could_be_time,
    find_value,
    is_box,
    is_number,
    is_scalar,
    looks_like_epoch,
    looks_like_time,
    pick,
    sample,
    spelled,
)
from synerise_frames.frames.legends import Legends

Fields = Mapping[str, list[Any]]


@dataclass(frozen=True)
class Roles:
    """The field that plays each role, if one does."""

    start: str | None = None
    end: str | None = None
    id: str | None = None
    name: str | None = None
    value: str | None = None
    #: Boxes that hold values, and whether one was known by its name.
    children: tuple[str, ...] = ()
    named: bool = False
    #: Numbers whose field is the series.
    wide: tuple[str, ...] = ()

    @property
    def timed(self) -> bool:
        """Whether the objects say when."""
        return self.start is not None or self.end is not None

    def place(self) -> tuple[str | None, str | None]:
        """Give the fields that say when."""
        return self.start, self.end

    def used(self) -> set[str | None]:
        """Give all fields that have a role."""
        return {self.start, self.end, self.id, self.name, self.value, *self.children, *self.wide}


def assign(rows: Sequence[Mapping[str, Any]], legends: Legends, *, timed: bool) -> Roles:
    """Give the roles of the fields of `rows`; `timed` if the time is known from above."""
    fields = sample(rows)
    start = end = None
    if not timed:
        start, end = _find_time(fields)
    boxes = [k for k, values in fields.items() if any(map(is_box, values))]
    id_key = _find_text(fields, ID, {start, end, *boxes})
    name_key = _find_text(fields, NAME, {start, end, id_key, *boxes})
    # An empty name is a name, so none of these is asked for its truth.
    time_key = end if start is None else start
    if time_key is not None and _only_labels(rows, legends, time_key, id_key, name_key):
        id_key = name_key = None
    taken = {start, end, id_key, name_key, *boxes}
    wide = tuple(k for k in fields if k not in taken and k in legends and _counts(fields[k]))
    value = None if wide else find_value(fields, skip=taken)
    children, named = _find_children(fields, boxes, value, timed=timed or time_key is not None)
    if children:
        value = None
    return Roles(start, end, id_key, name_key, value, children, named, wide)


def _find_time(fields: Fields) -> tuple[str | None, str | None]:
    def all_times(values: list[Any]) -> bool:
        return bool(values) and all(map(could_be_time, values))

    end = pick(fields, END, all_times)
    start = pick(fields, START, all_times, (end,))
    if start is None:
        rest = [k for k in fields if k != end and fields[k]]
        looks = [k for k in rest if all(map(looks_like_time, fields[k]))]
        epochs = [k for k in rest if all(map(looks_like_epoch, fields[k]))]
        numbers = [k for k in rest if any(map(is_number, fields[k]))]
        found = looks or (epochs if len(numbers) > 1 else [])
        start = found[0] if found else None
    return start, end


def _find_text(fields: Fields, names: tuple[str, ...], skip: set[str | None]) -> str | None:
    """Find an id or a name; a number under such a name is only an id."""
    return pick(
        fields,
        names,
        lambda values: all(
            isinstance(v, str) or (names is ID and type(v) is int and not looks_like_epoch(v))
            for v in values
        ),
        skip,
    )


def _only_labels(
    rows: Sequence[Mapping[str, Any]],
    legends: Legends,
    time_key: str,
    *keys: str | None,
) -> bool:
    """Tell whether ids and names differ with every bucket: they label buckets, not series."""
    found = [key for key in keys if key is not None]
    if not found or len(rows) < 2:
        return False
    clues = {tuple(str(row.get(key)) for key in found) for row in rows}
    times = {str(row.get(time_key)) for row in rows}
    known = any(part in legends for clue in clues for part in clue)
    return not known and len(clues) == len(times) == len(rows)


def _counts(values: list[Any]) -> bool:
    return all(map(is_number, values))


def _find_children(
    fields: Fields, boxes: Sequence[str], value: str | None, *, timed: bool
) -> tuple[tuple[str, ...], bool]:
    named = pick({key: fields[key] for key in boxes}, (*CHILDREN, "value"))
    if value is not None and (named is None or (timed and not any(fields[named]))):
        return (), False
    if named is not None:
        return (named,), True
    return (() if value is not None else tuple(boxes)), False


def is_record(node: Mapping[str, Any], legends: Legends, *, timed: bool) -> bool:
    """Tell an object with fields from a mapping of series to values."""
    if legends and all(key in legends for key in node):
        return False
    roles = assign([node], legends, timed=timed)
    if roles.timed or roles.named:
        return True
    return roles.value is not None and pick({roles.value: 0}, VALUE) is not None


def unfold(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """Open small objects under names of times and series: ``{"date": {"from", "to"}}``.

    Only those are opened in which a time, an id or a name is found and no further box.
    """
    fields = sample(rows, 20)
    opened = {key: name for key, values in fields.items() if (name := _small(key, fields))}
    if not opened:
        return rows, False
    return [_open(row, opened) for row in rows], True


def _small(key: str, fields: Fields) -> str:
    values = fields[key]
    if not values or not (pick({key: 0}, START) or pick({key: 0}, NAME)):
        return ""
    if all(isinstance(v, list) and len(v) == 2 and all(map(could_be_time, v)) for v in values):
        # Two "dates" beside two values are when those were.
        beside = [v for k, vs in fields.items() if k != key for v in vs if isinstance(v, list)]
        several = spelled(key).endswith("s") and any(len(v) == 2 for v in beside)
        return "" if several else "span"
    if not all(isinstance(v, dict) and v and all(map(is_scalar, v.values())) for v in values):
        return ""
    if any(pick(v, START, could_be_time) is None for v in values):
        is_series = all(pick(v, ID) or pick(v, NAME) for v in values)
        return "series" if is_series and pick(values[0], VALUE, is_number) is None else ""
    return "span"


def _open(row: Mapping[str, Any], opened: Mapping[str, str]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        span = isinstance(value, list) and key in opened
        small = dict(zip(("from", "to"), value, strict=False)) if span else value
        if key in opened and isinstance(small, dict):
            for inner, item in small.items():
                # The outer name would hide what "id" means, so the inner one is kept if free.
                free = inner if inner not in row and inner not in flat else f"{key}.{inner}"
                flat[free] = item
        else:
            flat[key] = value
    return flat
