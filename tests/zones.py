"""Older pandas and pyarrow name time zones by pytz; the library by zoneinfo, always."""

from __future__ import annotations

import pandas as pd


def with_zones_of(read: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Give what others read, with our objects for zones of the same name; nothing else changes."""
    same = {
        name: like[name].dtype
        for name in like
        if isinstance(like[name].dtype, pd.DatetimeTZDtype)
        and str(read[name].dtype) == str(like[name].dtype)
    }
    return read.astype(same)
