"""What every call has to end with: a frame as declared, JSON, or an error that helps."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

import synerise_frames as sf
from synerise_frames.schema.tables import TABLES
from tests.hardening.mutations import GRAFT

TZ = "Europe/Warsaw"
#: No error says more than this many characters; a screen holds no more.
LONGEST = 1500

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def problems_of_frame(frame: pd.DataFrame, *, graft: bool) -> list[str]:
    kind = frame.attrs.get("kind")
    if kind is None and {"permission", "check"} & {*frame}:
        return []
    if kind not in TABLES:
        return [f"the frame's kind is {kind!r}"]
    told = _problems_of_columns(frame, kind)
    if not isinstance(frame.index, pd.RangeIndex):
        told.append(f"{kind}: its index is {type(frame.index).__name__}")
    try:
        json.dumps(frame.attrs, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        told.append(f"{kind}: its notes are no JSON: {error}")
    if graft and not shows(frame, GRAFT):
        told.append(f"{kind}: a field that was added is nowhere to be seen")
    return told


def _problems_of_columns(frame: pd.DataFrame, kind: str) -> list[str]:
    told = []
    names = [column.name for column in TABLES[kind]]
    if [name for name in frame.columns if name in names] != names:
        told.append(f"{kind}: its columns are {[*frame.columns]}")
    if not frame.columns.is_unique:
        told.append(f"{kind}: columns of one name: {[*frame.columns]}")
    for column in TABLES[kind]:
        wanted = f"datetime64[us, {TZ}]" if column.dtype == "time" else column.dtype
        if column.name in frame and str(frame[column.name].dtype) != wanted:
            told.append(f"{kind}.{column.name} is {frame[column.name].dtype}")
        elif not column.nullable and frame[column.name].isna().any():
            told.append(f"{kind}.{column.name} has missing values")
    return told


def shows(frame: pd.DataFrame, text: str) -> bool:
    if text in json.dumps(frame.attrs, ensure_ascii=False) or text in map(str, frame.columns):
        return True
    return any(text in str(cell) for name in frame for cell in frame[name].dropna())


def problems_of_text(name: str, said: str, secrets: Sequence[str]) -> list[str]:
    """Judge what an error says, also one that became a row of a ledger or of the doctor."""
    told = [f"{name} tells a secret: {said[:300]}" for one in secrets if one in said]
    if len(said) > LONGEST:
        told.append(f"{name} says {len(said)} characters: {said[:300]}")
    if found := _CONTROLS.search(said):
        told.append(f"{name} has the character {found[0]!r}: {said[:300]!r}")
    return told


def problems_of_error(error: BaseException, secrets: Sequence[str]) -> list[str]:
    name = type(error).__name__
    if not isinstance(error, sf.SyneriseError):
        return [f"{name} came through: {str(error)[:300]}"]
    said = str(error)
    told = problems_of_text(name, said, secrets)
    if not error.hint:
        told.append(f"{name} does not say what to do: {said[:300]}")
    try:
        json.dumps(error.to_dict(), allow_nan=False).encode()
        said.encode()
    except (TypeError, ValueError) as other:
        told.append(f"{name} cannot be written: {other}")
    return told


def problems_of(result: Any, secrets: Sequence[str], *, graft: bool) -> list[str]:
    if not isinstance(result, pd.DataFrame):
        return []
    told = problems_of_frame(result, graft=graft)
    for name in {"error", "detail", "hint"} & {*result} if _is_told(result) else ():
        for said in result[name].dropna():
            told += problems_of_text(name, said, secrets)
    return told


def _is_told(frame: pd.DataFrame) -> bool:
    """Say whether a frame has texts of this library, not of the server, in such columns."""
    return frame.attrs.get("kind") == "ledger" or "check" in frame
