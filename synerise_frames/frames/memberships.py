"""Memberships: whether a profile is in segmentations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from synerise_frames.frames.find import (
    ID,
    NAME,
    all_ids,
    all_scalars,
    all_texts,
    at,
    is_box,
    is_scalar,
    names_of,
    pick,
    spelled,
    value_of,
    words,
)
from synerise_frames.frames.flatten import locate, to_records
from synerise_frames.frames.load import Payload
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import Records, apart, column, hold_rest, others
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_text

_BOX = ("results", "result", "segmentations", "memberships", "segments")
_ID = ("segmentationid", "segmentid", "segmentationuuid", *ID)
_NAME = ("name", "title", "segmentationname", "segmentation", *NAME)
_FLAG = words(
    "result member ismember inside belongs matched matches match insegmentation issegmentmember "
    "value in contains included is"
)
_CLIENT = ("clientid", "profileid", "customerid", "profile", "client")
_IN = words("in matched matching members matches inside included true")
_SPELLED = {"true": True, "false": False}
_OUT = words("notin out unmatched notmatched notmatching outside excluded false")


def membership(
    payload: Payload,
    tz: Zone = None,  # noqa: ARG001
    strict: bool = False,
    *,
    profile: str | None = None,
    asked: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Read the answer of ``segmentations.check``, or of the segmentations of a profile card.

    Parameters
    ----------
    payload : dict, list, str or bytes
        The answer: ``[{"segmentationId": "…", "result": true}]``, or a mapping of ids to flags.
    tz : str or tzinfo, optional
        Not used: a membership has no times.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.
    profile : str, optional
        Identifier of the profile that was asked for; else the answer's ``clientId``.
    asked : sequence of str
        Ids that were asked for. They come first, in this order; one that the answer does not
        name has a missing ``member``, which is "unknown", not "no".
    names : mapping, optional
        Names of segmentations by id, where the answer has none.

    Returns
    -------
    DataFrame
        profile, segmentation_id, segmentation (``string``), member (``boolean``).

    Raises
    ------
    ShapeError
        If the payload is no list or mapping of segmentations.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.membership([{"segmentationId": "a", "result": True}],
    ...                      profile="7", asked=["b", "a"])
      profile segmentation_id segmentation  member
    0       7               b         <NA>    <NA>
    1       7               a         <NA>    True
    """

    def reader(reading: Reading, data: Any) -> pd.DataFrame:
        return _read(reading, data, profile, list(map(str, names_of(asked))), names or {})

    return read("membership", payload, strict, reader)


def _read(
    reading: Reading,
    data: Any,
    profile: str | None,
    asked: list[str],
    names: Mapping[str, str],
) -> pd.DataFrame:
    records, client = _records(reading, data)
    fields = records.fields()
    id_key = pick(fields, _ID, all_ids)
    flag_key = pick(fields, _FLAG, lambda vs: all(map(_is_flag, vs)), {id_key})
    if flag_key is None:
        flag_key = _only_flag(fields, id_key)
    if flag_key is None:
        flag_key = pick(fields, ("result", "member"))
    name_key = pick(fields, _NAME, all_texts, {id_key, flag_key})
    client_key = pick(fields, _CLIENT, all_scalars, {id_key})
    ids = [as_text(v) for v in column(records.rows, id_key)]
    silent = list(dict.fromkeys(asked).keys() - {*ids})
    order = _order(reading, records, [*ids, *silent], asked)
    profile = profile if profile is not None else as_text(client)
    columns: dict[str, list[Any]] = {
        "profile": [v if profile is None else profile for v in column(records.rows, client_key)],
        "segmentation_id": ids,
        "segmentation": [
            names.get(str(i)) if name is None else name
            for name, i in zip(column(records.rows, name_key), ids, strict=True)
        ],
        **_members(reading, records, flag_key),
    }
    columns |= apart(
        "membership", others(reading, records, {id_key, flag_key, name_key, client_key})
    )
    told: dict[str, list[Any]] = {
        "profile": [profile] * len(silent),
        "segmentation_id": silent,
        "segmentation": [names.get(one) for one in silent],
    }
    unknown: list[Any] = [None] * len(silent)
    ordered: dict[str, list[Any]] = {}
    for name, values in columns.items():
        every = [*values, *told.get(name, unknown)]
        ordered[name] = [every[row] for row in order]
    reading.where = lambda name, row: (
        at(records.paths[order[row]], name if flag_key is None else flag_key)
        if order[row] < len(ids)
        else "$"
    )
    return build(reading, ordered)


