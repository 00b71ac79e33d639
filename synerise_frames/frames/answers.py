"""Answers for profiles as columns: one by one, many at once, and of any form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from synerise_frames.frames.find import (
    CHILDREN,
    NAME,
    VALUE,
    all_scalars,
    all_texts,
    at,
    is_box,
    is_scalar,
    pick,
    spelled,
    words,
)
from synerise_frames.frames.load import Payload, guarded, parse, refuse, refuse_error
from synerise_frames.frames.rows import Records, apart, column, hold_rest, others
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


@dataclass(frozen=True)
class Asked:
    """What is known of an answer before it is read."""

    kind: str
    profile: str | None = field(repr=False)
    card: bool
    ids: tuple[str, ...]
    #: Fields of the form that the reference prints.
    printed: frozenset[str]


@lru_cache(maxsize=64)
def asked_for(kind: str, profile: str | None, *, card: bool = False) -> Asked:
    """Put together what is known; `card` where the answer is of a profile card."""
    ids = (f"{kind}id", f"{kind}sid", *_ANALYSIS)
    printed = frozenset({"clientId", f"{kind}Id", "name", "result"})
    return Asked(kind, None if profile is None else str(profile), card, ids, printed)


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
    asked = asked_for(kind, profile)

    def reader(plain: Any) -> dict[str, list[Any]]:
        if _is_printed(plain, asked):
            profiles = None if asked.profile is None else [asked.profile]
            return _encodable(_printed_columns([plain], asked, profiles))
        return _encodable(profile_columns(Reading(kind), plain, asked))

    return guarded(kind, data, reader)


def printed_answers(
    kind: str, bodies: Sequence[bytes], profiles: Sequence[str] | None = None
) -> dict[str, list[Any]] | None:
    """Give the columns of many answers at the cost of one: a row a body, one body a profile.

    As :func:`answers` gives them one by one; `profiles` are the identifiers asked for. ``None``
    if a body is not of the form that the reference prints.

    Examples
    --------
    >>> body = b'{"clientId": 7, "aggregateId": "a", "name": "n", "result": 2}'
    >>> printed_answers("aggregate", [body, body])["value"]
    [2.0, 2.0]
    >>> printed_answers("aggregate", [b'{"result": 2}']) is None
    True
    """
    asked = asked_for(kind, None)
    rows = _printed_rows(bodies, asked)
    return None if rows is None else _printed_columns(rows, asked, profiles)


def _printed_rows(bodies: Sequence[bytes], asked: Asked) -> list[dict[str, Any]] | None:
    """Parse many bodies as one list; ``None`` if they are not all of the printed form."""
    try:
        # A text that is not closed cannot go on in the next body: JSON has no line breaks in it.
        text = b",\n".join(bodies).decode()
        rows = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        return None
    # A repeated key would be lost, and half a character fits no file: see load.parse().
    different = text.count('":') == len(asked.printed) * len(rows)
    if len(rows) != len(bodies) or not different or "\\ud" in text or "\\uD" in text:
        return None
    if {*map(type, rows)} - {dict} or any(row.keys() != asked.printed for row in rows):
        return None
    plain = all({*map(type, column(rows, name))} <= _SIMPLE for name in asked.printed)
    return rows if plain else None


def _is_printed(data: Any, asked: Asked) -> bool:
    if not isinstance(data, dict) or data.keys() != asked.printed:
        return False
    return {*map(type, data.values())} <= _SIMPLE


def _encodable(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Give `columns` if all their texts can be written; raises UnicodeEncodeError if not."""
    for name, values in columns.items():
        name.encode()
        "".join(value for value in values if isinstance(value, str)).encode()
    return columns


def _printed_columns(
    rows: Sequence[Mapping[str, Any]], asked: Asked, profiles: Sequence[str] | None
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


def profile_columns(reading: Reading, data: Any, asked: Asked) -> dict[str, list[Any]]:
    """Give the columns of an answer of any form."""
    records = _records(reading, data, asked)
    fields = records.fields()
    client = pick(fields, _CLIENT, all_scalars)
    analysis = pick(fields, asked.ids, all_scalars, {client})
    name = pick(fields, _TITLE, all_texts, {client, analysis})
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


def _find_result(fields: Mapping[str, list[Any]], used: set[str | None]) -> str | None:
    """Find the result: by name, else as the only field that is left."""
    found = pick(fields, _RESULT, skip=used)
    rest = [k for k in fields if k not in used and spelled(k) not in _PRINTED]
    return found or (rest[0] if len(rest) == 1 else None)


def _records(reading: Reading, data: Any, asked: Asked) -> Records:
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


def _of_list(data: list[Any], asked: Asked, path: str = "$") -> Records:
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


def _of_object(reading: Reading, data: dict[str, Any], asked: Asked) -> Records:
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


def _is_answer(item: Mapping[str, Any], asked: Asked) -> bool:
    return pick(item, ("result", "value", "answer", *asked.ids, *_CLIENT[:3])) is not None


def _is_whole(data: Mapping[str, Any], asked: Asked) -> bool:
    """Tell an answer whose result is a list of objects from a box of answers."""
    return pick(data, asked.ids[:2]) is not None or is_box(data.get("result"))
