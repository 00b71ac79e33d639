"""Old against new: every difference once, nothing else."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.errors import ConfigError

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
