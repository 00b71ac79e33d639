"""How long buckets are: whether two frames have one width, and which pairs are not alike."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from synerise_frames.comparing.matching import Columns, Flags, Matched
from synerise_frames.errors import ConfigError
from synerise_frames.periods import at_start

#: Months of 28 and of 31 days have one width, days of 23 and of 25 hours too; 2 and 3 days not.
_ALIKE = 1.4
_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


def need_one_width(frame: pd.DataFrame, other: pd.DataFrame, here: Columns, there: Columns) -> None:
    """Refuse two frames whose buckets have different widths, as far as these are known.

    Raises
    ------
    ConfigError
        If the intervals differ, or, where one of them is not known, the buckets do.
    """
    noted = [one.attrs.get("interval") for one in (frame, other)]
    told = [str(interval) if interval else "" for interval in noted]
    if all(told):
        is_one = told[0] == told[1]
    else:
        (one, is_sure), (two, is_other_sure) = _width(here), _width(there)
        # Two buckets may both be cut: they may belong to wider ones.
        is_one = not ((one > _ALIKE * two and is_other_sure) or (two > _ALIKE * one and is_sure))
        told = [t or say(width) for t, width in zip(told, (one, two), strict=True)]
    if not is_one:
        raise ConfigError(
            f"The buckets have different widths: {told[0]} and {told[1]}.",
            hint="Calculate both with the same interval=.",
        )


def uneven(rows: Matched, here: Columns, there: Columns) -> Flags:
    """Tell which pairs of buckets differ in length, by more than days and months do."""
    (real, wall, months), (other_real, other_wall, other_months) = (
        _lengths(taken(side["bucket_start"]), taken(side["bucket_end"]))
        for side, taken in ((here, rows.of_left), (there, rows.of_right))
    )
    known = ~(np.isnat(real) | np.isnat(other_real))
    same = (real == other_real) | (wall == other_wall)
    same |= (months == other_months) & (months > 0)
    differ: Flags = known & ~same
    return differ


def unmeasured(rows: Matched, here: Columns, there: Columns) -> Flags:
    """Tell which pairs of buckets cannot be said to be of one length: one has no known end.

    A frame that has several buckets and no end at all measures none of them.
    """
    found: Flags = rows.both
    open_ended = np.zeros(len(found), dtype=np.bool_)
    for side, taken in ((here, rows.of_left), (there, rows.of_right)):
        start, end = side["bucket_start"], side["bucket_end"]
        found &= taken(start).notna().to_numpy(dtype=np.bool_)
        if end.notna().any() or start.nunique() < 2:
            open_ended |= taken(end).isna().to_numpy(dtype=np.bool_)
    return found & open_ended


def say(seconds: float) -> str:
    """Say a length in the largest unit of which it has at least one.

    >>> say(82_800), say(518_400), say(86_400)
    ('23 hours', '6 days', '1 day')
    """
    size, unit = next((u for u in _UNITS if seconds >= u[0]), _UNITS[-1])
    count = f"{seconds / size:.1f}".removesuffix(".0")
    return f"{count} {unit.removesuffix('s') if count == '1' else unit}"


def seconds(side: Columns | pd.DataFrame) -> pd.Series:
    """Give the real length of each bucket."""
    lengths: pd.Series = (side["bucket_end"] - side["bucket_start"]).dt.total_seconds()
    return lengths


def _width(side: Columns) -> tuple[float, bool]:
    """Give the seconds that a frame's buckets have; and whether some of them cannot be cut."""
    buckets = pd.DataFrame({name: side[name] for name in ("bucket_start", "bucket_end")})
    buckets = buckets.dropna().drop_duplicates().sort_values("bucket_start")
    lengths = seconds(buckets)
    whole = lengths[1:-1] if len(lengths) > 2 else lengths
    return float(whole.median()), len(lengths) > 2


def _lengths(
    start: pd.Series, end: pd.Series
) -> tuple[npt.NDArray[np.timedelta64], npt.NDArray[np.timedelta64], npt.NDArray[np.float64]]:
    """Give how long buckets are in real time, by the clock on the wall, and in whole months."""
    begins, ends = _wall(pd.DatetimeIndex(start)), _wall(pd.DatetimeIndex(end))
    months = 12 * (ends.year - begins.year) + ends.month - begins.month
    # The 30th of a month that has no such day is its last.
    is_one_day = (
        (ends.day == begins.day)
        | (ends.is_month_end & (begins.day > ends.day))
        | (begins.is_month_end & (ends.day > begins.day))
    )
    is_whole = is_one_day & (ends - ends.normalize() == begins - begins.normalize())
    real = (end - start).to_numpy(dtype="timedelta64[us]")
    wall = (ends - begins).to_numpy(dtype="timedelta64[us]")
    return real, wall, np.where(is_whole, months.to_numpy(dtype=np.float64), 0.0)


def _wall(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Give what the clock on the wall says; midnight where the day begins later, as clocks skip."""
    wall = times.tz_localize(None)
    days = wall.normalize()
    known = ~np.asarray(times.isna())
    whole = np.zeros(len(times), dtype=np.bool_)
    whole[known] = at_start(times[known])
    return pd.DatetimeIndex(np.where(whole, days, wall))
