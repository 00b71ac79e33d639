"""Buckets of time as numbers for matplotlib, and a time axis in the frame's own zone."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

import matplotlib.dates
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from synerise_frames.callers import depth_of_caller
from synerise_frames.cut_buckets import cut_by_window
from synerise_frames.errors import ConfigError, SyneriseWarning
from synerise_frames.plotting.drawings import widths
from synerise_frames.plotting.drawings.canvas import (
    Floats,
    distinct,
    extent,
    label,
    need,
    numbers,
    points,
)
from synerise_frames.plotting.drawings.tick_dates import TickDates

#: What is done with the series beyond the largest.
Rest = Literal["sum"] | None
#: Column for what :func:`cut_by_window` found.
_CUT = "_cut"

# The package has types, but this part of it has none.
_dates: Any = matplotlib.dates


@dataclass(frozen=True, eq=False)
class Series:
    """One series: its label, and its buckets as matplotlib's days, in order of time."""

    label: str
    start: Floats
    end: Floats
    value: Floats
    partial: npt.NDArray[np.bool_]  #: not over yet
    cut: npt.NDArray[np.bool_]  #: first or last, and shorter than those between

    @property
    def there(self) -> npt.NDArray[np.bool_]:
        """Which buckets have a value."""
        return np.isfinite(self.value)

    @property
    def short(self) -> npt.NDArray[np.bool_]:
        """Which buckets hold less than a whole one would, for whatever reason."""
        return self.partial | self.cut

    @property
    def weight(self) -> float:
        """How much there is to see of it."""
        return float(np.nansum(np.abs(self.value)))


def read(df: pd.DataFrame, key: str, name: str) -> list[Series]:
    """Give the series of a frame, in the order in which they appear.

    Raises
    ------
    ConfigError
        If a column is missing, or the times are none.
    """
    need(df, key, name, "bucket_start", "bucket_end", "value")
    need_times(df, "bucket_start")
    known = df[df["bucket_start"].notna()].sort_values("bucket_start", kind="stable")
    # By all series together: one that begins later has its first bucket within the window.
    known = known.assign(**{_CUT: cut_by_window(known["bucket_start"], known["bucket_end"])})
    by = [key] if key == name else [key, name]
    # In the order of the frame, not of time: colours should not depend on the first bucket.
    order = df[by].drop_duplicates()
    groups = {_names(k): part for k, part in known.groupby(by, dropna=False, sort=False)}
    keys = [_names(row) for row in order.itertuples(index=False, name=None)]
    labels = distinct([k[-1] for k in keys], [k[0] for k in keys])
    _warn_if_twice(known, by)
    return [_series(text, groups[k]) for text, k in zip(labels, keys, strict=True) if k in groups]


def need_times(df: pd.DataFrame, *names: str) -> None:
    """Refuse columns that hold no times, as those of CSV do.

    Raises
    ------
    ConfigError
        If one holds none.
    """
    for name in names:
        if not pd.api.types.is_datetime64_any_dtype(df[name]):
            raise ConfigError(
                f"The column {name} holds no times.",
                hint=f"Convert it: df['{name}'] = pd.to_datetime(df['{name}'], utc=True).",
            )


def _warn_if_twice(df: pd.DataFrame, by: list[str]) -> None:
    """Warn where a series has a bucket more than once, without a name: it may be a person's."""
    count = int(df.duplicated([*by, "bucket_start"]).sum())
    if count:
        warnings.warn(
            f"{count:,} buckets are there more than once in their series, and each is drawn. Keep "
            f"one, as after pulls that overlap: df.drop_duplicates({[*by, 'bucket_start']}, "
            'keep="last"); or add them up with df.groupby.',
            SyneriseWarning,
            stacklevel=depth_of_caller(),
        )


def split(all_series: list[Series], top: int, *, rest: Rest) -> tuple[list[Series], list[Series]]:
    """Give the `top` largest series in the order of the frame, and the others, summed if asked.

    Raises
    ------
    ConfigError
        If `rest` is neither ``None`` nor ``"sum"``.
    """
    if rest not in {None, "sum"}:
        raise ConfigError(
            f"rest={rest!r} is no way to draw the series beyond the largest.",
            hint='Use rest="sum" to add them up to one, or leave it away.',
        )
    ranked = sorted(range(len(all_series)), key=lambda i: -all_series[i].weight)
    chosen = set(ranked[:top])
    named = [s for i, s in enumerate(all_series) if i in chosen]
    others = [s for i, s in enumerate(all_series) if i not in chosen]
    return named, [_total(others)] if rest and len(others) > 1 else others


