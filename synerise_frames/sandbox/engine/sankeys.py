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


# All events by profile: `number` counts those that are followed up to each, `before` and `lower`
# those before its moment and before its action at that moment.
_NUMBERED = """
select *,
    min(number - counted) over (partition by profile_id, ts) as before,
    min(number - counted) over (partition by profile_id, ts, place) as lower
from (
    select *, sum(counted) over (
        partition by profile_id order by ts, place, seq rows unbounded preceding
    )::bigint as number
    from """

# Of its own moment, actions that are lower come next; of its own action, what comes after it.
_NEXT = """
select
    seq as path, profile_id, step,
    case when step <= lower - before then before + step
        else number + step - (lower - before) end as number
from n, (select unnest(range(1, ?)) as step) where starts"""


def sankey(request: Request) -> dict[str, Any]:
    """Follow every start event for some steps, and count the edges of each step."""
    start = read_event(request.part["start"], request.names)
    followed = _followed(request)
    steps = request.part["steps"].whole(at_least=1, at_most=_MOST_STEPS)
    scope = request.scope([start.action, *followed])
    origin = "lag(place, 1, ?) over (partition by path order by step) as source"
    edge = Select(
        (Sql("step"), Sql(origin, (_PLACES[start.action.name],)), Sql("place as target")),
        wrapped(_paths(start, followed, scope, steps), "n"),
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
            {"source": names[before], "target": names[after], "value": value, "step": step}
            for step, before, after, value in request.rows(select)
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


def _paths(start: Event, followed: list[Action], scope: Scope, steps: int) -> Sql:
    """Give the query with a row for each step after each start event.

    What comes next is looked up by its number: to pair all starts with all that is later would
    take minutes where a profile has many events.
    """
    return (
        Sql("with n as materialized (" + _NUMBERED)
        + wrapped(_events(start, followed, scope))
        + Sql(")), x as (")
        + Sql(_NEXT, (steps + 1,))
        + Sql(") select x.path, x.step, n.place from x join n using (profile_id, number)")
        + Sql(" where n.counted = 1")
    )


def _events(start: Event, followed: list[Action], scope: Scope) -> Sql:
    """Give the query for the events that are followed, and those that start."""
    actions = [*followed] if start.action in followed else [*followed, start.action]
    own = joined(" and ", (Sql("true"), *start.where))
    return joined(
        " union all ",
        (
            Select(
                (
                    Sql("e.profile_id, e.ts, e.seq"),
                    Sql(f"{_PLACES[action.name]} as place"),
                    Sql(f"{int(action in followed)} as counted"),
                    (own if action == start.action else Sql("false")) + Sql(" as starts"),
                ),
                source(action),
                scope.conditions(),
            ).sql()
            for action in actions
        ),
    )
