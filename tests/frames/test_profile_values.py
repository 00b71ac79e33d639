"""Aggregates, expressions, previews, cards and histories."""

from __future__ import annotations

import pandas as pd
import pytest

from synerise_frames import frames, schema
from synerise_frames.errors import ShapeError
from synerise_frames.frames.answers import answers
from synerise_frames.periods import Interval


def rows(df, *columns):
    return [tuple(None if pd.isna(v) else v for v in row) for row in df[list(columns)].to_numpy()]


def answer(result, **more):
    return {"clientId": 7, "aggregateId": "a", "name": "Spend", "result": result, **more}


@pytest.mark.parametrize(
    ("result", "text", "value", "kind"),
    [
        (3, "3", 3.0, "number"),
        (12.5, "12.5", 12.5, "number"),
        (2**53 + 1, "9007199254740993", float(2**53), "number"),
        ("12.50", "12.50", 12.5, "string"),
        ("true", "true", None, "string"),
        ("", "", None, "string"),
        ("nan", "nan", None, "string"),
        (True, "true", None, "boolean"),
        (None, None, None, "null"),
        ([1, "x"], '[1,"x"]', None, "list"),
        ([], "[]", None, "list"),
        ({"a": None}, '{"a":null}', None, "object"),
        ({}, "{}", None, "object"),
        ("2017-03-01T10:00:00-05:00", "2017-03-01T10:00:00-05:00", None, "string"),
    ],
)
def test_a_result_may_be_any_value(result, text, value, kind, declared):
    df = frames.aggregate(answer(result), strict=True)
    declared(df)
    assert rows(
        df, "profile", "client_id", "analysis_id", "name", "result", "value", "result_type"
    ) == [("7", "7", "a", "Spend", text, value, kind)]
    expression = {"clientId": 7, "expressionId": "a", "name": "Spend", "result": result}
    ours = frames.expression(expression, strict=True)
    pd.testing.assert_frame_equal(ours, df, check_flags=False)
    assert answers("aggregate", answer(result)) == {
        name: [None if pd.isna(v) else v for v in df[name]] for name in df.columns
    }


@pytest.mark.parametrize(
    "payload",
    [
        [answer(3)],
        {"data": [answer(3)]},
        {"clientId": 7, "results": [{"aggregateId": "a", "name": "Spend", "result": 3}]},
        {"profileId": "7", "analysisId": "a", "title": "Spend", "value": 3},
        '{"clientId": 7, "aggregateId": "a", "name": "Spend", "result": 3}',
    ],
)
def test_layouts(payload):
    df = frames.aggregate(payload, strict=True)
    assert rows(df, "profile", "analysis_id", "name", "value") == [("7", "a", "Spend", 3.0)]


def test_a_bare_result_is_a_result():
    for payload, kind in ((5, "number"), ("true", "boolean"), ([1, 2], "list"), ('"x"', "string")):
        df = frames.aggregate(payload, profile="7")
        assert rows(df, "profile", "client_id", "result_type") == [("7", None, kind)]


def test_the_profile_is_the_one_asked_for():
    assert rows(frames.aggregate(answer(1), profile="a@b"), "profile", "client_id") == [
        ("a@b", "7")
    ]


@pytest.mark.parametrize(
    "reader",
    [
        frames.aggregate,
        frames.expression,
        frames.aggregate_preview,
        frames.expression_preview,
        frames.card,
    ],
)
@pytest.mark.parametrize("payload", [[], None, {}, "[]"])
def test_no_answer_is_no_row(reader, payload, declared):
    df = reader(payload)
    declared(df)
    assert df.empty


def test_previews_have_titles_and_keep_what_else_is_printed():
    payload = {
        "aggregateId": "a",
        "aggregateuuid": "u",
        "clientId": 0,
        "title": "Spend",
        "result": 1,
        "variables": [],
        "dateFilter": {"x": 1},
        "analyticVersion": "v",
    }
    df = frames.aggregate_preview(payload, strict=True)
    assert rows(df, "client_id", "analysis_id", "name", "value") == [("0", "a", "Spend", 1)]
    assert df.attrs["extra"] == {
        "aggregateuuid": "u",
        "dateFilter": {"x": 1},
        "analyticVersion": "v",
    }
    preview = {
        "expressionId": "e",
        "clientId": 0,
        "title": "Big",
        "result": "x",
        "variables": [{"n": 1}],
    }
    df = frames.expression_preview(preview, strict=True)
    assert rows(df, "analysis_id", "name", "result") == [("e", "Big", "x")]
    assert df.attrs["extra"] == {"variables": [{"n": 1}]}


