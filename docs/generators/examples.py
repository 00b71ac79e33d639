"""The lines behind the pictures of the gallery; ``ws`` is the demo workspace."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One picture: the kind of frame, what to see in it, and the lines that draw it."""

    kind: str
    name: str
    words: str
    code: str


_VALUES = """\
ids = range(1, 1001)
plan = ws.profiles(ids).plan({what}=ws.{what}.find({title!r}))
df = plan.run(progress=False).frame
df.synerise.plot.{kind}()
"""

EXAMPLES = (
    Example(
        "trend",
        "trend",
        "Lines over time. Gaps are gaps, and the bucket that is not over yet is dashed.",
        """\
df = ws.trends.calculate(
    ws.trends.find("Fresh revenue per month"),
    dates=sf.last(52, "weeks"),
    interval="1W",
)
df.synerise.plot()
""",
    ),
    Example(
        "trend",
        "trend-areas",
        "Areas, where values add up.",
        """\
df = ws.trends.calculate(ws.trends.find("Fresh revenue per month"))
df.synerise.plot(area=True)
""",
    ),
    Example(
        "histogram",
        "histogram",
        "Bars per bucket. Series of different units get panels of their own.",
        """\
df = ws.histograms.calculate(
    ws.histograms.find("Revenue and baskets per week"),
    dates=sf.last(20, "weeks"),
)
df.synerise.plot()
""",
    ),
    Example(
        "histogram",
        "histogram-stacked",
        "Bars on one another, for parts of a whole; any frame with series can be drawn so.",
        """\
df = ws.trends.calculate(ws.trends.find("Fresh revenue per month"))
df.synerise.plot.histogram(stacked=True)
""",
    ),
    Example(
        "aggregate_history",
        "aggregate-history",
        "One aggregate of one profile over time.",
        """\
df = ws.aggregates.history(
    ws.aggregates.find("Baskets"),
    "1",
    dates=sf.last(1, "years"),
    interval="1M",
)
df.synerise.plot()
""",
    ),
    Example(
        "funnel",
        "funnel",
        "Steps from the top down, with counts, shares and losses.",
        """\
df = ws.funnels.calculate(ws.funnels.find("Campaign to coupon to basket"))
df.synerise.plot()
""",
    ),
    Example(
        "funnel",
        "funnel-groups",
        "Groups of a funnel stand side by side.",
        """\
df = ws.funnels.calculate(ws.funnels.find("Campaign to coupon by income group"))
df.synerise.plot(top=4, figsize=(9, 4))
""",
    ),
    Example(
        "funnel",
        "funnel-times",
        "With the time between steps, in the unit that you know the server sends.",
        """\
df = ws.funnels.calculate(ws.funnels.find("Campaign to coupon to basket"))
df.synerise.plot(time_unit="ms")
""",
    ),
    Example(
        "report",
        "report",
        "One dimension: bars. Two dimensions: a heat map.",
        """\
df = ws.reports.calculate(ws.reports.find("Revenue by income group"))
df.synerise.plot(metric="Buyers")
""",
    ),
    Example(
        "report",
        "report-two-dimensions",
        "When households shop.",
        """\
df = ws.reports.calculate(ws.reports.find("Baskets by weekday and hour"))
df.synerise.plot()
""",
    ),
    Example(
        "metric",
        "metric",
        "A big number.",
        """\
df = ws.metrics.calculate(ws.metrics.find("Revenue"))
df.synerise.plot()
""",
    ),
    Example(
        "metric",
        "metric-comparison",
        "With what it was before.",
        """\
revenue = ws.metrics.find("Revenue")
now = ws.metrics.calculate(revenue, dates=sf.last(30, "days"))
before = ws.metrics.calculate(revenue, dates=sf.last(30, "days", before=30))
now.synerise.plot(baseline=before)
""",
    ),
    Example(
        "sankey",
        "sankey",
        "Flows from step to step.",
        """\
df = ws.sankeys.calculate(ws.sankeys.find("After a campaign"))
df.synerise.plot()
""",
    ),
    Example(
        "segmentation",
        "segmentation",
        "Segments with their shares of all profiles.",
        """\
df = ws.segmentations.calculate(ws.segmentations.find("Buying rhythm"))
df.synerise.plot()
""",
    ),
    Example(
        "segment_profiles",
        "segment-profiles",
        "How many profiles each segment has.",
        """\
rhythm = ws.segmentations.get(ws.segmentations.find("Buying rhythm"))
df = ws.segmentations.profiles(rhythm)
df.synerise.plot()
""",
    ),
    Example(
        "membership",
        "membership",
        "Profiles against segmentations: in, out, or not said.",
        """\
children = {"attribute": "kids_count", "op": "in", "value": ["1", "2", "3+"]}
families = {
    "dialect": "synerise-frames-sandbox/1",
    "title": "Families",
    "segments": [{"title": "Children", "filter": {"conditions": [children]}}],
}
ids = [ws.segmentations.create(families), ws.segmentations.find("Buying rhythm")]
df = pd.concat([ws.segmentations.check(profile, ids) for profile in range(5, 15)])
df.synerise.plot.membership()
""",
    ),
    Example(
        "aggregate",
        "aggregate",
        "How an aggregate is spread over profiles.",
        _VALUES.format(what="aggregates", title="Spend", kind="aggregate"),
    ),
    Example(
        "expression",
        "expression",
        "The same for an expression; texts become a list.",
        _VALUES.format(what="expressions", title="Big spender", kind="expression"),
    ),
    Example(
        "ledger",
        "ledger",
        "What became of the calls of a bulk run.",
        """\
plan = ws.profiles(range(2401, 2601)).plan(
    aggregates=[ws.aggregates.find("Baskets"), ws.aggregates.find("Spend")]
)
df = plan.run(progress=False).frame
df.synerise.plot()
""",
    ),
    Example(
        "comparison",
        "comparison",
        "This period beside the one before, bucket by bucket.",
        """\
trend = ws.trends.find("Baskets per day")
now = ws.trends.calculate(trend, dates=sf.last(28, "days"), interval="1D")
earlier = sf.last(28, "days", before=28)
before = ws.trends.calculate(trend, dates=earlier, interval="1D")
df = now.synerise.compare(before)
df.synerise.plot()
""",
    ),
    Example(
        "changes",
        "changes",
        "What changed between two answers of one analysis.",
        """\
report = ws.reports.find("Revenue by income group")
old = ws.reports.calculate(report, dates=sf.between("2017-01-01", "2017-07-01"))
new = ws.reports.calculate(report, dates=sf.between("2017-07-01", "2018-01-01"))
old, new = (df[df["metric"] == "Average basket"] for df in (old, new))
df = sf.compare(old, new)
df.synerise.plot(title="Average basket, second half of the year against the first")
""",
    ),
)
