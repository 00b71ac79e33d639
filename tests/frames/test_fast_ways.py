"""The fast ways give what the careful way gives: bit for bit, notes and drift included."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from synerise_frames import frames, schema
from synerise_frames.errors import ShapeError
from synerise_frames.frames import read, reports, skim, timeline
from synerise_frames.frames.answers import answers, printed_answers
from synerise_frames.schema.build import build
from synerise_frames.schema.drift import Reading

# Of answers that are drawn, some have no zone; both ways say so.
pytestmark = pytest.mark.filterwarnings("ignore:Times were sent without a zone")

TZ = "Europe/Warsaw"
NOW = datetime(2024, 4, 1, tzinfo=UTC)
QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@contextmanager
def short_answers_skimmed(way=30):
    """Let short answers go the way of long ones; values of `way` characters are long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(skim, "LONG", 0)
        patch.setattr(skim, "_WAY", way)
        yield


@contextmanager
def carefully():
    """Read value by value only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "skim", lambda payload: None)
        patch.setattr(timeline, "recognise", lambda items, legends: None)
        yield


def outcome(reader, payload, **options):
    schema.reset_drift()
    try:
        df = reader(payload, **options)
    except ShapeError as error:
        return "error", error.path, str(error)
    return "frame", df, schema.drift()


def same(reader, text, **options):
    """Check that all ways give the same; give the frame, if there is one."""
    with carefully():
        expected = outcome(reader, text, **options)
    found = [outcome(reader, text, **options)]
    for way in (30, 120, 200):
        with short_answers_skimmed(way):
            found.append(outcome(reader, text, **options))
    for one in found:
        assert one[0] == expected[0]
        if one[0] == "error":
            assert one == expected
            continue
        pd.testing.assert_frame_equal(one[1], expected[1])
        assert one[1].attrs == expected[1].attrs
        assert sorted(map(tuple, one[2].to_numpy())) == sorted(map(tuple, expected[2].to_numpy()))
    return expected[1] if expected[0] == "frame" else None


# --- texts of JSON, as servers may write them

TEXTS = st.text(max_size=8) | st.sampled_from(
    ["},{", '"},{"', "}\n{", "2024-01-01", "12", "\u2028"]
)
NUMBERS = (
    st.integers(-1000, 1000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([2**53, 2**53 + 1, -(2**63), 10**30, 0.1, 1e300, -0.0])
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (",\n", ":"), (" , ", " : ")])


@st.composite
def reports_as_text(draw):
    columns = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["country", "Revenue", "year", "a b", "łóżko", "id", "value"]),
                st.sampled_from([TEXTS, NUMBERS, st.none() | TEXTS, st.none() | NUMBERS]),
            ),
            min_size=1,
            max_size=4,
            unique_by=lambda column: column[0],
        )
    )
    rows = [
        {name: draw(values) for name, values in columns} for _ in range(draw(st.integers(2, 6)))
    ]
    for _ in range(draw(st.integers(0, 1))):
        row = draw(st.sampled_from(rows))
        row[draw(st.sampled_from([*row, "more"]))] = draw(SCALARS | st.just([]) | st.just({"a": 1}))
    payload = draw(
        st.sampled_from(
            [rows, {"data": rows}, {"name": "n", "data": rows, "meta": {"page": 1}, "took": [5]}]
        )
    )
    return json.dumps(payload, separators=draw(SEPARATORS), ensure_ascii=draw(st.booleans()))


@pytest.mark.filterwarnings("ignore:The report has no field")
@QUICK
@given(reports_as_text(), st.sampled_from([None, ["year"]]))
def test_reports(text, dimensions):
    assume(text.isprintable() or "\ud800" not in text)
    same(frames.report, text, dimensions=dimensions)


TIMES = st.sampled_from(
    [
        "2024-03-30T00:00:00+01:00",
        "2024-03-31T00:00:00+01:00",
        "2024-04-01T00:00:00+02:00",
        "2024-03-30T23:00:00Z",
        "2024-03-30T23:00:00.000Z",
    ]
)
NAIVE = st.sampled_from(["2024-03-30", "2024-03-31", "2024-10-27T02:30:00", "2024-10-27T02:30"])
EPOCHS = st.sampled_from([1704063600000, 1704150000000, 1711839600000])
VALUES = st.none() | NUMBERS


@st.composite
def series_as_text(draw):
    width = draw(st.integers(1, 3))
    legends = [
        {"id": f"s{i}", "name": draw(st.sampled_from(["visit", "buy", None]))} for i in range(width)
    ]
    times = draw(st.sampled_from([TIMES, NAIVE, EPOCHS]))
    form = draw(st.sampled_from(["aligned", "objects", "named", "mapping", "series"]))
    items = []
    for i in range(draw(st.integers(2, 5))):
        ids = [one["id"] for one in legends]
        if draw(st.integers(0, 5)) == 0:
            ids = draw(st.lists(st.sampled_from([*ids, "other"]), min_size=1, max_size=3))
        if form == "series":
            days = draw(st.lists(times, min_size=1, max_size=4))
            data = [{"date": day, "value": draw(VALUES)} for day in days]
            items.append({"id": f"s{i}", "name": draw(st.sampled_from(["v", None])), "data": data})
            continue
        values = [draw(VALUES) for _ in ids]
        if form == "objects":
            values = [{"id": s, "value": v} for s, v in zip(ids, values, strict=True)]
        elif form == "named":
            values = [
                {"id": s, "name": f"name of {s}", "value": v}
                for s, v in zip(ids, values, strict=True)
            ]
        elif form == "mapping":
            values = dict(zip(ids, values, strict=True))
        items.append({"date": draw(times), "values": values})
    if draw(st.integers(0, 4)) == 0:
        item = draw(st.sampled_from(items))
        item[draw(st.sampled_from([*item, "to", "note"]))] = draw(
            SCALARS | st.just([]) | st.just([{}])
        )
    payload = {"name": "n", "metadata": {}, "legends": legends, "items": items}
    if form == "series" or draw(st.integers(0, 4)) == 0:
        del payload["legends"]
    return json.dumps(payload, separators=draw(SEPARATORS), ensure_ascii=draw(st.booleans()))


@settings(QUICK, max_examples=100)
@given(series_as_text(), st.sampled_from([None, TZ]))
def test_series(text, tz):
    same(frames.trend, text, tz=tz, now=NOW)


# --- the fast way is really taken, and knows what it must leave alone

AWARE = [f"2024-03-{day:02}T00:00:00+01:00" for day in range(1, 29)]
LEGENDS = [{"id": "a", "name": "visit"}, {"id": "b", "name": None}]
FORMS = {
    "aligned": [{"date": day, "values": [1, None]} for day in AWARE],
    "objects": [{"date": day, "values": [{"id": "a", "value": 1.5}]} for day in AWARE],
    "series": [
        {"id": i, "name": i, "data": [{"date": day, "value": 3} for day in AWARE]} for i in "ab"
    ],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_long_series_is_read_at_once(form, indent):
    text = json.dumps({"legends": LEGENDS, "items": FORMS[form]}, indent=indent)
    with short_answers_skimmed(500):
        skimmed = skim.skim(text.encode())
    assert skimmed is not None
    known = timeline.Known(TZ)
    found = timeline.skim_timeline(Reading("trend"), skimmed, known)
    assert found is not None
    assert same(frames.trend, text, tz=TZ) is not None


def test_a_long_report_is_read_at_once():
    rows = [{"country": "PL", "city": None, "Revenue": 1, "Orders": 2.5}] * 30
    with short_answers_skimmed():
        skimmed = skim.skim(json.dumps({"data": rows}))
    assert skimmed is not None
    assert skimmed.rows is skimmed.data["data"]
    assert len(reports._all_rows(Reading("report"), skimmed).columns) == 4


def test_a_real_long_answer_needs_no_patch():
    rows = [{"country": f"c{i}", "Revenue": i, "Orders": i / 2} for i in range(12_000)]
    text = json.dumps({"data": rows, "meta": {"page": 1}})
    assert len(text) > skim.LONG
    assert skim.skim(text) is not None
    pd.testing.assert_frame_equal(frames.report(text), frames.report(json.loads(text)))


GOOD = '{"x":"a},{b","v":1}'


@pytest.mark.parametrize(
    "text",
    [
        '{"data":[%s,%s,%s]} trailing',
        '{"data":[%s,%s %s]}',
        '{"data":[%s,%s,%s,]}',
        '{"data":[%s,%s,%s}',
        '{"data":[%s,%s,%s],"data":[1]}',
        '{"data":[%s,%s,{"x":"a","v":1,"v":2},%s]}',
        '{"data":[%s,%s,{"x":"a","v":NaN},%s]}',
        '{"data":[%s,%s,{"x":"a\nb","v":1},%s]}',
        '{"data":[%s,%s,{"x":"\\ud800","v":1},%s]}',
        '{"data":[%s,%s,{"x":"a","v":01},%s]}',
        '{"data":[%s,%s,{"x":"a","v":1e999},%s]}',
        '{"data":[%s,%s,{"x":"a","v":true},%s]}',
        '{"data":[%s,%s,null,%s]}',
        '{"data":[%s,%s,[1],%s]}',
        '{"data":[%s,%s,{},%s]}',
        '{"data":[%s,%s,{"x":"]}","v":1},%s]}',
        '{"status":500,"error":"x","message":"y","data":[%s,%s,%s]}',
        '\ufeff{"data":[%s,%s,%s]}',
        "[%s,%s,%s]",
        '{"a":[],"result":{"data":[%s,%s,%s],"rest":1},"z":[[]]}',
    ],
)
def test_odd_texts_are_read_alike(text):
    same(frames.report, text.replace("%s", GOOD))


def test_bytes_that_are_no_utf8_are_refused():
    rows = ",".join([GOOD] * 5).encode().replace(b"a}", b"\xff}")
    with short_answers_skimmed(), pytest.raises(ShapeError, match="UTF-8"):
        frames.report(b'{"data":[' + rows + b"]}")


# --- many small answers

RESULTS = st.none() | st.booleans() | NUMBERS | TEXTS | st.just([1]) | st.just({"a": 2})


@QUICK
@given(st.lists(st.tuples(st.integers(0, 9), RESULTS, st.booleans()), max_size=6))
def test_many_answers_at_once_are_those_one_by_one(sent):
    bodies = [
        json.dumps(
            {"clientId": client, "aggregateId": "a", "name": "n", "result": result}
            | ({"took": 5} if more else {})
        ).encode()
        for client, result, more in sent
    ]
    profiles = [f"p{i}" for i in range(len(bodies))]
    one_by_one = [
        frames.aggregate(body, profile=profile)
        for body, profile in zip(bodies, profiles, strict=True)
    ]
    columns = printed_answers("aggregate", bodies, profiles)
    if columns is None:
        assert any(more or isinstance(result, str | list | dict) for _, result, more in sent)
        return
    df = build(Reading("aggregate"), columns)
    rows = [row for one in one_by_one for row in one.iloc[:, :7].astype(object).to_numpy().tolist()]
    found = df.iloc[:, :7].astype(object).to_numpy().tolist()
    assert [[None if pd.isna(v) else v for v in row] for row in found] == [
        [None if pd.isna(v) else v for v in row] for row in rows
    ]


def test_a_repeated_key_in_one_of_many_answers_is_kept():
    body = b'{"clientId":1,"aggregateId":"a","name":"n","result":1,"result":2}'
    assert printed_answers("aggregate", [body, body]) is None
    assert answers("aggregate", body)["result_1"] == [1]
