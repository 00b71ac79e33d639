"""Metrics and reports of the starter set."""

from __future__ import annotations

from synerise_frames.sandbox.starter.words import (
    AMOUNT,
    BASKET,
    COUNT,
    DEPARTMENT,
    LINE,
    define,
    where,
)

METRICS = (
    define(
        "metric",
        "Revenue",
        "The amount of all baskets.",
        {"event": BASKET, "measure": AMOUNT},
    ),
    define(
        "metric",
        "Baskets",
        "How many baskets were paid.",
        {"event": BASKET, "measure": COUNT},
    ),
    define(
        "metric",
        "Buyers",
        "How many households paid a basket.",
        {"event": BASKET, "measure": {"type": "DISTINCT_PROFILES"}},
    ),
    define(
        "metric",
        "Revenue of department",
        "The revenue of the department that the dynamic key names.",
        {"event": where(LINE, "department", "=", DEPARTMENT), "measure": AMOUNT},
    ),
    define(
        "metric",
        "Private label share",
        "Which part of the revenue comes from the store's own brand.",
        {
            "formula": {
                "op": "/",
                "args": [
                    {"event": where(LINE, "brand", "=", "Private"), "measure": AMOUNT},
                    {"event": LINE, "measure": AMOUNT},
                ],
            }
        },
    ),
)

REPORTS = (
    define(
        "report",
        "Revenue by department and brand",
        "Revenue and pieces by department and brand; lines of unknown products have neither.",
        {
            "event": LINE,
            "groupBy": ["department", "brand"],
            "metrics": [
                {"title": "Revenue", "measure": AMOUNT},
                {"title": "Quantity", "measure": {"type": "SUM", "field": "quantity"}},
            ],
        },
    ),
    define(
        "report",
        "Baskets by weekday and hour",
        "When households shop: baskets by weekday (1 is Monday) and hour of the local clock.",
        {
            "event": BASKET,
            "groupBy": ["weekday", "hour"],
            "metrics": [{"title": "Baskets", "measure": COUNT}],
        },
    ),
    define(
        "report",
        "Revenue by income group",
        "Revenue, buyers and the average basket by household income, where it is known.",
        {
            "event": BASKET,
            "groupBy": ["income"],
            "metrics": [
                {"title": "Revenue", "measure": AMOUNT},
                {"title": "Buyers", "measure": {"type": "DISTINCT_PROFILES"}},
                {"title": "Average basket", "measure": {"type": "AVG", "field": "amount"}},
            ],
        },
    ),
)
