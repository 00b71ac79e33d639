"""The shape of an answer says nothing about what is in it."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.errors import ShapeError
from synerise_frames.frames import describe_shape

QUICK = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def test_it_is_public():
    assert sf.frames.describe_shape is describe_shape
    assert "describe_shape" in sf.frames.__all__


def test_a_trend():
    shape = describe_shape(
        {
            "name": "Secret name",
            "legends": [{"id": "7f3c1d1e-0c39-4a0a-9a34-6a1f5a0c0001", "name": "Secret"}],
            "items": [
                {"date": "2024-03-30T00:00:00+01:00", "values": [120, None]},
                {"date": "2024-03-31T00:00:00+01:00", "values": [], "isLast": True},
            ],
        }
    )
    assert shape == {
        "name": "text",
        "legends": ["one", {"id": "uuid", "name": "text"}],
        "items": [
            "many",
            {
                "date": "time with offset",
                "values": ["many or empty", "integer | null"],
                "isLast?": "boolean",
            },
        ],
    }


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (None, "null"),
        (True, "boolean"),
        (7, "integer"),
        (7.5, "number"),
        (1_704_063_600, "integer like epoch seconds"),
        (1_704_063_600_000, "integer like epoch milliseconds"),
        (" ", "empty text"),
        ("7f3c1d1e0c394a0a9a346a1f5a0c0001", "uuid"),
        ("anna@example.com", "email"),
        ("2024-03-30", "date"),
        ("2024-03", "date"),
        ("2024-03-30T10:00:00.000Z", "time with offset"),
        ("2024-03-30T10:00:00+0100", "time with offset"),
        ("2024-03-30 10:00", "time without offset"),
        ("12.50", "number as text"),
        ("1 234,50", "number as text"),
        ("1e-5", "number as text"),
        ("TRUE", "boolean as text"),
        ('{"a": 1}', "JSON as text"),
        ("hello\nworld", "text"),
        ("\ud800", "text"),
        (float("nan"), "number"),
        (object(), "unknown"),
    ],
)
def test_scalars_are_told_by_their_form(value, form):
    assert describe_shape([value]) == ["one", form]


@pytest.mark.parametrize(
    ("payload", "shape"),
    [
        ({"7f3c1d1e-0c39-4a0a-9a34-6a1f5a0c0001": 1}, {"<uuid>": "integer"}),
        ({"anna@example.com": 1, "eva@example.com": "x"}, {"<email>": "integer | text"}),
        ({"2024-03-30": 1, "2024-03-31T00:00:00Z": 2}, {"<date>": "integer", "<time>": "integer"}),
        ({"48123456789": {"id": 7}}, {"<number>": {"id": "integer"}}),
        ({"Anna Nowak": 1}, {"<key>": "integer"}),
        ({"a1b2c3d4e5": 1}, {"<key>": "integer"}),
        ({"łódź": 1}, {"<key>": "integer"}),
        ({"PL": 5, "DE": 7.5, "CZ": None}, {"<key>": "integer | null | number"}),
        ({"PL": {"id": 5}, "DE": {"value": 7}}, {"<key>": {"id?": "integer", "value?": "integer"}}),
        ({f"name{i}": i for i in range(8)}, {"<key>": "integer"}),
        ({"id": 7, "value": 8}, {"id": "integer", "value": "integer"}),
        ({"country": "PL", "Revenue": 8}, {"country": "text", "Revenue": "integer"}),
        ([{"Gold": 1}, {"Silver": 2}], ["many", {"<key>": "integer"}]),
    ],
)
def test_keys_that_are_data_are_not_shown(payload, shape):
    assert describe_shape(payload) == shape


def test_fields_that_are_known_are_shown():
    flow = {"results": [{"source": "a", "target": "b"}], "x": 10**5_000}
    assert describe_shape(flow) == {
        "results": ["one", {"source": "text", "target": "text"}],
        "x": "integer",
    }


def test_several_things_at_one_place():
    shape = describe_shape([1, "x", {"id": 1}, [2], {"name": "n"}])
    assert shape == [
        "many",
        {"<any of>": ["integer | text", {"id?": "integer", "name?": "text"}, ["one", "integer"]]},
    ]


def test_several_answers_and_texts():
    assert describe_shape(b'{"value": 1}', '{"value": null}') == {"value": "integer | null"}
    with pytest.raises(ShapeError, match="no JSON"):
        describe_shape("<html>")


@pytest.mark.parametrize("depth", [100, 10_000, 200_000])
def test_deep_nesting_ends_somewhere(depth):
    deep = "secret"
    for _ in range(depth):
        deep = {"items": [deep]}
    text = json.dumps(describe_shape(deep))
    assert "<nested deeper>" in text
    assert "secret" not in text


LETTERS = st.text(st.characters(categories=["L", "Nd", "P", "Zs", "Cs"]), max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | LETTERS
    | st.emails()
    | st.uuids().map(str)
    | st.datetimes().map(str)
    | st.from_regex(r"[A-Za-z]{4,10}", fullmatch=True)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(LETTERS | st.sampled_from(["id", "name", "items"]), inner, max_size=10)
    ),
    max_leaves=20,
)


def scalars_and_keys(value, keys):
    if isinstance(value, dict):
        keys.update(map(str, value))
        for item in value.values():
            yield from scalars_and_keys(item, keys)
    elif isinstance(value, list):
        for item in value:
            yield from scalars_and_keys(item, keys)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


FIXED = (
    "integer number like epoch seconds milliseconds boolean null empty text uuid email date time "
    "with offset without number as JSON unknown one many or <any of> <nested deeper> <key> <uuid> "
    "<email> <date> <time> <number>"
)


@QUICK
@given(ANYTHING)
def test_no_value_is_shown(payload):
    keys: set[str] = set()
    values = [v for v in scalars_and_keys([payload], keys) if len(v) >= 4]
    shape = json.dumps(describe_shape([payload]), ensure_ascii=False)
    # What is left is neither a fixed word nor a key that is a plain word.
    words = set(re.findall(r'"((?:[^"\\]|\\.)*)"', shape))
    shown = " ".join(w.removesuffix("?") for w in words if w.removesuffix("?") in keys)
    assert not [v for v in values if v in shape and v not in FIXED and v not in shown]
    assert all(re.fullmatch(r"[$@\w.-]+", word) for word in shown.split())


def shuffled(value, random):
    if isinstance(value, dict):
        pairs = [(key, shuffled(item, random)) for key, item in value.items()]
        random.shuffle(pairs)
        return dict(pairs)
    if isinstance(value, list):
        items = [shuffled(item, random) for item in value]
        random.shuffle(items)
        return items
    return value


@QUICK
@given(ANYTHING, st.integers(0, 1000))
def test_the_order_makes_no_difference(payload, seed):
    other = shuffled([payload], random.Random(seed))
    assert json.dumps(describe_shape([payload])) == json.dumps(describe_shape(other))
