"""Sankeys: what profiles do next after an event."""

from __future__ import annotations

from typing import Any

from synerise_frames.sandbox.engine.events import Event, Scope, read_event, source
from synerise_frames.sandbox.engine.fields import ACTIONS, Action
from synerise_frames.sandbox.engine.query import Select, Sql, joined, wrapped
from synerise_frames.sandbox.engine.request import Request

_MOST_STEPS = 10

# The place of an action settles the order of events of different actions at the same moment.
_PLACES = {name: place for place, name in enumerate(sorted(ACTIONS))}


def sankey(request: Request) -> dict[str, Any]:
    """Follow every start event for some steps, and count the edges of each step."""
    start = read_event(request.part["start"], request.names)
    followed = _followed(request)
    steps = request.part["steps"].whole(at_least=1, at_most=_MOST_STEPS)
    scope = request.scope([start.action, *followed])
    paths = _paths(start, followed, scope)
    edge = Select(
        (
            Sql("step"),
            Sql(
                "lag(place, 1, ?) over (partition by path order by step) as source",
                (_PLACES[start.action.name],),
            ),
            Sql("place as target"),
        ),
        wrapped(paths.sql(), "n"),
        (Sql("step <= ?", (steps,)),),
    )
    select = Select(
        (Sql("step"), Sql("source"), Sql("target"), Sql("count(*)")),
        wrapped(edge.sql(), "n"),
        group=("1", "2", "3"),
        order=("1", "4 desc", "2", "3"),
    )
    names = sorted(ACTIONS)
    return {
        "results": [
            {"source": names[origin], "target": names[target], "value": value, "step": step}
            for step, origin, target, value in request.rows(select)
        ]
    }


def _followed(request: Request) -> list[Action]:
    excluded = []
    if request.part.has("exclude"):
        excluded = [item.choice(ACTIONS, "action") for item in request.part["exclude"].items()]
    followed = [action for action in ACTIONS.values() if action not in excluded]
    if not followed:
        raise request.part["exclude"].error("Must leave an action to follow.")
    return followed


def _paths(start: Event, followed: list[Action], scope: Scope) -> Select:
    """Give a row an event that follows a start event, with the number of its step."""
    starts = Select(
        (Sql("e.profile_id"), Sql("e.ts"), Sql("e.seq")),
        source(start.action),
        (*scope.conditions(), *start.where),
    )
    events = joined(
        " union all ",
        (
            Select(
                (
                    Sql("e.profile_id"),
                    Sql("e.ts"),
                    Sql("e.seq"),
                    Sql(f"{_PLACES[action.name]} as place"),
                ),
                source(action),
                scope.conditions(),
            ).sql()
            for action in followed
        ),
    )
    order = "row_number() over (partition by s.seq order by n.ts, n.place, n.seq) as step"
    return Select(
        (Sql("s.seq as path"), Sql("n.place"), Sql(order)),
        wrapped(starts.sql(), "s")
        + Sql(" join ")
        + wrapped(events, "n")
        + Sql(" on n.profile_id = s.profile_id and n.ts >= s.ts"),
        # An event does not follow itself.
        (Sql(f"(n.place <> {_PLACES[start.action.name]} or n.seq > s.seq)"),),
    )
