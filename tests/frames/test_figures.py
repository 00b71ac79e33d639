"""Metrics, sankeys, segmentations, their profiles, and memberships."""

from __future__ import annotations

import pandas as pd
import pytest

from synerise_frames import frames, schema
from synerise_frames.errors import ShapeError


def rows(df, *columns):
    return [tuple(None if pd.isna(v) else v for v in row) for row in df[list(columns)].to_numpy()]


# --- metrics


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"result": 1234.56, "metricData": {"title": "Revenue"}}, (None, "Revenue", 1234.56)),
        (
            {"result": 1234.56, "metricData": {"id": "m", "name": "Revenue"}},
            ("m", "Revenue", 1234.56),
        ),
        ({"metricId": 7, "title": "Revenue", "value": 5}, ("7", "Revenue", 5)),
        ({"result": {"value": 5}, "metric": {"name": "Revenue"}}, (None, "Revenue", 5)),
        ({"result": [5]}, (None, None, 5)),
        ({"result": None}, (None, None, None)),
        ({"data": {"result": 5, "title": "Revenue"}}, (None, "Revenue", 5)),
        (5, (None, None, 5)),
        ("5.5", (None, None, 5.5)),
    ],
)
def test_metric_layouts(payload, expected, declared):
    df = frames.metric(payload, strict=True)
    declared(df)
    assert rows(df, "metric_id", "metric", "value") == [expected]


def test_metric_takes_what_the_caller_knows():
    assert rows(
        frames.metric({"result": 5}, metric_id="m", name="Revenue"), "metric_id", "metric"
    ) == [("m", "Revenue")]


def test_metric_with_several_numbers_has_several_columns():
    df = frames.metric({"result": {"sum": 5.5, "value": 2}})
    assert rows(df, "value", "sum") == [(2, 5.5)]


def test_metrics_of_a_list():
    df = frames.metric(
        {"data": [{"id": 1, "name": "A", "value": 3}, {"id": 2, "name": "B", "value": None}]}
    )
    assert rows(df, "metric_id", "metric", "value") == [("1", "A", 3), ("2", "B", None)]


def test_metric_data_is_kept_if_it_says_more():
    about = {"title": "Revenue", "unit": "PLN"}
    df = frames.metric({"result": 1, "metricData": about}, strict=True)
    assert df.attrs["extra"] == {"metricData": about}


@pytest.mark.parametrize("payload", ["true", '"many"', {"title": "x"}])
def test_what_is_no_metric_is_refused(payload):
    with pytest.raises(ShapeError, match="expected"):
        frames.metric(payload)


# --- sankeys


@pytest.mark.parametrize(
    "payload",
    [
        {
            "results": [
                {"source": "a", "target": "b", "value": 240},
                {"source": "b", "target": "c", "value": 9},
            ]
        },
        {
            "results": [
                {"step": 1, "from": "a", "to": "b", "count": 240},
                {"step": 2, "from": "b", "to": "c", "count": 9},
            ]
        },
        {
            "results": [
                {"step": 0, "source": "a", "target": "b", "value": 240},
                {"step": 1, "source": "b", "target": "c", "value": 9},
            ]
        },
        {
            "nodes": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
            "links": [
                {"source": 0, "target": 1, "value": 240},
                {"source": 1, "target": 2, "value": 9},
            ],
        },
        {
            "nodes": [{"id": 11, "name": "a"}, {"id": 12, "name": "b"}, {"id": 13, "name": "c"}],
            "edges": [
                {"source": 11, "target": 12, "value": 240},
                {"source": 12, "target": 13, "value": 9},
            ],
        },
        [["a", "b", 240], ["b", "c", 9]],
        {"results": {"a": {"b": 240}, "b": {"c": 9}}},
        {
            "results": [
                {
                    "name": "a",
                    "children": [
                        {"name": "b", "value": 240, "children": [{"name": "c", "value": 9}]}
                    ],
                }
            ]
        },
        {
            "results": [
                [{"source": "a", "target": "b", "value": 240}],
                [{"source": "b", "target": "c", "value": 9}],
            ]
        },
        {
            "steps": [
                {"step": 1, "links": [{"source": "a", "target": "b", "value": 240}]},
                {"step": 2, "links": [{"source": "b", "target": "c", "value": 9}]},
            ]
        },
    ],
)
def test_sankey_layouts(payload, declared):
    df = frames.sankey(payload, strict=True)
    declared(df)
    assert rows(df, "step", "source", "target", "value") == [(1, "a", "b", 240), (2, "b", "c", 9)]


