"""Pictures of frames, with matplotlib (the extra ``plot``), imported when first used.

``df.synerise.plot()`` draws a frame as its kind is drawn; the functions here do the same and
are known to type checkers. All give the ``Axes``, none touches matplotlib's style.
"""

from synerise_frames.plotting.pictures import (
    aggregate,
    aggregate_history,
    changes,
    comparison,
    expression,
    funnel,
    histogram,
    ledger,
    membership,
    metric,
    plot,
    report,
    sankey,
    segment_profiles,
    segmentation,
    trend,
)

__all__ = [
    "aggregate",
    "aggregate_history",
    "changes",
    "comparison",
    "expression",
    "funnel",
    "histogram",
    "ledger",
    "membership",
    "metric",
    "plot",
    "report",
    "sankey",
    "segment_profiles",
    "segmentation",
    "trend",
]
