"""Columns whose values nobody can change: they lie over bytes, which never become writable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

import numpy as np
import pandas as pd

#: The types of columns with a flag for what is missing, and their numpy types.
NUMPY_TYPES = {"Int64": "i8", "Float64": "f8", "boolean": "?"}

_MASKED: dict[str, Callable[..., Any]] = {
    "Int64": pd.arrays.IntegerArray,
    "Float64": pd.arrays.FloatingArray,
    "boolean": pd.arrays.BooleanArray,
}


def immutable(array: Any) -> Any:
    """Give a column with the values of `array`.

    Raises
    ------
    ValueError
        If there is none for its type.
    """
    dtype = array.dtype
    if isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow":
        # Arrow changes no text; a view is changed by putting other text in its place.
        return array.view()
    if isinstance(dtype, pd.DatetimeTZDtype) and dtype.unit == "us":
        return times(array.asi8.tobytes(), dtype.tz)
    if str(dtype) in NUMPY_TYPES:
        kind = NUMPY_TYPES[str(dtype)]
        filled = array.to_numpy(dtype=kind, na_value=np.zeros((), kind)[()])
        return masked(str(dtype), filled.tobytes(), array.isna().tobytes())
    raise ValueError(dtype)


def masked(dtype: str, content: Any, missing: bytes) -> Any:
    """Make a column of numbers or flags, from its values and a flag for each that is missing."""
    data = np.frombuffer(content, NUMPY_TYPES[dtype])
    return _MASKED[dtype](data, np.frombuffer(missing, "?"))


def times(content: Any, zone: tzinfo) -> Any:
    """Make a column of times, from microseconds since 1970."""
    naive = pd.DatetimeIndex(np.frombuffer(content, "M8[us]"), copy=False)
    # Seen as times of UTC in a zone: to localise them would copy.
    return naive.array.view(pd.DatetimeTZDtype("us", zone))
