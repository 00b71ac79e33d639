"""Looking through the analyses of a workspace, without a notebook: what the explorer shows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from synerise_frames import plotting, provenance
from synerise_frames.errors import ConfigError
from synerise_frames.export.parquet import to_parquet
from synerise_frames.kinds.base import Kind
from synerise_frames.kinds.context import Context
from synerise_frames.readable import Facts
from synerise_frames.widgets.choice import EXPLORABLE, Choice, explorable
from synerise_frames.widgets.code import code_of
from synerise_frames.widgets.finding import Analyses
from synerise_frames.widgets.messages import freshness
from synerise_frames.widgets.wish import KEPT, Kept, Wish
from synerise_frames.wire.bodies import Dates, Width, date_filter, interval_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Calculated(Protocol):
    """The calculation of a kind, as far as it is used here."""

    def __call__(self, analysis_id: str, /, **options: Any) -> pd.DataFrame:
        """Calculate."""
        ...


class Exploration:
    """An analysis of a workspace, its window, and the frame they give.

    Made by ``ws.explore(display=False)``; what ``ws.explore()`` shows is one too.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> ws = sf.demo()
    >>> seen = ws.explore(kind="metric", analysis="Revenue", display=False)
    >>> seen.choose(dates=sf.between("2017-03-01", "2017-04-01"))
    <Exploration of demo: metric 'Revenue', 1 Mar 2017 – 31 Mar 2017>
    >>> print(seen.code)
    import synerise_frames as sf
    <BLANKLINE>
    # Revenue
    df = ws.metrics.calculate(
        "082dcdd3-6f4d-52a9-809b-fcf2a4a54028",
        dates=sf.between("2017-03-01", "2017-04-01"),
    )
    >>> len(seen.frame)
    1
    >>> ws.close()
    """

    def __init__(self, kinds: Sequence[Kind], context: Context) -> None:
        self.context = context
        self._kinds = {one.kind: one for one in kinds if one.kind in EXPLORABLE}
        self._analyses = Analyses(self._kinds, context)
        self._choice: Choice | None = None
        self._answer: tuple[Choice, pd.DataFrame] | None = None

    @property
    def kinds(self) -> list[str]:
        """Kinds that can be explored."""
        return [*self._kinds]

    @property
    def analyses(self) -> pd.DataFrame:
        """The analyses of the chosen kind, as ``ws.<kind>s.list()`` gives them."""
        return self.listed(self.choice.kind)

    def listed(self, kind: str) -> pd.DataFrame:
        """List the analyses of a kind, without those that are deleted."""
        return self._analyses.listed(explorable(kind))

    @property
    def choice(self) -> Choice:
        """What is looked at; the first analysis that there is, before anything is chosen."""
        if self._choice is None:
            self._choice = self._analyses.first()
        return self._choice

    def choose(
        self,
        kind: str | None = None,
        analysis: str | None = None,
        dates: Dates | Kept = KEPT,
        interval: Width | Kept = KEPT,
        series: str | Sequence[str | None] | Kept | None = KEPT,
    ) -> Exploration:
        """Choose what is looked at; what is left out stays as it was.

        Parameters
        ----------
        kind : str, optional
            One of :attr:`kinds`. Alone, it chooses the first analysis of that kind.
        analysis : str, optional
            Id or name; of any kind, if none is given or was chosen before.
        dates : Window or dict or None, optional
            ``sf.last(…)`` or ``sf.between(…)``; ``None`` is the analysis's own window.
        interval : str, Interval or dict or None, optional
            Width of a bucket, for trends and histograms.
        series : str or list of str or None, optional
            Which to keep: series of trends and histograms, groups of funnels, metrics of
            reports, sources of sankeys, segments. All of them for ``None``, and as soon as
            another analysis is chosen. Naming some calculates at once, to see that they are
            there; a later window may have no rows of them.

        Returns
        -------
        Exploration
            This one.

        Raises
        ------
        ConfigError
            If the kind cannot be explored, or takes no such window or interval.
        NotFound
            If there is no such analysis or series; the hint has close matches.
        SyneriseError
            If series are named and it cannot be calculated.
        """
        self.take(self.checked(Wish(kind, analysis, dates, interval, series)))
        return self

    def checked(self, wish: Wish) -> Choice:
        """Give the choice that :meth:`choose` makes of a wish, its named series looked up.

        Raises
        ------
        ConfigError
            If the kind cannot be explored, or takes no such window or interval.
        NotFound
            If there is no such analysis or series.
        """
        choice = self.resolved(wish)
        if wish.series is not KEPT and choice.series:
            choice.check_series(self.calculate(choice, refresh=wish.refresh))
        return choice

    def take(self, choice: Choice) -> None:
        """Look at a choice that :meth:`resolved` gave."""
        self._choice = choice

    def resolved(self, wish: Wish) -> Choice:
        """Give the choice that :meth:`choose` makes of a wish, without looking for its series."""
        before = self._choice
        chosen = self._chosen(wish.kind, wish.analysis)
        takes = EXPLORABLE[chosen.kind]
        dates, interval, series = wish.dates, wish.interval, wish.series
        if dates is not KEPT and dates is not None and not takes.dates:
            raise ConfigError(
                f"A {chosen.kind} takes no window.",
                hint="Its own definition has it; leave dates= out.",
            )
        if interval is not KEPT and interval is not None and not takes.interval:
            raise ConfigError(
                f"A {chosen.kind} has no buckets of time.",
                hint="interval= is for trends and histograms; leave it out.",
            )
        if dates is KEPT:
            dates = before.dates if before and takes.dates else None
        if interval is KEPT:
            interval = before.interval if before and takes.interval else None
        # At once, and not when something is calculated.
        date_filter(dates, self.context.tz)
        interval_of(interval)
        if series is KEPT:
            same = before and (before.kind, before.analysis) == (chosen.kind, chosen.analysis)
            series = before.series if before and same else ()
        names = (series,) if isinstance(series, str) else (series or ())
        # A frame has NA where a name is missing.
        names = tuple(None if pd.isna(name) else name for name in names)
        return replace(chosen, dates=dates, interval=interval, series=names)

    def _chosen(self, kind: str | None, analysis: str | None) -> Choice:
        """Give kind, id and name of what is meant."""
        if kind is not None:
            kind = explorable(kind)
        elif self._choice is not None:
            kind = self._choice.kind
        if analysis is None:
            if self._choice is not None and kind == self._choice.kind:
                return self._choice
            return self._analyses.first() if kind is None else self._analyses.first_of(kind)
        if kind is not None:
            return self._analyses.found(kind, analysis)
        return self._analyses.anywhere(analysis)

    @property
    def frame(self) -> pd.DataFrame:
        """The frame of what is chosen; calculated when it is first asked for.

        Raises
        ------
        SyneriseError
            If it cannot be calculated; the class and the hint say why.
        """
        choice = self.choice
        return choice.of(self.calculate(choice))

    def refresh(self) -> Exploration:
        """Ask the server again, even where a kept answer is good."""
        self.calculate(self.choice, refresh=True)
        return self

    def calculate(self, choice: Choice, *, refresh: bool = False) -> pd.DataFrame:
        """Give all rows of a choice; the last one is not calculated twice."""
        answer = self._answer
        if answer and not refresh and answer[0].asks_the_same(choice):
            return answer[1]
        options: dict[str, Any] = {"refresh": refresh}
        if choice.dates is not None:
            options["dates"] = choice.dates
        if choice.interval is not None:
            options["interval"] = choice.interval
        calculate: Calculated = getattr(self._kinds[choice.kind], "calculate")  # noqa: B009
        frame = calculate(choice.analysis, **options)
        self._answer = (choice, frame)
        return frame

    @property
    def code(self) -> str:
        """Lines that give :attr:`frame`, where the workspace is called ``ws``."""
        return code_of(self.choice)

    def explain(self) -> str:
        """Say where the frame comes from; see :func:`synerise_frames.provenance.explain`."""
        return provenance.explain(self.frame)

    def to_parquet(self, path: str | os.PathLike[str]) -> Path:
        """Write the frame to one Parquet file.

        Parameters
        ----------
        path : str or path-like
            File to write; its folder has to exist.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        ConfigError
            If the file cannot be written.
        """
        return to_parquet(self.frame, path)

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the frame; see :func:`synerise_frames.plotting.plot`."""
        return plotting.plot(self.frame, ax, **options)

    def _repr_html_(self) -> str:
        title = f"Exploration of {self.context.alias}"
        choice, answer = self._choice, self._answer
        if choice is None:
            kinds = [("kinds", ", ".join(self.kinds))]
            return Facts(title, kinds, ".choose(kind, analysis) chooses; .frame calculates").html()
        rows = [(choice.kind, choice.name or choice.analysis), *choice.details(self.context.tz)]
        if answer and answer[0].asks_the_same(choice):
            rows.append(("rows", f"{len(choice.of(answer[1])):,}, {freshness(answer[1])}"))
        else:
            rows.append(("rows", "not calculated yet"))
        return Facts(
            title, rows, ".frame, .plot() and .code give it; .choose(dates=…, series=…) changes it"
        ).html()

    def __repr__(self) -> str:
        if self._choice is None:
            return f"<Exploration of {self.context.alias}: nothing is chosen yet>"
        return f"<Exploration of {self.context.alias}: {self._choice.words(self.context.tz)}>"
