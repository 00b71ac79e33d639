"""Trends, histograms, metrics and reports of the starter set, against plain pandas."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

ZONE = "America/New_York"
DAYS = pd.date_range("2017-01-01", "2017-12-31", freq="D", tz=ZONE)
CAMPAIGN_DAYS = pd.date_range("2016-11-14", "2017-12-31", freq="D", tz=ZONE)
SEVEN_DAYS = pd.date_range("2017-01-01", "2017-12-31", freq="7D", tz=ZONE)
CLOCK = pd.Timestamp("2018-01-01", tz=ZONE)

Series = dict[str | None, list[Any]]


def binned(times: pd.Series, starts: pd.DatetimeIndex) -> pd.Series:
    """The position of the bucket of each time; the last bucket ends with the data."""
    edges = starts.as_unit("us").append(pd.DatetimeIndex([CLOCK]).as_unit("us"))
    return pd.Series(edges.searchsorted(times, side="right") - 1, index=times.index)


def per_bucket(
    values: pd.Series, times: pd.Series, starts: pd.DatetimeIndex, how: str
) -> pd.Series:
    grouped = values.groupby(binned(times, starts)).agg(how)
    return grouped.reindex(range(len(starts)))


def counts(times: pd.Series, starts: pd.DatetimeIndex) -> list[int]:
    return per_bucket(times, times, starts, "size").fillna(0).astype(int).tolist()


def money(values: pd.Series, times: pd.Series, starts: pd.DatetimeIndex) -> list[float]:
    cents = per_bucket(values, times, starts, "sum").fillna(0).astype("int64")
    return [value / 100 for value in cents]


def baskets_per_day(f: Any) -> tuple[pd.DatetimeIndex, Series]:
    return DAYS, {"Baskets per day": counts(f.baskets["time"], DAYS)}


def receipts_by_type(f: Any) -> tuple[pd.DatetimeIndex, Series]:
    return CAMPAIGN_DAYS, {
        name: counts(part["time"], CAMPAIGN_DAYS)
        for name, part in f.receipts.groupby("campaign_type")
    }


def thanksgiving(f: Any) -> tuple[pd.DatetimeIndex, Series]:
    hours = pd.date_range("2017-11-20", "2017-11-26 23:00", freq="h", tz=ZONE)
    time = f.baskets["time"]
    floors = time[(time >= hours[0]) & (time < hours[0] + pd.Timedelta(days=7))].dt.floor("h")
    values = floors.value_counts().reindex(hours.as_unit("us"), fill_value=0).tolist()
    return hours, {"Baskets per hour in Thanksgiving week": values}


def redemptions_per_week(f: Any) -> tuple[pd.DatetimeIndex, Series]:
    # 2017-01-01 is a Sunday: the first bucket is the rest of its week.
    mondays = pd.date_range("2017-01-02", "2017-12-31", freq="W-MON", tz=ZONE)
    weeks = DAYS[:1].append(mondays)
    return weeks, {"Coupon redemptions per week": counts(f.redemptions["time"], weeks)}


def fresh(f: Any) -> tuple[pd.DatetimeIndex, Series]:
    months = pd.date_range("2017-01-01", "2017-12-01", freq="MS", tz=ZONE)
    names = ["DELI", "MEAT", "PRODUCE", "SEAFOOD"]
    parts = {name: f.lines[f.lines["department"] == name] for name in names}
    return months, {name: money(p["cents"], p["time"], months) for name, p in parts.items()}


def weekly(f: Any) -> tuple[pd.DatetimeIndex, Series]:
    b = f.baskets
    return SEVEN_DAYS, {
        "Revenue": money(b["cents"], b["time"], SEVEN_DAYS),
        "Baskets": counts(b["time"], SEVEN_DAYS),
    }


def basket_size(f: Any) -> tuple[pd.DatetimeIndex, Series]:
    found = {}
    for title, how in (("Average", "mean"), ("Smallest", "min"), ("Largest", "max")):
        values = per_bucket(f.baskets["cents"], f.baskets["time"], DAYS, how)
        found[title] = [None if pd.isna(v) else pytest.approx(v / 100, rel=1e-12) for v in values]
    return DAYS, found


def private_share(f: Any) -> tuple[pd.DatetimeIndex, Series]:
    starts = pd.date_range("2017-01-01", "2017-12-31", freq="30D", tz=ZONE)
    own = f.lines[f.lines["brand"] == "Private"]
    parts = per_bucket(own["cents"], own["time"], starts, "sum")
    wholes = per_bucket(f.lines["cents"], f.lines["time"], starts, "sum")
    shares = [float(Fraction(int(p), int(w))) for p, w in zip(parts, wholes, strict=True)]
    return starts, {"Private label share": shares}


TIMELINES: dict[tuple[str, str], Callable[[Any], tuple[pd.DatetimeIndex, Series]]] = {
    ("trend", "Baskets per day"): baskets_per_day,
    ("trend", "Campaign receipts by type"): receipts_by_type,
    ("trend", "Baskets per hour in Thanksgiving week"): thanksgiving,
    ("trend", "Coupon redemptions per week"): redemptions_per_week,
    ("trend", "Fresh revenue per month"): fresh,
    ("histogram", "Revenue and baskets per week"): weekly,
    ("histogram", "Basket size per day"): basket_size,
    ("histogram", "Private label share per month"): private_share,
}


@pytest.mark.parametrize(("kind", "name"), TIMELINES)
def test_timeline(engine: Any, definitions: Any, facts: Any, kind: str, name: str) -> None:
    definition = next(d for d in definitions.of(kind) if d.name == name)
    answer = getattr(engine, kind)(definition.analysis)
    starts, series = TIMELINES[kind, name](facts)
    assert [legend["name"] for legend in answer["legends"]] == list(series)
    assert [item["date"] for item in answer["items"]] == [s.isoformat() for s in starts]
    for i, (title, expected) in enumerate(series.items()):
        assert [item["values"][i] for item in answer["items"]] == expected, title


def test_the_timelines_are_not_trivial(facts: Any) -> None:
    # The comparison above would pass on empty data too.
    for calculate in TIMELINES.values():
        starts, series = calculate(facts)
        assert len(starts) > 5
        assert all(sum(value not in (0, None) for value in v) > 2 for v in series.values())
    days, series = basket_size(facts)
    christmas = days.get_loc(pd.Timestamp("2017-12-25", tz=ZONE))
    assert [values[christmas] for values in series.values()] == [None, None, None]


def share(f: Any) -> float:
    own = f.lines.loc[f.lines["brand"] == "Private", "cents"].sum()
    return float(Fraction(int(own), int(f.lines["cents"].sum())))


METRICS: dict[str, Callable[[Any], Any]] = {
    "Revenue": lambda f: int(f.lines["cents"].sum()) / 100,
    "Baskets": lambda f: f.lines["basket"].nunique(),
    "Buyers": lambda f: f.lines["profile"].nunique(),
    "Revenue of department": lambda f: (
        int(f.lines.loc[f.lines["department"] == "GROCERY", "cents"].sum()) / 100
    ),
    "Private label share": share,
}


@pytest.mark.parametrize("name", METRICS)
def test_metric(engine: Any, definitions: Any, facts: Any, name: str) -> None:
    definition = next(d for d in definitions.of("metric") if d.name == name)
    assert engine.metric(definition.analysis) == {
        "result": METRICS[name](facts),
        "metricData": {"title": name},
    }


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Records in the documented order: first metric from the largest on, missing names last."""
    records = [
        {key: None if pd.isna(value) else value for key, value in record.items()}
        for record in frame.to_dict("records")
    ]
    metric = next(key for key in frame if key in ("Revenue", "Baskets"))
    names = list(frame)[: list(frame).index(metric)]
    return sorted(
        records,
        key=lambda r: (-r[metric], [(r[n] is None, "" if r[n] is None else r[n]) for n in names]),
    )


