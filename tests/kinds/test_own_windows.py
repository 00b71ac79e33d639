"""Windows that stand in a definition, or in a dict: what is known of where they end."""

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.kinds.windows import window_of
from synerise_frames.wire.bodies import date_filter

TZ = "America/New_York"
JUNE = {"type": "ABSOLUTE", "from": "2017-06-01", "to": "2017-06-30"}
WEEKS = {"type": "WEEKS", "value": 1}


def ends(frame: pd.DataFrame) -> list[Any]:
    return frame.drop_duplicates("bucket_start").sort_values("bucket_start")["bucket_end"].tolist()


@pytest.mark.parametrize("window", [JUNE, {**JUNE, "from": "2017-06-05"}])
@pytest.mark.parametrize("saved", [False, True])
def test_nobody_knows_where_the_last_bucket_of_a_definitions_own_window_ends(
    ws: sf.Workspace, window: dict[str, str], saved: bool
) -> None:
    for space, name in (
        (ws.trends, "Baskets per day"),
        (ws.histograms, "Revenue and baskets per week"),
    ):
        analysis = space.get(space.find(name))["analysis"]
        analysis = {**analysis, "dateFilter": window, "aggregateDataBy": WEEKS}
        if saved:
            made = space.create({**analysis, "title": "Own window"}, allow_unverified=True)
            found = space.calculate(made)
            space.delete(made)
        else:
            found = space.preview(analysis)
        # 30 June 2017 is a Friday: no week ends with it.
        *whole, last = ends(found)
        assert last is pd.NaT
        assert pd.notna(whole).all()
        is_last = found["bucket_start"] == found["bucket_start"].max()
        assert found.loc[is_last, "is_partial"].isna().all()
        assert not found.loc[~is_last, "is_partial"].any()


def test_a_dict_as_the_library_writes_one_is_a_window(ws: sf.Workspace) -> None:
    trend = ws.trends.find("Baskets per day")
    window = sf.between("2017-06-01", "2017-07-01")
    sent = {
        "type": "ABSOLUTE",
        "from": "2017-06-01T00:00:00.000-04:00",
        "to": "2017-06-30T23:59:59.999-04:00",
    }
    as_dict, as_window = (
        ws.trends.calculate(trend, dates=dates, interval="1W") for dates in (sent, window)
    )
    pd.testing.assert_frame_equal(as_dict, as_window)
    assert as_dict["bucket_end"].max() == pd.Timestamp("2017-07-01", tz=TZ)
    assert as_dict.attrs["window"] == as_window.attrs["window"]


def test_the_end_of_a_dict_of_another_form_is_not_known(ws: sf.Workspace) -> None:
    trend = ws.trends.find("Baskets per day")
    found = ws.trends.calculate(trend, dates=JUNE, interval="1W")
    assert ends(found)[-1] is pd.NaT
    assert found["is_partial"].isna().tolist() == [False] * 4 + [True]
    assert found.attrs["window"] == JUNE


@pytest.mark.parametrize("tz", [TZ, "UTC", None])
@pytest.mark.parametrize(
    "window",
    [
        sf.last(90),
        sf.last(4, "weeks", before=4),
        sf.between("2017-03-01T00:00-05:00", "2017-04-01T00:00-04:00"),
        sf.between(datetime.fromisoformat("2017-11-05T01:30-04:00"), "2017-11-05T01:30-05:00"),
    ],
)
def test_what_the_library_writes_it_reads_back(window: Any, tz: str | None) -> None:
    read = window_of(date_filter(window, tz), tz)
    assert read is not None
    if hasattr(window, "start"):
        assert [m.timestamp() for m in (read.start, read.end)] == [  # type: ignore[union-attr]
            m.timestamp() for m in (window.start, window.end)
        ]
    else:
        assert read == window


LAST = {
    "type": "RELATIVE",
    "offset": {"type": "DAYS", "value": 0},
    "duration": {"type": "DAYS", "value": 30},
}
SENT = {"from": "2017-06-01T00:00:00.000-04:00", "to": "2017-06-30T23:59:59.999-04:00"}


@pytest.mark.parametrize(
    "dates",
    [
        {},
        JUNE,
        {"type": "ABSOLUTE"},
        {"type": "ABSOLUTE", **SENT, "to": "2017-06-30T23:59:59-04:00"},
        {"type": "ABSOLUTE", **SENT, "to": "2017-06-30T23:59:59.999"},
        {"type": "ABSOLUTE", **SENT, "to": 1498881599999},
        {"type": "ABSOLUTE", **SENT, "to": "2016-06-30T23:59:59.999-04:00"},
        {"type": "ABSOLUTE", **SENT, "nestingType": "IN_PLACE"},
        {"type": "absolute", **SENT},
        {**LAST, "offset": {"type": "HOURS", "value": 0}},
        {**LAST, "offset": {"type": "DAYS", "value": -1}},
        {**LAST, "offset": None},
        {**LAST, "duration": {"type": "days", "value": 30}},
        {**LAST, "duration": {"type": "DAYS", "value": True}},
        {**LAST, "duration": {"type": "DAYS", "value": 30.0}},
    ],
)
def test_what_it_would_write_otherwise_it_does_not_read(dates: Any) -> None:
    assert window_of(dates, TZ) is None


def test_a_window_that_goes_on_is_not_over_however_it_ends(ws: sf.Workspace) -> None:
    with sf.demo(now="2017-11-15T14:30") as early:
        trend = early.trends.find("Baskets per day")
        own = early.trends.calculate(trend, interval="1W")
    # Wednesday's week ends on Monday, the 20th.
    assert own["bucket_end"].max() == pd.Timestamp("2017-11-20", tz=TZ)
    assert own["is_partial"].tolist() == [False] * (len(own) - 1) + [True]
