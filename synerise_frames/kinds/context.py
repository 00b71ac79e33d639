"""What every kind of analysis shares: the way to the API, the zone, the clock, the origin."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from traceback import clear_frames
from typing import Any, NamedTuple

import pandas as pd

from synerise_frames._version import __version__
from synerise_frames.errors import ShapeError
from synerise_frames.frame_memory import FrameMemory
from synerise_frames.http.cache.dated import Dated, Wanted
from synerise_frames.kinds.shortcuts import Shortcuts, exact
from synerise_frames.kinds.windows import window_of
from synerise_frames.periods import Absolute, Interval, Window, Zone, zone
from synerise_frames.provenance import Origin, stamp
from synerise_frames.redact import hide
from synerise_frames.schema import SCHEMA_VERSION
from synerise_frames.wire.api import Api
from synerise_frames.wire.bodies import Dates, Width, interval_of
from synerise_frames.wire.codec import Unread, unread
from synerise_frames.wire.faults import unname
from synerise_frames.wire.freshness import is_of_profile
from synerise_frames.wire.memory import AS_IT_COMES, Answer, Asked, Fresh, warn_of_refresh


def real_now() -> datetime:
    """Give the moment, as the clock of this machine has it."""
    return datetime.now(UTC)


class View(NamedTuple):
    """What is wanted of an answer: about which analysis, over what, how strict, how fresh."""

    analysis_id: str | None = None
    dates: Dates = None
    interval: Width = None
    strict: bool = False
    fresh: Fresh = AS_IT_COMES


PLAIN = View()

#: Where the answer to a question about one analysis has the name of that analysis.
_NAMED_IN = {"aggregate": "name", "expression": "name", "metric": "metric"}

# When the server was asked for the answer that is being read.
_ASKED_AT: ContextVar[datetime | None] = ContextVar("asked_at", default=None)


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
    frames: FrameMemory | None = None
    shortcuts: Shortcuts = field(default_factory=Shortcuts, repr=False)

    def frame(
        self,
        operation: str,
        read: Callable[[Any], pd.DataFrame],
        view: View = PLAIN,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        reading: object = None,
        question: Hashable = None,
    ) -> pd.DataFrame:
        """Call an operation and read its answer, or give the frame that was read before.

        Parameters
        ----------
        operation : str
            Its key.
        read : callable
            From JSON to a frame.
        view : View
            What is wanted.
        path, query, body
            What is sent.
        reading : object, optional
            What else `read` depends on, as plain values.
        question : hashable, optional
            What :meth:`question` gives, for the next time.
        """
        self.api.check_open()
        body = hide(body)
        asked = self.api.prepare(operation, path=path, query=query, body=body)
        self.api.consent(asked.op)
        name = self._name(asked, view, reading)
        memory = self.api.memory
        if self.frames and memory:
            wanted = memory.wanted(asked, view.fresh)
            self.shortcuts.keep(question, name, wanted)
            kept = self._kept(self.frames, name, wanted)
            if kept is not None:
                return kept
        answer = self.api.answer(asked, fresh=view.fresh, form=unread)
        frame = self.stamped(self._read(read, asked, answer, view), operation, answer, view)
        if self.frames and answer.expires and answer.source != "stale":
            # Frames tell whom they are about, which answers of one profile do not.
            dated = Dated(answer.fetched_at, answer.expires)
            self.frames.keep(name, frame, dated, on_disk=not is_of_profile(asked.path))
        return frame

    def _read(
        self, read: Callable[[Any], pd.DataFrame], asked: Asked, answer: Answer, view: View
    ) -> pd.DataFrame:
        """Read an answer as of the moment when it was asked for, however old it is."""
        with _as_of(answer.fetched_at):
            try:
                return _frame_of(answer.payload, read)
            except ShapeError as error:
                # The answer may be about people, and tracers show local variables.
                clear_frames(error.__traceback__)
                unname(error, asked.path, asked.body)
                answer = replace(answer, payload=None)
                # What cannot be read is not given again; what is merely strange is.
                unreadable = answer.source == "live" and not view.strict
                if self.api.memory and (unreadable or error.http_status is not None):
                    self.api.memory.forget(asked)
                raise

    def _name(self, asked: Asked, view: View, reading: object) -> str:
        """Name a frame: the answer's name, and all that its reading depends on."""
        parts = (SCHEMA_VERSION, __version__, str(self.tz), view.strict)
        asking = (repr(view.dates), repr(view.interval))
        names = (view.analysis_id, self.names.get(view.analysis_id or ""))
        return f"{asked.key}-{self.api.tenant.key(*parts, *asking, *names, reading)}"

    def question(self, operation: str, view: View, words: bytes | None) -> Hashable:
        """Give what equal calls have in common, to :meth:`recall` the frame of an earlier one.

        Parameters
        ----------
        operation : str
            Its key.
        view : View
            What is wanted.
        words : bytes or None
            Stands for what else is asked for; ``None`` where that cannot be told.
        """
        dates = exact(view.dates)
        if words is None or dates is None or not isinstance(view.analysis_id, str):
            return None
        # The name of an analysis is in its frames, and may be heard of later.
        name = self.names.get(view.analysis_id)
        return (operation, words, dates, name, *view[:-1], view.fresh.max_age, view.fresh.refresh)

    def recall(self, question: Hashable) -> pd.DataFrame | None:
        """Give the frame of an equal call, if it is good, without preparing anything.

        What cannot be compared finds nothing.
        """
        shortcut = self.shortcuts.find(question)
        if shortcut is None or self.frames is None:
            return None
        self.api.check_open()
        return self._kept(self.frames, shortcut.name, shortcut.wanted)

    def _kept(self, frames: FrameMemory, name: str, wanted: Wanted) -> pd.DataFrame | None:
        """Give a frame that was read before, if it is good enough."""
        kept = frames.find(name)
        offline = self.api.memory is not None and self.api.memory.offline
        if kept is None or not (offline or kept.is_fresh(wanted)):
            return None
        if offline and wanted.refresh:
            warn_of_refresh()
        frames.count_hit()
        source = "offline" if offline else "cached"
        return kept.copy(source=source, age=round(kept.age, 3), why=None)

    def stamped(
        self, frame: pd.DataFrame, operation: str, answer: Answer, view: View = PLAIN
    ) -> pd.DataFrame:
        """Write provenance into a frame."""
        width = interval_of(view.interval)
        return stamp(
            frame,
            Origin(
                workspace=self.alias,
                operation=operation,
                fetched_at=answer.fetched_at,
                fingerprint=answer.fingerprint[-16:],
                source=answer.source,
                age=answer.age,
                why=answer.why,
                analysis_id=view.analysis_id,
                analysis_name=self.names.get(view.analysis_id or "") or _own_name(frame, operation),
                window=self._window(view.dates, answer.fetched_at),
                interval=f"{width.value} {width.unit.lower()}" if width else None,
            ),
        )

    def timeline(self, dates: Dates, interval: Width) -> dict[str, Any]:
        """Give what a reader of buckets has to know beside the answer."""
        window = window_of(dates, self.tz)
        return {
            "tz": self.tz,
            "interval": interval_of(interval),
            "window_start": self._window_start(window),
            # The definition may have a window of its own, which is not for this library to read.
            "window_end": pd.NaT if window is None else self._window_end(window),
            "now": self._moment(),
        }

    def _window_end(self, window: Window) -> datetime | None:
        """Give the end of a window, where buckets are cut; ``None`` where it goes on.

        Of a window that ends now, the last bucket ends later: it is partial.
        """
        if isinstance(window, Absolute):
            return window.localised(self.tz).end
        return self._ago(window.offset, window.duration.unit) if window.offset else None

    def _window_start(self, window: Window | None) -> datetime | None:
        if isinstance(window, Absolute):
            return window.localised(self.tz).start
        if window is not None:
            # Where no calendar goes that far back, there is no first bucket to cut.
            with suppress(OverflowError, ValueError):
                return self._ago(window.offset + window.duration.value, window.duration.unit)
        return None

    def _ago(self, value: int, unit: str) -> datetime:
        now = pd.DatetimeIndex([self._moment()]).tz_convert(zone(self.tz))
        return pd.Timestamp(Interval(value, unit).shift(now, -1)[0]).to_pydatetime()

    def _moment(self) -> datetime:
        """Give the moment that an answer is read as of: what was partial then stays so."""
        asked_at = _ASKED_AT.get()
        # The clock of a workspace may stand still in the past.
        return min(self.now(), asked_at) if asked_at else self.now()

    def _window(self, dates: Dates, asked_at: datetime) -> Mapping[str, Any] | None:
        window = window_of(dates, self.tz)
        if isinstance(window, Absolute):
            return window.localised(self.tz).describe()
        if window is None:
            return dates if isinstance(dates, Mapping) else None
        # The clock of a workspace may stand still in the past.
        as_of = min(self.now(), asked_at).astimezone(zone(self.tz))
        return {**window.describe(), "as_of": as_of.isoformat(timespec="seconds")}


@contextmanager
def _as_of(moment: datetime) -> Iterator[None]:
    token = _ASKED_AT.set(moment)
    try:
        yield
    finally:
        _ASKED_AT.reset(token)


def _frame_of(payload: Any, read: Callable[[Any], pd.DataFrame]) -> pd.DataFrame:
    if not isinstance(payload, Unread):
        return read(payload)
    try:
        return read(payload.text)
    except ShapeError as error:
        clear_frames(error.__traceback__)
    # It may be no JSON, or no UTF-8, which is for the one to tell that tells it of all answers.
    return read(payload.decoded())


def _own_name(frame: pd.DataFrame, operation: str) -> str | None:
    """Give the name that the answer itself told, if it did."""
    name = frame.attrs.get("extra", {}).get("name")
    column = _NAMED_IN.get(frame.attrs.get("kind", ""))
    # A card may have one analysis, but was not asked for it.
    if column and len(frame) == 1 and not operation.endswith(".card"):
        name = frame[column].iloc[0]
    return name if isinstance(name, str) and name else None