def test_steps_of_a_flow_that_comes_back_are_unknown():
    edges = [{"source": "a", "target": "b", "value": 1}, {"source": "b", "target": "a", "value": 1}]
    assert frames.sankey({"results": edges})["step"].isna().all()


def test_a_step_is_one_more_than_the_longest_way_to_its_source():
    edges = [("a", "d", 1), ("a", "b", 1), ("b", "d", 1), ("d", "e", 1)]
    assert frames.sankey([list(e) for e in edges])["step"].tolist() == [1, 1, 2, 3]


def test_equal_edges_are_not_summed_and_nulls_stay():
    edges = [{"step": 1, "source": "a", "target": None, "value": 1}] * 2
    assert (
        rows(frames.sankey({"results": edges}), "source", "target", "value") == [("a", None, 1)] * 2
    )


def test_values_of_roots_are_kept():
    df = frames.sankey(
        {"results": [{"name": "a", "value": 7, "children": [{"name": "b", "value": 5}]}]}
    )
    assert df.attrs["extra"]["roots"] == [{"name": "a", "value": 7}]


def test_ends_that_are_objects():
    edge = {"source": {"id": 1, "name": "A"}, "target": {"id": 2, "name": "B"}, "value": 3}
    df = frames.sankey({"results": [edge]})
    assert rows(df, "source", "target", "source.id", "target.id") == [("A", "B", 1, 2)]


# --- segmentations

SEGMENTS = [{"title": "Active", "value": 700}, {"title": None, "value": 300}]


@pytest.mark.parametrize(
    "payload",
    [
        {
            "calculationResults": SEGMENTS,
            "totalContacts": 1050,
            "excludedContacts": 50,
            "metadata": {},
        },
        {
            "segments": [{"name": "Active", "count": 700}, {"name": None, "count": 300}],
            "totalContacts": 1050,
            "excludedContacts": 50,
        },
        {"data": {"calculationResults": SEGMENTS}, "totalContacts": 1050, "excludedContacts": 50},
        {
            "names": ["Active", None],
            "values": [700, 300],
            "totalContacts": 1050,
            "excludedContacts": 50,
        },
    ],
)
def test_segmentation_layouts(payload, declared):
    df = frames.segmentation(payload, strict=True)
    declared(df)
    assert rows(df, "segment", "value", "share") == [("Active", 700, 0.7), (None, 300, 0.3)]
    assert (df.attrs["total_contacts"], df.attrs["excluded_contacts"]) == (1050, 50)


def test_segmentation_by_name_and_by_number():
    mapped = frames.segmentation({"calculationResults": {"A": 1, "B": 3}})
    assert rows(mapped, "segment", "value", "share") == [("A", 1, 0.25), ("B", 3, 0.75)]
    assert rows(frames.segmentation([1, 3]), "segment", "share") == [(None, 0.25), (None, 0.75)]


def test_shares_of_nobody_are_missing_and_ids_are_text():
    df = frames.segmentation({"calculationResults": [{"segmentId": 7, "name": "A", "value": 0}]})
    assert rows(df, "segment_id", "value", "share") == [("7", 0, None)]
    assert df.attrs["total_contacts"] is None


# --- profiles of segments


def test_profiles_of_segments_keep_the_number_of_the_segment(declared):
    payload = [[{"id": 1, "email": "a@b"}], [], [{"id": 3, "custom_id": "c", "city": "Opole"}]]
    df = frames.segment_profiles(payload, strict=True)
    declared(df)
    assert rows(df, "segment", "profile_id", "email", "custom_id", "city") == [
        (0, "1", "a@b", None, None),
        (2, "3", None, "c", "Opole"),
    ]
    assert df.attrs["segment_count"] == 3


@pytest.mark.parametrize(
    "payload",
    [
        {"Active": [{"id": 1}], "Lost": []},
        {"segments": {"Active": [{"id": 1}], "Lost": []}},
        [{"name": "Active", "profiles": [{"clientId": 1}]}, {"name": "Lost", "profiles": []}],
        {"segments": [{"title": "Active", "clients": [1]}, {"title": "Lost", "clients": []}]},
    ],
)
def test_profiles_of_named_segments(payload):
    df = frames.segment_profiles(payload)
    assert rows(df, "segment", "profile_id", "segment_name") == [(0, "1", "Active")]
    assert df.attrs["segments"] == ["Active", "Lost"]


