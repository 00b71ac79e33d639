"""Calculations of a whole workspace with overrides: trends, histograms, funnels."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from synerise_frames.kinds.base import Kind
from synerise_frames.kinds.checks import checked_id
from synerise_frames.kinds.context import View
from synerise_frames.kinds.shortcuts import digest
from synerise_frames.redact import hide
from synerise_frames.wire.bodies import Variables, analysis_body, override, variable_list
from synerise_frames.wire.memory import Fresh


class Overridable(Kind, ABC):
    """A kind whose calculation takes a window, an interval, a filter and variables."""

    def preview(
        self,
        analysis: Mapping[str, Any],
        *,
        strict: bool = False,
        max_age: float | None = None,
        refresh: bool = False,
    ) -> pd.DataFrame:
        """Calculate a definition without saving it.

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes.
        strict : bool, default False
            Raise where the answer holds anything unexpected.
        max_age : float, optional
            Seconds that a kept answer may be old; by default as the cache's policy says.
        refresh : bool, default False
            Ask the server even where a kept answer is good.

        Returns
        -------
        DataFrame
            The columns of ``calculate``.

        Raises
        ------
        InvalidRequest
            If the server does not accept the definition.
        """
        analysis = hide(analysis)
        view = View(strict=strict, fresh=Fresh(max_age, refresh))
        return self._previewed(analysis, view)

    def _calculated(
        self,
        operation: str,
        view: View,
        *,
        filter: Mapping[str, Any] | None,  # noqa: A002
        variables: Variables,
    ) -> pd.DataFrame:
        """Calculate with the override form, which only needs ``variables``."""
        words = b"" if filter is None and variables is None else digest(filter, variables)
        return self._ask(
            operation,
            lambda: override(
                dates=view.dates,
                interval=view.interval,
                filter=filter,
                variables=variables,
                tz=self._context.tz,
            ),
            view,
            words,
        )

    def _recalculated(self, view: View) -> pd.DataFrame:
        """Calculate with the plain form, which has no body."""
        return self._ask(f"{self.family}.calculate", lambda: None, view, b"")

    def _dynamic(self, view: View, variables: Variables) -> pd.DataFrame:
        """Calculate with the form that takes values of dynamic keys and nothing else."""
        return self._ask(
            f"{self.family}.calculate_dynamic",
            lambda: {"variables": variable_list(variables)},
            view,
            digest(variables),
        )

    def _previewed(self, analysis: Mapping[str, Any], view: View, **more: Any) -> pd.DataFrame:
        return self._context.frame(
            f"{self.family}.preview",
            lambda payload: self._read(payload, view),
            view,
            body=analysis_body(analysis, **more),
        )

    def _ask(
        self, operation: str, body: Callable[[], Any], view: View, words: bytes | None
    ) -> pd.DataFrame:
        """Ask for a calculation; `words` stand for all of the body that `view` does not hold."""
        question = self._context.question(operation, view, words)
        known = self._context.recall(question)
        if known is not None:
            return known
        analysis_id = checked_id(view.analysis_id, self.kind)
        if analysis_id != view.analysis_id:
            view, question = view._replace(analysis_id=analysis_id), None
        with self._told_names(analysis_id):
            return self._context.frame(
                operation,
                lambda payload: self._read(payload, view),
                view,
                path=self._path(analysis_id),
                body=body(),
                question=question,
            )

    @abstractmethod
    def _read(self, payload: Any, view: View) -> pd.DataFrame:
        """Read the answer of this kind."""
