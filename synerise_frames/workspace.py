"""A workspace: its kinds of analyses as sub-namespaces, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, overload

import pandas as pd

from synerise_frames.caching import Caching
from synerise_frames.extras import require
from synerise_frames.kinds.account import Account, permissions, whoami
from synerise_frames.kinds.aggregates import Aggregates
from synerise_frames.kinds.base import Kind
from synerise_frames.kinds.catalog import catalog
from synerise_frames.kinds.context import Context
from synerise_frames.kinds.directories import Directories
from synerise_frames.kinds.expressions import Expressions
from synerise_frames.kinds.funnels import Funnels
from synerise_frames.kinds.histograms import Histograms
from synerise_frames.kinds.management import delete_many
from synerise_frames.kinds.metrics import Metrics
from synerise_frames.kinds.operations import operations
from synerise_frames.kinds.reports import Reports
from synerise_frames.kinds.sankeys import Sankeys
from synerise_frames.kinds.segmentations import Segmentations
from synerise_frames.kinds.trends import Trends
from synerise_frames.readable import Facts
from synerise_frames.redact import hide
from synerise_frames.wire.memory import Fresh
from synerise_frames.wire.operations import operation
from synerise_frames.wire.params import sort_out

if TYPE_CHECKING:
    from synerise_frames.bulk.ids import IdSource
    from synerise_frames.bulk.profiles import Profiles
    from synerise_frames.widgets.exploration import Exploration
    from synerise_frames.widgets.explorer import Explorer
    from synerise_frames.wire.bodies import Dates, Width


class Workspace:
    """One workspace of the Analytics Suite; made by ``sf.connect()`` or ``sf.demo()``.

    Attributes
    ----------
    trends, histograms, funnels, reports, metrics, sankeys, segmentations, aggregates, expressions
        What can be listed, calculated and changed, one namespace a kind.
    directories
        Where analyses are kept.
    auth
        Workspaces of a user, tokens of profiles.
    cache
        What is kept of earlier answers.
    context
        What the parts of a workspace share; for the library's own use.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     ws
    <Workspace demo (America/New_York)>
    """

    def __init__(
        self, context: Context, cache: Caching, on_close: Sequence[Callable[[], object]] = ()
    ) -> None:
        self.context = context
        self.cache = cache
        self._ends = [*on_close]
        self.trends = Trends(context)
        self.histograms = Histograms(context)
        self.funnels = Funnels(context)
        self.reports = Reports(context)
        self.metrics = Metrics(context)
        self.sankeys = Sankeys(context)
        self.segmentations = Segmentations(context)
        self.aggregates = Aggregates(context)
        self.expressions = Expressions(context)
        self._kinds: tuple[Kind, ...] = (
            self.trends,
            self.histograms,
            self.funnels,
            self.reports,
            self.metrics,
            self.sankeys,
            self.segmentations,
            self.aggregates,
            self.expressions,
        )
        self.directories = Directories(context)
        self.auth = Account(context)

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

    def operations(self) -> pd.DataFrame:
        """List all operations of the API reference, with the paths in effect here.

        Returns
        -------
        DataFrame
            key, tag, summary, method, path, evidence, effect, permission, consumer
            (``string``), verified (``boolean``): a row an operation. ``evidence`` is where the
            path is known from: ``reference``, ``public``, ``inferred``, ``guess``, or who put
            it right: ``openapi``, ``probe``, ``user``.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> ws = sf.connect(api_key="not-a-real-key")
        >>> ws.operations()["evidence"].value_counts()["reference"]
        36
        """
        return operations(self.context.api.paths)

    def call(
        self,
        operation_key: str,
        *,
        allow_unverified: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
        **params: Any,
    ) -> Any:
        """Call any operation and give the JSON it answers.

        Parameters
        ----------
        operation_key : str
            A key of :meth:`operations`, such as ``"trends.get"``.
        allow_unverified : bool, default False
            Write although the path is not printed in the reference.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.
        **params
            Path and query parameters and fields of the body, named as in the reference
            (``trendId=``, ``limit=``, ``variables=``); ``body=`` sends a whole body as it is.

        Returns
        -------
        dict, list, str, int, float, bool or None
            The answer as the server sends it; text where it is CSV.

        Raises
        ------
        ConfigError
            If there is no such operation or parameter, or a required one is missing.
        SyneriseError
            If the call fails; the class says what went wrong, the hint what to do.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     ws.call("metrics.list", search="Buyers")["meta"]["totalCount"]
        1
        """
        params = hide(params)
        op = operation(operation_key)
        given = sort_out(op, params)
        return self.context.api.call(
            op,
            path=given.path,
            query=given.query,
            body=given.body,
            allow_unverified=allow_unverified,
            fresh=Fresh(max_age, refresh),
        ).payload

    def delete_many(
        self,
        *,
        trends: Sequence[str] = (),
        histograms: Sequence[str] = (),
        funnels: Sequence[str] = (),
        reports: Sequence[str] = (),
        metrics: Sequence[str] = (),
        sankeys: Sequence[str] = (),
        segmentations: Sequence[str] = (),
        aggregates: Sequence[str] = (),
        expressions: Sequence[str] = (),
        allow_unverified: bool = False,
    ) -> None:
        """Delete many analyses at once ("Delete multiple analyses"); for user logins only.

        Parameters
        ----------
        trends, histograms, funnels, reports, metrics : sequence of str
            Ids.
        sankeys, segmentations, aggregates, expressions : sequence of str
            Ids.
        allow_unverified : bool, default False
            Write although the path is not printed in the reference.

        Raises
        ------
        PermissionDenied
            If this is not a user's login; nothing was sent.
        PathNotVerified
            If the path is a guess and `allow_unverified` is not set; nothing was sent.
        """
        ids = {
            "trends": trends,
            "histograms": histograms,
            "funnels": funnels,
            "reports": reports,
            "metrics": metrics,
            "sankeys": sankeys,
            "segmentations": segmentations,
            "aggregates": aggregates,
            "expressions": expressions,
        }
        delete_many(self.context, ids, allow_unverified=allow_unverified)

    def whoami(self) -> dict[str, Any]:
        """Say who is asking and in which workspace: host, consumer, workspace.

        Raises
        ------
        AuthError
            If the credentials are refused.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     ws.whoami()["workspace"]
        {'name': 'Complete Journey (demo)'}
        """
        return whoami(self.context)

    def check_permissions(self) -> pd.DataFrame:
        """Ask which permissions the workspace key has.

        Returns
        -------
        DataFrame
            permission (``string``), granted (``boolean``, missing where the server does not
            say), operations (``string``, what it is needed for): a row a permission.

        Raises
        ------
        PermissionDenied
            If this is a user's login: only keys are checked.
        """
        return permissions(self.context)

    def on_close(self, end: Callable[[], object]) -> None:
        """Call `end` when this is closed, after what was named before."""
        self._ends.append(end)

    def close(self) -> None:
        """Close all connections; the embedded workspace ends with it."""
        with ExitStack() as stack:
            for end in reversed(self._ends):
                stack.callback(end)
            stack.callback(self.cache.flush)
            self.context.api.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Workspace {self.context.alias} ({self.context.tz or 'UTC, no tz given'})>"

    def _repr_html_(self) -> str:
        api, memory = self.context.api, self.context.api.memory
        kept = f"in {memory.cache.shelf.folder}" if memory else "none"
        facts = [
            ("host", api.host),
            ("credentials", "a user's login" if api.consumer == "user" else "workspace key"),
            ("time zone", str(self.context.tz or "UTC, no tz given")),
            ("cache", f"{kept}, offline" if memory and memory.offline else kept),
            ("kinds", ", ".join(sorted(one.family for one in self._kinds))),
        ]
        asks = "ws.catalog() lists all analyses, ws.whoami() asks who you are"
        return Facts(f"Workspace {self.context.alias}", facts, asks).html()
