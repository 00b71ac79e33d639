"""What is no answer: errors, malformed and hostile JSON."""

from __future__ import annotations

import contextlib
import io
import json
import pathlib

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames import errors, frames, schema
from synerise_frames.errors import ShapeError
from synerise_frames.frames.answers import answers, printed_answers

NO_JSON = ("report_csv", "describe_shape")
READERS = [getattr(frames, name) for name in frames.__all__ if name not in NO_JSON]
ERROR = {
    "timestamp": "2024-01-01T00:00:00Z",
    "status": 404,
    "error": "Not Found",
    "message": "no",
    "path": "/x",
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "payload",
    [
        ERROR,
        json.dumps(ERROR),
        {"status": 0, "error": "Bad", "message": "m", "path": "/x", "errors": [{"code": 1}]},
        {"message": "Unauthorized"},
        {"error": "x", "status": 500},
    ],
)
def test_an_error_answer_is_called_one(reader, payload):
    with pytest.raises(ShapeError, match="error answer") as caught:
        reader(payload)
    assert caught.value.hint


def test_the_message_of_an_error_answer_is_repeated_without_secrets():
    secret = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"
    with pytest.raises(ShapeError) as caught:
        frames.trend({**ERROR, "message": f"bad token {secret}"})
    assert "404" in caught.value.message
    assert secret not in str(caught.value)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "payload", ["", "<html>", '{"items": [', b"\xff\xfe\x00", "{'a': 1}", "nope"]
)
def test_malformed_text_is_refused_with_a_hint(reader, payload):
    with pytest.raises(ShapeError, match="no JSON") as caught:
        reader(payload)
    assert caught.value.hint
    assert isinstance(caught.value, errors.SyneriseError)


@pytest.mark.parametrize("reader", READERS)
def test_text_is_read_as_the_values_it_spells(reader):
    assert reader(b"\xef\xbb\xbf[]").dtypes.to_dict() == reader([]).dtypes.to_dict()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_refused(reader, opening):
    close = "]" if opening == "[" else "}"
    with pytest.raises(ShapeError):
        reader(opening * 100_000 + "1" + close * 100_000)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("depth", [30, 60, 150, 400, 950, 10_000])
@pytest.mark.parametrize("inside", [False, True])
def test_deep_objects_are_refused_or_read(reader, depth, inside):
    deep = "x"
    for _ in range(depth):
        deep = {"items": [deep]}
    payload = {"id": "a", "name": "n", "value": 1, "result": deep} if inside else deep
    with contextlib.suppress(ShapeError):
        df = reader(payload)
        # Notes that are nested too deep could not be copied.
        assert df.copy().attrs == json.loads(json.dumps(df.attrs))


@pytest.mark.parametrize("kind", ["aggregate", "expression"])
def test_deep_answers_of_bulk_runs_are_refused(kind):
    deep = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(ShapeError, match="deep"):
        answers(kind, {"clientId": 1, f"{kind}Id": "a", "name": "n", "result": deep})


def test_answers_of_bulk_runs_can_be_written():
    sent = {"clientId": 1, "aggregateId": "a", "name": "n", "result": "\ud83d"}
    assert answers("aggregate", sent)["result"] == ["\\ud83d"]
    assert printed_answers("aggregate", [json.dumps(sent).encode()]) is None


def test_repeated_keys_are_not_lost():
    df = frames.trend('{"items": [{"date": "2024-01-01T00:00:00Z", "value": 1, "value": 2}]}')
    assert df["value"].tolist() == [2.0]
    assert df["value_1"].tolist() == [1]
    assert not schema.drift().empty
    # Text that only looks as if keys were repeated is none of that.
    df = frames.trend(
        '{"items": [{"date": "2024-01-01T00:00:00Z", "value": 1, "note": "\\":\\":"}]}'
    )
    assert df["note"].tolist() == ['":":']


def test_numbers_of_thousands_of_digits_are_kept_as_text():
    digits = "9" * 5_000
    df = frames.trend(f'{{"items": [{{"date": "2024-01-01T00:00:00Z", "value": {digits}}}]}}')
    assert df["value_raw"].tolist() == [digits]
    df = frames.trend({"items": [{"date": "2024-01-01T00:00:00Z", "value": 10**5_000}]})
    assert int(df["value_raw"][0], 16) == 10**5_000


def test_half_characters_are_escaped():
    item = '{"date": "2024-01-01T00:00:00Z", "values": [1], "\\ud83d": "\\ud83d"}'
    payload = f'{{"legends": ["\\ud83d"], "items": [{item}]}}'
    df = frames.trend(payload)
    assert df["series"].tolist() == ["\\ud83d"]
    assert df["\\ud83d"].tolist() == ["\\ud83d"]
    df = frames.trend({"items": [], "note": "\ud83d"})
    assert df.attrs["extra"]["note"] == "\\ud83d"


