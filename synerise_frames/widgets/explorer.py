"""The explorer: an exploration as a notebook shows it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ipywidgets as iw
import pandas as pd

from synerise_frames import provenance
from synerise_frames.errors import ConfigError, SyneriseError
from synerise_frames.export.parquet import to_parquet
from synerise_frames.widgets import download, messages
from synerise_frames.widgets.choice import EXPLORABLE, Choice
from synerise_frames.widgets.code import code_of
from synerise_frames.widgets.controls import Controls
from synerise_frames.widgets.exploration import Exploration
from synerise_frames.widgets.picture import picture
from synerise_frames.widgets.style import COPY, STYLE
from synerise_frames.widgets.table import table
from synerise_frames.widgets.turns import Turn, Turns
from synerise_frames.widgets.wish import KEPT, Kept, Wish
from synerise_frames.wire.bodies import Dates, Width

_TABS = ("Picture", "Table", "Code")


@dataclass(frozen=True)
class Shown:
    """A choice, and everything that is shown of it."""

    choice: Choice
    rows: pd.DataFrame
    frame: pd.DataFrame
    picture: bytes
    table: str
    code: str
    link: str


def _wish_for(choice: Choice) -> Wish:
    takes = EXPLORABLE[choice.kind]
    return Wish(
        choice.kind,
        choice.analysis,
        choice.dates if takes.dates else KEPT,
        choice.interval if takes.interval else KEPT,
        choice.series,
    )


class Explorer:
    """Menus, picture, table and code of an :class:`Exploration`; made by ``ws.explore()``.

    Show it as the last line of a cell. What is calculated is calculated in the background; an
    error is told above the last good result, which stays.

    Attributes
    ----------
    exploration : Exploration
        What is chosen, as a plain object.
    view : ipywidgets.VBox
        What is shown.
    """

    def __init__(self, exploration: Exploration) -> None:
        self.exploration = exploration
        self._turns = Turns()
        self._shown: Shown | None = None
        self.controls = Controls(exploration.kinds, exploration.context, self._changed)
        self.message = iw.HTML()
        self.message.add_class("sf-message")
        self.picture = iw.Image(format="png")
        self.picture.add_class("sf-picture")
        self.table = iw.HTML()
        self.table.add_class("sf-scroll")
        self.code_text = iw.Textarea(rows=9, layout=iw.Layout(width="calc(100% - 4px)"))
        self.state = iw.HTML()
        self.link = iw.HTML()
        code = iw.VBox([self.code_text, iw.HTML(COPY)])
        code.add_class("sf-code")
        self.tabs = iw.Tab([iw.HBox([self.picture]), self.table, code], titles=_TABS)
        foot = iw.HBox(
            [self.state, self.link, self.controls.refresh], layout=iw.Layout(flex_flow="row wrap")
        )
        foot.add_class("sf-foot")
        parts = [iw.HTML(STYLE), self.controls.box, self.message, self.tabs, foot]
        self.view = iw.VBox(parts)
        self.view.add_class("sf-explorer")
        self._begin(Wish())

    def choose(
        self,
        kind: str | None = None,
        analysis: str | None = None,
        dates: Dates | Kept = KEPT,
        interval: Width | Kept = KEPT,
        series: str | Sequence[str | None] | Kept | None = KEPT,
    ) -> Explorer:
        """Choose what is looked at, as :meth:`Exploration.choose` does, and show it.

        Raises
        ------
        ConfigError
            If the kind cannot be explored, or takes no such window or interval.
        NotFound
            If there is no such analysis or series; the hint has close matches.
        """
        wish = Wish(kind, analysis, dates, interval, series)
        chosen = self.exploration.checked(wish)
        self._begin(_wish_for(chosen), chosen)
        return self

    @property
    def frame(self) -> pd.DataFrame:
        """The frame that is shown: the last good one.

        Raises
        ------
        ConfigError
            If nothing was calculated yet.
        """
        return self._last_good().frame.copy()

    @property
    def code(self) -> str:
        """Lines that give :attr:`frame`, where the workspace is called ``ws``."""
        return self._last_good().code

    def explain(self) -> str:
        """Say where the frame comes from; see :func:`synerise_frames.provenance.explain`."""
        return provenance.explain(self._last_good().frame)

    def to_parquet(self, path: str | os.PathLike[str]) -> Path:
        """Write the frame that is shown to one Parquet file, however large.

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
            If nothing was calculated yet, or the file cannot be written.
        """
        return to_parquet(self._last_good().frame, path)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until what was chosen last is shown; say whether it is.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most.
        """
        return self._turns.wait(timeout)

    def _last_good(self) -> Shown:
        if self._shown is None:
            raise ConfigError(
                "Nothing was calculated yet.", hint="explorer.wait() waits; the view tells errors."
            )
        return self._shown

    def _changed(self, name: str) -> None:
        """Do what a person asked for in a menu."""
        kind: str = self.controls.kind.value
        self.controls.fit(kind)
        takes = EXPLORABLE[kind]
        try:
            # All of the menus: what one click asked for may not be known when the next one comes.
            wish = Wish(
                kind,
                None if name == "kind" else self.controls.analysis.value,
                self.controls.dates if takes.dates else KEPT,
                self.controls.width if takes.interval else KEPT,
                () if name in ("kind", "analysis") else self.controls.chosen_series,
                refresh=name == "refresh",
            )
        except ConfigError as error:
            failed = error
            self._turns.at_once(lambda: self._fail(failed))
        else:
            self._begin(wish)

    def _begin(self, wish: Wish, chosen: Choice | None = None) -> None:
        def first() -> None:
            if chosen is not None:
                self.exploration.take(chosen)
            self._busy()

        self._turns.begin(lambda turn: self._work(turn, wish), first)

    def _work(self, turn: Turn, wish: Wish) -> None:
        """Find what is wished for, calculate it and show it; or tell why not."""
        told = False
        try:
            self._look(turn, wish)
            told = True
        except SyneriseError as error:
            failed = error
            turn.show(lambda: self._fail(failed))
            told = True
        finally:
            # Whatever else it was: nobody waits for ever, and nothing of it is shown.
            if not told:
                turn.show(self._fail_unexpectedly)

    def _look(self, turn: Turn, wish: Wish) -> None:
        exploration, controls = self.exploration, self.controls
        if wish.kind is not None and wish.analysis is None:
            kind = wish.kind
            listed = exploration.listed(kind)
            turn.show(lambda: controls.offer_analyses(kind, listed))
        choice = exploration.resolved(wish)
        listed = exploration.listed(choice.kind)

        def chosen() -> None:
            exploration.take(choice)
            controls.offer_analyses(choice.kind, listed)
            controls.show(choice)

        if not turn.show(chosen):
            return
        rows = exploration.calculate(choice, refresh=wish.refresh)
        choice = choice.within(rows)
        frame = choice.of(rows)
        shown = Shown(
            choice,
            rows,
            frame,
            picture(frame),
            table(frame),
            code_of(choice),
            download.link(frame),
        )
        turn.show(lambda: self._show(shown))

    def _show(self, shown: Shown) -> None:
        self._shown = shown
        self.exploration.take(shown.choice)
        self.controls.offer_series(shown.choice, shown.rows)
        self.picture.value = shown.picture
        self.table.value = shown.table
        self.code_text.value = shown.code
        self.link.value = shown.link
        self.state.value = messages.state(shown.frame, self._words(shown))
        self.message.value = ""
        self.tabs.remove_class("sf-outdated")

    def _busy(self) -> None:
        self.message.value = messages.BUSY
        if self._shown:
            self.tabs.add_class("sf-outdated")

    def _fail(self, error: SyneriseError) -> None:
        self.message.value = messages.failure(error, self._still())

    def _fail_unexpectedly(self) -> None:
        self.message.value = messages.unexpected(self._still())

    def _still(self) -> str | None:
        return self._words(self._shown) if self._shown else None

    def _words(self, shown: Shown) -> str:
        return shown.choice.words(self.exploration.context.tz)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.view._repr_mimebundle_(**options)

    def __repr__(self) -> str:
        return repr(self.exploration).replace("<Exploration", "<Explorer", 1)
