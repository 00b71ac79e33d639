"""Funnels: how many profiles take the steps one after the other.

Every step is matched at its earliest possible time: at or after the step before it, and by
another event than the steps before it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from synerise_frames.sandbox.engine.events import Event, Scope, read_event, source
from synerise_frames.sandbox.engine.fields import ATTRIBUTE_FIELDS, Field
from synerise_frames.sandbox.engine.query import Select, Sql, wrapped
from synerise_frames.sandbox.engine.request import Request

_MOST_STEPS = 10


def funnel(request: Request) -> dict[str, Any]:
    """Calculate a funnel; with ``groupBy``, once for every value of that attribute."""
    titles, events = _steps(request)
    group = None
    if request.part.has("groupBy"):
        group = request.part["groupBy"].choice(ATTRIBUTE_FIELDS, "attribute")
    scope = request.scope([event.action for event in events])
    reached = [_reached(request, events[: i + 1], scope, group) for i in range(len(events))]
    if group is None:
        steps, times = _answer(titles, [found.get(None, (0, None)) for found in reached])
        return {"calculationResult": steps, "timeBetweenSteps": times, "metadata": {}}
    result: list[dict[str, Any]] = []
    between: list[list[float | None]] = []
    for name in sorted(reached[0], key=lambda name: (name is None, name)):
        steps, times = _answer(titles, [found.get(name, (0, None)) for found in reached])
        result += [{"group": name, **step} for step in steps]
        between.append(times)
    return {"calculationResult": result, "timeBetweenSteps": between, "metadata": {}}


def _steps(request: Request) -> tuple[list[str], list[Event]]:
    items = request.part["steps"].items(at_least=1)
    if len(items) > _MOST_STEPS:
        raise request.part["steps"].error(f"Must have {_MOST_STEPS} items or fewer.")
    for item in items:
        item.fields("title", "event", required=["title", "event"])
    return (
        [item["title"].text() for item in items],
        [read_event(item["event"], request.names) for item in items],
    )


def _answer(
    titles: list[str], reached: list[tuple[int, float | None]]
) -> tuple[list[dict[str, Any]], list[float | None]]:
    steps = [
        {"title": title, "value": count} for title, (count, _) in zip(titles, reached, strict=True)
    ]
    return steps, [time for _, time in reached[1:]]


def _reached(
    request: Request, events: list[Event], scope: Scope, group: Field | None
) -> dict[Any, tuple[int, float | None]]:
    """Give by group how many profiles took these steps, and the mean time of the last one."""
    last = len(events)
    gap = Sql("null")
    if last > 1:
        gap = Sql(f"sum(epoch_us(s.t{last}) - epoch_us(s.t{last - 1}))")
    table = wrapped(_matched(events, scope).sql(), "s")
    if group:
        table += Sql(" join profiles p on p.id = s.profile_id")
    name = Sql(group.sql if group else "null")
    rows = request.rows(Select((name, Sql("count(*)"), gap), table, group=("1",)))
    return {value: (count, _mean(total, count)) for value, count, total in rows}


def _mean(microseconds: int | None, count: int) -> float | None:
    return None if microseconds is None else float(Fraction(microseconds, 1000 * count))


def _matched(events: list[Event], scope: Scope) -> Select:
    """Give a row a profile that took all steps: for each its time ``t`` and event ``q``."""
    number, event = len(events), events[-1]
    where = (*scope.conditions(), *event.where)
    found = (Sql(f"min(e.ts) as t{number}"), Sql(f"min(e.seq) as q{number}"))
    if number == 1:
        columns = (Sql("e.profile_id"), *found)
        return Select(columns, source(event.action), where, group=("e.profile_id",))
    before = wrapped(_matched(events[:-1], scope).sql(), "s")
    kept = [f"s.{letter}{i + 1}" for i in range(number - 1) for letter in "tq"]
    later = [Sql(f"e.ts >= s.t{number - 1}")]
    # Numbers count up with time, so the latest step of the same action has the highest one.
    same = [i for i, earlier in enumerate(events[:-1], start=1) if earlier.action == event.action]
    if same:
        later.append(Sql(f"e.seq > s.q{same[-1]}"))
    return Select(
        (Sql("e.profile_id"), *map(Sql, kept), *found),
        source(event.action) + Sql(" join ") + before + Sql(" on s.profile_id = e.profile_id"),
        (*later, *where),
        group=("e.profile_id", *kept),
    )
