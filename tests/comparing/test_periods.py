"""Period against period: expected numbers come from plain dictionaries, not from the library."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.comparing import compare_periods
from synerise_frames.comparing.positions import positions
from synerise_frames.errors import ConfigError

TZ = "America/New_York"


def trend(
    start: str,
    values: dict[str, dict[int, float | None]],
    *,
    days: int = 1,
    window: tuple[str, str] | None = None,
    ids: str = "",
) -> pd.DataFrame:
    """Make a trend of buckets at the given positions only."""
    first = pd.Timestamp(start, tz=TZ)
    rows = [
        {
            "series_id": f"{ids}{number}",
            "series": name,
            "bucket_start": first + pd.DateOffset(days=days * at),
            "bucket_end": first + pd.DateOffset(days=days * (at + 1)),
            "value": value,
            "is_partial": False,
        }
        for number, (name, buckets) in enumerate(values.items())
        for at, value in buckets.items()
    ]
    frame = pd.DataFrame(rows)
    for column in ("bucket_start", "bucket_end"):
        frame[column] = frame[column].dt.as_unit("us")
    frame = frame.astype(
        {"series_id": "string", "series": "string", "value": "Float64", "is_partial": "boolean"}
    )
    frame.attrs = {"kind": "trend", "interval": f"{days} days"}
    if window:
        bounds = [pd.Timestamp(w, tz=TZ).isoformat() for w in window]
        frame.attrs["window"] = {"type": "absolute", "start": bounds[0], "end": bounds[1]}
    return frame


def test_buckets_are_aligned_by_position_across_a_missing_one_and_a_change_of_the_clock() -> None:
    # 12 March 2017 has 23 hours; the second bucket of the baseline is missing.
    new = trend("2017-03-10", {"a": {0: 10, 1: 20, 2: 30, 3: 40}})
    old = trend("2017-02-01", {"a": {0: 5, 2: 10, 3: 50}})
    got = new.synerise.compare(old)
    assert got["position"].tolist() == [0, 1, 2, 3]
    assert got["difference"].tolist()[0::2] == [5, 20]
    assert pd.isna(got["baseline"][1])
    assert pd.isna(got["difference"][1])
    assert got["change"].tolist()[2:] == [2.0, -0.2]
    assert got["baseline_start"][2] == pd.Timestamp("2017-02-03", tz=TZ)
    assert str(got["baseline_start"].dtype) == f"datetime64[us, {TZ}]"


def test_a_window_whose_first_buckets_are_missing_keeps_its_positions() -> None:
    new = trend("2017-03-01", {"a": {2: 3, 3: 4}}, window=("2017-03-01", "2017-03-05"))
    assert positions(new).tolist() == [2, 3]
    assert positions(trend("2017-03-01", {"a": {2: 3, 3: 4}})).tolist() == [0, 1]


def test_a_first_bucket_that_the_window_cuts_is_the_first() -> None:
    weeks = trend("2017-01-09", {"a": {0: 1, 1: 1}}, days=7, window=("2017-01-05", "2017-01-23"))
    cut = weeks.iloc[[0]].assign(bucket_start=pd.Timestamp("2017-01-05", tz=TZ))
    frame = pd.concat([cut, weeks])
    frame.attrs = weeks.attrs
    assert positions(frame).tolist() == [0, 1, 2]


def test_series_are_matched_by_name_where_ids_differ_and_kept_where_only_one_side_has_them() -> (
    None
):
    new = trend("2017-03-01", {"x": {0: 1, 1: 2}, "y": {0: 3}}, ids="n")
    old = trend("2017-02-01", {"y": {0: 30, 1: 31}, "z": {0: 7}}, ids="o")
    got = new.synerise.compare(old)
    assert got[["series", "position"]].to_numpy().tolist() == [
        ["x", 0], ["x", 1], ["y", 0], ["y", 1], ["z", 0],
    ]  # fmt: skip
    assert got["value"].isna().tolist() == [False, False, False, True, True]
    assert got["baseline"].isna().tolist() == [True, True, False, False, False]
    assert got["series_id"].tolist() == ["n0", "n0", "n1", "o0", "o1"]


def test_equal_names_are_matched_by_id() -> None:
    new = trend("2017-03-01", {"x": {0: 1}, "y": {0: 2}}).assign(series="same")
    old = trend("2017-02-01", {"x": {0: 10}, "y": {0: 20}}).assign(series="same")
    assert new.synerise.compare(old)["baseline"].tolist() == [10, 20]


def test_one_series_each_is_compared_whatever_it_is_called() -> None:
    got = trend("2017-03-01", {"Shoes": {0: 6}}).synerise.compare(
        trend("2017-03-01", {"Hats": {0: 4}}, ids="other")
    )
    assert got[["series", "value", "baseline", "change"]].to_numpy().tolist() == [
        ["Shoes", 6, 4, 0.5]
    ]


def test_two_metrics_are_not_compared(ws) -> None:
    revenue, buyers = (ws.metrics.calculate(ws.metrics.find(n)) for n in ("Revenue", "Buyers"))
    for compared in (revenue.synerise.compare, lambda b: revenue.synerise.plot(baseline=b)):
        with pytest.raises(ConfigError, match=r"two metrics: Revenue and Buyers\.\n.*dates="):
            compared(buyers)
    # One that was built anew has another id, a renamed one another name.
    for other in (buyers.assign(metric="Revenue"), buyers.assign(metric_id=revenue["metric_id"])):
        got = revenue.synerise.compare(other)
        assert got["baseline"].tolist() == buyers["value"].tolist()


def test_a_baseline_of_zero_has_no_change_and_a_negative_one_keeps_the_sign() -> None:
    new = trend("2017-03-01", {"a": {0: 5, 1: 5}})
    old = trend("2017-02-01", {"a": {0: 0, 1: -10}})
    got = new.synerise.compare(old)
    assert pd.isna(got["change"][0])
    assert got["change"][1] == 1.5


def test_partial_on_either_side_is_partial() -> None:
    new = trend("2017-03-01", {"a": {0: 5, 1: 5}}).assign(is_partial=[False, True])
    old = trend("2017-02-01", {"a": {0: 5, 1: 5, 2: 5}})
    assert new.synerise.compare(old)["is_partial"].tolist() == [False, True, False]
    assert old.synerise.compare(new)["is_partial"].tolist() == [False, True, False]


Buckets = st.dictionaries(
    st.sampled_from("abc"),
    st.dictionaries(st.integers(0, 9), st.floats(-100, 100), min_size=1),
    min_size=2,
)


@settings(max_examples=60, deadline=None)
@given(new=Buckets, old=Buckets)
def test_every_value_of_both_sides_is_there_once(new, old) -> None:
    window = ("2017-03-08", "2017-03-18")
    got = compare_periods(
        trend("2017-03-08", new, window=window),
        trend("2017-01-01", old, window=("2017-01-01", "2017-01-11")),
    )
    expected = {
        (name, at): (new.get(name, {}).get(at), old.get(name, {}).get(at))
        for name in {*new, *old}
        for at in {*new.get(name, {}), *old.get(name, {})}
    }
    rows = {
        (row.series, row.position): tuple(None if pd.isna(v) else v for v in row[6:8])
        for row in got.itertuples(index=False)
    }
    assert len(rows) == len(got)
    assert rows == expected


def test_months_of_the_demo(ws) -> None:
    trend_id = ws.trends.find("Baskets per day")
    march, february = (
        ws.trends.calculate(trend_id, dates=sf.between(*dates), interval="1D")
        for dates in (("2017-03-01", "2017-04-01"), ("2017-02-01", "2017-03-01"))
    )
    got = march.synerise.compare(february)
    assert len(got) == 31
    assert got["baseline"].isna().sum() == 3  # February has 28 days
    here, there = (
        frame.set_index(frame["bucket_start"].dt.day)["value"] for frame in (march, february)
    )
    assert got["difference"].tolist()[:28] == [here[d] - there[d] for d in range(1, 29)]


def test_other_kinds(ws) -> None:
    dates = [sf.between("2017-06-01", "2017-07-01"), sf.between("2017-05-01", "2017-06-01")]
    for space, name, keys in [
        (ws.funnels, "Campaign to coupon by income group", ["group", "step"]),
        (ws.reports, "Revenue by department and brand", ["department", "brand", "metric"]),
        (ws.metrics, "Revenue", ["metric"]),
    ]:
        new, old = (space.calculate(space.find(name), dates=d) for d in dates)
        got = new.synerise.compare(old)
        here, there = (
            {tuple(map(str, row)): v for row, v in zip(f[keys].to_numpy(), f["value"], strict=True)}
            for f in (new, old)
        )
        rows = {tuple(map(str, row)): i for i, row in enumerate(got[keys].to_numpy())}
        assert set(rows) == {*here, *there}
        for key, at in rows.items():
            for column, side in (("value", here), ("baseline", there)):
                expected = side.get(key, pd.NA)
                assert (
                    pd.isna(got[column][at]) if pd.isna(expected) else (got[column][at] == expected)
                )
        assert got.synerise.kind == "comparison"
        assert got.attrs["compared"] == new.synerise.kind
        assert got.attrs["baseline"]["window"] == old.attrs["window"]


def test_two_segmentations_are_matched_by_the_names_of_segments(ws) -> None:
    new, old = (
        ws.segmentations.calculate(ws.segmentations.find(n)) for n in ("Buying rhythm", "Last seen")
    )
    got = new.synerise.compare(old)
    assert got["segment"].tolist() == [*new["segment"], *old["segment"]]
    assert got["difference"].isna().all()


def test_empty_frames_give_an_empty_comparison_with_the_same_dtypes() -> None:
    full = trend("2017-03-01", {"a": {0: 5}})
    empty = full.iloc[:0]
    assert empty.synerise.compare(empty).dtypes.equals(full.synerise.compare(full).dtypes)
    one_side = full.synerise.compare(empty)
    assert one_side["value"].tolist() == [5]
    assert one_side.dtypes.equals(full.synerise.compare(full).dtypes)


def test_what_cannot_be_compared_says_why() -> None:
    daily = trend("2017-03-01", {"a": {0: 5}})
    metric = sf.frames.metric({"result": 1, "metricData": {"title": "m"}})
    listing = sf.frames.listing({"data": []}, kind="trend")
    with pytest.raises(ConfigError, match="trend cannot be compared with a metric"):
        daily.synerise.compare(metric)
    with pytest.raises(ConfigError, match="1 days and 7 days"):
        daily.synerise.compare(trend("2017-03-01", {"a": {0: 5}}, days=7))
    with pytest.raises(ConfigError, match="listing holds no values"):
        listing.synerise.compare(listing)
    with pytest.raises(ConfigError, match="lacks bucket_start"):
        daily.synerise.compare(daily.drop(columns="bucket_start"))
    with pytest.raises(ConfigError, match="A str cannot"):
        daily.synerise.compare("last month")
    with pytest.raises(ConfigError, match="different dimensions: a and b"):
        report("a").synerise.compare(report("b"))


def report(dimension: str) -> pd.DataFrame:
    frame = pd.DataFrame({"row": [0], dimension: ["x"], "metric": ["m"], "value": [1.0]})
    frame.attrs["kind"] = "report"
    return frame


@pytest.mark.parametrize("compare", [sf.compare, compare_periods])
def test_a_group_of_unknown_name_is_not_the_total(ws, compare) -> None:
    window = sf.between("2017-03-01", "2017-06-01")
    names = ("Campaign to coupon by income group", "Campaign to coupon to basket")
    grouped, total = (ws.funnels.calculate(ws.funnels.find(n), dates=window) for n in names)
    for frame in (grouped, total):
        # Those of two ids and names are refused for that: as if it were edited in between.
        frame.attrs |= {"analysis_id": "1", "analysis_name": "Campaign to coupon"}
    assert grouped["group"].isna().any()
    assert grouped["group"].notna().any()
    for one, two in ((grouped, total), (total, grouped)):
        with pytest.raises(ConfigError, match=r"by group.*all profiles(?s:.*)same groups"):
            compare(one, two)
        compare(one, one)
        compare(one, two.head(0))