def _members(reading: Reading, records: Records, key: str | None) -> dict[str, list[Any]]:
    """Give the flags, and what was sent in their place where one is none."""
    sent = column(records.rows, key)
    odd = [row for row, v in enumerate(sent) if v is not None and not isinstance(v, bool)]
    if not odd:
        return {"member": sent}
    reading.unexpected(
        at(records.paths[odd[0]], "result" if key is None else key), "a flag that is none"
    )
    return {
        "member": [_flag(v) for v in sent],
        "member_raw": [None if isinstance(v, bool) else as_text(v) for v in sent],
    }


def _order(
    reading: Reading, records: Records, ids: list[str | None], asked: list[str]
) -> list[int]:
    """Give the rows of `ids` in the order asked; behind those of the answer none is missing."""
    if not asked:
        return list(range(len(ids)))
    rows_of: dict[str | None, list[int]] = {}
    for row, one in enumerate(ids):
        rows_of.setdefault(one, []).append(row)
    order = [row for one in dict.fromkeys(asked) for row in rows_of.pop(one)]
    for rows in rows_of.values():
        reading.unexpected(records.paths[rows[0]], "a segmentation that was not asked for")
        order.extend(rows)
    return order


def _records(reading: Reading, data: Any) -> tuple[Records, Any]:
    """Give one record a segmentation, and the profile that stands above them."""
    if isinstance(data, dict) and data and not _is_record(data):
        client_key = pick(data, _CLIENT, is_scalar)
        rest = {k: v for k, v in data.items() if k != client_key}
        client = value_of(data, client_key)
        if pick(rest, _BOX, is_box) is None and _is_mapping(rest):
            return _of_mapping(rest), client
        data = rest
    else:
        client = None
    record = (*_ID, *_FLAG) if isinstance(data, dict) and _is_record(data) else ()
    box, path, around, key = locate(reading, data, _BOX, record)
    hold_rest(reading, around, {key})
    if isinstance(box, dict) and not _is_record(box):
        return _of_mapping(box, path), client
    records = to_records(box, path, record=_ID, name_field="id", value_field="result")
    bare = [i for i, row in enumerate(records.rows) if _is_bare(row)]
    if bare:
        reading.unexpected(records.paths[bare[0]], "an id without a flag")
        for i in bare:
            records.rows[i] = {"id": records.rows[i]["result"], "result": True}
    return records, client


def _is_bare(row: Mapping[str, Any]) -> bool:
    return len(row) == 1 and isinstance(row.get("result"), str)


def _is_record(data: Mapping[str, Any]) -> bool:
    return (
        pick(data, _ID, lambda v: isinstance(v, str | int) and not isinstance(v, bool)) is not None
    )


def _is_mapping(rest: Mapping[str, Any]) -> bool:
    sides = all(spelled(k) in (*_IN, *_OUT) and isinstance(v, list) for k, v in rest.items())
    objects = all(isinstance(v, dict) and pick(v, _FLAG) is not None for v in rest.values())
    return sides or objects or all(map(_is_flag, rest.values()))


def _of_mapping(node: Mapping[str, Any], path: str = "$") -> Records:
    """Take ids mapped to flags, or two lists: of ids inside, and of ids outside."""
    records = Records()
    for key, value in node.items():
        if spelled(key) in (*_IN, *_OUT) and isinstance(value, list):
            for i, one in enumerate(value):
                row = one if isinstance(one, dict) else {"id": one}
                records.add({**row, "member": spelled(key) in _IN}, at(at(path, key), i))
        elif isinstance(value, dict):
            records.add({"id": key, **value}, at(path, key))
        else:
            records.add({"id": key, "result": value}, at(path, key))
    return records


def _is_flag(value: Any) -> bool:
    return value is None or isinstance(value, bool) or _flag(value) is not None


def _flag(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if value in (0, 1):
        return bool(value)
    return _SPELLED.get(value.strip().lower()) if isinstance(value, str) else None


def _only_flag(fields: Mapping[str, list[Any]], id_key: str | None) -> str | None:
    flags = [
        k for k, vs in fields.items() if k != id_key and vs and all(type(v) is bool for v in vs)
    ]
    return flags[0] if len(flags) == 1 else None
