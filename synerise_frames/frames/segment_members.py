"""Profiles of segments: who is in each."""

from __future__ import annotations

from typing import Any

import pandas as pd

from synerise_frames.frames.find import CHILDREN, NAME, at, is_box, is_list, is_scalar, pick, words
from synerise_frames.frames.flatten import locate, spread
from synerise_frames.frames.load import Payload
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import Records, apart, column, declared_fields, hold_rest, others
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading

_BOX = ("segments", "results", "profiles", "clients")
_PROFILES = words(
    "profiles clients customers contacts members items data results "
    "profileids clientids customerids ids"
)
_IDS = {
    "profile_id": ("profileid", "clientid", "id", "customerid", "contactid"),
    "uuid": ("uuid", "profileuuid", "clientuuid"),
    "email": ("email", "emailaddress", "mail"),
    "custom_id": ("customid", "customidentify", "customidentifier", "clientcustomid"),
}
_ATTRIBUTES = ("attributes", "properties", "profile", "client", "attribute")


def segment_profiles(payload: Payload, tz: Zone = None, strict: bool = False) -> pd.DataFrame:  # noqa: ARG001
    """Read the answer of ``segmentations.profiles``.

    Parameters
    ----------
    payload : dict, list, str or bytes
        The answer: one list of profiles a segment, ``[[{"id": 1, "email": "…"}], []]``.
    tz : str or tzinfo, optional
        Not used: times among the attributes stay as sent.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.

    Returns
    -------
    DataFrame
        segment (``Int64``, position from 0), profile_id, uuid, email, custom_id (``string``),
        then the attributes of the profiles; ``segment_name`` where segments have names. An
        empty segment has no rows, but keeps its number; ``attrs["segment_count"]`` counts it.

    Raises
    ------
    ShapeError
        If the payload has no lists of profiles.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.segment_profiles([[{"id": 1, "city": "Opole"}], [], [{"id": 3}]])
       segment profile_id  uuid email custom_id   city
    0        0          1  <NA>  <NA>      <NA>  Opole
    1        2          3  <NA>  <NA>      <NA>   <NA>
    """
    return read("segment_profiles", payload, strict, _read)


def _read(reading: Reading, data: Any) -> pd.DataFrame:
    if _by_name(data):
        data = {"segments": data}
    box, path, around, key = locate(reading, data, _BOX)
    hold_rest(reading, around, {key})
    segments = _segments(reading, box, path)
    records, places, names = Records(), list[int](), list[Any]()
    for position, (name, profiles, place) in enumerate(segments):
        for i, profile in enumerate(profiles):
            row = profile if isinstance(profile, dict) else {"id": profile}
            records.add(spread(row, unwrap=_ATTRIBUTES), at(place, i))
            places.append(position)
            names.append(name)
    used = declared_fields(records, _IDS)
    columns: dict[str, Any] = {"segment": places}
    columns |= {declared: column(records.rows, key) for declared, key in used.items()}
    if any(name is not None for name in names):
        columns["segment_name"] = names
    more = others(reading, records, set(used.values()), expected=None, boxes_as_text=True)
    frame = build(reading, {**columns, **apart("segment_profiles", more)})
    frame.attrs["segment_count"] = len(segments)
    if any(name is not None for name, _, _ in segments):
        frame.attrs["segments"] = [name for name, _, _ in segments]
    return frame


def _by_name(data: Any) -> bool:
    """Tell a mapping of segment names to lists of profiles."""
    if not isinstance(data, dict) or len(data) < 2 or pick(data, (*_BOX, *CHILDREN), is_box):
        return False
    return all(isinstance(value, list) for value in data.values())


def _segments(reading: Reading, box: Any, path: str) -> list[tuple[Any, list[Any], str]]:
    """Give name, profiles and path of each segment."""
    if isinstance(box, dict):
        return [(k, v if isinstance(v, list) else [v], at(path, k)) for k, v in box.items()]
    if not box:
        return []
    if all(item is None or isinstance(item, list) for item in box):
        return [(None, item or [], at(path, i)) for i, item in enumerate(box)]
    if all(isinstance(item, dict) and pick(item, _PROFILES, is_list) for item in box):
        return [_named(reading, item, at(path, i)) for i, item in enumerate(box)]
    return [(None, box, path)]


def _named(reading: Reading, item: dict[str, Any], path: str) -> tuple[Any, list[Any], str]:
    key = str(pick(item, _PROFILES, is_list))
    name_key = pick(item, (*NAME, "id", "key"), is_scalar)
    for other, value in item.items():
        if other not in (key, name_key) and value is not None:
            reading.keep(at(path, other), other, value)
    return (None if name_key is None else item[name_key]), item[key], at(path, key)
