"""Aggregates and expressions of the starter set."""

from __future__ import annotations

from synerise_frames.sandbox.ids import stable_id
from synerise_frames.sandbox.starter.words import (
    AMOUNT,
    BASKET,
    COUNT,
    DEPARTMENT,
    LINE,
    REDEMPTION,
    define,
    last,
    where,
)

AGGREGATES = (
    define(
        "aggregate",
        "Baskets",
        "How many baskets the household paid.",
        {"event": BASKET, "measure": COUNT},
        on_card=True,
    ),
    define(
        "aggregate",
        "Spend",
        "The amount of all baskets of the household.",
        {"event": BASKET, "measure": AMOUNT},
        on_card=True,
    ),
    define(
        "aggregate",
        "Last purchase",
        "When the household paid its last basket.",
        {"event": BASKET, "measure": {"type": "LAST", "field": "time"}},
        on_card=True,
    ),
    define(
        "aggregate",
        "Top department",
        "The department on which the household spent most.",
        {"event": LINE, "measure": {"type": "TOP", "field": "department", "by": AMOUNT}},
        on_card=True,
    ),
    define(
        "aggregate",
        "Last five stores",
        "The stores of the household's five latest baskets, the newest first.",
        {"event": BASKET, "measure": {"type": "LAST_MULTI", "field": "store_id", "size": 5}},
    ),
    define(
        "aggregate",
        "Baskets in the last 30 days",
        "How many baskets the household paid in the last 30 days.",
        {"event": BASKET, "measure": COUNT, "dateFilter": last(30, "DAYS")},
    ),
    define(
        "aggregate",
        "Favourite store",
        "The store where the household paid most of its baskets.",
        {"event": BASKET, "measure": {"type": "TOP", "field": "store_id"}},
    ),
    define(
        "aggregate",
        "Coupons redeemed",
        "How many coupons the household redeemed.",
        {"event": REDEMPTION, "measure": COUNT},
    ),
    define(
        "aggregate",
        "Spend in department",
        "What the household spent in the department that the dynamic key names.",
        {"event": where(LINE, "department", "=", DEPARTMENT), "measure": AMOUNT},
    ),
)


def _aggregate(name: str) -> dict[str, str]:
    return {"aggregate": stable_id("aggregate", name)}


EXPRESSIONS = (
    define(
        "expression",
        "Average basket",
        "The average amount of the household's baskets.",
        {"formula": {"op": "/", "args": [_aggregate("Spend"), _aggregate("Baskets")]}},
        on_card=True,
    ),
    define(
        "expression",
        "Big spender",
        "Whether the household spent 3,000 or more in the year.",
        {"formula": {"op": ">=", "args": [_aggregate("Spend"), {"constant": 3000}]}},
        on_card=True,
    ),
    define(
        "expression",
        "Coupon user",
        "Whether the household ever redeemed a coupon.",
        {"formula": {"op": ">", "args": [_aggregate("Coupons redeemed"), {"constant": 0}]}},
    ),
)