def broken(series: Series) -> Series:
    """Put a gap where a bucket is missing: it is not known, so no line may cross it."""
    second = 1 / 86_400
    gaps = np.flatnonzero(series.start[1:] > series.end[:-1] + second) + 1
    return Series(
        series.label,
        np.insert(series.start, gaps, series.end[gaps - 1]),
        np.insert(series.end, gaps, series.start[gaps]),
        np.insert(series.value, gaps, np.nan),
        np.insert(series.partial, gaps, False),
        np.insert(series.cut, gaps, False),
    )


def _total(parts: list[Series]) -> Series:
    """Add series up bucket by bucket; a bucket is missing where all of them are."""
    start = np.unique(np.concatenate([s.start for s in parts]))
    total, known = np.zeros(len(start)), np.zeros(len(start), dtype=np.bool_)
    end = np.full(len(start), np.nan)
    partial, cut = np.zeros((2, len(start)), dtype=np.bool_)
    for series in parts:
        at = np.searchsorted(start, series.start)
        # Not by index alone: a bucket may be there twice.
        np.add.at(total, at, np.nan_to_num(series.value))
        known[at] |= np.isfinite(series.value)
        partial[at] |= series.partial
        cut[at] |= series.cut
        end[at] = np.fmax(end[at], series.end)
    name, value = f"{len(parts)} others", np.where(known, total, np.nan)
    return Series(name, start, end, value, partial, cut)


def refuse_negative(all_series: list[Series], option: str) -> None:
    """Refuse to stack what is below zero: parts would hide each other.

    Raises
    ------
    ConfigError
        If a value is negative.
    """
    for series in all_series:
        if (series.value < 0).any():
            raise ConfigError(
                f"Values below zero cannot be stacked, and the series {series.label!r} has some.",
                hint=f"Leave {option} away.",
            )


def _names(key: object) -> tuple[object, ...]:
    parts = key if isinstance(key, tuple) else (key,)
    # Missing values of different make are not equal; as dictionary keys they have to be.
    return tuple(None if pd.isna(p) else p for p in parts)


def _series(text: str, part: pd.DataFrame) -> Series:
    partial = part["is_partial"] if "is_partial" in part else pd.Series(False, index=part.index)
    return Series(
        label=text,
        start=days(part["bucket_start"]),
        end=days(part["bucket_end"]),
        value=numbers(part["value"]),
        partial=partial.astype("boolean").fillna(False).to_numpy(dtype=np.bool_),
        cut=part[_CUT].to_numpy(dtype=np.bool_),
    )


def days(times: pd.Series) -> Floats:
    """Give moments as matplotlib's days."""
    if times.dt.tz is not None:
        times = times.dt.tz_convert("UTC").dt.tz_localize(None)
    read: Floats = _dates.date2num(times.to_numpy())
    return read


def moments(days: Floats, zone: tzinfo | None) -> list[datetime]:
    """Give matplotlib's days as moments in the zone."""
    return list(_dates.num2date(days, zone))


def zone_of(df: pd.DataFrame) -> tzinfo | None:
    """Give the zone of the buckets."""
    zone: tzinfo | None = df["bucket_start"].dt.tz
    return zone


def zone_name(df: pd.DataFrame) -> str:
    """Give the name of the zone of the buckets; empty where they have none."""
    zone = zone_of(df)
    return "" if zone is None else str(getattr(zone, "key", zone))


def time_axis(ax: Axes, zone: tzinfo | None, across: float | None = None) -> None:
    """Let the x axis show time in the zone, concisely, in so many points from left to right."""
    ax.xaxis_date(zone)
    across = extent(ax)[0] if across is None else across
    most = max(3, min(9, int(across / (3.6 * points("medium")))))
    # Where few ticks have room, no step of a smaller unit gives as few: two days in 12 hours.
    least = 3 if most >= 7 else 2 if most >= 5 else 1
    locator = _dates.AutoDateLocator(tz=zone, minticks=least, maxticks=most)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(TickDates(locator, zone))


def width_name(all_series: list[Series]) -> str:
    """Say how wide the buckets are that are whole: ``per day``; empty where they differ."""
    hours = np.concatenate([(s.end - s.start)[~s.cut] for s in all_series]) * 24
    return widths.name(hours[np.isfinite(hours)])


def cut_name(all_series: list[Series]) -> str:
    """Say which buckets the window cut, of those that are seen; empty where it cut none."""
    first = min(float(s.start.min()) for s in all_series)
    cut = np.concatenate([s.start[s.cut & s.there] for s in all_series])
    told = " and ".join(
        name for name, seen in (("first", cut == first), ("last", cut > first)) if seen.any()
    )
    return f"{told} {widths.noun(width_name(all_series))} cut by the window" if told else ""


def only_name(df: pd.DataFrame, all_series: list[Series]) -> str:
    """Give the name of the one series there is; empty where it is the analysis's, too."""
    only = all_series[0].label if len(all_series) == 1 else ""
    # As labels: both are cut where they are long.
    return "" if only == label(df.attrs.get("analysis_name")) else only
