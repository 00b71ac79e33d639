"""The definitions of every new workspace. Their ids follow from kind and name: they never change.

Names and meanings are relied on by programs and documents; add some, but change none.
"""

from synerise_frames.sandbox.starter.attributes import AGGREGATES, EXPRESSIONS
from synerise_frames.sandbox.starter.journeys import FUNNELS, SANKEYS, SEGMENTATIONS
from synerise_frames.sandbox.starter.overviews import METRICS, REPORTS
from synerise_frames.sandbox.starter.timelines import HISTOGRAMS, TRENDS

STARTER = (
    *TRENDS,
    *HISTOGRAMS,
    *FUNNELS,
    *REPORTS,
    *METRICS,
    *SANKEYS,
    *SEGMENTATIONS,
    *AGGREGATES,
    *EXPRESSIONS,
)

__all__ = ["STARTER"]
