"""Layouts that nobody has documented: what a sensible analyst would expect of them.

None of them is known to be sent by anyone; they are here so that the readers stay general.
"""

from __future__ import annotations

import pandas as pd
import pytest

from synerise_frames import frames, schema
from synerise_frames.errors import ShapeError

TZ = "Europe/Warsaw"
D1, D2 = "2024-03-01", "2024-03-02"
E1, E2 = 1709247600000, 1709334000000


def plain(values):
    return [None if pd.isna(v) else v for v in values]


def rows_of(df, *columns):
    return list(zip(*(plain(df[name]) for name in columns), strict=True))


def day(moment):
    return str(moment)[:10]


TWO_SERIES = {("Visits", D1, 5), ("Visits", D2, 6), ("Buys", D1, 1), ("Buys", D2, 2)}
SERIES = {
    "series to dates": {"data": {"Visits": {D1: 5, D2: 6}, "Buys": {D1: 1, D2: 2}}},
    "dates to series": {"data": {D1: {"Visits": 5, "Buys": 1}, D2: {"Visits": 6, "Buys": 2}}},
    "a table": {"columns": ["date", "Visits", "Buys"], "rows": [[D1, 5, 1], [D2, 6, 2]]},
    "a table with an index": {
        "timeseries": {"index": [D1, D2], "columns": ["Visits", "Buys"], "data": [[5, 1], [6, 2]]}
    },
    "a long table": {
        "columns": ["date", "series", "value"],
        "rows": [[D1, "Visits", 5], [D1, "Buys", 1], [D2, "Visits", 6], [D2, "Buys", 2]],
    },
    "a chart": {
        "chart": {
            "xAxis": {"categories": [D1, D2]},
            "series": [{"name": "Visits", "data": [5, 6]}, {"name": "Buys", "data": [1, 2]}],
        }
    },
    "labels and datasets": {
        "labels": [D1, D2],
        "datasets": [{"label": "Visits", "data": [5, 6]}, {"label": "Buys", "data": [1, 2]}],
    },
    "points as pairs": {
        "series": [
            {"name": "Visits", "points": [[E1, 5], [E2, 6]]},
            {"name": "Buys", "points": [[E1, 1], [E2, 2]]},
        ]
    },
    "metrics of a day": {
        "items": [
            {"key": D1, "metrics": {"Visits": 5, "Buys": 1}},
            {"key": D2, "metrics": {"Visits": 6, "Buys": 2}},
        ]
    },
    "names to points": {
        "Visits": [{"t": D1, "v": 5}, {"t": D2, "v": 6}],
        "Buys": [{"t": D1, "v": 1}, {"t": D2, "v": 2}],
    },
    "dates in each series": {
        "series": [
            {"name": "Visits", "dates": [D1, D2], "values": [5, 6]},
            {"name": "Buys", "dates": [D1, D2], "values": [1, 2]},
        ]
    },
    "dates to lists": {
        "results": {
            D1: [{"series": "Visits", "count": 5}, {"series": "Buys", "count": 1}],
            D2: [{"series": "Visits", "count": 6}, {"series": "Buys", "count": 2}],
        }
    },
    "edges and nodes": {
        "data": {
            "trend": {
                "edges": [
                    {"node": {"date": D1, "name": "Visits", "value": 5}},
                    {"node": {"date": D1, "name": "Buys", "value": 1}},
                    {"node": {"date": D2, "name": "Visits", "value": 6}},
                    {"node": {"date": D2, "name": "Buys", "value": 2}},
                ],
                "pageInfo": {"hasNextPage": False},
            }
        }
    },
    "deep below": {
        "result": {
            "data": {
                "items": [
                    {"date": D1, "values": [{"name": "Visits", "y": 5}, {"name": "Buys", "y": 1}]},
                    {"date": D2, "values": [{"name": "Visits", "y": 6}, {"name": "Buys", "y": 2}]},
                ]
            }
        }
    },
}


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("reader", [frames.trend, frames.histogram])
def test_two_series(reader, name, declared):
    df = reader(SERIES[name], tz=TZ)
    declared(df, TZ)
    series = df["series"].fillna(df["series_id"])
    found = zip(series, map(day, df["bucket_start"]), df["value"], strict=True)
    assert set(found) == TWO_SERIES
    assert len(df) == 4


