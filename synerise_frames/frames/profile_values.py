"""Aggregates and expressions: one answer for one profile."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from synerise_frames.frames.find import (
    CHILDREN,
    NAME,
    VALUE,
    at,
    is_box,
    is_scalar,
    pick,
    spelled,
    words,
)
from synerise_frames.frames.load import Payload, guarded, parse, read, refuse, refuse_error
from synerise_frames.frames.memberships import membership
from synerise_frames.frames.rows import Records, apart, column, hold_rest, others
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_number, as_numbers, as_texts

_CLIENT = words("clientid profileid customerid client profile contactid identifiervalue")
_RESULT = ("result", "value", "answer", "output", "outcome", *VALUE)
_ANALYSIS = words("analysisid analyticid definitionid id uuid")
_TITLE = ("name", "title", *NAME)
#: Fields that the reference prints for previews.
_PRINTED = words(
    "variables datefilter analyticversion aggregateuuid expressionuuid metadata description"
)
_SIMPLE = {int, float, str, bool, type(None)}
_TYPES: dict[type, str] = {
    int: "number",
    float: "number",
    str: "string",
    bool: "boolean",
    list: "list",
    dict: "object",
    type(None): "null",
}


def aggregate(
    payload: Payload, tz: Zone = None, strict: bool = False, *, profile: str | None = None
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
    return _frame("aggregate", payload, tz, strict, profile)


def expression(
    payload: Payload, tz: Zone = None, strict: bool = False, *, profile: str | None = None
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
    return _frame("expression", payload, tz, strict, profile)


def aggregate_preview(
    payload: Payload, tz: Zone = None, strict: bool = False, *, profile: str | None = None
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
    return _frame("aggregate", payload, tz, strict, profile)


def expression_preview(
    payload: Payload, tz: Zone = None, strict: bool = False, *, profile: str | None = None
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
    return _frame("expression", payload, tz, strict, profile)


def card(
    payload: Payload,
    tz: Zone = None,
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
        return membership(payload, tz, strict, profile=profile)
    return _frame(
        "expression" if kind == "expression" else "aggregate",
        payload,
        tz,
        strict,
        profile,
        card=True,
    )


@dataclass(frozen=True)
class _Asked:
    kind: str
    profile: str | None
    card: bool
    ids: tuple[str, ...]
    #: Fields of the form that the reference prints.
    printed: frozenset[str]


@lru_cache(maxsize=64)
def _asked(kind: str, profile: str | None, *, card: bool = False) -> _Asked:
    ids = (f"{kind}id", f"{kind}sid", *_ANALYSIS)
    printed = frozenset({"clientId", f"{kind}Id", "name", "result"})
    return _Asked(kind, None if profile is None else str(profile), card, ids, printed)


def _frame(
    kind: str, payload: Payload, tz: Zone, strict: bool, profile: str | None, *, card: bool = False
) -> pd.DataFrame:
    asked = _asked(kind, profile, card=card)
    return read(kind, payload, strict, lambda reading, data: _read(reading, data, tz, asked))


def answers(kind: str, payload: Payload, profile: str | None = None) -> dict[str, list[Any]]:
    """Give the columns of an answer as lists, without the cost of a frame.

    For bulk runs, which read thousands of answers into one frame. `kind` is ``"aggregate"`` or
    ``"expression"``; columns are the declared ones and those of fields without a role.

    Raises
    ------
    ShapeError
        If the payload is no answer for a profile.

    Examples
    --------
    >>> answers("aggregate", {"clientId": 7, "aggregateId": "a", "name": "n", "result": 2})["value"]
    [2.0]
    """
    data = parse(payload, kind)
    refuse_error(data, kind)
    asked = _asked(kind, profile)

    def reader(plain: Any) -> dict[str, list[Any]]:
        if _is_printed(plain, asked):
            return _encodable(_at_once(plain, asked))
        return _encodable(_columns(Reading(kind), plain, asked))

    return guarded(kind, data, reader)


def all_answers(
    kind: str, bodies: Sequence[bytes], profiles: Sequence[str] | None = None
) -> dict[str, list[Any]]:
    """Give the columns of many answers, one body a profile, at the cost of one.

    As :func:`answers` gives them one by one; `profiles` are the identifiers asked for. Where
    one body is not of the printed form, each is read by itself.

    Raises
    ------
    ShapeError
        If one of the bodies is no answer for a profile.

    Examples
    --------
    >>> body = b'{"clientId": 7, "aggregateId": "a", "name": "n", "result": 2}'
    >>> all_answers("aggregate", [body, body])["value"]
    [2.0, 2.0]
    """
    asked = _asked(kind, None)
    rows = _printed_rows(bodies, asked)
    if rows is not None:
        with suppress(UnicodeEncodeError):
            return _encodable(_printed_columns(rows, asked, profiles))
    columns: dict[str, list[Any]] = {}
    length = 0
    for i, body in enumerate(bodies):
        one = answers(kind, body, None if profiles is None else profiles[i])
        count = len(one["result"])
        for name in {**columns, **one}:
            kept = columns.setdefault(name, [None] * length)
            kept.extend(one.get(name, [None] * count))
        length += count
    return columns


def _printed_rows(bodies: Sequence[bytes], asked: _Asked) -> list[dict[str, Any]] | None:
    """Parse many bodies as one list; ``None`` if they are not all of the printed form."""
    try:
        # A text that is not closed cannot go on in the next body: JSON has no line breaks in it.
        text = b",\n".join(bodies).decode()
        rows = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        return None
    # A repeated key would be lost: see load.parse().
    if len(rows) != len(bodies) or text.count('":') != len(asked.printed) * len(rows):
        return None
    return rows if all(_is_printed(row, asked) for row in rows) else None


def _is_printed(data: Any, asked: _Asked) -> bool:
    return (
        isinstance(data, dict)
        and data.keys() == asked.printed
        and type(data["result"]) in _SIMPLE
        and not any(map(is_box, data.values()))
    )


def _encodable(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Give `columns` if all their texts can be written; raises UnicodeEncodeError if not."""
    for name, values in columns.items():
        name.encode()
        "".join(value for value in values if isinstance(value, str)).encode()
    return columns


