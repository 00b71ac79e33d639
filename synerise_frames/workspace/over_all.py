"""What a workspace does over all of its kinds: list, look through, ask for many profiles."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Literal, overload

import pandas as pd

from synerise_frames.extras import require
from synerise_frames.kinds.base import Kind
from synerise_frames.kinds.catalog import catalog
from synerise_frames.kinds.context import Context

if TYPE_CHECKING:
    from synerise_frames.bulk.ids import IdSource
    from synerise_frames.bulk.profiles import Profiles
    from synerise_frames.widgets.exploration import Exploration
    from synerise_frames.widgets.explorer import Explorer
    from synerise_frames.wire.bodies import Dates, Width


class OverAll:
    """Questions to all kinds of a workspace together."""

    context: Context
    _kinds: tuple[Kind, ...]

    def catalog(self, *, refresh: bool = False) -> pd.DataFrame:
        """List every analysis of every kind.

        Trends are those named with ``ws.trends.remember``: the API has no list of them.

        Parameters
        ----------
        refresh : bool, default False
            Ask the server even where kept answers are good.

        Returns
        -------
        DataFrame
            One row an analysis, with the columns of ``sf.schema.describe("listing")``.

        Raises
        ------
        SyneriseError
            If a list cannot be had; the class and the hint say why.
        """
        return catalog(*self._kinds, refresh=refresh)

    def profiles(
        self, ids: IdSource, by: str = "id", *, column: Hashable | None = None
    ) -> Profiles:
        """Take many profiles, to calculate aggregates, expressions and membership for them.

        Parameters
        ----------
        ids : iterable, DataFrame, str or Path
            Identifiers: a list, a Series, a column of a frame, a Parquet or CSV file, or an
            iterator of unknown length. Repeated ones are asked for once and stay in the result;
            what is no identifier becomes a row that says so. Whole numbers are taken as text,
            floats too where they are whole, as pandas makes them beside a missing value.
        by : {"id", "uuid", "email", "custom_identify"}, default "id"
            What they are.
        column : hashable, optional
            Column of the frame or file; needed where it has several and none is called as this
            library calls what `by` says (``profile``, ``profile_id``, ``client_id``, ``id``;
            ``uuid``; ``email``; ``custom_id``, ``custom_identify``).

        Returns
        -------
        Profiles
            ``.plan(aggregates=…, expressions=…, segmentations=…)`` says what is asked, and its
            ``.run()`` asks.

        Raises
        ------
        ConfigError
            If the identifiers cannot be read, or are e-mail addresses or UUIDs without a `by`
            that says so.

        Warns
        -----
        SyneriseWarning
            If some of them are.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     plan = ws.profiles([1, 2]).plan(aggregates=ws.aggregates.find("Baskets"))
        ...     plan.run(progress=False).wide()["Baskets"].tolist()
        [51, 20]
        """
        # Many need none of it.
        from synerise_frames.bulk.profiles import profiles  # noqa: PLC0415
        from synerise_frames.widgets import notebook  # noqa: PLC0415

        notebook.register()

        return profiles(self.context, ids, by, column)

    @overload
    def explore(
        self,
        kind: str | None = None,
        analysis: str | None = None,
        dates: Dates = None,
        interval: Width = None,
        *,
        display: Literal[True] = True,
    ) -> Explorer: ...

    @overload
    def explore(
        self,
        kind: str | None = None,
        analysis: str | None = None,
        dates: Dates = None,
        interval: Width = None,
        *,
        display: Literal[False],
    ) -> Exploration: ...

    def explore(
        self,
        kind: str | None = None,
        analysis: str | None = None,
        dates: Dates = None,
        interval: Width = None,
        *,
        display: bool = True,
    ) -> Explorer | Exploration:
        """Look through the analyses in a notebook: choose one and its window, see what it gives.

        Parameters
        ----------
        kind : str, optional
            ``trend``, ``histogram``, ``funnel``, ``report``, ``metric``, ``sankey`` or
            ``segmentation``.
        analysis : str, optional
            Id or name of the analysis to begin with; the first one if none is named.
        dates : Window or dict, optional
            ``sf.last(…)`` or ``sf.between(…)``; the analysis's own window where left out.
        interval : str, Interval or dict, optional
            Width of a bucket, for trends and histograms.
        display : bool, default True
            Give what a notebook shows. Without it: the same choice, frame, code and file as a
            plain object, for scripts; it needs no ipywidgets.

        Returns
        -------
        Explorer or Exploration
            Controls, picture, table and code in a notebook; or the object behind them.

        Raises
        ------
        ConfigError
            If the extra ``notebook`` is not installed, or an argument is wrong.
        NotFound
            If there is no such analysis; the hint has close matches.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> ws = sf.demo()
        >>> seen = ws.explore("funnel", "Campaign to coupon to basket", display=False)
        >>> seen.frame["step"].tolist()
        [1, 2, 3]
        >>> print(seen.code)
        # Campaign to coupon to basket
        df = ws.funnels.calculate("98c92d01-d274-576f-bfea-6751ca61b1dd")
        >>> ws.close()
        """
        from synerise_frames.widgets.exploration import Exploration  # noqa: PLC0415

        if display:
            require("notebook", "ipywidgets", "matplotlib")
        seen = Exploration(self._kinds, self.context)
        if any(given is not None for given in (kind, analysis, dates, interval)):
            seen.choose(kind, analysis, dates, interval)
        if not display:
            return seen
        from synerise_frames.widgets.explorer import Explorer  # noqa: PLC0415 - an extra

        return Explorer(seen)
