"""The answers that the benchmark of the readers reads: bytes, the same in every run."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

#: Zone of the workspace: buckets are its days, of which two have 23 and 25 hours.
TZ = "Europe/Warsaw"


def _days(count: int) -> list[str]:
    first = datetime(2024, 1, 1, tzinfo=ZoneInfo(TZ))
    return [(first + timedelta(days=day)).isoformat() for day in range(count)]


def _bytes(payload: Any) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()


def report(rows: int = 100_000) -> bytes:
    """Give a report of two dimensions and two metrics."""
    draw = random.Random(1)
    countries, categories = ["PL", "DE", "CZ", None], [f"category {i}" for i in range(500)]
    return _bytes(
        {
            "data": [
                {
                    "country": draw.choice(countries),
                    "category": draw.choice(categories),
                    "Revenue": round(draw.random() * 10_000, 2),
                    "Orders": draw.randrange(1_000),
                }
                for _ in range(rows)
            ]
        }
    )


def trend(layout: str, days: int = 365, width: int = 50) -> bytes:
    """Give a trend: values ``aligned`` with legends, ``objects``, or a ``mapping`` of ids."""
    draw = random.Random(2)
    legends = [{"id": f"series-{i:04}", "name": f"Series {i}"} for i in range(width)]
    ids = [legend["id"] for legend in legends]
    items = []
    for day in _days(days):
        values: Any = [draw.randrange(100_000) for _ in ids]
        if layout == "objects":
            values = [{"id": i, "value": v} for i, v in zip(ids, values, strict=True)]
        elif layout == "mapping":
            values = dict(zip(ids, values, strict=True))
        items.append({"date": day, "values": values})
    return _bytes({"name": "Visits", "metadata": {}, "legends": legends, "items": items})


def histogram(days: int = 365, width: int = 50) -> bytes:
    """Give a histogram that goes series by series."""
    draw = random.Random(3)
    return _bytes(
        {
            "metadata": {},
            "items": [
                {
                    "id": f"series-{i:04}",
                    "name": f"Series {i}",
                    "data": [
                        {"date": time, "value": draw.randrange(100_000)} for time in _days(days)
                    ],
                }
                for i in range(width)
            ],
        }
    )


def listing(rows: int = 10_000) -> bytes:
    """Give a page of definitions."""
    return _bytes(
        {
            "data": [
                {
                    "id": f"00000000-0000-4000-8000-{i:012}",
                    "name": f"Analysis {i}",
                    "description": None if i % 3 else "About sales",
                    "author": i % 50,
                    "modifier": i % 70,
                    "createdAt": f"2024-0{i % 9 + 1}-15T10:30:00.000Z",
                    "updatedAt": f"2024-0{i % 9 + 1}-25T10:30:00.000Z",
                    "directoryId": f"directory-{i % 20}",
                    "isPredefined": False,
                    "isDynamic": i % 2 == 0,
                }
                for i in range(rows)
            ],
            "meta": {"page": 1, "limit": rows, "totalCount": rows, "totalPages": 1},
        }
    )


def profile_answers(rows: int = 50_000) -> list[bytes]:
    """Give the answers of one aggregate for many profiles, a body each."""
    draw = random.Random(4)
    results = [1.5, 3, "12.5", None, True, 1200.25]
    return [
        _bytes(
            {
                "clientId": 1_000_000 + i,
                "aggregateId": "00000000-0000-4000-8000-000000000001",
                "name": "Spend",
                "result": draw.choice(results),
            }
        )
        for i in range(rows)
    ]


def profile_list(rows: int = 50_000) -> bytes:
    """Give the same answers as one list."""
    return b"[" + b",".join(profile_answers(rows)) + b"]"