@pytest.mark.parametrize("where", ["field", "value", "around"])
def test_half_characters_reach_no_file(where, tmp_path):
    item = {"date": "2024-01-01T00:00:00Z", "value": 1}
    payload = {
        "field": {"items": [{**item, "\ud83d": 2}]},
        "value": {"items": [{**item, "note": "\ud83d"}]},
        "around": {"items": [item], "\ud83d": "\ud83d"},
    }[where]
    df = frames.trend(payload)
    assert "\\ud83d" in str(df.to_dict()) + json.dumps(df.attrs, ensure_ascii=False)
    str(schema.drift()).encode()
    df.to_parquet(tmp_path / "trend.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "trend.parquet"), df)


@pytest.mark.parametrize("reader", [*READERS, frames.report_csv])
@pytest.mark.parametrize("payload", [None, "null"])
def test_an_empty_answer_is_an_empty_frame_and_drift(reader, payload):
    if reader is frames.report_csv:
        payload = payload and ""
    assert reader(payload).empty
    assert schema.drift()["what"].tolist() == ["an empty answer"]
    with pytest.raises(ShapeError, match="empty answer") as caught:
        reader(payload, strict=True)
    assert caught.value.path == "$"


ODD = {"name": "n", "nobody_knows": {"a": [1]}}
STRICT = {
    "trend": ({"items": [{"date": "2024-01-01T00:00:00Z", "value": 1, **ODD}]}, "$.items[0]."),
    "histogram": ({"items": [{"date": "2024-01-01T00:00:00Z", "value": 1, **ODD}]}, "$.items[0]."),
    "aggregate_history": (
        {"items": [{"date": "2024-01-01T00:00:00Z", "value": 1, **ODD}]},
        "$.items[0].",
    ),
    "funnel": ({"calculationResult": [{"value": 1, **ODD}]}, "$.calculationResult[0]."),
    "report": ({"data": [{"country": "PL", "value": 1}], **ODD}, "$."),
    "metric": ({"result": 1, "nobody": 2}, "$."),
    "sankey": (
        {"results": [{"source": "a", "target": "b", "value": 1, "nobody": 2}]},
        "$.results[0].",
    ),
    "segmentation": ({"calculationResults": [{"value": 1, **ODD}]}, "$.calculationResults[0]."),
    "segment_profiles": ({"segments": [[{"id": 1}]], **ODD}, "$."),
    "membership": ([{"segmentationId": "s", "result": True, **ODD}], "$[0]."),
    "aggregate": ({"clientId": 1, "aggregateId": "a", "result": 1, **ODD}, "$."),
    "aggregate_preview": ({"clientId": 1, "aggregateId": "a", "result": 1, **ODD}, "$."),
    "expression": ({"clientId": 1, "expressionId": "a", "result": 1, **ODD}, "$."),
    "expression_preview": ({"clientId": 1, "expressionId": "a", "result": 1, **ODD}, "$."),
    "card": ([{"expressionId": "e", "result": 1, **ODD}], "$[0]."),
    "listing": ({"data": [{"id": "a", **ODD}]}, "$.data[0]."),
    "directories": ([{"id": "a", **ODD}], "$[0]."),
}


def test_strict_has_a_case_for_every_reader():
    assert {*STRICT} == {*frames.__all__} - {*NO_JSON}


@pytest.mark.parametrize("name", STRICT)
def test_strict_tells_the_path(name):
    payload, path = STRICT[name]
    reader = getattr(frames, name)
    reader(payload)
    with pytest.raises(ShapeError) as caught:
        reader(payload, strict=True)
    assert caught.value.path.startswith(f"{path}nobody")
    assert caught.value.path in str(caught.value)
    assert caught.value.hint


def test_strict_tells_the_row_of_a_csv():
    with pytest.raises(ShapeError) as caught:
        frames.report_csv("a,b\n1,2\n1,2,3\n", strict=True)
    assert caught.value.path == "$[1]"


def test_numbers_that_json_has_not_are_missing():
    df = frames.trend('{"items": [{"date": "2024-01-01T00:00:00Z", "value": NaN}]}')
    assert df["value"].isna().all()


def test_attrs_stay_small_plain_json():
    df = frames.trend({"items": [], "blob": [list(range(100))] * 100})
    kept = df.attrs["extra"]["blob"]
    assert isinstance(kept, str)
    assert json.loads(kept) == [list(range(100))] * 100


@pytest.mark.parametrize("reader", READERS)
def test_the_payload_is_not_changed(reader):
    payload = {
        "data": [{"id": "a", "name": "n", "value": 1, "items": [{"x": {"y": 1}}]}],
        "meta": {},
    }
    before = json.dumps(payload)
    with contextlib.suppress(ShapeError):
        reader(payload)
    assert json.dumps(payload) == before


def test_an_unknown_zone_is_a_setting_that_is_wrong():
    with pytest.raises(errors.ConfigError):
        frames.trend([], tz="Mars/Base")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "thing", [pathlib.Path("a.json"), io.StringIO("{}"), pd.DataFrame({"a": [1]}), {1}, (1, 2)]
)
def test_files_and_frames_are_no_answers(reader, thing: object) -> None:
    with pytest.raises(sf.ConfigError, match="is no answer") as caught:
        reader(thing)
    assert "read_text" in caught.value.hint


def test_one_name_alone_is_a_list_of_one():
    rows = [{"city": "Opole", "Revenue": "5", "Orders": 1}]
    for one, many in (("Revenue", ["Revenue"]), ("Orders", ("Orders",))):
        pd.testing.assert_frame_equal(
            frames.report(rows, metrics=one), frames.report(rows, metrics=many)
        )
    df = frames.report_csv("city,Revenue\nOpole,5\n", dimensions="Revenue")
    assert df["Revenue"].tolist() == ["5"]
    assert frames.membership([], asked="abc")["segmentation_id"].tolist() == ["abc"]
