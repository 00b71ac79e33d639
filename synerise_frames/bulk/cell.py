"""One row of the ledger apart from whom and what it is about: what became of a question."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Status: TypeAlias = Literal[
    "ok", "not_found", "forbidden", "invalid", "rate_limited", "error", "skipped"
]

#: To ask again would give the same; permissions come and go, and so do limits.
FINAL: frozenset[str] = frozenset({"ok", "not_found", "invalid"})


class Cell(NamedTuple):
    """What became of one analysis for one profile.

    ``fetched_at`` is in microseconds since 1970, in UTC. A cell holds no identifier: the
    ``error`` is in words that name none.
    """

    status: Status
    http_status: int | None = None
    error: str | None = None
    attempts: int = 0
    source: str | None = None
    fetched_at: int | None = None
    result: str | None = None
    value: float | None = None
    result_type: str | None = None
    name: str | None = None

    @property
    def is_final(self) -> bool:
        """Whether asking again would give the same."""
        return self.status in FINAL
