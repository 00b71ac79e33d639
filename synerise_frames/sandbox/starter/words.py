"""Short words for writing definitions in the sandbox's dialect."""

from __future__ import annotations

from typing import Any

from synerise_frames.sandbox.definition import Definition
from synerise_frames.sandbox.engine.fields import DIALECT
from synerise_frames.sandbox.ids import stable_id

Json = dict[str, Any]

COUNT: Json = {"type": "COUNT"}
AMOUNT: Json = {"type": "SUM", "field": "amount"}

BASKET: Json = {"action": "transaction.charge"}
LINE: Json = {"action": "product.buy"}
RECEIPT: Json = {"action": "campaign.receive"}
REDEMPTION: Json = {"action": "coupon.redeem"}

#: A value that the caller may give.
DEPARTMENT: Json = {"variable": "department", "default": "GROCERY"}


def where(event: Json, field: str, op: str, value: Any) -> Json:
    """Limit an event by one condition."""
    return {**event, "where": [{"field": field, "op": op, "value": value}]}


def every(value: int, unit: str) -> Json:
    """Name a width of buckets."""
    return {"type": unit, "value": value}


def last(value: int, unit: str) -> Json:
    """Name a window that ends now."""
    return {
        "type": "RELATIVE",
        "offset": {"type": unit, "value": 0},
        "duration": {"type": unit, "value": value},
    }


def counted(event: Json, op: str, value: Any, dates: Json | None = None) -> Json:
    """Name the profiles by how many such events they have."""
    aggregate: Json = {"event": event, "measure": COUNT}
    if dates:
        aggregate["dateFilter"] = dates
    return {"conditions": [{"aggregate": aggregate, "op": op, "value": value}]}


def define(
    kind: str, name: str, description: str, analysis: Json, *, on_card: bool = False
) -> Definition:
    """Make a definition whose id and title follow from its name."""
    return Definition(
        kind=kind,
        id=stable_id(kind, name),
        name=name,
        description=description,
        analysis={"dialect": DIALECT, "title": name, **analysis},
        is_visible_for_client_profile=on_card,
        is_predefined=True,
    )