def _printed_columns(
    rows: Sequence[Mapping[str, Any]], asked: _Asked, profiles: Sequence[str] | None
) -> dict[str, list[Any]]:
    clients, results = list(as_texts(column(rows, "clientId"))), column(rows, "result")
    return {
        "profile": clients if profiles is None else [str(one) for one in profiles],
        "client_id": clients,
        "analysis_id": list(as_texts(column(rows, f"{asked.kind}Id"))),
        "name": list(as_texts(column(rows, "name"))),
        "result": list(as_texts(results)),
        "value": list(map(as_number, results)),
        "result_type": list(map(_TYPES.__getitem__, map(type, results))),
    }


def _at_once(data: dict[str, Any], asked: _Asked) -> dict[str, list[Any]]:
    """Read the printed form, which nearly all answers have."""
    profiles = None if asked.profile is None else [asked.profile]
    return _printed_columns([data], asked, profiles)


def _read(reading: Reading, data: Any, tz: Zone, asked: _Asked) -> pd.DataFrame:
    return build(reading, _columns(reading, data, asked), tz=tz)


def _columns(reading: Reading, data: Any, asked: _Asked) -> dict[str, list[Any]]:
    records = _records(reading, data, asked)
    fields = records.fields()
    client = pick(fields, _CLIENT, _scalars)
    analysis = pick(fields, asked.ids, _scalars, {client})
    name = pick(fields, _TITLE, lambda vs: all(isinstance(v, str) for v in vs), {client, analysis})
    result = _find_result(fields, {client, analysis, name})
    results = column(records.rows, result)
    clients = as_texts(column(records.rows, client))
    reading.where = lambda column_name, row: at(records.paths[row], column_name)
    columns: dict[str, Any] = {
        "profile": clients if asked.profile is None else [asked.profile] * len(records),
        "client_id": clients,
        "analysis_id": column(records.rows, analysis),
        "name": column(records.rows, name),
        "result": as_texts(results),
        "value": as_numbers(results),
        "result_type": list(map(_TYPES.__getitem__, map(type, results))),
    }
    used = {client, analysis, name, result}
    if len(records) and (result is None or pick({result: 0}, _RESULT) is None):
        reading.unexpected(records.paths[0], "no field that is called a result")
    printed = [k for k in fields if k not in used and spelled(k) in _PRINTED]
    for key in printed:
        values = [v for v in column(records.rows, key) if v not in (None, "", [], {})]
        if values:
            reading.hold(key, values[0] if len(records) == 1 else values)
    return {**columns, **apart(reading.kind, others(reading, records, {*used, *printed}))}