def test_unknown_fields_become_columns():
    df = frames.aggregate(answer(1, unit="PLN"))
    assert df["unit"].tolist() == ["PLN"]
    assert schema.drift()["path"].tolist() == ["$.unit"]
    with pytest.raises(ShapeError) as caught:
        frames.aggregate([answer(1), answer(2, unit="PLN")], strict=True)
    assert caught.value.path == "$[1].unit"


def test_an_object_without_a_result_is_refused():
    with pytest.raises(ShapeError, match="'result'"):
        frames.aggregate({"foo": 1, "bar": 2})


# --- cards


@pytest.mark.parametrize(
    "payload",
    [
        [
            {"aggregateId": "a", "name": "x", "result": 1},
            {"aggregateId": "b", "name": "y", "result": "z"},
        ],
        {
            "data": [
                {"aggregateId": "a", "name": "x", "result": 1},
                {"aggregateId": "b", "name": "y", "result": "z"},
            ]
        },
        {"a": {"name": "x", "result": 1}, "b": {"name": "y", "result": "z"}},
    ],
)
def test_cards(payload):
    df = frames.card(payload, profile="7")
    assert df.attrs["kind"] == "aggregate"
    assert rows(df, "profile", "analysis_id", "name", "result") == [
        ("7", "a", "x", "1"),
        ("7", "b", "y", "z"),
    ]


def test_cards_know_their_kind():
    assert frames.card([{"expressionId": "e", "result": 1}]).attrs["kind"] == "expression"
    assert frames.card([{"id": "e", "result": 1}], kind="expression").attrs["kind"] == "expression"
    segments = frames.card([{"segmentationId": "s", "name": "n", "result": True}], profile="7")
    assert segments.attrs["kind"] == "membership"
    assert rows(segments, "profile", "segmentation_id", "segmentation", "member") == [
        ("7", "s", "n", True)
    ]
    assert frames.card([], kind="segmentation").attrs["kind"] == "membership"


# --- histories


def test_history(declared):
    payload = {
        "items": [
            {"date": "2024-03-30T00:00:00+01:00", "value": 4},
            {"date": "2024-03-31T00:00:00+01:00", "value": None},
        ],
        "metadata": {},
    }
    df = frames.aggregate_history(
        payload, tz="Europe/Warsaw", strict=True, aggregate_id="a", profile="7"
    )
    declared(df, "Europe/Warsaw")
    assert rows(df, "aggregate_id", "profile", "value") == [("a", "7", 4), ("a", "7", None)]
    assert df["bucket_end"].dt.strftime("%m-%d %H").tolist() == ["03-31 00", "04-01 00"]
    assert list(df.columns[6:]) == []


def test_history_takes_ids_from_the_answer():
    payload = {"aggregateId": "a", "clientId": 7, "items": [{"from": 1704063600000, "value": 4}]}
    df = frames.aggregate_history(payload, tz="Europe/Warsaw", interval=Interval(1, "DAYS"))
    assert rows(df, "aggregate_id", "profile") == [("a", "7")]
    assert df["bucket_end"][0] == pd.Timestamp("2024-01-02", tz="Europe/Warsaw")


def test_history_of_several_series_keeps_them_apart():
    payload = {"legends": ["x", "y"], "items": [{"date": "2024-01-01T00:00:00Z", "values": [1, 2]}]}
    assert rows(frames.aggregate_history(payload), "value", "series") == [(1, "x"), (2, "y")]


@pytest.mark.parametrize("payload", [None, [], {"items": [], "metadata": {}}])
def test_history_empty(payload, declared):
    df = frames.aggregate_history(payload, tz="Europe/Warsaw")
    declared(df, "Europe/Warsaw")
    assert df.empty