ONE_SERIES = {
    "nested": {"result": {"data": {"items": [{"date": D1, "value": 5}, {"date": D2, "value": 6}]}}},
    "epoch seconds as text": {
        "items": [{"timestamp": "1709247600", "n": 5}, {"timestamp": "1709334000", "n": 6}]
    },
    "periods": {
        "items": [
            {"period": {"start": D1, "end": D2}, "y": 5},
            {"period": {"start": D2, "end": "2024-03-03"}, "y": 6},
        ]
    },
    "buckets": {
        "buckets": [
            {"key_as_string": D1, "doc_count": 5},
            {"key_as_string": D2, "doc_count": 6},
        ]
    },
    "a mapping": {"history": {D1: 5, D2: 6}},
    "pairs": [[D1, 5], [D2, 6]],
    "two lists": {"dates": [D1, D2], "values": [5, 6]},
    "a table": {"columns": ["day", "value"], "rows": [[D1, 5], [D2, 6]]},
    "edges": {"edges": [{"node": {"day": D1, "v": 5}}, {"node": {"day": D2, "v": 6}}]},
}


@pytest.mark.parametrize("name", ONE_SERIES)
@pytest.mark.parametrize("reader", [frames.trend, frames.aggregate_history])
def test_one_series(reader, name, declared):
    df = reader(ONE_SERIES[name], tz=TZ)
    declared(df, TZ)
    assert [*map(day, df["bucket_start"])] == [D1, D2]
    assert df["value"].tolist() == [5, 6]


@pytest.mark.parametrize("item", [{"date": D1, "value": "1 234,5"}, {"date": D1, "value": "1,234"}])
def test_localized_numbers_are_kept_and_not_guessed(item):
    df = frames.trend({"items": [item]}, tz=TZ)
    assert df["value"].isna().all()
    assert df["value_raw"].tolist() == [item["value"]]
    assert not schema.drift().empty


@pytest.mark.parametrize("date", ["01.03.2024", "3/1/2024", "1 marca 2024"])
def test_dates_that_could_be_two_things_are_kept_and_not_guessed(date):
    df = frames.trend({"items": [{"date": date, "value": 5}]}, tz=TZ)
    assert df["bucket_start"].isna().all()
    assert date in df.astype(str).to_numpy()
    assert not schema.drift().empty


STEPS = [(None, 1, "visit", 1000), (None, 2, "buy", 61)]
FUNNELS = {
    "a mapping": ({"steps": {"visit": 1000, "buy": 61}}, STEPS),
    "two lists": ({"names": ["visit", "buy"], "counts": [1000, 61]}, STEPS),
    "a table": ({"columns": ["step", "users"], "rows": [["visit", 1000], ["buy", 61]]}, STEPS),
    "names in objects": (
        {
            "result": {
                "steps": [
                    {"event": {"name": "visit"}, "count": 1000},
                    {"event": {"name": "buy"}, "count": 61},
                ]
            }
        },
        STEPS,
    ),
    "edges": (
        {
            "data": {
                "funnel": {
                    "edges": [
                        {"node": {"name": "visit", "value": 1000}},
                        {"node": {"name": "buy", "value": 61}},
                    ]
                }
            }
        },
        STEPS,
    ),
    "groups to lists": (
        {"A": [10, 5], "B": [8, 2]},
        [("A", 1, None, 10), ("A", 2, None, 5), ("B", 1, None, 8), ("B", 2, None, 2)],
    ),
    "groups to longer lists": (
        {"A": [10, 5], "B": [8]},
        [("A", 1, None, 10), ("A", 2, None, 5), ("B", 1, None, 8)],
    ),
    "groups of steps": (
        {
            "groups": [
                {"name": "A", "steps": [{"name": "visit", "users": 10}]},
                {"name": "B", "steps": [{"name": "visit", "users": 8}]},
            ]
        },
        [("A", 1, "visit", 10), ("B", 1, "visit", 8)],
    ),
}


@pytest.mark.parametrize("name", FUNNELS)
def test_funnels(name, declared):
    payload, expected = FUNNELS[name]
    df = frames.funnel(payload)
    declared(df)
    assert rows_of(df, "group", "step", "name", "value") == expected


SANKEYS = {
    "nodes by position": {
        "nodes": ["a", "b", "c"],
        "links": [
            {"source": 0, "target": 1, "value": 5},
            {"source": 1, "target": 2, "value": 3},
        ],
    },
    "triples by position": {"nodes": ["a", "b", "c"], "edges": [[0, 1, 5], [1, 2, 3]]},
    "nodes by id": {
        "nodes": [{"id": "x", "name": "a"}, {"id": "y", "name": "b"}, {"id": "z", "name": "c"}],
        "links": [{"source": "x", "target": "y", "value": 5}, ["y", "z", 3]],
    },
    "a mapping": {"flows": {"a": {"b": 5}, "b": {"c": 3}}},
    "a table": {"columns": ["source", "target", "value"], "rows": [["a", "b", 5], ["b", "c", 3]]},
    "from and to": {
        "data": {
            "links": [{"from": "a", "to": "b", "weight": 5}, {"from": "b", "to": "c", "weight": 3}]
        }
    },
}


