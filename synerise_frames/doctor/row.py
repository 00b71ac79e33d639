"""What one check says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from synerise_frames.errors import SyneriseError

__all__ = ["Row", "Status", "failed"]

Status = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True)
class Row:
    """One check: its name, how it went, what was seen, and what to do."""

    check: str
    status: Status
    detail: str
    hint: str = ""


def failed(check: str, error: SyneriseError) -> Row:
    """Give the row of a check that an error ended."""
    return Row(check, "failed", error.message, error.hint)
