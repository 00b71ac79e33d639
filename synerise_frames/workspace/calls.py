"""What a workspace answers beside its kinds: any operation, and who is asking."""

from __future__ import annotations

from typing import Any

import pandas as pd

from synerise_frames.kinds.account import permissions, whoami
from synerise_frames.kinds.context import Context
from synerise_frames.kinds.management import Ids, delete_many
from synerise_frames.kinds.operations import operations
from synerise_frames.redact import hide
from synerise_frames.wire.memory import Fresh
from synerise_frames.wire.operations import operation
from synerise_frames.wire.params import sort_out


class Calls:
    """Operations that belong to no kind, or to any."""

    context: Context

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
        trends: Ids = (),
        histograms: Ids = (),
        funnels: Ids = (),
        reports: Ids = (),
        metrics: Ids = (),
        sankeys: Ids = (),
        segmentations: Ids = (),
        aggregates: Ids = (),
        expressions: Ids = (),
        allow_unverified: bool = False,
    ) -> None:
        """Delete many analyses at once ("Delete multiple analyses"); for user logins only.

        Parameters
        ----------
        trends, histograms, funnels, reports, metrics : sequence of str or DataFrame
            Ids, or a list of analyses such as ``ws.reports.list()``.
        sankeys, segmentations, aggregates, expressions : sequence of str or DataFrame
            The same.
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