def _scalars(values: Sequence[Any]) -> bool:
    return all(map(is_scalar, values))


def _find_result(fields: Mapping[str, list[Any]], used: set[str | None]) -> str | None:
    """Find the result: by name, else as the only field that is left."""
    skip = {key for key in used if key}
    found = pick(fields, _RESULT, skip=skip)
    rest = [k for k in fields if k not in skip and spelled(k) not in _PRINTED]
    return found or (rest[0] if len(rest) == 1 else None)


def _records(reading: Reading, data: Any, asked: _Asked) -> Records:
    records = Records()
    if data in (None, [], {}):
        return records
    if isinstance(data, list):
        return _of_list(data, asked)
    if isinstance(data, dict):
        return _of_object(reading, data, asked)
    if asked.card:
        raise refuse(reading.kind, "$", data, "a list of results")
    records.add({"result": data}, "$")
    return records


def _of_list(data: list[Any], asked: _Asked, path: str = "$") -> Records:
    """Take a list of answers; a list of anything else is itself the one result."""
    records = Records()
    if {*map(type, data)} <= {dict} and (
        asked.card or all(_is_answer(dict.fromkeys(keys), asked) for keys in {*map(tuple, data)})
    ):
        records.extend(data, path)
    elif len(data) == 1:
        records.add({"result": data[0]}, at(path, 0))
    else:
        records.add({"result": data}, path)
    return records


def _of_object(reading: Reading, data: dict[str, Any], asked: _Asked) -> Records:
    records = Records()
    key = pick(data, CHILDREN, _holds_objects)
    if key is not None and not _is_whole(data, asked):
        client = pick(data, _CLIENT, is_scalar)
        hold_rest(reading, data, {key, client})
        inner = _of_list(data[key], asked, at("$", key)) if data[key] else records
        if client is not None:
            inner.rows[:] = [{client: data[client], **row} for row in inner.rows]
        return inner
    if _is_answer(data, asked):
        records.add(data, "$")
    elif asked.card:
        for name, value in data.items():
            row = value if isinstance(value, dict) else {"result": value}
            records.add({"id": name, **row}, at("$", name))
    elif len(data) == 1:
        records.add(data, "$")
    else:
        raise refuse(reading.kind, "$", data, "an object with 'result'")
    return records


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _is_answer(item: Mapping[str, Any], asked: _Asked) -> bool:
    return pick(item, ("result", "value", "answer", *asked.ids, *_CLIENT[:3])) is not None


def _is_whole(data: Mapping[str, Any], asked: _Asked) -> bool:
    """Tell an answer whose result is a list of objects from a box of answers."""
    return pick(data, asked.ids[:2]) is not None or is_box(data.get("result"))


def _kind_of(data: Any) -> str:
    rows = data if isinstance(data, list) else [data]
    inner = [v for row in rows if isinstance(row, dict) for v in row.values()]
    rows = rows + [item for box in inner if isinstance(box, list) for item in box]
    for row in rows:
        for kind in ("expression", "segmentation", "aggregate"):
            if isinstance(row, dict) and pick(row, (f"{kind}id", f"{kind}uuid")) is not None:
                return kind
    return "aggregate"
