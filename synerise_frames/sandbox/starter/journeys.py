"""Funnels, sankeys and segmentations of the starter set."""

from __future__ import annotations

from synerise_frames.sandbox.starter.words import (
    BASKET,
    RECEIPT,
    REDEMPTION,
    counted,
    define,
    last,
)

FUNNELS = (
    define(
        "funnel",
        "Campaign to coupon to basket",
        "How many households that received a campaign redeem a coupon and then buy.",
        {
            "steps": [
                {"title": "Campaign received", "event": RECEIPT},
                {"title": "Coupon redeemed", "event": REDEMPTION},
                {"title": "Basket paid", "event": BASKET},
            ]
        },
    ),
    define(
        "funnel",
        "Campaign to coupon by income group",
        "How willing households of each income group are to redeem a coupon after a campaign.",
        {
            "steps": [
                {"title": "Campaign received", "event": RECEIPT},
                {"title": "Coupon redeemed", "event": REDEMPTION},
            ],
            "groupBy": "income",
        },
    ),
)

SANKEYS = (
    define(
        "sankey",
        "After a campaign",
        "The next three things that households do after they received a campaign.",
        {"start": RECEIPT, "exclude": ["campaign.receive", "product.buy"], "steps": 3},
    ),
    define(
        "sankey",
        "After a coupon",
        "Whether households that redeemed a coupon buy, redeem or hear of a campaign next.",
        {"start": REDEMPTION, "exclude": ["product.buy"], "steps": 2},
    ),
)

SEGMENTATIONS = (
    define(
        "segmentation",
        "Buying rhythm",
        "Households by how many baskets they paid in the year.",
        {
            "segments": [
                {"title": "Champions", "filter": counted(BASKET, ">=", 150)},
                {"title": "Regulars", "filter": counted(BASKET, "between", [50, 149])},
                {"title": "Occasional", "filter": counted(BASKET, "between", [10, 49])},
                {"title": "Rare", "filter": counted(BASKET, "between", [1, 9])},
            ]
        },
    ),
    define(
        "segmentation",
        "Last seen",
        "Households by how long ago they last paid a basket; each is in one segment.",
        {
            "overlap": False,
            "segments": [
                {"title": "This week", "filter": counted(BASKET, ">=", 1, last(7, "DAYS"))},
                {"title": "This month", "filter": counted(BASKET, ">=", 1, last(30, "DAYS"))},
                {"title": "This quarter", "filter": counted(BASKET, ">=", 1, last(90, "DAYS"))},
                {"title": "Longer ago", "filter": {}},
            ],
        },
    ),
)
