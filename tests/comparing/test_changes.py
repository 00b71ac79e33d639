"""Old against new: every difference once, nothing else."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.errors import ConfigError, SyneriseWarning

from .test_periods import report, trend

Values = st.dictionaries(
    st.sampled_from("abcd"),
    st.dictionaries(
        st.integers(0, 6), st.one_of(st.none(), st.floats(-9, 9), st.just(float("inf"))), min_size=1
    ),
    min_size=2,
)


@settings(max_examples=80, deadline=None)
@given(old=Values, new=Values)
def test_every_difference_is_there_once_and_nothing_else(old, new) -> None:
    got = sf.compare(trend("2017-03-08", old), trend("2017-03-08", new))
    start = pd.Timestamp("2017-03-08", tz="America/New_York")
    found = {
        (row.series, row.bucket_start): (
            row.status,
            *(None if pd.isna(v) else v for v in (row.old, row.new)),
        )
        for row in got.itertuples()
    }
    expected = {}
    for name in {*old, *new}:
        for at in {*old.get(name, {}), *new.get(name, {})}:
            was, now = at in old.get(name, {}), at in new.get(name, {})
            before, after = old.get(name, {}).get(at), new.get(name, {}).get(at)
            status = "new" if not was else "gone" if not now else "changed"
            if status != "changed" or before != after:
                expected[name, start + pd.DateOffset(days=at)] = (status, before, after)
    assert len(found) == len(got)
    assert found == expected
    total = len({(n, a) for side in (old, new) for n, v in side.items() for a in v})
    assert got.attrs["unchanged"] == total - len(got)


def test_a_bucket_that_was_not_over_was_bound_to_change() -> None:
    old = trend("2017-03-01", {"a": {0: 1, 1: 2}}).assign(is_partial=[False, True])
    new = trend("2017-03-01", {"a": {0: 5, 1: 9}})
    got = sf.compare(old, new)
    assert got["was_partial"].tolist() == [False, True]
    assert got["difference"].tolist() == [4, 7]
    assert got["change"].tolist() == [4, 3.5]


def test_tolerance_is_a_part_of_the_larger_number() -> None:
    old, new = (trend("2017-03-01", {"a": {0: v}}) for v in (100.0, 101.0))
    assert len(sf.compare(old, new)) == 1
    assert len(sf.compare(old, new, tolerance=0.0099)) == 1
    assert sf.compare(old, new, tolerance=0.01).attrs["unchanged"] == 1


def test_answers_as_text_are_compared_too() -> None:
    def value(result: object) -> pd.DataFrame:
        frame = sf.frames.aggregate({"clientId": 1, "result": result, "aggregateId": "a"})
        return frame.assign(profile="1")

    got = sf.compare(value(["x", "y"]), value(["x"]))
    assert got[["status", "old_result", "new_result"]].to_numpy().tolist() == [
        ["changed", '["x","y"]', '["x"]']
    ]
    assert sf.compare(value(["x"]), value(["x"])).empty
    assert sf.compare(value(7), value(8))["difference"].tolist() == [1]


def test_a_pull_and_the_data_set_made_of_it_are_equal(ws, tmp_path) -> None:
    for space, name in [
        (ws.trends, "Campaign receipts by type"),
        (ws.reports, "Revenue by department and brand"),
        (ws.funnels, "Campaign to coupon by income group"),
        (ws.sankeys, "After a coupon"),
        (ws.segmentations, "Buying rhythm"),
        (ws.metrics, "Revenue"),
        (ws.histograms, "Revenue and baskets per week"),
    ]:
        frame = space.calculate(space.find(name))
        sf.write_dataset(frame, tmp_path / name.replace(" ", "-"))
        got = sf.compare(sf.read_dataset(tmp_path / name.replace(" ", "-")), frame)
        assert got.empty, name
        assert got.attrs["unchanged"] == len(frame) > 0
        assert got.synerise.kind == "changes"


def test_what_cannot_be_compared_says_why() -> None:
    daily = trend("2017-03-01", {"a": {0: 5}})
    with pytest.raises(ConfigError, match="trend cannot be compared with a report"):
        sf.compare(daily, report("a"))
    with pytest.raises(ConfigError, match="different dimensions: a and b"):
        sf.compare(report("a"), report("b"))
    with pytest.raises(ConfigError, match="tolerance=1 is none"):
        sf.compare(daily, daily, tolerance=1)
    with pytest.raises(ConfigError, match="This trend lacks value"):
        sf.compare(daily, daily.rename(columns={"value": "v"}))
    empty = sf.compare(daily.iloc[:0], daily.iloc[:0])
    assert empty.dtypes.equals(sf.compare(daily, daily.assign(value=6.0)).dtypes)


def by(dimensions: dict[str, list[str]], values: list[float]) -> pd.DataFrame:
    """Read a report with these dimensions."""
    rows = [
        dict(zip([*dimensions, "m"], cells, strict=True))
        for cells in zip(*dimensions.values(), values, strict=True)
    ]
    return sf.frames.report({"data": rows}, metrics=["m"], dimensions=list(dimensions))


ODD = [
    "status", "old", "new", "difference", "change", "baseline", "result", "value_old", "_order",
    "_occurrence", "_merge", "position", "bucket_start", "is_partial", "old_result", "place", "0",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_dimension_of_any_name_is_kept(name) -> None:
    old, new = by({name: ["x", "y"]}, [1, 2]), by({name: ["y", "z"]}, [5, 3])
    changes = sf.compare(old, new)
    own = {"status", "old", "new", "difference", "change"}
    told = f"{name}_dimension" if name in own else name
    assert list(changes) == [told, "metric", "status", "old", "new", "difference", "change"]
    assert changes[[told, "status"]].to_numpy().tolist() == [
        ["y", "changed"], ["z", "new"], ["x", "gone"],
    ]  # fmt: skip
    assert changes["difference"].tolist()[0] == 3
    both = new.synerise.compare(old)
    told = f"{name}_dimension" if name in {"baseline", "difference", "change"} else name
    assert list(both) == [told, "metric", "value", "baseline", "difference", "change"]
    assert both[told].tolist() == ["y", "z", "x"]
    assert both["value"].isna().tolist() == [False, False, True]


def test_two_dimensions_that_want_one_name_both_have_one() -> None:
    new = by({"change": ["a"], "change_dimension": ["b"]}, [1])
    got = new.synerise.compare(new)
    assert got[["change_dimension_", "change_dimension"]].to_numpy().tolist() == [["a", "b"]]


def test_dimensions_may_stand_in_any_order_and_be_categories() -> None:
    old = by({"a": ["x", "y"], "b": ["1", "2"]}, [1, 2])
    new = by({"b": ["2", "3"], "a": ["y", "x"]}, [5, 6]).astype({"a": "category", "b": "category"})
    assert sf.compare(old, new)[["b", "a", "status"]].to_numpy().tolist() == [
        ["2", "y", "changed"], ["3", "x", "new"], ["1", "x", "gone"],
    ]  # fmt: skip
    both = new.synerise.compare(old)
    assert both[["b", "a"]].to_numpy().tolist() == [["2", "y"], ["3", "x"], ["1", "x"]]
    assert both["b"].dtype == pd.StringDtype()
    twice = old.set_axis(["row", "a", "a", "metric", "value"], axis=1)
    with pytest.raises(ConfigError, match="column a twice"):
        sf.compare(twice, twice)


def test_one_segment_that_went_and_another_that_came_are_two() -> None:
    old = sf.frames.segmentation([{"name": "Loyal", "count": 3}])
    new = sf.frames.segmentation([{"name": "Lost", "count": 2}])
    got = sf.compare(old, new)
    assert got[["segment", "status"]].to_numpy().tolist() == [["Lost", "new"], ["Loyal", "gone"]]
    assert got["old"].isna().tolist() == [True, False]
    assert got["new"].isna().tolist() == [False, True]


def test_names_and_ids_that_both_tell_nothing_alone_are_taken_together() -> None:
    old = sf.frames.segmentation(
        [{"name": n, "count": c} for n, c in [("A", 1), ("A", 2), ("B", 3)]]
    )
    new = sf.frames.segmentation(
        [{"name": n, "count": c} for n, c in [("B", 3), ("A", 1), ("A", 9)]]
    )
    for frame in (old, new):
        frame["segment_id"] = pd.array([pd.NA] * 3, dtype="string")
    with pytest.warns(
        sf.SyneriseWarning, match=r"Rows of `(old|new)` are there twice or more, 1 too"
    ):
        got = sf.compare(old, new)
    assert got[["segment", "old", "new"]].to_numpy().tolist() == [["A", 2, 9]]


def test_rows_that_are_there_twice_are_told() -> None:
    once = trend("2017-03-01", {"a": {0: 1, 1: 2}, "b": {0: 3}})
    twice = pd.concat([once, once])
    twice.attrs = once.attrs
    with pytest.warns(sf.SyneriseWarning, match=r"Rows of `old` .* 3 too many") as told:
        assert sf.compare(twice, once)["status"].tolist() == ["gone"] * 3
    assert [one.filename for one in told] == [__file__]
    # What the text says to do works.
    assert "drop_duplicates(['series_id', 'series', 'bucket_start']" in str(told[0].message)
    kept = twice.drop_duplicates(["series_id", "series", "bucket_start"], keep="last")
    assert sf.compare(kept, once).empty
    with pytest.warns(sf.SyneriseWarning, match=r"Rows of `baseline` .* 3 too many"):
        once.synerise.compare(twice)


def test_two_analyses_are_no_two_pulls_of_one(ws) -> None:
    one, two = (ws.funnels.calculate(row) for row in ws.funnels.list()["id"])
    with pytest.raises(
        ConfigError, match=r"two analyses: Campaign to coupon by .* and Campaign to"
    ):
        sf.compare(one, two)
    # An analysis that was built anew, or has a new name.
    for name in ("analysis_id", "analysis_name"):
        again = two.assign(group="Everybody")  # a total beside groups is refused for itself
        again.attrs[name] = one.attrs[name]
        sf.compare(one, again)


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        (math.inf, 5.0, True),
        (5.0, math.inf, True),
        (math.inf, -math.inf, True),
        (math.inf, math.inf, False),
        (math.nan, 5.0, True),
        (math.nan, math.nan, False),
        (math.nan, None, False),
        (0.0, 1e-300, True),
        (1e308, -1e308, True),
    ],
)
@pytest.mark.parametrize("tolerance", [0, 0.01])
def test_what_is_infinite_or_missing_is_near_to_nothing_else(old, new, differ, tolerance) -> None:
    # NaN within a column of measures is what 0 / 0 gives.
    def one(value: float | None) -> pd.DataFrame:
        values = pd.arrays.FloatingArray(
            np.array([0.0 if value is None else value]), np.array([value is None])
        )
        return trend("2017-03-01", {"a": {0: 1}}).assign(value=values)

    got = sf.compare(one(old), one(new), tolerance=tolerance)
    assert len(got) == differ
    # No NaN gets out: it would be neither missing nor equal to itself.
    for column in ("old", "new", "difference", "change"):
        assert not np.isnan(got[column].dropna().to_numpy(dtype=float)).any()


def test_times_are_compared_as_moments() -> None:
    old = trend("2017-03-01", {"a": {0: 1, 1: 2}})
    new = old.assign(
        bucket_start=old["bucket_start"].dt.tz_convert("UTC"),
        bucket_end=old["bucket_end"].dt.tz_convert("UTC"),
    )
    assert sf.compare(old, new).attrs["unchanged"] == 2
    with pytest.raises(ConfigError, match="have none"):
        sf.compare(old, old.assign(bucket_start=old["bucket_start"].dt.tz_localize(None)))
    with pytest.raises(ConfigError, match="column value holds something else"):
        sf.compare(old, old.assign(value=["many", "few"]))


def test_a_funnel_with_a_step_less() -> None:
    def funnel(*steps: str) -> pd.DataFrame:
        return sf.frames.funnel({"steps": [{"name": s, "count": 10 * len(s)} for s in steps]})

    old, new = funnel("a", "bb", "ccc"), funnel("a", "bb")
    assert sf.compare(old, new)[["step", "name", "status"]].to_numpy().tolist() == [
        [3, "ccc", "gone"]
    ]
    hole = old.assign(step=pd.array([1, None, 3], dtype="Int64"))
    got = hole.synerise.compare(old)
    assert got["step"].isna().tolist() == [False, True, False, False]


def baskets(ws: sf.Workspace, start: str, end: str) -> pd.DataFrame:
    return ws.trends.calculate(ws.trends.find("Baskets per day"), dates=sf.between(start, end))


def test_what_was_not_asked_for_is_neither_gone_nor_new(ws) -> None:
    old, new = baskets(ws, "2017-03-01", "2017-06-01"), baskets(ws, "2017-05-01", "2017-06-11")
    new = new[new["bucket_start"].dt.day != 7]
    new.loc[new["bucket_start"] == pd.Timestamp("2017-05-03", tz="America/New_York"), "value"] += 1
    # 31 days of March and 30 of April are before the new window; of its ten days of June, which
    # came with time, one is dropped.
    with pytest.warns(SyneriseWarning, match="61 rows of `old` and 0 of `new` .*same dates=") as w:
        got = sf.compare(old, new)
    assert [one.filename for one in w] == [__file__]
    told = {(f"{row.bucket_start:%m-%d}", row.status) for row in got.itertuples()}
    june = {(f"06-{day:02}", "new") for day in (1, 2, 3, 4, 5, 6, 8, 9, 10)}
    assert told == {("05-03", "changed"), ("05-07", "gone")} | june
    assert (got.attrs["not_asked"], got.attrs["unchanged"]) == (61, 29)
    with pytest.warns(SyneriseWarning, match="9 rows of `old` and 61 of `new`"):
        back = sf.compare(new, old)
    assert back["status"].tolist() == ["changed", "new"]


def test_a_window_that_goes_with_time_is_compared_without_a_warning() -> None:
    pulls = []
    for now in ("2017-03-10", "2017-03-12"):
        with sf.demo(now=now) as ws:
            trend = ws.trends.find("Baskets per day")
            pulls.append(ws.trends.calculate(trend, dates=sf.last(5, "days")))
    old, new = (pull[~pull["is_partial"]] for pull in pulls)
    got = sf.compare(old, new)
    # What fell out of the window is not gone, and each day that came is new.
    assert (got["status"] == "new").all()
    came = set(new["bucket_start"]) - set(old["bucket_start"])
    assert set(got["bucket_start"]) == came
    assert len(came) >= 2
    assert got.attrs["not_asked"] == len(set(old["bucket_start"]) - set(new["bucket_start"])) >= 2


def test_a_frame_that_does_not_say_its_window_asked_for_everything(ws) -> None:
    old, new = baskets(ws, "2017-05-01", "2017-06-01"), baskets(ws, "2017-05-11", "2017-06-01")
    day = pd.Timestamp("2017-05-01", tz="America/New_York")
    both = pd.concat([new, old[old["bucket_start"] == day]])
    noted = dict(new.attrs)
    for unknown in (
        {"window": None},
        {"window": {"type": "ABSOLUTE", "from": "2017-05-11"}},
        {"window": {"type": "relative"}},
        # The notes of several pulls put together are those of the first.
        {"sources": [{}, {}]},
    ):
        new.attrs = {**noted, **unknown}
        got = sf.compare(old, new)
        assert got["status"].tolist() == ["gone"] * 10
        assert got.attrs["not_asked"] == 0
    # It has more than its window holds.
    both.attrs = noted
    assert sf.compare(old, both)["status"].tolist() == ["gone"] * 9


def test_explain_names_both_pulls(ws) -> None:
    old, new = baskets(ws, "2017-03-01", "2017-03-31"), baskets(ws, "2017-03-01", "2017-04-01")
    old.attrs["fetched_at"] = "2017-03-31T12:00:00+00:00"
    changes = sf.compare(old, new)
    assert changes["status"].tolist() == ["new"]
    for frame, sides in ((changes, ("old", "new")), (new.synerise.compare(old), ("baseline",))):
        lines = dict(line.split(maxsplit=1) for line in frame.synerise.explain().splitlines())
        for name in sides:
            assert lines[name].startswith("Baskets per day, 2017-03-01T00:00:00-05:00 to 2017-0")
        assert lines[sides[0]].endswith(
            "2017-03-31T00:00:00-04:00 (excluded), fetched 2017-03-31T12:00:00+00:00"
        )
    assert "to 2017-04-01T00:00:00-04:00" in lines["window"]
