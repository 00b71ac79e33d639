"""Aggregates and expressions: one answer for one profile."""

from __future__ import annotations

from typing import Any

import pandas as pd

from synerise_frames.frames.answers import asked_for, profile_columns
from synerise_frames.frames.find import pick
from synerise_frames.frames.load import Payload, parse
from synerise_frames.frames.memberships import membership
from synerise_frames.frames.read import read
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading


def aggregate(
    payload: Payload,
    tz: Zone = None,  # noqa: ARG001
    strict: bool = False,
    *,
    profile: str | None = None,
) -> pd.DataFrame:
    """Read the answer of ``aggregates.calculate``.

    A result may be any JSON value. ``result`` has its text (JSON text for lists and objects),
    ``value`` the number that it is or that its text spells, ``result_type`` what it was.

    Parameters
    ----------
    payload : dict, list, scalar, str or bytes
        The answer: ``{"clientId", "aggregateId", "name", "result"}``; also a list of such
        objects, empty or not, and a bare result. Text is parsed as JSON.
    tz : str or tzinfo, optional
        Not used: a result that is a time stays as sent.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.
    profile : str, optional
        Identifier that was asked for; default the answer's ``clientId``.

    Returns
    -------
    DataFrame
        profile, client_id, analysis_id, name, result (``string``), value (``Float64``),
        result_type (``string``). No rows where the answer is an empty list.

    Raises
    ------
    ShapeError
        If the payload is no answer for a profile.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.aggregate({"clientId": 7, "aggregateId": "a", "name": "Spend", "result": "12.50"})
      profile client_id analysis_id   name result  value result_type
    0       7         7           a  Spend  12.50   12.5      string
    """
    return _frame("aggregate", payload, strict, profile)


def expression(
    payload: Payload,
    tz: Zone = None,  # noqa: ARG001
    strict: bool = False,
    *,
    profile: str | None = None,
) -> pd.DataFrame:
    """Read the answer of ``expressions.calculate``.

    Parameters, columns and errors are those of :func:`~synerise_frames.frames.aggregate`; the
    id of the analysis is in ``expressionId``.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.expression({"clientId": 7, "expressionId": "e", "name": "Big", "result": True})
      profile client_id analysis_id name result  value result_type
    0       7         7           e  Big   true   <NA>     boolean
    """
    return _frame("expression", payload, strict, profile)


def aggregate_preview(
    payload: Payload,
    tz: Zone = None,  # noqa: ARG001
    strict: bool = False,
    *,
    profile: str | None = None,
) -> pd.DataFrame:
    """Read the answer of ``aggregates.preview``.

    Parameters, columns and errors are those of :func:`~synerise_frames.frames.aggregate`; the
    name is in ``title``, and variables, date filter and version are in ``attrs["extra"]``.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.aggregate_preview({"clientId": 7, "title": "Spend", "result": 3})["name"].item()
    'Spend'
    """
    return _frame("aggregate", payload, strict, profile)


def expression_preview(
    payload: Payload,
    tz: Zone = None,  # noqa: ARG001
    strict: bool = False,
    *,
    profile: str | None = None,
) -> pd.DataFrame:
    """Read the answer of ``expressions.preview``.

    Parameters, columns and errors are those of :func:`~synerise_frames.frames.aggregate`; the
    name is in ``title``, and variables are in ``attrs["extra"]``.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> df = sf.frames.expression_preview({"clientId": 7, "title": "Big", "result": None})
    >>> df["result_type"].item()
    'null'
    """
    return _frame("expression", payload, strict, profile)


def card(
    payload: Payload,
    tz: Zone = None,  # noqa: ARG001
    strict: bool = False,
    *,
    profile: str | None = None,
    kind: str | None = None,
) -> pd.DataFrame:
    """Read the answer of ``aggregates.card``, ``expressions.card`` or ``segmentations.card``.

    Parameters
    ----------
    payload : dict, list, str or bytes
        The answer: ``[{"aggregateId": "…", "name": "…", "result": …}]``.
    tz, strict, profile
        As for :func:`~synerise_frames.frames.aggregate`.
    kind : {"aggregate", "expression", "segmentation"}, optional
        Kind of the card; default what the field of the id says, else ``"aggregate"``.

    Returns
    -------
    DataFrame
        Of kind aggregate or expression, one row an analysis; for segmentations that of
        :func:`~synerise_frames.frames.membership`.

    Raises
    ------
    ShapeError
        If the payload is no card.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> df = sf.frames.card([{"expressionId": "e", "name": "Big", "result": "true"}], profile="7")
    >>> df.attrs["kind"], df["profile"].item(), df["result"].item()
    ('expression', '7', 'true')
    """
    if kind is None:
        payload = parse(payload, "card")
        kind = _kind_of(payload)
    if kind == "segmentation":
        return membership(payload, strict=strict, profile=profile)
    known = "expression" if kind == "expression" else "aggregate"
    return _frame(known, payload, strict, profile, card=True)


def _frame(
    kind: str, payload: Payload, strict: bool, profile: str | None, *, card: bool = False
) -> pd.DataFrame:
    asked = asked_for(kind, profile, card=card)

    def reader(reading: Reading, data: Any) -> pd.DataFrame:
        return build(reading, profile_columns(reading, data, asked))

    return read(kind, payload, strict, reader)


def _kind_of(data: Any) -> str:
    rows = data if isinstance(data, list) else [data]
    inner = [v for row in rows if isinstance(row, dict) for v in row.values()]
    rows = rows + [item for box in inner if isinstance(box, list) for item in box]
    for row in rows:
        for kind in ("expression", "segmentation", "aggregate"):
            if isinstance(row, dict) and pick(row, (f"{kind}id", f"{kind}uuid")) is not None:
                return kind
    return "aggregate"
