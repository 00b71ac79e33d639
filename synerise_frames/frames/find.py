"""Finding things by what they are called and by what they look like.

Names are compared without case and punctuation: ``bucketStart`` is ``bucket_start``.
Every list is ranked: the first name that is there wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from synerise_frames.schema.text import as_number


def words(text: str) -> tuple[str, ...]:
    """Give the words of a ranked list."""
    return tuple(text.split())


START = words(
    "bucketstart start from startdate datefrom fromdate startat startsat starttime "
    "periodstart intervalstart rangestart begin since date datetime time timestamp "
    "keyasstring ts day week month quarter year hour minute period bucket interval range "
    "window when at instant moment x t key label category d"
)
END = words(
    "bucketend end to enddate dateto todate endat endsat endtime periodend intervalend "
    "rangeend until finish stop"
)
VALUE = words(
    "value result count val amount total number sum y v quantity doccount users profiles "
    "clients customers contacts size average avg mean median measure metricvalue cnt n"
)
ID = words(
    "id seriesid legendid uuid hash metricid eventid segmentid segmentationid key code "
    "identifier guid ref"
)
NAME = words(
    "name title label displayname seriesname series legend legendname metricname metric "
    "segmentname segment eventname event group groupname stepname step caption description "
    "text"
)
CHILDREN = words(
    "items calculationresult calculationresults results result data values series points "
    "buckets rows datasets entries records children histogram trend timeline list elements "
    "content chart figures measurements observations history periods body payload response "
    "steps edges metrics counts"
)
LEGENDS = words("legends legend series seriesnames columns headers labels names keys metrics")

#: Fields around an answer that say nothing about a row of it.
OPAQUE = frozenset(["metadata", "meta", "name", "title", "description"])

_ISO = re.compile(r"\s*\d{4}-\d\d(-\d\d)?([T ]\d\d.*)?\s*")
_DIGITS = re.compile(r"\d{9,19}|(19|20)\d\d[01]\d[0-3]\d")
_PLAIN = re.compile(r"[A-Za-z_]\w*")


#: So many rows say what the fields of all of them mean.
SAMPLE = 40

# Objects with more fields are mappings; remembering their keys would only take memory.
_MANY = 60


@lru_cache(maxsize=4096)
def spelled(name: str) -> str:
    """Give `name` without case and punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def at(path: str, key: str | int) -> str:
    """Give the JSON path of `key` in the thing at `path`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if _PLAIN.fullmatch(key) else f"{path}[{key!r}]"


def anything(_: object) -> bool:
    """Accept every value."""
    return True


def names_of(given: Sequence[str] | None) -> tuple[str, ...]:
    """Give the names that a caller gave; one alone is a list of one."""
    return (given,) if isinstance(given, str) else tuple(given or ())


def is_scalar(value: object) -> bool:
    """Tell whether a JSON value is neither list nor object."""
    return not isinstance(value, dict | list)


def is_box(value: object) -> bool:
    """Tell whether a JSON value is a list or an object."""
    return isinstance(value, dict | list)


def is_list(value: object) -> bool:
    """Tell whether a JSON value is a list."""
    return isinstance(value, list)


def all_scalars(values: Sequence[Any]) -> bool:
    """Tell whether none of the values of a field is a list or an object."""
    return all(map(is_scalar, values))


def all_texts(values: Sequence[Any]) -> bool:
    """Tell whether all values of a field are texts, as names are."""
    return all(isinstance(value, str) for value in values)


def all_ids(values: Sequence[Any]) -> bool:
    """Tell whether all values of a field are texts or whole numbers, as ids are."""
    return all(isinstance(value, str | int) for value in values)


def is_number(value: object) -> bool:
    """Tell whether a JSON value is a number; flags are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def looks_like_time(value: object) -> bool:
    """Tell whether a value is a time by its looks alone: ISO text."""
    return isinstance(value, str) and _ISO.fullmatch(value) is not None


