"""What the dialect knows: actions, the fields of their events, and attributes of profiles.

A definition names fields; only the SQL written here ever reaches the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from synerise_frames.sandbox.profiles import ATTRIBUTES

DIALECT = "synerise-frames-sandbox/1"


@dataclass(frozen=True)
class Field:
    """One field of an event (table ``e``) or of a profile (table ``p``).

    ``kind`` is ``text``, ``integer``, ``decimal`` or ``time``.
    """

    name: str
    sql: str
    kind: str

    @property
    def is_number(self) -> bool:
        """Whether it can be added up."""
        return self.kind in ("integer", "decimal")

    @property
    def of_profile(self) -> bool:
        """Whether it belongs to the profile and not to the event."""
        return self.sql.startswith("p.")


@dataclass(frozen=True)
class Action:
    """A kind of event, and the table that has them."""

    name: str
    table: str
    fields: Mapping[str, Field]


def _action(name: str, **kinds: str) -> Action:
    own = {field: Field(field, f"e.{field}", kind) for field, kind in kinds.items()}
    # Every event has a time; its hour (0 to 23) and weekday (1 Monday to 7 Sunday) are local.
    clock = {
        "time": Field("time", "e.ts", "time"),
        "hour": Field("hour", "hour(e.local)", "integer"),
        "weekday": Field("weekday", "isodow(e.local)", "integer"),
    }
    return Action(name, name.replace(".", "_"), MappingProxyType({**own, **clock}))


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        action.name: action
        for action in (
            _action(
                "transaction.charge",
                amount="decimal",
                items="integer",
                lines="integer",
                store_id="integer",
            ),
            _action(
                "product.buy",
                product_id="integer",
                department="text",
                brand="text",
                category="text",
                quantity="integer",
                amount="decimal",
                store_id="integer",
            ),
            _action("campaign.receive", campaign_id="integer", campaign_type="text"),
            _action("coupon.redeem", campaign_id="integer", coupon_upc="integer"),
        )
    }
)

ATTRIBUTE_FIELDS: Mapping[str, Field] = MappingProxyType(
    {name: Field(name, f"p.{name}", "text") for name in ATTRIBUTES}
)