def by_department_and_brand(f: Any) -> list[dict[str, Any]]:
    found = f.lines.groupby(["department", "brand"], dropna=False)[["cents", "quantity"]].sum()
    found = found.reset_index().rename(columns={"quantity": "Quantity"})
    found.insert(2, "Revenue", found.pop("cents") / 100)
    return rows(found)


def by_weekday_and_hour(f: Any) -> list[dict[str, Any]]:
    time = f.baskets["time"].dt
    keys = [(time.day_of_week + 1).rename("weekday"), time.hour.rename("hour")]
    listed = rows(f.baskets.groupby(keys).size().rename("Baskets").reset_index())
    # A dimension is sent as text, also where it is a number.
    return [{**row, "weekday": str(row["weekday"]), "hour": str(row["hour"])} for row in listed]


def by_income(f: Any) -> list[dict[str, Any]]:
    joined = f.baskets.merge(f.people, left_on="profile", right_index=True)
    grouped = joined.groupby("income", dropna=False)
    found = pd.DataFrame(
        {
            "Revenue": grouped["cents"].sum() / 100,
            "Buyers": grouped["profile"].nunique(),
            "Average basket": grouped["cents"].mean() / 100,
        }
    ).reset_index()
    listed = rows(found)
    for row in listed:
        row["Average basket"] = pytest.approx(row["Average basket"], rel=1e-12)
    return listed


REPORTS: dict[str, Callable[[Any], list[dict[str, Any]]]] = {
    "Revenue by department and brand": by_department_and_brand,
    "Baskets by weekday and hour": by_weekday_and_hour,
    "Revenue by income group": by_income,
}


@pytest.mark.parametrize("name", REPORTS)
def test_report(engine: Any, definitions: Any, facts: Any, name: str) -> None:
    definition = next(d for d in definitions.of("report") if d.name == name)
    data = engine.report(definition.analysis)["data"]
    expected = REPORTS[name](facts)
    assert len(expected) > 10
    assert data == expected
    assert [list(row) for row in data] == [list(row) for row in expected]


def test_every_definition_of_these_kinds_is_checked(definitions: Any) -> None:
    checked = {*TIMELINES, *(("metric", n) for n in METRICS), *(("report", n) for n in REPORTS)}
    kinds = ("trend", "histogram", "metric", "report")
    assert {(d.kind, d.name) for d in definitions if d.kind in kinds} == checked
