"""Numbers that hold identifiers: floats, and what CSV makes of whole numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

#: What is said of a value that is none.
MISSING = "no identifier: the value is missing"

# Whole numbers up to here have a float of their own, by its bytes; from here on, one stands for
# several.
_EXACT_NARROW = {2: 2.0**11, 4: 2.0**24}
#: The same of floats of 64 bits, which those of Python are.
EXACT = 2.0**53
#: Characters of a value that are shown.
SHOWN = 100

# How a float is written: 7.0, or 1.2e+17 where pandas finds that shorter; 7,0 in some countries.
_FLOAT = re.compile(r"[-+]?\d+(?:[.,](\d+))?(e[-+]?\d+)?", re.IGNORECASE)
_INFINITE = re.compile(r"[-+]?inf(?:inity)?", re.IGNORECASE)
# How pandas, R, SQL and spreadsheets write that there is no value.
_NOTHING = frozenset(
    {"nan", "-nan", "na", "n/a", "#n/a", "#na", "<na>", "null", "none", "nat", "\\n"}
)


@dataclass(frozen=True)
class NoId:
    """A text that is no identifier, and why."""

    text: str
    why: str


def read_float(value: float, width: int = 8) -> tuple[str | None, str | None]:
    """Give what is shown of a float of so many bytes, and why it is no identifier, if so."""
    if math.isnan(value):
        return None, MISSING
    if value.is_integer() and abs(value) < _EXACT_NARROW.get(width, EXACT):
        return str(int(value)), None
    what = "too large to be exact" if value.is_integer() else "not whole"
    return repr(value), f"no identifier: a number that is {what}"


def in_csv(text: str | None) -> str | NoId | None:
    """Read a profile's id as CSV has it: each for itself, whatever stands beside it.

    Ids are whole numbers. ``3.0`` is 3, as pandas writes it where one is missing. What cannot be
    one, or may be another one, is not to be asked for; all other text is left as it is.

    >>> [in_csv(text) for text in ("3.0", "007", "A7")]
    ['3', '007', 'A7']
    >>> in_csv("1.5").why
    'no identifier: a number that is not whole'
    """
    if text is None:
        return None
    if text.lower() in _NOTHING:
        return NoId(text, "no identifier: a word for a missing value")
    found = _FLOAT.fullmatch(text)
    if _INFINITE.fullmatch(text):
        return NoId(text, "no identifier: a number that is not whole")
    if found is None or found.group(1, 2) == (None, None):
        return text
    fraction, exponent = found.groups()
    if exponent is None and len(fraction) == 3:
        # One thousand, or one.
        return NoId(text, "no identifier: a number that may have its thousands apart")
    shown, why = read_float(float(text.replace(",", ".")))
    if why is None and exponent is not None:
        # Spreadsheets cut digits off where they write so; pandas does not, but for large numbers.
        why = "no identifier: a number with an exponent, which may have lost digits"
    return NoId(text[:SHOWN], why) if why else shown


def kept_narrow(values: Iterable[Any]) -> Iterable[Any]:
    """Let floats of less than 64 bits say what they are, one by one.

    pandas and pyarrow give them as floats of Python, of which larger ones would be exact.
    """
    if isinstance(values, pa.Array | pa.ChunkedArray):
        if pa.types.is_float16(values.type) or pa.types.is_float32(values.type):
            chunked = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
            return [*chunked.to_numpy()]
        listed: list[Any] = values.to_pylist()
        return listed
    if isinstance(values, pd.Series | pd.Index):
        dtype = _inner(values.dtype)
        if dtype.kind == "f" and dtype.itemsize in _EXACT_NARROW:
            return [*np.asarray(values.to_numpy(dtype=dtype.type, na_value=np.nan))]
    return values


def _inner(dtype: Any) -> np.dtype[Any]:
    """Give what numpy has for the values of a dtype of pandas; objects, if nothing."""
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    found = getattr(dtype, "subtype", getattr(dtype, "numpy_dtype", dtype))
    return found if isinstance(found, np.dtype) else np.dtype(object)
