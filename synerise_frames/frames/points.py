"""Values in time buckets, collected column by column while an answer is walked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Any

from synerise_frames.frames.find import at
from synerise_frames.frames.legends import Clue, Slot
from synerise_frames.schema.text import as_text

_TEXTS = {str, type(None)}

#: Raw start and end of a bucket, as sent.
Span = tuple[Any, Any]


@dataclass(frozen=True)
class Context:
    """What the walk has learnt on its way down to a value."""

    path: str = "$"
    span: Span | None = None
    #: Paths of what was sent as start and end.
    span_paths: tuple[str, str] | None = None
    series_id: Any = None
    series: Any = None
    slot: Slot | None = None
    axis: Sequence[Span] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def below(self, key: str | int, **changes: Any) -> Context:
        """Give the context of a child."""
        return replace(self, path=at(self.path, key), **changes)

    @property
    def has_series(self) -> bool:
        """Whether the series is known by id or name."""
        return self.series_id is not None or self.series is not None


@dataclass
class Points:
    """The columns so far; all lists but ``extra``'s are equally long."""

    start: list[Any] = field(default_factory=list)
    end: list[Any] = field(default_factory=list)
    clue: list[Clue] = field(default_factory=list)
    value: list[Any] = field(default_factory=list)
    extra: dict[str, list[Any]] = field(default_factory=dict)
    _firsts: list[int] = field(default_factory=list)
    _places: list[tuple[Context, str | None, tuple[str, str] | None]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.value)

    def add(self, context: Context, value: Any) -> None:
        """Add the one value at the context's path."""
        self.extend(context, [value], tail=None)

    def extend(
        self,
        context: Context,
        values: Sequence[Any],
        *,
        spans: tuple[Sequence[Any], Sequence[Any]] | None = None,
        ids: Sequence[Any] | None = None,
        names: Sequence[Any] | None = None,
        slots: bool = False,
        extra: Mapping[str, Sequence[Any]] | None = None,
        tail: str | None = "",
        span_tails: tuple[str, str] | None = None,
    ) -> None:
        """Add many values at once; what is not given comes from the context.

        The i-th value stands at the context's path, then ``[i]``, then `tail`; its start and
        end there too, then `span_tails`.
        """
        count, before = len(values), len(self.value)
        start, end = context.span or (None, None)
        self.start.extend(spans[0] if spans else [start] * count)
        self.end.extend(spans[1] if spans else [end] * count)
        self.clue.extend(_clues(context, count, ids, names, slots=slots))
        self.value.extend(values)
        more = {key: [value] * count for key, value in context.extra.items()}
        for key, column in {**more, **(extra or {})}.items():
            kept = self.extra.setdefault(key, [])
            kept.extend([None] * (before - len(kept)))
            kept.extend(column)
        self._firsts.append(before)
        self._places.append((context, tail, span_tails))

    def extras(self) -> dict[str, list[Any]]:
        """Give the extra columns, all as long as the others."""
        return {
            name: values + [None] * (len(self) - len(values)) for name, values in self.extra.items()
        }

    def path(self, row: int) -> str:
        """Give the JSON path of the value in a row."""
        context, tail, _, row = self._place(row)
        return context.path if tail is None else f"{context.path}[{row}]{tail}"

    def time_path(self, row: int, end: int) -> str:
        """Give the JSON path of the start (0) or end (1) of the bucket in a row."""
        context, _, tails, position = self._place(row)
        if tails is not None:
            return f"{context.path}[{position}]{tails[end]}"
        return self.path(row) if context.span_paths is None else context.span_paths[end]

    def _place(self, row: int) -> tuple[Context, str | None, tuple[str, str] | None, int]:
        block = bisect_right(self._firsts, row) - 1
        return *self._places[block], row - self._firsts[block]


def _clues(
    context: Context,
    count: int,
    ids: Sequence[Any] | None,
    names: Sequence[Any] | None,
    *,
    slots: bool,
) -> list[Clue]:
    if ids is None and names is None and not slots:
        return [(_text(context.series_id), _text(context.series), context.slot)] * count
    return list(
        zip(
            repeat(_text(context.series_id)) if ids is None else _texts(ids),
            repeat(_text(context.series)) if names is None else _texts(names),
            [(i, count) for i in range(count)] if slots else [context.slot] * count,
            strict=False,
        )
    )


def _texts(values: Sequence[Any]) -> Sequence[str | None]:
    return values if {*map(type, values)} <= _TEXTS else list(map(_text, values))


def _text(value: Any) -> str | None:
    return value if value is None or type(value) is str else as_text(value)
