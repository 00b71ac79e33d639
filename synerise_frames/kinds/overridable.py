"""Calculations of a whole workspace with overrides: trends, histograms, funnels."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from synerise_frames.kinds.base import Kind, checked_id
from synerise_frames.wire.bodies import (
    Dates,
    Variables,
    Width,
    analysis_body,
    override,
    variable_list,
)


@dataclass(frozen=True)
class Asked:
    """What was asked, as far as a reader of the answer wants to know it."""

    analysis_id: str | None = None
    dates: Dates = None
    interval: Width = None
    strict: bool = False


class Overridable(Kind, ABC):
    """A kind whose calculation takes a window, an interval, a filter and variables."""

    def preview(self, analysis: Mapping[str, Any], *, strict: bool = False) -> pd.DataFrame:
        """Calculate a definition without saving it.

        Parameters
        ----------
        analysis : dict
            A definition, such as ``get(id)["analysis"]`` with changes.
        strict : bool, default False
            Raise where the answer holds anything unexpected.

        Returns
        -------
        DataFrame
            The columns of ``calculate``.

        Raises
        ------
        InvalidRequest
            If the server does not accept the definition.
        """
        return self._previewed(analysis, strict)

    def _calculated(
        self,
        operation: str,
        analysis_id: str,
        *,
        dates: Dates,
        interval: Width,
        filter: Mapping[str, Any] | None,  # noqa: A002
        variables: Variables,
        strict: bool,
    ) -> pd.DataFrame:
        """Calculate with the override form, which only needs ``variables``."""
        body = override(
            dates=dates,
            interval=interval,
            filter=filter,
            variables=variables,
            tz=self._context.tz,
        )
        return self._ask(operation, body, Asked(analysis_id, dates, interval, strict))

    def _recalculated(self, analysis_id: str, strict: bool) -> pd.DataFrame:
        """Calculate with the plain form, which has no body."""
        return self._ask(f"{self.family}.calculate", None, Asked(analysis_id, strict=strict))

    def _dynamic(self, analysis_id: str, variables: Variables, strict: bool) -> pd.DataFrame:
        """Calculate with the form that takes values of dynamic keys and nothing else."""
        body = {"variables": variable_list(variables)}
        operation = f"{self.family}.calculate_dynamic"
        return self._ask(operation, body, Asked(analysis_id, strict=strict))

    def _previewed(self, analysis: Mapping[str, Any], strict: bool, **more: Any) -> pd.DataFrame:
        operation = f"{self.family}.preview"
        answer = self._context.api.call(operation, body=analysis_body(analysis, **more))
        frame = self._read(answer.payload, Asked(strict=strict))
        return self._context.stamped(frame, operation, answer)

    def _ask(self, operation: str, body: Any, asked: Asked) -> pd.DataFrame:
        analysis_id = checked_id(asked.analysis_id, self.kind)
        answer = self._context.api.call(operation, path={f"{self.kind}Id": analysis_id}, body=body)
        return self._context.stamped(
            self._read(answer.payload, asked),
            operation,
            answer,
            analysis_id=analysis_id,
            dates=asked.dates,
            interval=asked.interval,
        )

    @abstractmethod
    def _read(self, payload: Any, asked: Asked) -> pd.DataFrame:
        """Read the answer of this kind."""
