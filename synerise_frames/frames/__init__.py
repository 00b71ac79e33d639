"""Readers: the JSON of an answer to a tidy frame. No network, no workspace.

Each reader takes parsed JSON, or its text, and gives a frame with the columns that
``sf.schema.describe(kind)`` declares, whatever the answer looked like: see
:mod:`synerise_frames.frames.find` for how things are found. :func:`describe_shape` shows
what an answer looks like, without its data.

Text is the better form: of repeated keys in an object the parser keeps only the last one, so
only from the text can the others be kept (``value_1``), and long answers are read faster.
``NaN`` is missing; whole numbers that no column holds are kept as text (``value_raw``); half
a character, which no file can hold, is escaped. What is neither (a file, a frame, a set) is a
``ConfigError``.
"""

from synerise_frames.frames.csv_reports import report_csv
from synerise_frames.frames.funnels import funnel
from synerise_frames.frames.histories import aggregate_history
from synerise_frames.frames.listings import directories, listing
from synerise_frames.frames.memberships import membership
from synerise_frames.frames.metrics import metric
from synerise_frames.frames.profile_values import (
    aggregate,
    aggregate_preview,
    card,
    expression,
    expression_preview,
)
from synerise_frames.frames.reports import report
from synerise_frames.frames.sankeys import sankey
from synerise_frames.frames.segment_members import segment_profiles
from synerise_frames.frames.segmentations import segmentation
from synerise_frames.frames.shapes import describe_shape
from synerise_frames.frames.trends import histogram, trend

__all__ = [
    "aggregate",
    "aggregate_history",
    "aggregate_preview",
    "card",
    "describe_shape",
    "directories",
    "expression",
    "expression_preview",
    "funnel",
    "histogram",
    "listing",
    "membership",
    "metric",
    "report",
    "report_csv",
    "sankey",
    "segment_profiles",
    "segmentation",
    "trend",
]
