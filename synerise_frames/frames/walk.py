"""The walk through a time series of any layout, from its box of items down to every value.

Nothing here knows a layout. On the way down each level may say *when* (a field, a key, or a
list of times beside the values), *which series* (a field, a key, or a position) or neither;
what is left at the bottom are values, and fields without a role become columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from synerise_frames.frames.find import (
    VALUE,
    at,
    could_be_time,
    is_axis,
    is_box,
    looks_like_time,
    pick,
    value_of,
)
from synerise_frames.frames.legends import Legends
from synerise_frames.frames.points import Context, Points, Span
from synerise_frames.frames.roles import Roles, assign, is_record, unfold
from synerise_frames.frames.rows import column
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading


class Walk:
    """One walk; collects points, and what had no values at all."""

    def __init__(self, reading: Reading, legends: Legends, *, no_series: bool) -> None:
        self._no_series = no_series
        self.reading = reading
        self.legends = legends
        self.points = Points()
        #: Series that were named and had no values.
        self.silent: list[dict[str, Any]] = []
        #: Starts of buckets without values, where the answer says that there are no series.
        self.deserted: list[Any] = []

    def node(self, value: Any, context: Context) -> None:
        """Walk any JSON value."""
        if isinstance(value, list):
            self.sequence(value, context)
        elif isinstance(value, dict) and value:
            self.mapping(value, context)
        elif isinstance(value, dict):
            self._empty(context)
        else:
            self.points.add(context, value)

    def sequence(self, items: list[Any], context: Context) -> None:
        """Walk a list: of objects, of values, or of lists."""
        types = {*map(type, items)}
        if not items:
            self._empty(context)
        elif types == {dict}:
            self._objects(items, context)
        elif types == {list}:
            self._lists(items, context)
        elif not types & {dict, list}:
            self._values(items, context)
        else:
            for i, item in enumerate(items):
                if item is not None:
                    self.node(item, context.below(i, slot=(i, len(items))))

    def mapping(self, node: Mapping[str, Any], context: Context) -> None:
        """Walk an object: one with fields, or a mapping of times or series."""
        timed = context.span is not None
        if not timed and _keyed_by_time(node, self.legends):
            for key, value in node.items():
                place = at(context.path, key)
                self.node(value, context.below(key, span=(key, None), span_paths=(place, place)))
            return
        flat, _ = unfold([node])
        beside_times = not context.axis and _axis_key(node) is not None
        if beside_times or is_record(flat[0], self.legends, timed=timed):
            self._object(flat[0], context, assign(flat, self.legends, timed=timed))
            return
        for key, value in node.items():
            self.node(value, self._named(context, key))

    def _named(self, context: Context, key: str) -> Context:
        """Take a key for the series; below a series, for one more thing known of the value."""
        if context.has_series:
            free = "key" if "key" not in context.extra else f"key_{len(context.extra)}"
            return context.below(key, extra={**context.extra, free: key})
        return context.below(key, series_id=key)

    def _empty(self, context: Context) -> None:
        if context.span is not None and self._no_series:
            self.deserted.append(context.span[0])
        elif context.span is not None:
            self.reading.unexpected(context.path, "a bucket without values")
            self.points.add(context, None)
        elif context.has_series or context.extra:
            known = {"id": context.series_id, "name": context.series, **context.extra}
            self.silent.append({k: v for k, v in known.items() if v is not None})

    def _objects(self, items: list[Any], context: Context) -> None:
        timed = context.span is not None
        rows, _ = unfold(items)
        roles = assign(rows, self.legends, timed=timed)
        times = () if timed or roles.timed or roles.children else context.axis or ()
        if times and len(times) == len(rows):
            for i, row in enumerate(rows):
                self.mapping(row, context.below(i, span=times[i], slot=None))
        elif roles.children or roles.wide:
            if not self._nested(rows, context, roles):
                for i, row in enumerate(rows):
                    self._object(row, context.below(i, slot=(i, len(rows))), roles)
        elif not timed and all(_keyed_by_time(row, self.legends) for row in rows):
            for i, row in enumerate(rows):
                self.node(row, context.below(i))
        else:
            self._leaves(rows, context, roles)

    def _leaves(self, rows: Sequence[Any], context: Context, roles: Roles) -> None:
        """Take a list of objects that are one value each."""
        timed = context.span is not None
        known = roles.id or roles.name or context.has_series
        spoken = roles.value is None or pick({roles.value: 0}, VALUE) is not None
        if (
            timed
            and not known
            and all(len(row) == 1 for row in rows)
            and (roles.value is None or not spoken)
        ):
            for i, row in enumerate(rows):
                self.mapping(row, context.below(i))
            return
        if not timed and not roles.timed:
            self.reading.unexpected(context.path, "values without a time")
        more = self._fields(rows, roles, context, listed=True)
        if roles.id or roles.name:
            context = replace(context, extra={**context.extra, **_above(context)})
        names = None if roles.name is None else column(rows, roles.name)
        if not (known or spoken or self.legends):
            # The only number's own field is all that is said of the series.
            names = [roles.value] * len(rows)
        self.points.extend(
            context,
            column(rows, roles.value),
            spans=None if timed or not roles.timed else _spans(rows, roles),
            span_tails=None if timed or not roles.timed else _tails(roles),
            ids=None if roles.id is None else column(rows, roles.id),
            names=names,
            slots=not (context.has_series or roles.timed),
            extra=more,
            tail="" if roles.value is None else at("", roles.value),
        )

    def _object(self, row: Mapping[str, Any], context: Context, roles: Roles) -> None:
        """Take one object: note what it says of time and series, then go on below it."""
        axis_key = None if context.span or context.axis or roles.timed else _axis_key(row)
        fields = self._fields([row], roles, context, skip=axis_key)
        here = self._item(row, context, roles, {k: v[0] for k, v in fields.items()})
        if axis_key is not None:
            here = replace(here, axis=without_ends(row[axis_key]))
        for key in roles.wide:
            above = {**here.extra, **_above(here)}
            series = here.below(key, series_id=key, series=None, extra=above)
            self.points.add(series, row.get(key))
        if roles.value is not None:
            self.points.add(here.below(roles.value), row.get(roles.value))
        before = len(self.points)
        below = [key for key in roles.children if key in row and key != axis_key]
        for key in below:
            plain = roles.named or axis_key is not None
            self.node(row[key], here.below(key) if plain else self._named(here, key))
        if not (below or roles.wide) and roles.value is None:
            self.points.add(here, None)
        found = {*map(str, self.points.start[before:])}
        if axis_key is not None and found.isdisjoint(map(str, row[axis_key])):
            self.reading.keep(at(context.path, axis_key), axis_key, row[axis_key])

    def _nested(self, rows: Sequence[Any], context: Context, roles: Roles) -> bool:
        """Take items that each have one list of plain objects, all at once.

        Only where every field of those has a role: :meth:`_object` sees to the others.
        """
        if not roles.named or roles.wide or context.axis or _axis_key(rows[0]) is not None:
            return False
        (key,) = roles.children
        lists = [row.get(key) for row in rows]
        if not all(isinstance(v, list) and v for v in lists):
            return False
        inner = list(chain.from_iterable(lists))
        if {*map(type, inner)} != {dict} or unfold(inner)[1]:
            return False
        timed = context.span is not None or roles.timed
        below = assign(inner, self.legends, timed=timed)
        if not self._all_known(inner, below, timed=timed):
            return False
        fields = self._fields(rows, roles, context, listed=True)
        columns = [column(inner, k) for k in (below.value, *below.place(), below.id, below.name)]
        values, starts, ends, ids, names = columns
        first = 0
        for i, row in enumerate(rows):
            part = slice(first, first := first + len(lists[i]))
            here = self._item(row, context.below(i), roles, {k: v[i] for k, v in fields.items()})
            if below.id or below.name:
                here = replace(here, extra={**here.extra, **_above(here)})
            self.points.extend(
                here.below(key),
                values[part],
                spans=(starts[part], ends[part]) if below.timed else None,
                span_tails=_tails(below) if below.timed else None,
                ids=ids[part] if below.id else None,
                names=names[part] if below.name else None,
                slots=not (here.has_series or below.timed),
                tail=at("", str(below.value)),
            )
        return True

    @staticmethod
    def _all_known(rows: Sequence[Any], roles: Roles, *, timed: bool) -> bool:
        if roles.children or roles.wide or roles.value is None:
            return False
        if not (timed or roles.timed) or (roles.timed and (roles.id or roles.name)):
            return False
        spoken = pick({roles.value: 0}, VALUE) is not None
        return spoken and {*chain.from_iterable({*map(tuple, rows)})} <= roles.used()

    def _item(
        self, row: Mapping[str, Any], context: Context, roles: Roles, fields: dict[str, Any]
    ) -> Context:
        """Note what an object says of time and series."""
        changes: dict[str, Any] = {"extra": {**context.extra, **fields}}
        if roles.timed:
            changes |= {"span": _span(row, roles), "slot": None}
            starts, ends = _tails(roles)
            changes |= {"span_paths": (context.path + starts, context.path + ends)}
        series_id, name = value_of(row, roles.id), value_of(row, roles.name)
        if series_id is not None or name is not None:
            changes |= {"series_id": series_id, "series": name}
            changes["extra"] |= _above(context)
        return replace(context, **changes)

    def _values(self, items: list[Any], context: Context) -> None:
        """Take plain values: along the times beside them, else one a series."""
        times = context.axis
        if context.span is None and times and len(times) == len(items):
            spans = ([t[0] for t in times], [t[1] for t in times])
            self.points.extend(context, items, spans=spans)
            return
        if context.span is None:
            self.reading.unexpected(context.path, "values without a time")
        self.points.extend(context, items, slots=not context.has_series)

    def _lists(self, items: list[Any], context: Context) -> None:
        times = context.axis or ()
        if not (context.span or times) and all(i and could_be_time(i[0]) for i in items):
            for i, item in enumerate(items):
                two = len(item) > 2 and looks_like_time(item[1])
                span = (item[0], item[1] if two else None)
                rest = item[2 if two else 1 :]
                value = rest[0] if len(rest) == 1 else rest
                self.node(value, context.below(i, span=span, slot=None))
            return
        by_time = context.span is None and len(times) == len(items) and not self._by_series(items)
        for i, item in enumerate(items):
            if by_time:
                self.node(item, context.below(i, span=times[i], slot=None))
            else:
                self.node(item, context.below(i, slot=(i, len(items))))

    def _by_series(self, items: list[Any]) -> bool:
        """Tell a list for each series from a list for each time, where both could be."""
        width = len(items)
        return len(self.legends) == width and all(len(item) == width for item in items)

    def _fields(
        self,
        rows: Sequence[Any],
        roles: Roles,
        context: Context,
        *,
        skip: str | None = None,
        listed: bool = False,
    ) -> dict[str, list[Any]]:
        """Give the scalar fields without a role as columns; keep the others."""
        used = roles.used() | {skip}
        columns: dict[str, list[Any]] = {}
        for key in chain.from_iterable(dict.fromkeys(map(tuple, rows))):
            if key in used or key in columns:
                continue
            values = [row.get(key) for row in rows]
            first = next(i for i, row in enumerate(rows) if key in row)
            place = at(at(context.path, first) if listed else context.path, key)
            if not {*map(type, values)} & {dict, list}:
                self.reading.unexpected(place, f"unknown field {key!r}")
                columns[key if key not in context.extra else f"{key}_below"] = values
            else:
                paths = [at(at(context.path, i), key) for i in range(len(rows))]
                found = {p: v for p, v in zip(paths, values, strict=True) if v is not None}
                self.reading.keep(place, key, found if len(rows) > 1 else values[0])
        return columns


def _above(context: Context) -> dict[str, Any]:
    """Give the series further up, for columns: the one nearest to the value has the role."""
    known = {}
    for name, value in (("series_id", context.series_id), ("series", context.series)):
        if value is not None:
            known[free_name(f"{name}_above", context.extra, "_above")] = value
    return known


def without_ends(values: Sequence[Any]) -> tuple[Span, ...]:
    """Give a list of times beside the values as spans without ends."""
    return tuple((value, None) for value in values)


def _axis_key(node: Mapping[str, Any]) -> str | None:
    """Give the field with a list of times beside other boxes."""
    for key, value in node.items():
        if is_axis(key, value) and any(is_box(v) for k, v in node.items() if k != key):
            return key
    return None


def _span(row: Mapping[str, Any], roles: Roles) -> Span:
    return column([row], roles.start)[0], column([row], roles.end)[0]


def _tails(roles: Roles) -> tuple[str, str]:
    """Give what stands behind the path of an object in those of its start and end."""
    start = roles.end if roles.start is None else roles.start
    end = roles.start if roles.end is None else roles.end
    return at("", str(start)), at("", str(end))


def _spans(rows: Sequence[Any], roles: Roles) -> tuple[list[Any], list[Any]]:
    return column(rows, roles.start), column(rows, roles.end)


def _keyed_by_time(node: Mapping[str, Any], legends: Legends) -> bool:
    """Tell whether an object is a mapping of times; ids may be as long as epochs."""
    if not node or not all(map(could_be_time, node)):
        return False
    if any(map(looks_like_time, node)):
        return True
    box = next((value for value in node.values() if is_box(value) and value), None)
    rows = box if isinstance(box, list) else [box]
    return not all(isinstance(r, dict) and assign([r], legends, timed=False).timed for r in rows)
