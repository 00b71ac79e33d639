"""What is looked at: an analysis, over which window, in which buckets, which of its series."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from synerise_frames.errors import ConfigError, NotFound
from synerise_frames.periods import Absolute, Interval, Relative, Zone
from synerise_frames.plotting.text import window
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.bodies import Dates, Width

# So many names are told where none is close to what was asked for.
_TOLD = 5


@dataclass(frozen=True)
class Explorable:
    """A kind that can be explored: what its rows are about, and what its calculation takes."""

    column: str
    dates: bool = True
    interval: bool = False


#: Kinds whose analyses are about the whole workspace. What aggregates and expressions give is
#: about one profile: ``ws.profiles(ids)`` is for them.
EXPLORABLE = {
    "trend": Explorable("series", interval=True),
    "histogram": Explorable("series", interval=True),
    "funnel": Explorable("group"),
    "report": Explorable("metric"),
    "metric": Explorable("metric"),
    "sankey": Explorable("source", dates=False),
    "segmentation": Explorable("segment", dates=False),
}


def explorable(kind: object) -> str:
    """Check the name of a kind.

    Raises
    ------
    ConfigError
        If it cannot be explored.
    """
    if isinstance(kind, str) and kind in EXPLORABLE:
        return kind
    profiles = "ws.profiles(ids) calculates those, for many profiles at once. "
    hint = profiles if kind in ("aggregate", "expression") else did_you_mean(kind, EXPLORABLE)
    raise ConfigError(
        f"{kind!r} is no kind that can be explored.",
        hint=f"{hint}Kinds: {', '.join(EXPLORABLE)}.",
    )


@dataclass(frozen=True)
class Choice:
    """What is looked at, as a value.

    Attributes
    ----------
    kind, analysis, name : str
        Kind, id and name of the analysis; ``name`` is ``None`` where it is not known.
    dates : Window or dict, optional
        The window; the analysis's own where there is none.
    interval : str, Interval or dict, optional
        The width of a bucket.
    series : tuple of str or None
        Which series are kept; all of them if it is empty. ``None`` is the one without a name.
    """

    kind: str
    analysis: str
    name: str | None = None
    dates: Dates = None
    interval: Width = None
    series: tuple[str | None, ...] = ()

    @property
    def column(self) -> str:
        """The column that tells series apart."""
        return EXPLORABLE[self.kind].column

    def asks_the_same(self, other: Choice) -> bool:
        """Say whether both are answered by one calculation."""
        mine = (self.kind, self.analysis, self.dates, self.interval)
        return mine == (other.kind, other.analysis, other.dates, other.interval)

    def words(self, tz: Zone) -> str:
        """Say in a line what is looked at."""
        by = {"interval": "by {}", "series": "{} of its series"}
        details = [by.get(name, "{}").format(words) for name, words in self.details(tz)]
        return ", ".join([f"{self.kind} {(self.name or self.analysis)!r}", *details])

    def details(self, tz: Zone) -> list[tuple[str, str]]:
        """Give window, interval and number of series in words, where they are chosen."""
        found = []
        if isinstance(self.dates, Absolute):
            found.append(("window", window(self.dates.localised(tz).describe())))
        elif isinstance(self.dates, Relative):
            found.append(("window", window(self.dates.describe())))
        elif self.dates is not None:
            found.append(("window", "a window of its own words"))
        width = self.interval
        if isinstance(width, Interval):
            width = f"{width.value} {width.unit.lower()}"
        if width is not None:
            told = width if isinstance(width, str) else "an interval of its own words"
            found.append(("interval", told))
        if self.series:
            found.append(("series", str(len(self.series))))
        return found

    def check_series(self, frame: pd.DataFrame) -> None:
        """See that the frame has the chosen series.

        Parameters
        ----------
        frame : DataFrame
            Of the analysis, with all its series.

        Raises
        ------
        NotFound
            If it has not; the hint has close matches.
        """
        there = self._names_in(frame)
        for name in self.series:
            if name not in there:
                known = sorted(filter(None, there))
                close = did_you_mean(name, known, most=3).strip()
                told = ", ".join(map(repr, known[:_TOLD])) + (" …" if len(known) > _TOLD else "")
                raise NotFound(
                    f"{self.kind} {(self.name or self.analysis)!r} has no {self.column} {name!r}.",
                    hint=close or f"It has {told or 'none with a name in this window'}.",
                )

    def _names_in(self, frame: pd.DataFrame) -> set[str | None]:
        return {None if pd.isna(name) else name for name in frame[self.column].unique()}

    def within(self, frame: pd.DataFrame) -> Choice:
        """Give the choice without series that the frame has not: all of it, if none is left."""
        there = self._names_in(frame)
        return replace(self, series=tuple(name for name in self.series if name in there))

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give the rows of the chosen series; ``code`` says the same in words."""
        if not self.series:
            return frame.copy()
        # pandas 2 does not take None for what is missing, every pandas takes NA.
        names = [pd.NA if name is None else name for name in self.series]
        return frame[frame[self.column].isin(names)].reset_index(drop=True)