def test_attributes_of_profiles():
    profile = {"id": 2**60, "attributes": {"city": "Opole", "age": 7}, "tags": ["x"]}
    df = frames.segment_profiles([[profile]])
    assert rows(df, "profile_id", "city", "age", "tags") == [(str(2**60), "Opole", 7, '["x"]')]


# --- memberships


@pytest.mark.parametrize(
    "payload",
    [
        [{"segmentationId": "a", "result": True}, {"segmentationId": "b", "result": False}],
        [{"id": "a", "member": True}, {"id": "b", "member": False}],
        {"a": True, "b": False},
        {"results": {"a": True, "b": False}},
        {
            "segmentations": [
                {"uuid": "a", "inSegmentation": True},
                {"uuid": "b", "inSegmentation": False},
            ]
        },
        {"in": ["a"], "notIn": ["b"]},
        {"a": {"result": True}, "b": {"result": False}},
        {
            "clientId": 7,
            "results": [
                {"segmentationId": "a", "yes": True},
                {"segmentationId": "b", "yes": False},
            ],
        },
    ],
)
def test_membership_layouts(payload, declared):
    df = frames.membership(payload, profile="7", strict=True)
    declared(df)
    assert rows(df, "profile", "segmentation_id", "member") == [("7", "a", True), ("7", "b", False)]


def test_silence_is_unknown_and_not_no():
    df = frames.membership(
        [{"segmentationId": "a", "result": True}],
        profile=7,
        asked=["c", "a", "b"],
        names={"c": "Lost", "a": "Active"},
    )
    assert rows(df, "profile", "segmentation_id", "segmentation", "member") == [
        ("7", "c", "Lost", None),
        ("7", "a", "Active", True),
        ("7", "b", None, None),
    ]
    assert str(df["member"].dtype) == "boolean"


def test_what_was_not_asked_for_comes_last():
    df = frames.membership({"x": True, "a": True}, asked=["a"])
    assert df["segmentation_id"].tolist() == ["a", "x"]
    assert schema.drift()["what"].tolist() == ["a segmentation that was not asked for"]


def test_flags_in_text_keep_their_text():
    df = frames.membership([{"id": "a", "result": "true"}, {"id": "b", "result": "maybe"}])
    assert rows(df, "member", "member_raw") == [(True, "true"), (None, "maybe")]


def test_a_list_of_ids_are_those_the_profile_is_in():
    df = frames.membership(["a"], asked=["a", "b"])
    assert df["member"].tolist() == [True, pd.NA]


# --- all of them

READERS = [
    frames.metric,
    frames.sankey,
    frames.segmentation,
    frames.segment_profiles,
    frames.membership,
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("payload", [None, [], {}])
def test_empty(reader, payload, declared):
    df = reader(payload)
    declared(df)
    assert df.empty


@pytest.mark.parametrize(
    ("reader", "payload", "path"),
    [
        (frames.metric, {"result": 1, "unit": "x"}, "$.unit"),
        (
            frames.sankey,
            {"results": [{"source": "a", "target": "b", "value": 1, "x": 1}]},
            "$.results[0].x",
        ),
        (frames.sankey, {"results": 5}, "$.results"),
        (frames.sankey, {"results": [5]}, "$.results[0]"),
        (
            frames.segmentation,
            {"calculationResults": [{"title": "a", "value": "x"}]},
            "$.calculationResults[0].value",
        ),
        (frames.segmentation, {"calculationResults": [], "took": 1}, "$.took"),
        (frames.segment_profiles, 5, "$"),
        (
            frames.membership,
            [{"id": "a", "result": True}, {"id": "b", "result": "maybe"}],
            "$[1].result",
        ),
    ],
)
def test_strict_names_the_place(reader, payload, path):
    with pytest.raises(ShapeError) as caught:
        reader(payload, strict=True)
    assert caught.value.path == path


def test_infinity_is_itself_whatever_stands_beside_it():
    infinite = float("inf")
    assert frames.aggregate('{"clientId": 1, "result": Infinity}')["value"].tolist() == [infinite]
    for other in (1.5, "12", True):
        items = [
            {"date": f"2024-01-0{i}T00:00:00Z", "value": v} for i, v in ((1, infinite), (2, other))
        ]
        df = frames.trend(items)
        assert df["value"][0] == infinite
        assert "value_raw" not in df or df["value_raw"][0] is pd.NA
