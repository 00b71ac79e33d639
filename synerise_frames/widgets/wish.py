"""What is asked for: the parts of a choice that somebody names; the others stay as they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from synerise_frames.wire.bodies import Dates, Width


class Kept(Enum):
    """Stands for what was chosen before; ``None`` is a choice of its own."""

    KEPT = "as it was"


KEPT: Final = Kept.KEPT


@dataclass(frozen=True)
class Wish:
    """What is asked for; the analysis may have to be looked for.

    With `refresh`, the server is asked again, even where a kept answer is good.
    """

    kind: str | None = None
    analysis: str | None = None
    dates: Dates | Kept = KEPT
    interval: Width | Kept = KEPT
    series: str | Sequence[str | None] | Kept | None = KEPT
    refresh: bool = False
