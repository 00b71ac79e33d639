"""What a comparison cannot put right, but has to tell."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd

from synerise_frames.callers import depth_of_caller
from synerise_frames.comparing.identity import Identity
from synerise_frames.comparing.lengths import say, seconds
from synerise_frames.comparing.matching import Columns, Flags, Matched
from synerise_frames.errors import SyneriseWarning


def tell_cut(cut: Flags, rows: Matched, here: Columns, there: Columns) -> None:
    """Warn of pairs of buckets that differ in length; the first one stands for all."""
    if not cut.any():
        return
    first = int(np.flatnonzero(cut)[0])
    lengths = [
        say(float(seconds(side)[places[first]]))
        for side, places in ((here, rows.left), (there, rows.right))
    ]
    start = rows.of_left(here["bucket_start"])[first]
    warnings.warn(
        f"{int(cut.sum()):,} of {int(rows.both.sum()):,} pairs of buckets are of different "
        f"length, because a window cuts them (from {start:%Y-%m-%d %H:%M}: {lengths[0]} against "
        f"{lengths[1]}); attrs['uneven'] has their positions. Choose windows that begin and end "
        "with a bucket: weeks with sf.between() from a Monday to a Monday, months from the first "
        "to a first.",
        SyneriseWarning,
        stacklevel=depth_of_caller(),
    )


def tell_open(open_ended: Flags, rows: Matched, here: Columns) -> None:
    """Warn of pairs of buckets of which one may be cut; the first one stands for all."""
    if not open_ended.any():
        return
    start = rows.of_left(here["bucket_start"])[int(np.flatnonzero(open_ended)[0])]
    warnings.warn(
        f"{int(open_ended.sum()):,} of {int(rows.both.sum()):,} pairs of buckets may be of "
        f"different length: nobody knows where one of the two ends (from {start:%Y-%m-%d %H:%M}), "
        "for the window is the definition's own, or cuts it; attrs['uneven'] has their positions. "
        "Give both calculations dates=sf.between(...), from the start of a bucket to one.",
        SyneriseWarning,
        stacklevel=depth_of_caller(),
    )


def tell_twice(sides: Mapping[str, Columns], about: Identity) -> None:
    """Warn where a frame has rows about the same thing, without its name: it may be a person's."""
    timed = ("bucket_start",) if about.timed else ()
    on = [*(about.pair or ()), *about.plain, *timed]
    for name, columns in sides.items():
        # Numbers as names, as for things: a dimension may be called anything.
        table = pd.DataFrame({i: columns[column] for i, column in enumerate(on)})
        count = int(table.duplicated().sum())
        if count:
            warnings.warn(
                f"Rows of `{name}` are there twice or more, {count:,} too many. Those that are "
                "alike are paired one by one, and what is left has no other side. Keep one: "
                f'{name}.drop_duplicates({on}, keep="last").',
                SyneriseWarning,
                stacklevel=depth_of_caller(),
            )
