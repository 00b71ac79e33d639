"""Trends and histograms: every layout of WIRE.md, and others like them."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest

from synerise_frames import frames, schema
from synerise_frames.errors import ConfigError, ShapeError, SyneriseWarning

LEGENDS = [{"id": "a", "name": "page.visit"}, {"id": "b", "name": "transaction.charge"}]
A, B = "page.visit", "transaction.charge"
D1, D2 = "2024-03-30 00:00", "2024-03-31 00:00"
DAY1, DAY2 = "2024-03-30T00:00:00+01:00", "2024-03-31T00:00:00+01:00"
EPOCH1, EPOCH2 = 1711753200000, 1711839600000

#: By series, in the order of the series.
EXPECTED = {("a", A, D1, 120.0), ("a", A, D2, 98.0), ("b", B, D1, 7.0), ("b", B, D2, None)}

LAYOUTS = {
    "aligned": {
        "name": "n",
        "metadata": {},
        "legends": LEGENDS,
        "items": [{"date": DAY1, "values": [120, 7]}, {"date": DAY2, "values": [98, None]}],
    },
    "series first": {
        "items": [
            {
                "id": "a",
                "name": A,
                "data": [{"date": DAY1, "value": 120}, {"date": DAY2, "value": 98}],
            },
            {
                "id": "b",
                "name": B,
                "data": [{"date": DAY1, "value": 7}, {"date": DAY2, "value": None}],
            },
        ]
    },
    "objects": {
        "legends": LEGENDS,
        "items": [
            {"date": DAY1, "values": [{"id": "b", "value": 7}, {"id": "a", "value": 120}]},
            {"date": DAY2, "values": [{"id": "a", "value": 98}, {"id": "b", "value": None}]},
        ],
    },
    "mapping": {
        "legends": LEGENDS,
        "items": [
            {"from": EPOCH1, "to": EPOCH2 - 1, "values": {"a": 120, "b": 7}},
            {"from": EPOCH2, "to": 1711922399999, "values": {"a": 98, "b": None}},
        ],
    },
    "keyed by time": {
        "legends": LEGENDS,
        "items": {DAY1: {"a": 120, "b": 7}, DAY2: {"a": 98, "b": None}},
    },
    "keyed by epoch": {
        "legends": LEGENDS,
        "data": {str(EPOCH1): {"a": 120, "b": 7}, str(EPOCH2): {"a": 98, "b": None}},
    },
    "wide": {
        "legends": LEGENDS,
        "items": [{"day": DAY1, "a": 120, "b": 7}, {"day": DAY2, "a": 98, "b": None}],
    },
    "long": {
        "rows": [
            {"when": DAY1, "seriesId": "a", "series": A, "amount": 120},
            {"when": DAY1, "seriesId": "b", "series": B, "amount": 7},
            {"when": DAY2, "seriesId": "a", "series": A, "amount": 98},
            {"when": DAY2, "seriesId": "b", "series": B, "amount": None},
        ]
    },
    "long with objects": {
        "points": [
            {"ts": EPOCH1, "legend": LEGENDS[0], "y": 120},
            {"ts": EPOCH2, "legend": LEGENDS[0], "y": 98},
            {"ts": EPOCH1, "legend": LEGENDS[1], "y": 7},
            {"ts": EPOCH2, "legend": LEGENDS[1], "y": None},
        ]
    },
    "pairs": {
        "series": [
            {"id": "a", "name": A, "data": [[EPOCH1, 120], [EPOCH2, 98]]},
            {"id": "b", "name": B, "data": [[EPOCH1, 7], [EPOCH2, None]]},
        ]
    },
    "times beside": {
        "categories": [DAY1, DAY2],
        "series": [
            {"id": "a", "name": A, "data": [120, 98]},
            {"id": "b", "name": B, "data": [7, None]},
        ],
    },
    "times beside a mapping": {
        "labels": [DAY1, DAY2],
        "legends": LEGENDS,
        "values": {"a": [120, 98], "b": [7, None]},
    },
    "spans": {
        "legends": LEGENDS,
        "items": [
            {"period": {"start": DAY1, "end": DAY2}, "values": [120, 7]},
            {"period": {"start": DAY2, "end": "2024-04-01T00:00:00+02:00"}, "values": [98, None]},
        ],
    },
    "list of spans": {
        "legends": LEGENDS,
        "items": [
            {"range": [EPOCH1, EPOCH2], "values": [120, 7]},
            {"range": [EPOCH2, 1711922400000], "values": [98, None]},
        ],
    },
    "in wrappers": {
        "response": {
            "result": {
                "legends": LEGENDS,
                "points": [
                    {"timestamp": EPOCH1, "values": [120, 7]},
                    {"timestamp": EPOCH2, "values": [98, None]},
                ],
            }
        }
    },
    "java dates": {
        "legends": LEGENDS,
        "items": [
            {"date": [2024, 3, 30, 0, 0], "values": [120, 7]},
            {"date": "2024-03-31T00:00+01:00[Europe/Warsaw]", "values": [98, None]},
        ],
    },
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_the_same_values(name, read):
    assert set(read(LAYOUTS[name])) == EXPECTED
    assert len(read(LAYOUTS[name])) == 4


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_ends_its_buckets_on_the_day_the_clock_changes(name):
    df = frames.trend(LAYOUTS[name], tz="Europe/Warsaw")
    ends = df.groupby("bucket_start")["bucket_end"].unique()
    assert [len(found) for found in ends] == [1, 1]
    first, last = (found[0] for found in ends)
    assert first == pd.Timestamp("2024-03-31", tz="Europe/Warsaw")
    assert last == pd.Timestamp("2024-04-01", tz="Europe/Warsaw")
    assert last - first == pd.Timedelta(hours=23)


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_that_are_understood_are_no_drift(name, declared):
    declared(frames.trend(LAYOUTS[name], tz="Europe/Warsaw", strict=True), "Europe/Warsaw")
    assert schema.drift().empty


def test_rows_keep_the_order_of_the_answer(read):
    by_bucket = read(LAYOUTS["aligned"])
    assert [(row[0], row[2]) for row in by_bucket] == [("a", D1), ("b", D1), ("a", D2), ("b", D2)]
    by_series = read(LAYOUTS["series first"])
    assert [(row[0], row[2]) for row in by_series] == [("a", D1), ("a", D2), ("b", D1), ("b", D2)]


def test_a_histogram_is_read_alike():
    df = frames.histogram(LAYOUTS["aligned"], tz="Europe/Warsaw")
    assert df.attrs["kind"] == "histogram"
    assert df["value"].tolist()[:3] == [120.0, 7.0, 98.0]


def test_one_series_without_legends_has_its_position_for_an_id(read):
    expected = [("0", None, D1, 4.0), ("0", None, D2, 0.0)]
    assert read({"items": [{"date": DAY1, "value": 4}, {"date": DAY2, "value": 0}]}) == expected
    assert read([[DAY1, 4], [DAY2, 0]]) == expected
    assert read({DAY1: 4, DAY2: 0}) == expected
    assert read({"dates": [DAY1, DAY2], "values": [4, 0]}) == expected


def test_the_only_number_is_the_value_and_its_field_names_the_series(read):
    assert read({"items": [{"date": DAY1, "Visits": 4}]}) == [("0", "Visits", D1, 4.0)]


def test_several_numbers_stay_several_columns():
    items = [
        {"date": DAY1, "Revenue": 5.5, "Orders": 3},
        {"date": DAY2, "Revenue": 1.5, "Orders": None},
    ]
    df = frames.trend({"items": items}, tz="Europe/Warsaw")
    assert df["value"].isna().all()
    assert df["Revenue"].tolist() == [5.5, 1.5]
    assert df["Orders"].tolist() == [3, pd.NA]


def test_legends_of_plain_texts_have_their_position_for_an_id(read):
    payload = {"legends": ["x", "y"], "items": [{"date": DAY1, "values": [5, 2]}]}
    assert read(payload) == [("0", "x", D1, 5.0), ("1", "y", D1, 2.0)]
    payload["items"][0]["values"] = {"y": 2, "x": 5}
    assert read(payload) == [("1", "y", D1, 2.0), ("0", "x", D1, 5.0)]


@pytest.mark.parametrize(
    "values", [[5, 2], [{"id": "a", "value": 5}, {"id": "b", "value": 2}], {"a": 5, "b": 2}]
)
def test_series_of_one_name_are_told_apart_by_id_and_never_summed(values, read):
    legends = [{"id": "a", "name": "x"}, {"id": "b", "name": "x"}]
    rows = read({"legends": legends, "items": [{"date": DAY1, "values": values}]})
    assert rows == [("a", "x", D1, 5.0), ("b", "x", D1, 2.0)]


def test_series_of_one_name_without_ids_are_told_apart_by_order(read):
    items = [
        {"name": "x", "data": [{"date": DAY1, "value": 5}, {"date": DAY2, "value": 6}]},
        {"name": "x", "data": [{"date": DAY1, "value": 7}, {"date": DAY2, "value": 8}]},
    ]
    rows = read({"items": items})
    assert [(row[0], row[3]) for row in rows] == [("0", 5), ("0", 6), ("1", 7), ("1", 8)]


def test_null_names_stay_missing(read):
    payload = {"legends": [{"id": "a", "name": None}], "items": [{"date": DAY1, "values": [5]}]}
    assert read(payload) == [("a", None, D1, 5.0)]


def test_values_are_not_joined_by_position_if_lengths_differ(read):
    payload = {"legends": LEGENDS, "items": [{"date": DAY1, "values": [5, 2, 9]}]}
    assert [(row[1], row[3]) for row in read(payload)] == [(None, 5), (None, 2), (None, 9)]
    assert schema.drift()["what"].tolist() == ["values that no legend names"]
    # Names that are in no row are still somewhere.
    assert frames.trend(payload).attrs["extra"]["legends"] == LEGENDS


def test_a_missing_bucket_is_not_a_zero_and_a_null_stays_null(read):
    payload = {
        "items": [
            {"id": "a", "data": [{"date": DAY1, "value": None}]},
            {"id": "b", "data": [{"date": DAY2, "value": 0}]},
        ]
    }
    assert read(payload) == [("a", None, D1, None), ("b", None, D2, 0.0)]


def test_labels_of_buckets_are_no_series():
    items = [{"date": DAY1, "label": "Sat", "value": 4}, {"date": DAY2, "label": "Sun", "value": 5}]
    df = frames.trend({"items": items}, tz="Europe/Warsaw")
    assert df["series_id"].tolist() == ["0", "0"]
    assert df["label"].tolist() == ["Sat", "Sun"]


def test_unknown_fields_become_columns_or_stay_in_attrs():
    item = {"date": DAY1, "values": [1, 2], "holiday": True, "note": {"by": ["x"]}}
    df = frames.trend({"legends": LEGENDS, "items": [item], "took": 12}, tz="Europe/Warsaw")
    assert df["holiday"].tolist() == [True, True]
    assert df.attrs["extra"] == {"took": 12, "note": {"by": ["x"]}}
    assert set(schema.drift()["path"]) == {"$.took", "$.items[*].note", "$.items[*].holiday"}


def test_a_field_that_hides_a_column_gets_another_name():
    df = frames.trend({"items": [{"date": DAY1, "value": 1, "is_partial": "so"}]}, tz="UTC")
    assert str(df["is_partial"].dtype) == "boolean"
    assert df["is_partial_sent"].tolist() == ["so"]


def test_integers_stay_exact():
    big = 2**53 + 1
    df = frames.trend({"legends": ["x"], "items": [{"date": DAY1, "values": [big]}]})
    assert df["value"].tolist() == [float(2**53)]
    assert df["value_raw"].tolist() == [str(big)]


def test_numbers_in_text_keep_their_text():
    items = [{"date": DAY1, "value": "12.50"}, {"date": DAY2, "value": 3}]
    df = frames.trend({"items": items}, tz="Europe/Warsaw")
    assert df["value"].tolist() == [12.5, 3.0]
    assert df["value_raw"].tolist() == ["12.50", pd.NA]


NO_ZONE, NO_TIME = "a time without a zone", "a value that is no time"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (["2024-03-30"], NO_ZONE),
        (["20240330"], NO_ZONE),
        (["9999-12-31T23:59:59Z"], NO_TIME),
        (["9999-12-31"], NO_TIME),
        (["2024-99-99"], NO_TIME),
        # One that a zone would mend is told before one that nothing mends.
        (["9999-12-31T23:59:59Z", "2024-03-30"], NO_ZONE),
    ],
)
def test_only_what_a_zone_would_mend_is_told_as_a_time_without_one(sent, told):
    readers = [
        (frames.trend, [{"date": one, "value": 1} for one in sent]),
        (frames.listing, [{"id": "a", "name": "n", "createdAt": one} for one in sent]),
    ]
    for reader, payload in readers:
        schema.reset_drift()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            df = reader(payload)
        assert df.filter(regex="_raw$").squeeze("columns").tolist() == sent
        assert schema.drift()["what"].tolist() == [told]
        assert len(caught) == (told == NO_ZONE)


def test_naive_times_need_a_zone_from_the_caller():
    payload = {"items": [{"date": "2024-03-30", "value": 4}]}
    with pytest.warns(SyneriseWarning, match="without a zone"):
        df = frames.trend(payload)
    assert df["bucket_start"].isna().all()
    assert df["bucket_start_raw"].tolist() == ["2024-03-30"]
    assert schema.drift()["what"].tolist() == [NO_ZONE]
    local = frames.trend(payload, tz="America/New_York")["bucket_start"]
    assert local[0] == pd.Timestamp("2024-03-30", tz="America/New_York")


def test_aware_times_keep_their_instant():
    df = frames.trend({"items": [{"date": "2024-03-30T23:00:00-05:00", "value": 4}]}, tz="UTC")
    assert df["bucket_start"][0] == pd.Timestamp("2024-03-31T04:00:00Z")


def test_a_repeated_hour_without_offset_is_told_by_its_order_in_each_series():
    hours = [
        "2024-10-27T01:00:00",
        "2024-10-27T02:00:00",
        "2024-10-27T02:00:00",
        "2024-10-27T03:00:00",
    ]
    items = [{"date": hour, "values": [1, 2]} for hour in hours]
    df = frames.trend({"legends": LEGENDS, "items": items}, tz="Europe/Warsaw")
    for _, series in df.groupby("series_id"):
        gaps = series["bucket_start"].diff().dropna().unique()
        assert list(gaps) == [pd.Timedelta(hours=1)]
    rows = [{"date": hour, "id": name, "value": 1} for hour in hours for name in "xy"]
    long = frames.trend({"items": rows}, tz="Europe/Warsaw")
    assert long["bucket_start"].tolist() == df["bucket_start"].tolist()


@pytest.mark.parametrize(
    "payload",
    [
        {"name": "x", "metadata": {}, "items": [], "legends": []},
        {"items": []},
        {"items": None},
        {},
        [],
        None,
        b"null",
        "[]",
        {"items": [], "legends": LEGENDS},
        {"items": {}},
    ],
)
def test_an_empty_answer_has_the_same_columns_and_dtypes(payload, declared):
    empty = frames.trend(payload, tz="Europe/Warsaw")
    full = frames.trend(LAYOUTS["aligned"], tz="Europe/Warsaw")
    declared(empty, "Europe/Warsaw")
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_series_without_values_are_not_lost():
    df = frames.trend({"items": [{"id": "a", "name": "Visits", "data": []}]})
    assert df.empty
    assert df.attrs["extra"]["series_without_values"] == [{"id": "a", "name": "Visits"}]


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        ({"items": 5}, "$.items"),
        ({"items": "abc"}, "$.items"),
        (5, "$"),
        (True, "$"),
        ('"abc"', "$"),
        ({"foo": "bar"}, "$"),
    ],
)
def test_what_is_no_series_is_refused_with_its_path(payload, path):
    with pytest.raises(ShapeError) as caught:
        frames.trend(payload)
    assert caught.value.path == path
    assert caught.value.hint
    assert "expected" in caught.value.message


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"took": 12}, "$.took"),
        ({"items": [{"date": DAY1, "values": [1, 2], "note": "x"}]}, "$.items[0].note"),
        (
            {"items": [{"date": DAY1, "values": [1, 2]}, {"date": DAY2, "values": [1, "x"]}]},
            "$.items[1].values[1]",
        ),
        ({"items": [{"date": DAY1, "values": [1, 2**53 + 1]}]}, "$.items[0].values[1]"),
        ({"items": [{"date": DAY1, "values": [1, 2, 3]}]}, "$.items[0].values[0]"),
        ({"items": [{"date": "soon", "values": [1, 2]}]}, None),
        ({"items": [{"date": "2024-03-30", "values": [1, 2]}]}, "$.items[0].date"),
    ],
)
def test_strict_raises_with_the_path(change, path):
    with pytest.raises(ShapeError) as caught:
        frames.trend({**LAYOUTS["aligned"], **change}, strict=True)
    assert path is None or caught.value.path == path


def test_places_are_told_in_brackets_where_a_key_is_no_plain_word():
    frames.trend({"Calculation Results": [{"date": DAY1, "value": 1, "x": [1]}], "odd key": 3})
    assert {*schema.drift()["path"]} == {"$['Calculation Results'][*].x", "$['odd key']"}
    with pytest.raises(ShapeError, match=r"\$\['Calculation Results'\]") as caught:
        frames.trend({"Calculation Results": 5, "date": None})
    assert caught.value.path == "$['Calculation Results']"


def test_buckets_of_no_series_are_no_rows():
    items = [{"date": f"2024-03-0{day}T00:00:00Z", "values": []} for day in (1, 2)]
    df = frames.trend({"legends": [], "items": items}, tz="UTC")
    assert len(df) == 0
    assert df.attrs["extra"] == {"buckets_without_series": [item["date"] for item in items]}
    # Where nobody says that there are no series, there was one without a value.
    assert frames.trend({"items": items}, tz="UTC")["value"].isna().tolist() == [True, True]
    # What has a value is one.
    items[0]["values"] = [5]
    assert frames.trend({"legends": [], "items": items}, tz="UTC")["value"].tolist() == [5.0]


def test_an_id_under_a_name_for_names_is_an_id_where_a_legend_has_it() -> None:
    items = [{"date": DAY1, "values": [{"legend": "a", "value": 1}, {"legend": B, "value": 2}]}]
    read = frames.trend({"legends": LEGENDS, "items": items}, tz="Europe/Warsaw")
    assert [*zip(read["series_id"], read["series"], strict=True)] == [("a", A), ("b", B)]
    # Where legends have no ids, their positions are no ids that somebody would send.
    items = [{"date": DAY1, "values": [{"legend": "1", "value": 1}]}]
    read = frames.trend({"legends": [A, B], "items": items}, tz="Europe/Warsaw")
    assert read["series"].tolist() == ["1"]


def test_a_number_is_no_zone() -> None:
    with pytest.raises(ConfigError, match="no time zone 5"):
        frames.trend(LAYOUTS["aligned"], tz=5)  # type: ignore[arg-type]