def could_be_time(value: object) -> bool:
    """Tell whether a value under a name for times is one: also epochs and date parts."""
    if isinstance(value, str):
        return looks_like_time(value) or _DIGITS.fullmatch(value) is not None
    if isinstance(value, list):
        return 3 <= len(value) <= 7 and all(type(v) is int for v in value) and value[0] > 1900
    return is_number(value) and abs(value) >= 1e8  # type: ignore[arg-type]


def is_axis(key: str, value: object) -> bool:
    """Tell whether a field is a list of times; numbers only under a name for times."""
    if not isinstance(value, list) or not value or not all(map(could_be_time, value)):
        return False
    return not any(map(is_number, value)) or pick({key: value}, START) is not None


def looks_like_epoch(value: object) -> bool:
    """Tell whether a number is a recent instant in milliseconds: 2001 to 2065."""
    return type(value) is int and 1e12 <= value < 3e12


def pick(
    node: Mapping[str, Any],
    names: tuple[str, ...],
    accept: Callable[[Any], bool] = anything,
    skip: Container[object] = (),
) -> str | None:
    """Give the key of `node` that stands first in the ranked `names`; plurals come after."""
    keys = tuple(node)
    ranked = _ranked if len(keys) < _MANY else _ranked.__wrapped__
    for key in ranked(keys, names):
        if key not in skip and accept(node[key]):
            return key
    return None


@lru_cache(maxsize=4096)
def _ranked(keys: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Give the keys that have one of the names, best first. Rows of one list share this."""
    by_name: dict[str, list[str]] = {}
    for key in keys:
        by_name.setdefault(spelled(key), []).append(key)
    return tuple(
        key for ending in ("", "s") for name in names for key in by_name.get(name + ending, ())
    )


def value_of(node: Mapping[str, Any], key: str | None) -> Any:
    """Give the value of a field that may not have been found (an empty name is a name)."""
    return None if key is None else node.get(key)


def take(
    node: Mapping[str, Any], names: tuple[str, ...], accept: Callable[[Any], bool] = anything
) -> Any:
    """Give the value under the first of the ranked `names`; ``None`` if none is there."""
    return value_of(node, pick(node, names, accept))


def find_value(
    columns: Mapping[str, Sequence[Any]],
    names: tuple[str, ...] = VALUE,
    skip: Container[object] = (),
) -> str | None:
    """Find the column of values: by name, else as the only one that holds numbers.

    The columns hold the same field of several rows, so that a null in one of them does not
    change what the others mean.
    """
    scalars = {
        key: values
        for key, values in columns.items()
        if key not in skip and all(map(is_scalar, values))
    }
    named = pick(scalars, names, lambda vs: all(v is None or could_count(v) for v in vs))
    named = named or pick(scalars, names)
    if named is not None:
        return named
    numbers = [key for key, values in scalars.items() if any(map(is_number, values))]
    if len(numbers) == 1:
        return numbers[0]
    if not numbers:
        alike = [k for k, vs in scalars.items() if all(v is None or could_count(v) for v in vs)]
        if len(alike) == 1:
            return alike[0]
    return None


def could_count(value: object) -> bool:
    """Tell whether a value is a number, or text of one."""
    return is_number(value) or (isinstance(value, str) and as_number(value) is not None)


def sample(rows: Sequence[Mapping[str, Any]], size: int = SAMPLE) -> dict[str, list[Any]]:
    """Give some values of every field that any of the `rows` has, nulls left out.

    Every field is there, in order of appearance; values come from the first rows that have
    one, so roles can be given without looking at everything.
    """
    # Rows of one list mostly have the same fields: look at the different ones only.
    keys = dict.fromkeys(key for fields in dict.fromkeys(map(tuple, rows)) for key in fields)
    return {key: _some(rows, key, size) for key in keys}


def _some(rows: Sequence[Mapping[str, Any]], key: str, size: int) -> list[Any]:
    if len(rows) <= size:
        return [row[key] for row in rows if row.get(key) is not None]
    return list(islice((row[key] for row in rows if row.get(key) is not None), size))
