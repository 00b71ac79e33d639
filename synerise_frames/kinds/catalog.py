"""One frame of every analysis of every kind."""

from __future__ import annotations

import pandas as pd

from synerise_frames.kinds.base import Kind
from synerise_frames.kinds.composed import as_old_as
from synerise_frames.kinds.trends import Trends
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading

# What the notes of all lists of a workspace say alike.
_SHARED = ("workspace", "library_version", "schema_version")


def catalog(*kinds: Kind, refresh: bool = False) -> pd.DataFrame:
    """List the analyses of all `kinds`, kind by kind."""
    listed = [kind.list(refresh=refresh) for kind in kinds]
    # Frames of equal dtypes keep them; an empty one would take part in deciding them.
    filled = [frame for frame in listed if not frame.empty]
    frame = pd.concat(filled, ignore_index=True) if filled else build(Reading("listing"), {})
    frame.attrs = {"kind": "listing"}
    if any(isinstance(kind, Trends) for kind in kinds):
        frame.attrs["complete"] = False  # the API has no list of trends
    for name in _SHARED:
        frame.attrs[name] = next((part.attrs[name] for part in listed if name in part.attrs), None)
    return as_old_as(frame, *(part.attrs for part in listed))
