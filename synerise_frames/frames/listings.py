"""Lists of analyses and of directories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from synerise_frames.frames.find import at, is_list, is_scalar, pick, words
from synerise_frames.frames.flatten import locate, to_records
from synerise_frames.frames.load import Payload, refuse
from synerise_frames.frames.read import read
from synerise_frames.frames.rows import Records, apart, column, declared_fields, hold_rest, others
from synerise_frames.periods import Zone
from synerise_frames.schema.build import build
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.drift import Reading

_BOX = ("data", "items", "results", "directories", "content", "elements")

_LISTING = {
    "id": words("id uuid analysisid analyticid {kind}id identifier key"),
    "name": words("name title label displayname"),
    "description": words("description"),
    "author": words("author authorid createdby creator owner"),
    "modifier": words("modifier modifierid modifiedby updatedby"),
    "created_at": words("createdat created createdate creationdate createdon datecreated"),
    "updated_at": words(
        "updatedat updated updatedate modifiedat modificationdate updatedon modified"
    ),
    "directory_id": words("directoryid directory folderid directoryuuid"),
    "is_predefined": words("ispredefinedanalytic ispredefined predefined"),
    "is_dynamic": words("isdynamicanalytic isdynamic dynamic"),
    "is_deleted": words("isdeleted deleted"),
}
#: Fields that may hold an object instead of an id.
_OBJECTS = (*_LISTING["author"], *_LISTING["modifier"], *_LISTING["directory_id"])
#: Fields around the rows that say where in a list they are.
_PAGE = words(
    "page limit size number offset count total totalcount totalelements totalpages "
    "numberofelements first last empty pageinfo next previous cursor"
)
_DIRECTORIES = {
    "id": words("id directoryid uuid identifier key"),
    "name": _LISTING["name"],
    "analytic_type": words("analytictype analyticstype type kind"),
}
#: Fields that the reference prints for definitions of some kind.
_PRINTED = words(
    "analysis analyticversion oldid aggregatetype isvisibleforclientprofile previewdefaultobjectid "
    "businessprofileid namespace allownull previewdefaultobject"
)


def listing(
    payload: Payload, tz: Zone = None, strict: bool = False, *, kind: str | None = None
) -> pd.DataFrame:
    """Read the answer of a list of analyses, such as ``reports.list``.

    Parameters
    ----------
    payload : dict, list, str or bytes
        A page ``{"data": [...], "meta": {}}``, a list of rows, or a list of pages.
    tz : str or tzinfo, optional
        Zone to show times in, and the one that times without a zone are in.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.
    kind : str, optional
        Kind of the analyses, in the singular.

    Returns
    -------
    DataFrame
        kind, id, name, description, author, modifier (``string``), created_at, updated_at
        (``datetime64[us, tz]``), directory_id (``string``), is_predefined, is_dynamic,
        is_deleted (``boolean``), then what is special to the kind; objects as JSON text.

    Raises
    ------
    ShapeError
        If there are no rows that are objects.
    ConfigError
        If there is no such zone.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> page = {"data": [{"id": "a", "name": "Revenue", "author": 7}], "meta": {"page": 1}}
    >>> sf.frames.listing(page, kind="metric")[["kind", "id", "name", "author"]]
         kind id     name author
    0  metric  a  Revenue      7
    """
    names = {**_LISTING, "id": tuple(name.format(kind=kind or "") for name in _LISTING["id"])}
    return read("listing", payload, strict, lambda r, data: _read(r, data, tz, names, kind))


def directories(payload: Payload, tz: Zone = None, strict: bool = False) -> pd.DataFrame:
    """Read the answer of ``directories.list``.

    Parameters
    ----------
    payload : dict, list, str or bytes
        The answer: ``[{"id", "name", "analyticType"}]``; also a page or a list of pages.
    tz : str or tzinfo, optional
        Not used: directories have no times.
    strict : bool, default False
        Raise where something is not understood, instead of keeping and counting it.

    Returns
    -------
    DataFrame
        id, name, analytic_type (``string``), then other fields.

    Raises
    ------
    ShapeError
        If there are no rows that are objects.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.directories([{"id": "d", "name": "Weekly", "analyticType": "TREND"}])
      id    name analytic_type
    0  d  Weekly         TREND
    """
    return read("directories", payload, strict, lambda r, data: _read(r, data, tz, _DIRECTORIES))


def _read(
    reading: Reading,
    data: Any,
    tz: Zone,
    names: Mapping[str, tuple[str, ...]],
    kind: str | None = None,
) -> pd.DataFrame:
    records = _records(reading, data)
    if _has_objects(records):
        records.rows[:] = [_flat(row) for row in records.rows]
    used = declared_fields(records, names)
    columns: dict[str, Any] = {name: column(records.rows, key) for name, key in used.items()}
    if reading.kind == "listing":
        columns["kind"] = [kind] * len(records)
    reading.where = lambda name, row: at(records.paths[row], used.get(name) or name)
    more = others(reading, records, set(used.values()), expected=_PRINTED, boxes_as_text=True)
    return build(reading, {**columns, **apart(reading.kind, more)}, tz=tz)


def _records(reading: Reading, data: Any) -> Records:
    """Give the rows of one page, of several pages, or of none."""
    pages: list[tuple[Any, str]] = [(data, "$")]
    if isinstance(data, list) and data and all(map(_is_page, data)):
        pages = [(page, at("$", i)) for i, page in enumerate(data)]
    rows, meta = Records(), list[Any]()
    for page, place in pages:
        box, path, around, key = locate(reading, page, _BOX, ("id", "name", "uuid"))
        meta.extend(around[m] for m in ("meta", "metadata") if around.get(m) not in (None, {}))
        hold_rest(reading, around, {key, "meta", "metadata"}, *_PAGE)
        found = to_records(
            box,
            place + path[1:],
            record=("id", "name", "uuid"),
            name_field="id",
            value_field="name" if _are_names(box) else "value",
        )
        bare = next((i for i, row in enumerate(found.rows) if _is_bare(row)), None)
        if bare is None:
            rows.rows.extend(found.rows)
            rows.paths.join(found.paths)
            continue
        for row, where in zip(found.rows, found.paths, strict=True):
            _add(reading, rows, row, where)
    if meta:
        reading.hold("meta", meta[0] if len(meta) == 1 else meta)
    return rows


def _are_names(box: Any) -> bool:
    """Tell a mapping of ids to names."""
    return isinstance(box, dict) and all(isinstance(value, str) for value in box.values())


def _is_bare(row: Mapping[str, Any]) -> bool:
    return len(row) == 1 and "value" in row


def _add(reading: Reading, rows: Records, row: Mapping[str, Any], where: str) -> None:
    """Add a row; a bare text or number is an id, as lists of ids have them."""
    sent = row.get("value")
    if not _is_bare(row):
        rows.add(row, where)
    elif isinstance(sent, str | int) and not isinstance(sent, bool):
        rows.add({"id": sent}, where)
    elif sent is not None:
        raise refuse(reading.kind, where, sent, "an object with 'id' and 'name', or an id")


def _is_page(item: Any) -> bool:
    if isinstance(item, list):
        return True
    return isinstance(item, dict) and pick(item, _BOX, is_list) is not None


def _has_objects(records: Records) -> bool:
    keys = [key for key in records.fields() if pick({key: 0}, _OBJECTS) is not None]
    return any(isinstance(row.get(key), dict) for key in keys for row in records.rows)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Take the id of an author or directory that is an object; the rest gets a dot."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        inner = None
        if isinstance(value, dict) and pick({key: 0}, _OBJECTS) is not None:
            inner = pick(value, ("id", "uuid", "name", "email"), is_scalar)
        if inner is None:
            flat[key] = value
            continue
        flat[key] = value[inner]
        for name, rest in value.items():
            if name != inner:
                flat[free_name(f"{key}.{name}", {**row, **flat})] = rest
    return flat
