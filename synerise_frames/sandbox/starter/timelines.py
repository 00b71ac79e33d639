"""Trends and histograms of the starter set."""

from __future__ import annotations

from synerise_frames.sandbox.starter.words import (
    AMOUNT,
    BASKET,
    COUNT,
    LINE,
    RECEIPT,
    REDEMPTION,
    define,
    every,
    where,
)

TRENDS = (
    define(
        "trend",
        "Baskets per day",
        "How many baskets were paid on each day of the year.",
        {"event": BASKET, "measure": COUNT, "aggregateDataBy": every(1, "DAYS")},
    ),
    define(
        "trend",
        "Campaign receipts by type",
        "How many households received a campaign on each day, by the type of campaign.",
        {
            "event": RECEIPT,
            "measure": COUNT,
            "groupBy": "campaign_type",
            "aggregateDataBy": every(1, "DAYS"),
        },
    ),
    define(
        "trend",
        "Baskets per hour in Thanksgiving week",
        "The daily rhythm of shopping before, on and after Thanksgiving.",
        {
            "event": BASKET,
            "measure": COUNT,
            "dateFilter": {
                "type": "ABSOLUTE",
                "from": "2017-11-20T00:00:00-05:00",
                "to": "2017-11-26T23:59:59-05:00",
            },
            "aggregateDataBy": every(1, "HOURS"),
        },
    ),
    define(
        "trend",
        "Coupon redemptions per week",
        "How many coupons were redeemed in each week from Monday to Sunday.",
        {"event": REDEMPTION, "measure": COUNT, "aggregateDataBy": every(1, "WEEKS")},
    ),
    define(
        "trend",
        "Fresh revenue per month",
        "Revenue of the fresh departments in each month.",
        {
            "event": where(LINE, "department", "in", ["DELI", "MEAT", "PRODUCE", "SEAFOOD"]),
            "measure": AMOUNT,
            "groupBy": "department",
            "aggregateDataBy": every(1, "MONTHS"),
        },
    ),
)

HISTOGRAMS = (
    define(
        "histogram",
        "Revenue and baskets per week",
        "What was sold in each seven days of the year, and in how many baskets.",
        {
            "metrics": [
                {"title": "Revenue", "event": BASKET, "measure": AMOUNT},
                {"title": "Baskets", "event": BASKET, "measure": COUNT},
            ],
            "aggregateDataBy": every(7, "DAYS"),
        },
    ),
    define(
        "histogram",
        "Basket size per day",
        "The average, the smallest and the largest amount of a basket on each day.",
        {
            "metrics": [
                {
                    "title": title,
                    "event": BASKET,
                    "measure": {"type": kind, "field": "amount"},
                }
                for title, kind in (("Average", "AVG"), ("Smallest", "MIN"), ("Largest", "MAX"))
            ],
            "aggregateDataBy": every(1, "DAYS"),
        },
    ),
    define(
        "histogram",
        "Private label share per month",
        "Which part of each 30 days' revenue comes from the store's own brand.",
        {
            "metrics": [
                {
                    "title": "Private label share",
                    "formula": {
                        "op": "/",
                        "args": [
                            {"event": where(LINE, "brand", "=", "Private"), "measure": AMOUNT},
                            {"event": LINE, "measure": AMOUNT},
                        ],
                    },
                }
            ],
            "aggregateDataBy": every(1, "MONTHS"),
        },
    ),
)
