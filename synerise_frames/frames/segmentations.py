"""Segmentations: how many profiles are in each segment."""

from __future__ import annotations

from typing import Any

import pandas as pd

from synerise_frames.frames.find import (
    ID,
    NAME,
    OPAQUE,
    VALUE,
    all_ids,
    all_texts,
    at,
    find_value,
    is_number,
    is_scalar,
    pick,
    value_of,
)
from synerise_frames.frames.flatten import locate, spread, to_records
from synerise_frames.frames.load import Payload
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import apart, column, hold_rest, others
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading
from synerise_frames.schema.text import as_count, as_number

_BOX = ("calculationresults", "calculationresult", "segments", "segmentation", "results")
_ID = ("segmentid", "id", *ID)
_TOTAL = ("totalcontacts", "totalprofiles", "totalclients", "total", "totalcount")
_EXCLUDED = ("excludedcontacts", "excludedprofiles", "excludedclients", "excluded")


def segmentation(payload: Payload, tz: Zone = None, strict: bool = False) -> pd.DataFrame:  # noqa: ARG001
    """Read the answer of ``segmentations.calculate`` or ``segmentations.preview``.

    Parameters
    ----------
    payload : dict, list, str or bytes
        The answer: ``{"calculationResults": [...], "totalContacts": …, "excludedContacts": …}``.
    tz : str or tzinfo, optional
        Not used: a segmentation has no times.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.

    Returns
    -------
    DataFrame
        segment_id, segment (``string``), value (``Int64``), share (``Float64``, of the sum of
        all segments), then other fields of the segments. ``attrs`` has ``total_contacts`` and
        ``excluded_contacts``, ``None`` where they were not sent.

    Raises
    ------
    ShapeError
        If the payload is no segmentation.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> segments = [{"title": "Active", "value": 700}, {"title": "Lost", "value": 50}]
    >>> df = sf.frames.segmentation({
    ...     "calculationResults": segments, "totalContacts": 1000, "excludedContacts": 250})
    >>> df["share"].round(2).tolist(), df.attrs["total_contacts"]
    ([0.93, 0.07], 1000)
    """
    return read("segmentation", payload, strict, _read)


def _read(reading: Reading, data: Any) -> pd.DataFrame:
    box, path, around, key = _counts(data) or locate(reading, data, _BOX, (*NAME, *VALUE))
    total, excluded = pick(around, _TOTAL, is_scalar), pick(around, _EXCLUDED, is_scalar)
    sent = {"total_contacts": total, "excluded_contacts": excluded}
    read_counts = {name: as_count(value_of(around, k)) for name, k in sent.items()}
    understood = {k for name, k in sent.items() if k and read_counts[name] is not None}
    hold_rest(reading, around, {key, *understood})
    records = to_records(box, path, record=VALUE)
    records.rows[:] = [spread(row, unwrap=VALUE) for row in records.rows]
    reading.where = lambda name, row: at(records.paths[row], name)
    fields = records.fields()
    id_key = pick(fields, _ID, all_ids)
    name_key = pick(fields, NAME, all_texts, {id_key})
    value_key = find_value(fields, skip={id_key, name_key})
    values = column(records.rows, value_key)
    numbers = [as_number(value) for value in values]
    whole = sum(number for number in numbers if number is not None)
    columns = {
        "segment_id": column(records.rows, id_key),
        "segment": column(records.rows, name_key),
        "value": values,
        "share": [None if n is None or not whole else n / whole for n in numbers],
    }
    more = others(reading, records, {id_key, name_key, value_key})
    frame = build(reading, {**columns, **apart("segmentation", more)})
    frame.attrs.update(read_counts)
    return frame


def _counts(data: Any) -> tuple[dict[str, Any], str, dict[str, Any], None] | None:
    """Take an answer that is itself a mapping of segments to counts."""
    if not isinstance(data, dict):
        return None
    around = {k: v for k, v in data.items() if pick({k: v}, (*_TOTAL, *_EXCLUDED, *OPAQUE))}
    counts = {k: v for k, v in data.items() if k not in around}
    if not counts or not all(map(is_number, counts.values())) or pick(counts, (*NAME, *VALUE)):
        return None
    return counts, "$", around, None