@pytest.mark.parametrize("name", SANKEYS)
def test_sankeys(name, declared):
    df = frames.sankey(SANKEYS[name])
    declared(df)
    expected = [(1, "a", "b", 5), (2, "b", "c", 3)]
    assert rows_of(df, "step", "source", "target", "value") == expected


SEGMENTATIONS = {
    "a mapping": {"Active": 700, "Lost": 50},
    "a mapping beside totals": {"Active": 700, "Lost": 50, "totalContacts": 1000},
    "a mapping of objects": {"segments": {"Active": {"count": 700}, "Lost": {"count": 50}}},
    "pairs": [["Active", 700], ["Lost", 50]],
    "two lists": {"labels": ["Active", "Lost"], "values": [700, 50]},
    "nested": {
        "data": {"segments": [{"name": "Active", "size": 700}, {"name": "Lost", "size": 50}]}
    },
    "a table": {"columns": ["segment", "users"], "rows": [["Active", 700], ["Lost", 50]]},
}


@pytest.mark.parametrize("name", SEGMENTATIONS)
def test_segmentations(name, declared):
    df = frames.segmentation(SEGMENTATIONS[name])
    declared(df)
    assert rows_of(df, "segment", "value") == [("Active", 700), ("Lost", 50)]
    assert df.attrs["total_contacts"] == (1000 if "totals" in name else None)


MEMBERSHIPS = {
    "flags by id": {"seg-1": True, "seg-2": False},
    "flags by id, wrapped": {"data": {"seg-1": True, "seg-2": False}},
    "objects by id": {"seg-1": {"member": True}, "seg-2": {"member": False}},
    "in and out": {"in": ["seg-1"], "out": ["seg-2"]},
    "a list": {"data": [{"id": "seg-1", "inSegment": True}, {"id": "seg-2", "inSegment": False}]},
    "a table": {"columns": ["segmentationId", "result"], "rows": [["seg-1", 1], ["seg-2", 0]]},
}


@pytest.mark.parametrize("name", MEMBERSHIPS)
def test_memberships(name, declared):
    df = frames.membership(MEMBERSHIPS[name], profile="7")
    declared(df)
    expected = [("7", "seg-1", True), ("7", "seg-2", False)]
    assert rows_of(df, "profile", "segmentation_id", "member") == expected


@pytest.mark.parametrize(
    "payload", [["seg-1"], {"profile": "7", "segmentations": ["seg-1"]}, {"data": ["seg-1"]}]
)
def test_a_list_of_ids_means_membership_and_is_drift(payload):
    df = frames.membership(payload, asked=["seg-1", "seg-2"])
    assert plain(df["member"]) == [True, None]
    assert not schema.drift().empty


@pytest.mark.parametrize(
    "payload",
    [
        5,
        [5],
        "5",
        {"value": 5},
        {"Revenue": 5},
        {"data": {"result": 5}},
        {"data": {"metric": {"name": "Revenue", "value": 5}}},
        {"result": {"value": 5, "currency": "PLN"}},
        {"metrics": [{"name": "Revenue", "result": {"count": 5}}]},
    ],
)
def test_metrics(payload, declared):
    df = frames.metric(payload)
    declared(df)
    assert df["value"].tolist() == [5]


LISTINGS = {
    "content": {"content": [{"id": "a", "name": "n"}], "totalElements": 1},
    "results": {"results": [{"uuid": "a", "title": "n"}], "count": 1},
    "nested": {"data": {"items": [{"id": "a", "name": "n"}], "total": 1}},
    "edges": {"data": {"reports": {"edges": [{"node": {"id": "a", "name": "n"}}]}}},
    "a mapping of objects": {"data": {"a": {"name": "n"}}},
    "a table": {"columns": ["id", "name"], "rows": [["a", "n"]]},
}


@pytest.mark.parametrize("name", LISTINGS)
def test_listings(name, declared):
    df = frames.listing(LISTINGS[name], strict=True)
    declared(df)
    assert rows_of(df, "id", "name") == [("a", "n")]


@pytest.mark.parametrize(
    "payload", [{"directories": {"d": "Weekly"}}, {"data": [{"id": "d", "label": "Weekly"}]}]
)
def test_directories(payload, declared):
    df = frames.directories(payload)
    declared(df)
    assert rows_of(df, "id", "name") == [("d", "Weekly")]


