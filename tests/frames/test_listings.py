"""Lists of analyses and of directories."""

from __future__ import annotations

import pandas as pd
import pytest

from synerise_frames import frames, schema
from synerise_frames.errors import ShapeError

ROW = {
    "id": "a",
    "name": "Revenue",
    "description": None,
    "author": 7,
    "modifier": None,
    "createdAt": "2024-03-30T12:00:00Z",
    "updatedAt": "2024-03-31T12:00:00Z",
    "directoryId": "d",
    "isPredefinedAnalytic": False,
    "isDynamicAnalytic": True,
    "isDeleted": False,
    "namespace": "profiles",
    "businessProfileId": 48,
    "analysis": {"x": [1]},
}
OTHER = {"id": "b", "name": None}


@pytest.mark.parametrize(
    "payload",
    [
        {"data": [ROW, OTHER], "meta": {"page": 1}},
        [ROW, OTHER],
        [{"data": [ROW], "meta": {"page": 1}}, {"data": [OTHER], "meta": {"page": 2}}],
        [[ROW], [OTHER]],
        {"items": [ROW, OTHER]},
        {"a": {k: v for k, v in ROW.items() if k != "id"}, "b": {"name": None}},
    ],
)
def test_layouts(payload, declared):
    df = frames.listing(payload, tz="Europe/Warsaw", kind="metric", strict=True)
    declared(df, "Europe/Warsaw")
    assert df["kind"].tolist() == ["metric", "metric"]
    assert df["id"].tolist() == ["a", "b"]
    first = df.iloc[0]
    assert first[["name", "author", "directory_id"]].tolist() == ["Revenue", "7", "d"]
    assert first["created_at"] == pd.Timestamp("2024-03-30T13:00", tz="Europe/Warsaw")
    assert first[["is_predefined", "is_dynamic", "is_deleted"]].tolist() == [False, True, False]
    assert first["businessProfileId"] == 48
    assert first["analysis"] == '{"x":[1]}'
    assert df.iloc[1].drop(["kind", "id"]).isna().all()


def test_other_names():
    row = {
        "uuid": "a",
        "title": "T",
        "createdBy": {"id": 7, "name": "Jo"},
        "created": 1711796400000,
    }
    df = frames.listing([row])
    assert df[["id", "name", "author", "createdBy.name"]].iloc[0].tolist() == ["a", "T", "7", "Jo"]
    assert df["created_at"][0] == pd.Timestamp("2024-03-30T11:00Z")


def test_unknown_fields_are_columns_and_drift():
    df = frames.listing({"data": [{**ROW, "stars": 5}]})
    assert df["stars"].tolist() == [5]
    assert schema.drift()["path"].tolist() == ["$.data[*].stars"]
    with pytest.raises(ShapeError) as caught:
        frames.listing([{"data": [ROW]}, {"data": [{**ROW, "stars": 5}]}], strict=True)
    assert caught.value.path == "$[1].data[0].stars"


def test_pages_are_kept():
    df = frames.listing(
        [{"data": [ROW], "meta": {"page": 1}}, {"data": [OTHER], "meta": {"page": 2}}]
    )
    assert df.attrs["extra"]["meta"] == [{"page": 1}, {"page": 2}]


def test_times_that_are_none_keep_their_text():
    df = frames.listing([{"id": "a", "createdAt": "yesterday"}])
    assert df["created_at"].isna().all()
    assert df["created_at_raw"].tolist() == ["yesterday"]


@pytest.mark.parametrize(
    "payload", [[], None, {}, {"data": [], "meta": {}}, {"data": None}, [{"data": []}]]
)
@pytest.mark.parametrize("reader", [frames.listing, frames.directories])
def test_empty(reader, payload, declared):
    df = reader(payload)
    declared(df)
    assert df.empty


@pytest.mark.parametrize(
    ("payload", "path"),
    [([1.5], "$[0]"), ({"data": [{"id": "x"}, True]}, "$.data[1]"), ({"data": 5}, "$.data")],
)
def test_rows_have_to_be_objects_or_ids(payload, path):
    with pytest.raises(ShapeError) as caught:
        frames.listing(payload)
    assert caught.value.path == path


def test_a_list_of_ids_has_rows(declared):
    df = frames.listing(["a-1", None, "b-2", 7], kind="metric", strict=True)
    declared(df)
    assert df["id"].tolist() == ["a-1", "b-2", "7"]
    assert df["name"].isna().all()


@pytest.mark.parametrize(
    "payload",
    [
        [{"id": "d", "name": "Weekly", "analyticType": "TREND"}],
        {"data": [{"directoryId": "d", "title": "Weekly", "type": "TREND"}]},
        [{"data": [{"id": "d", "name": "Weekly", "analyticType": "TREND"}]}],
    ],
)
def test_directories(payload, declared):
    df = frames.directories(payload, strict=True)
    declared(df)
    assert df.to_numpy().tolist() == [["d", "Weekly", "TREND"]]
