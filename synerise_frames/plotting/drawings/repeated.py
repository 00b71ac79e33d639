"""What a picture does with rows about one thing, such as two pulls in one frame, has to be told."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import pandas as pd

from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import SyneriseWarning


def warn(df: pd.DataFrame, about: Sequence[str], done: str) -> None:
    """Warn where rows are about the same, and say what is done with them.

    Without its name: it may be a person's.
    """
    on = [name for name in about if name in df]
    count = int(df.duplicated(on).sum())
    if count:
        warnings.warn(
            f"Rows about the same thing are there more than once, {count:,} too many, and {done}. "
            "Draw pulls one by one, compare them with .synerise.compare(), or keep one: "
            f'df.drop_duplicates({on}, keep="last").',
            SyneriseWarning,
            stacklevel=depth_of_caller(),
        )
