"""What every kind of analysis shares: the way to the API, the zone, the clock, the origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from synerise_frames.periods import Absolute, Interval, Relative, Zone, zone
from synerise_frames.provenance import Origin, stamp
from synerise_frames.wire.api import Answer, Api
from synerise_frames.wire.bodies import Dates, Width, interval_of


def real_now() -> datetime:
    """Give the moment, as the clock of this machine has it."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """One workspace, as its kinds see it.

    ``now`` gives the workspace's own moment, for windows that end "now".
    """

    api: Api
    alias: str
    tz: Zone = None
    now: Callable[[], datetime] = real_now
    names: dict[str, str] = field(default_factory=dict)

    def stamped(
        self,
        frame: pd.DataFrame,
        operation: str,
        answer: Answer,
        *,
        analysis_id: str | None = None,
        dates: Dates = None,
        interval: Width = None,
    ) -> pd.DataFrame:
        """Write provenance into a frame."""
        width = interval_of(interval)
        return stamp(
            frame,
            Origin(
                workspace=self.alias,
                operation=operation,
                fetched_at=answer.fetched_at,
                fingerprint=answer.fingerprint,
                source=answer.source,
                age=answer.age,
                analysis_id=analysis_id,
                analysis_name=self.names.get(analysis_id or "") or _own_name(frame),
                window=self._window(dates),
                interval=f"{width.value} {width.unit.lower()}" if width else None,
            ),
        )

    def timeline(self, dates: Dates, interval: Width) -> dict[str, Any]:
        """Give what a reader of buckets has to know beside the answer."""
        return {
            "tz": self.tz,
            "interval": interval_of(interval),
            "window_end": self.window_end(dates),
            "now": self.now(),
        }

    def window_end(self, dates: Dates) -> datetime | None:
        """Give the end of a window, where it is known here."""
        if isinstance(dates, Absolute):
            return dates.localised(self.tz).end
        if isinstance(dates, Relative):
            now = pd.DatetimeIndex([self.now()]).tz_convert(zone(self.tz))
            if dates.offset:
                now = Interval(dates.offset, dates.duration.unit).shift(now, -1)
            return pd.Timestamp(now[0]).to_pydatetime()
        return None

    def _window(self, dates: Dates) -> Mapping[str, Any] | None:
        if isinstance(dates, Absolute):
            return dates.localised(self.tz).describe()
        return dates.describe() if isinstance(dates, Relative) else dates


def _own_name(frame: pd.DataFrame) -> str | None:
    """Give the name that the answer itself told, if it did."""
    name = frame.attrs.get("extra", {}).get("name")
    return name if isinstance(name, str) and name else None
