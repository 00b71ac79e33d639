"""Events: which of them an analysis reads."""

from __future__ import annotations

from dataclasses import dataclass

from synerise_frames.sandbox.engine.conditions import read_test
from synerise_frames.sandbox.engine.errors import suggestion
from synerise_frames.sandbox.engine.fields import ACTIONS, ATTRIBUTE_FIELDS, Action, Field
from synerise_frames.sandbox.engine.names import Names
from synerise_frames.sandbox.engine.part import Part
from synerise_frames.sandbox.engine.query import Sql
from synerise_frames.sandbox.engine.windows import Window


@dataclass(frozen=True)
class Event:
    """An action and the conditions on its fields (of table ``e``)."""

    action: Action
    where: tuple[Sql, ...] = ()


@dataclass(frozen=True)
class Scope:
    """Whose events and when: a window, profiles that pass a filter, or one profile."""

    window: Window | None = None
    profiles: Sql | None = None
    profile_id: int | None = None

    def conditions(self) -> tuple[Sql, ...]:
        """Give the conditions on a table ``e`` of events."""
        found = []
        if self.profile_id is not None:
            found.append(Sql("e.profile_id = ?", (self.profile_id,)))
        if self.window is not None:
            start, end = self.window.parameters()
            found.append(Sql("e.ts >= ? and e.ts < ?", (start, end)))
        if self.profiles is not None:
            found.append(Sql("e.profile_id in (") + self.profiles + Sql(")"))
        return tuple(found)


def read_event(part: Part, names: Names) -> Event:
    """Read ``{"action": …, "where": […]}``."""
    part.fields("action", "where", required=["action"])
    action = part["action"].choice(ACTIONS, "action")
    if not part.has("where"):
        return Event(action)
    where = (_condition(item, action, names) for item in part["where"].items())
    return Event(action, tuple(where))


def _condition(part: Part, action: Action, names: Names) -> Sql:
    part.fields("field", "op", "value", required=["field", "op"])
    field = read_field(part["field"], action)
    return Sql(field.sql) + read_test(part, field.kind, names)


def read_field(part: Part, action: Action) -> Field:
    """Read the name of a field of the event."""
    name = part.text()
    if name not in action.fields:
        hint = suggestion(name, action.fields)
        raise part.error(f"Events of {action.name!r} have no such field. {hint}")
    return action.fields[name]


def read_dimension(part: Part, action: Action) -> Field:
    """Read what to group by: a field of the event, or an attribute of its profile."""
    name = part.text()
    known = {**ATTRIBUTE_FIELDS, **action.fields}
    if name not in known:
        hint = suggestion(name, known)
        raise part.error(f"Neither {action.name!r} nor a profile has such a field. {hint}")
    return known[name]


def source(action: Action, *, with_profile: bool = False) -> Sql:
    """Give the table of an action as ``e``, and that of the profiles as ``p``."""
    profiles = " join profiles p on p.id = e.profile_id" if with_profile else ""
    return Sql(f"{action.table} e{profiles}")
