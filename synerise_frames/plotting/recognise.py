"""The kinds of frames that have a picture."""

from __future__ import annotations

from synerise_frames.schema.recognise import recognise
from synerise_frames.schema.tables import TABLES

__all__ = ["PICTURES", "recognise"]

#: Kinds that have a picture, in the order of the schema.
PICTURES = tuple(kind for kind in TABLES if kind not in {"listing", "directories"})