PL_DE = [("PL", "Revenue", 5), ("PL", "Orders", 1), ("DE", "Revenue", 6), ("DE", "Orders", 2)]
REPORTS = {
    "a mapping": ({"PL": {"Revenue": 5, "Orders": 1}, "DE": {"Revenue": 6, "Orders": 2}}, "name"),
    "a table": (
        {"columns": ["country", "Revenue", "Orders"], "rows": [["PL", 5, 1], ["DE", 6, 2]]},
        "country",
    ),
    "a table with an index": (
        {"index": ["PL", "DE"], "columns": ["Revenue", "Orders"], "data": [[5, 1], [6, 2]]},
        "index",
    ),
    "deep below": (
        {
            "result": {
                "data": {
                    "items": [
                        {"country": "PL", "Revenue": 5, "Orders": 1},
                        {"country": "DE", "Revenue": 6, "Orders": 2},
                    ]
                }
            }
        },
        "country",
    ),
    "keys and values": (
        {
            "rows": [
                {"keys": {"country": "PL"}, "values": {"Revenue": 5, "Orders": 1}},
                {"keys": {"country": "DE"}, "values": {"Revenue": 6, "Orders": 2}},
            ]
        },
        "country",
    ),
    "edges": (
        {
            "data": {
                "report": {
                    "edges": [
                        {"node": {"country": "PL", "Revenue": 5, "Orders": 1}},
                        {"node": {"country": "DE", "Revenue": 6, "Orders": 2}},
                    ]
                }
            }
        },
        "country",
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_reports(name, declared):
    payload, dimension = REPORTS[name]
    df = frames.report(payload)
    declared(df)
    assert rows_of(df, dimension, "metric", "value") == PL_DE


def test_totals_of_nested_groups_are_no_rows():
    inner = [{"name": "A", "total": 7}, {"name": "B", "total": 3}]
    df = frames.report({"groups": [{"name": "PL", "total": 10, "groups": inner}], "total": 10})
    assert rows_of(df, "level_1", "level_2", "value") == [("PL", "A", 7), ("PL", "B", 3)]
    assert df.attrs["extra"] == {"total": 10, "subtotals": {"$.groups[0].total": 10}}


@pytest.mark.parametrize(
    "payload",
    [
        {"data": [{"aggregateId": "a", "name": "n", "result": 5}]},
        {"data": {"items": [{"aggregateId": "a", "name": "n", "result": 5}]}},
        {"aggregates": {"a": {"name": "n", "result": 5}}},
        {"aggregates": {"a": 5}},
    ],
)
def test_cards(payload, declared):
    df = frames.card(payload, profile="7")
    declared(df)
    assert rows_of(df, "profile", "analysis_id", "value") == [("7", "a", 5)]


@pytest.mark.parametrize(
    "payload",
    [
        {"data": {"clientId": 7, "aggregateId": "a", "result": 5}},
        {"data": {"result": 5}},
        {"aggregate": {"value": 5}},
    ],
)
def test_wrapped_answers_for_a_profile(payload, declared):
    df = frames.aggregate(payload, profile="7")
    declared(df)
    assert rows_of(df, "profile", "value", "result_type") == [("7", 5, "number")]


@pytest.mark.parametrize(
    "payload",
    [
        {"Active": [{"id": 1}, {"id": 2}], "Lost": []},
        {"data": [{"segment": "Active", "profileIds": [1, 2]}, {"segment": "Lost", "members": []}]},
        {"data": {"Active": [1, 2], "Lost": []}},
    ],
)
def test_profiles_of_segments(payload, declared):
    df = frames.segment_profiles(payload)
    declared(df)
    assert rows_of(df, "segment", "profile_id") == [(0, "1"), (0, "2")]
    assert df.attrs["segment_count"] == 2


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_name_of_a_single_entry_is_kept(wrapped):
    def sent(payload):
        return {"data": payload} if wrapped else {"results": payload}

    assert frames.segmentation(sent({"Active": {"count": 5}}))["segment"].tolist() == ["Active"]
    assert frames.listing(sent({"a": {"name": "n"}}))["id"].tolist() == ["a"]
    df = frames.trend(sent({"Visits": {D1: 5}}), tz=TZ)
    assert df["series_id"].tolist() == ["Visits"]
    df = frames.membership(sent({"seg-1": {"member": True}}))
    assert df["segmentation_id"].tolist() == ["seg-1"]


def test_the_path_of_an_opened_answer_is_that_of_the_whole():
    inner = [{"id": "a", "name": "n", "nobody": 1}]
    with pytest.raises(ShapeError) as caught:
        frames.listing({"data": {"reports": {"edges": [], "content": inner}}}, strict=True)
    assert caught.value.path == "$.data.reports.content[0].nobody"
    assert "$.data.reports.content[0].nobody" in str(caught.value)
