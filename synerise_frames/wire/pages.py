"""Paginated lists, read to their end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from synerise_frames.brief import said
from synerise_frames.errors import ShapeError
from synerise_frames.wire.api import Api
from synerise_frames.wire.memory import AS_IT_COMES, Answer, Fresh

#: The default of the API; its maximum is not stated.
PAGE_SIZE = 50

_MOST_PAGES = 10_000

# Seconds that a later page may be older than the first.
_PAGES_APART = 1.0


def pages(
    api: Api, key: str, query: Mapping[str, str], fresh: Fresh = AS_IT_COMES
) -> Iterator[Answer]:
    """Give the pages of a list, one call each.

    The list ends when the stated number of pages is reached, or a page is empty, or adds
    nothing new; never merely because a page is shorter than the limit.
    """
    seen: set[str] = set()
    for number in range(1, _MOST_PAGES + 1):
        answer = api.call(
            key, query={"limit": str(PAGE_SIZE), **query, "page": str(number)}, fresh=fresh
        )
        if number == 1:
            # Pages of different moments do not fit together.
            fresh = Fresh(refresh=True) if answer.source == "live" else _as_old(answer, fresh)
        rows = _rows(answer.payload)
        new_rows = [row for row in rows if _identity(row) not in seen]
        if number > 1 and not new_rows:
            return
        # Pages overlap when somebody saves an analysis meanwhile: each row is given once.
        yield replace(answer, payload=new_rows) if len(new_rows) < len(rows) else answer
        seen.update(map(_identity, rows))
        if not rows or number >= _total_pages(answer.payload):
            return


def _as_old(answer: Answer, fresh: Fresh) -> Fresh:
    oldest = answer.age + _PAGES_APART
    return Fresh(min(oldest, fresh.max_age) if fresh.max_age is not None else oldest)


def _identity(row: Any) -> str:
    """Give what tells a row from others: its id, or all of it where it has none of that name."""
    found = row.get("id") if isinstance(row, dict) else None
    return said(row if found is None else found)


def _rows(payload: Any) -> list[Any]:
    rows = payload.get("data") if isinstance(payload, dict) else payload
    if not isinstance(rows, list):
        raise ShapeError(
            "A list has no rows.",
            path="$.data",
            hint="Check host= and paths=: the answer is not that of a list operation.",
        )
    return rows


def _total_pages(payload: Any) -> float:
    meta = payload.get("meta") if isinstance(payload, dict) else None
    total = meta.get("totalPages") if isinstance(meta, dict) else None
    # Without a statement the list goes on until a page brings nothing new.
    return total if isinstance(total, int | float) else float("inf")
