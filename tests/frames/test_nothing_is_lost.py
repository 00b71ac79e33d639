"""No silent loss: every scalar of any answer is found again in the frame or its attrs.

Known layouts get any JSON value grafted at any place; then there is JSON at random. Every scalar
that is grafted is unlike all others, so that finding it again means something.
"""

from __future__ import annotations

import json
import math
from datetime import timedelta
from itertools import count

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from synerise_frames import frames
from synerise_frames.errors import ShapeError
from synerise_frames.frames.find import words
from synerise_frames.schema.tables import TABLES
from synerise_frames.schema.times import read_instant

TZ = "Europe/Warsaw"
QUICK = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

LEGENDS = [{"id": "leg-a", "name": "Visit"}, {"id": "leg-b", "name": "Buy"}]
TREND = {
    "name": "Trend name",
    "metadata": {},
    "legends": LEGENDS,
    "items": [
        {"date": "2024-03-30T00:00:00+01:00", "values": [1201, 1202]},
        {"date": "2024-03-31T00:00:00+01:00", "values": [1203, None]},
    ],
}
LAYOUTS = {
    "trend": [
        TREND,
        {"items": [{"id": "s1", "name": "V", "data": [{"date": "2024-03-30", "value": 1301}]}]},
        {
            "legends": LEGENDS,
            "items": [
                {"date": "2024-03-30", "values": [{"id": "leg-a", "value": 1401}]},
                {"date": "2024-03-31", "values": [{"id": "leg-b", "value": 1402}]},
            ],
        },
        {
            "legends": ["Visit", "Buy"],
            "items": [
                {"from": 1704063600000, "to": 1704149999999, "values": {"Visit": 1501, "Buy": 1502}}
            ],
        },
        {
            "categories": ["2024-03-30", "2024-03-31"],
            "series": [{"name": "A", "data": [1601, 1602]}],
        },
    ],
    "aggregate_history": [
        {"items": [{"date": "2024-03-30", "value": 1701}], "metadata": {}},
        {
            "clientId": 1801,
            "aggregateId": "agg-1",
            "items": [{"date": "2024-03-30", "value": 1802}],
        },
    ],
    "funnel": [
        {
            "calculationResult": [
                {"title": "visit", "value": 1901},
                {"title": "buy", "value": 1902},
            ],
            "timeBetweenSteps": [5321],
            "metadata": {},
        },
        {
            "calculationResult": [{"title": "visit", "values": {"g1": 2001, "g2": 2002}}],
            "timeBetweenSteps": [{"mean": 2003, "median": 2004}],
        },
        {"calculationResult": [2101, 2102, 2103], "timeBetweenSteps": None},
    ],
    "report": [
        {"data": [{"country": "PL", "Revenue": 2201.5}, {"country": None, "Revenue": 2202.5}]},
        {"name": "All", "value": 2301, "children": [{"name": "PL", "value": 2302, "children": []}]},
        {"groups": ["PL", None], "values": [2401.5, 2402.5]},
        {"data": {"columns": ["country", "Revenue"], "rows": [["PL", 2501], ["DE", 2502]]}},
    ],
    "metric": [
        {"result": 2601.5, "metricData": {"title": "Revenue", "unit": "PLN"}},
        [{"id": "m-1", "name": "Revenue", "value": 2701}],
    ],
    "sankey": [
        {"results": [{"source": "a-1", "target": "b-1", "value": 2801}]},
        {
            "results": [
                {"name": "root-1", "value": 2901, "children": [{"name": "c-1", "value": 2902}]}
            ]
        },
        {
            "nodes": [{"name": "n-1"}, {"name": "n-2"}],
            "links": [{"source": 0, "target": 1, "value": 3001}],
        },
    ],
    "segmentation": [
        {
            "calculationResults": [{"title": "Active", "value": 3101}],
            "totalContacts": 3102,
            "excludedContacts": 3103,
            "metadata": {},
        },
        {"calculationResults": {"Active": 3201, "Lost": 3202}},
    ],
    "segment_profiles": [
        [[{"id": 3301, "email": "e-1"}], [], [{"id": 3302}]],
        {
            "segments": [
                {"name": "Active", "profiles": [{"id": 3401, "attributes": {"city": "Opole"}}]}
            ]
        },
    ],
    "membership": [
        [{"segmentationId": "seg-1", "result": True}],
        {"seg-1": True, "seg-2": False},
    ],
    "aggregate": [
        {"clientId": 3501, "aggregateId": "agg-1", "name": "Spend", "result": 3502},
        {"clientId": 3601, "aggregateId": "agg-1", "name": "Spend", "result": [{"a": 3602}]},
    ],
    "card": [[{"expressionId": "exp-1", "name": "Big", "result": "x-1"}]],
    "listing": [
        {
            "data": [{"id": "l-1", "name": "n-1", "createdAt": "2019-08-24T14:15:22Z"}],
            "meta": {"page": 3701},
        },
        ["l-1", "l-2"],
    ],
    "directories": [[{"id": "d-1", "name": "Weekly", "analyticType": "TREND"}]],
}
SAME = {
    "histogram": "trend",
    "aggregate_preview": "aggregate",
    "expression": "aggregate",
    "expression_preview": "aggregate",
}
SEEDS = [
    (name, seed)
    for name in frames.__all__
    if name not in ("report_csv", "describe_shape")
    for seed in LAYOUTS[SAME.get(name, name)]
]

KEYS = st.sampled_from(
    words(
        "id name value date data values items title source target from to x series legends "
        "result count children groups steps times error status message meta total label key time"
    )
) | st.text(max_size=3)
#: Kinds of scalars; every one drawn is given a number that makes it unlike all others.
MAKERS = st.sampled_from(
    [
        lambda n: f"text-{n}",
        lambda n: 910_000 + n,
        lambda n: 910_000 + n + 0.25,
        lambda n: 10**25 + n,
        lambda n: 10**400 + n,
        lambda n: -(2**60) - n,
        lambda n: 1.5e300 + n * 1e298,
        lambda n: str(920_000 + n),
        lambda n: f"{930_000 + n}.75",
        lambda n: f"1 {n:03},50 zł",
        lambda n: 1_704_063_600_000 + n * 86_400_000,
        lambda n: f"2023-{n % 12 + 1:02}-{n // 12 % 28 + 1:02}",
        lambda n: f"2022-{n % 12 + 1:02}-{n // 12 % 28 + 1:02}T10:30:00Z",
        lambda n: f"2021-{n % 12 + 1:02}-{n // 12 % 28 + 1:02}T10:30:00",
        lambda n: f"\ud800half-{n}",
        lambda n: f'quote"{n}\\ line\n{n}\u2028',
    ]
) | st.sampled_from([lambda n: None, lambda n: "", lambda n: True, lambda n: math.nan])
ANYTHING = st.recursive(
    MAKERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def numbered(value, counter):
    if isinstance(value, dict):
        return {key: numbered(item, counter) for key, item in value.items()}
    if isinstance(value, list):
        return [numbered(item, counter) for item in value]
    return value(next(counter)) if callable(value) else value


def places(value, path=()):
    yield path
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in inner:
        yield from places(item, (*path, key))


def grafted(value, path, key, new):
    """Put `new` in place of what is at `path`, or beside it under `key`."""
    if path:
        copy = dict(value) if isinstance(value, dict) else list(value)
        copy[path[0]] = grafted(value[path[0]], path[1:], key, new)
        return copy
    if isinstance(value, dict) and key is not None:
        return {**value, key: new}
    if isinstance(value, list) and key is not None:
        return [*value, new]
    return new


@st.composite
def answers(draw):
    name, payload = draw(st.sampled_from(SEEDS))
    counter = count(1)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(payload))))
        key = draw(st.none() | KEYS)
        payload = grafted(payload, path, key, numbered(draw(ANYTHING), counter))
    return name, payload


@st.composite
def anything(draw):
    names = [name for name in frames.__all__ if name not in ("report_csv", "describe_shape")]
    return draw(st.sampled_from(names)), numbered(draw(ANYTHING), count(1))


# --- what a frame shows


def scalars(value):
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from scalars(item)
    elif value not in (None, "") and not (isinstance(value, float) and math.isnan(value)):
        yield value


def shown(df):
    """Give the texts of all cells, and the text of names and attrs."""
    text = json.dumps(df.attrs, ensure_ascii=False) + "\n".join(map(str, df.columns))
    cells = set()
    for column in df.columns:
        for cell in df[column]:
            if not pd.isna(cell):
                cells.add(str(cell))
                if isinstance(cell, float) and cell.is_integer():
                    cells.add(str(int(cell)))
    return cells, text + "\n".join(cells)


def is_shown(scalar, cells, text):
    if scalar is True or scalar is False:
        # A flag has no mark of its own: its spelling must be there.
        return any(word in text for word in (str(scalar), json.dumps(scalar), str(int(scalar))))
    if isinstance(scalar, str):
        plain = scalar.encode("utf-8", "backslashreplace").decode()
        inner = json.dumps(plain, ensure_ascii=False)[1:-1]
        twice = json.dumps(inner, ensure_ascii=False)[1:-1]
        spellings = [plain, inner, twice]
    elif isinstance(scalar, float):
        spellings = [str(scalar), *([str(int(scalar))] if scalar.is_integer() else [])]
    else:
        spellings = [hex(scalar) if scalar.bit_length() > 14_000 else str(scalar)]
    if any(one in text for one in spellings):
        return True
    if scalar in (0, 1, "true", "false", "True", "False"):
        return "True" in cells or "False" in cells
    return is_time(scalar, cells)


def is_time(scalar, cells):
    """Tell whether a time is shown: as it is, or as the inclusive end of a bucket."""
    moment = read_instant(scalar, TZ)
    if moment is None:
        return False
    local = pd.Timestamp(moment).tz_convert(TZ)
    steps = [timedelta(milliseconds=1), timedelta(seconds=1), timedelta(minutes=1)]
    ends = [local, local + pd.DateOffset(days=1), *(local + step for step in steps)]
    return any(str(end) in cells for end in ends)


def check(name, payload):
    reader = getattr(frames, name)
    try:
        df = reader(payload, tz=TZ)
    except ShapeError:
        return
    declared = TABLES[df.attrs["kind"]]
    names = {c.name for c in declared}
    assert [c for c in df.columns if c in names] == [c.name for c in declared]
    for column in declared:
        want = f"datetime64[us, {TZ}]" if column.dtype == "time" else column.dtype
        assert str(df[column.name].dtype) == want
    json.dumps(df.attrs).encode()
    cells, text = shown(df)
    lost = [scalar for scalar in scalars(payload) if not is_shown(scalar, cells, text)]
    assert lost == [], df.to_dict("list") | {"attrs": df.attrs}


@pytest.mark.parametrize(("name", "payload"), SEEDS)
def test_the_known_layouts_lose_nothing(name, payload):
    check(name, payload)


@settings(QUICK, max_examples=300)
@given(answers())
def test_any_value_at_any_place_is_found_again(answer):
    check(*answer)


@settings(QUICK, max_examples=200)
@given(anything())
def test_json_at_random_is_found_again(answer):
    check(*answer)


@settings(QUICK, max_examples=100)
@given(answers())
def test_text_is_read_like_the_values_it_spells(answer):
    name, payload = answer
    assume(not isinstance(payload, str))  # that would be text already
    reader, found = getattr(frames, name), []
    for form in (payload, json.dumps(payload), json.dumps(payload).encode()):
        try:
            df = reader(form, tz=TZ)
        except ShapeError as error:
            found.append(str(error))
        else:
            found.append((df.to_json(date_format="iso"), json.dumps(df.attrs)))
    assert found[0] == found[1] == found[2]


EQUAL_NAMES = {
    "a metric's name beside what is said of it": (
        "metric",
        {"result": 1, "title": "own", "metricData": {"title": "told"}},
    ),
    "the same the other way round": (
        "metric",
        {"metricData": {"title": "told", "id": "m"}, "result": 1, "title": "own", "metricId": "n"},
    ),
    "a step's field called as a group's would be": (
        "funnel",
        {
            "steps": [
                {
                    "title": "s",
                    "title_of_group": "told",
                    "values": [{"name": "g", "value": 5, "title": "own"}],
                }
            ]
        },
    ),
    "a field with a dot": (
        "listing",
        {"data": [{"id": "a", "author": {"id": 1, "name": "own"}, "author.name": "told"}]},
    ),
}


@pytest.mark.parametrize("case", EQUAL_NAMES)
def test_equal_names_hide_nothing(case):
    reader, payload = EQUAL_NAMES[case]
    df = getattr(frames, reader)(payload)
    shown = json.dumps([df.astype(str).to_dict("records"), df.attrs])
    for text in ("own", "told"):
        assert f'"{text}"' in shown


def test_an_edges_own_field_does_not_hide_the_id_of_its_source():
    edges = [{"source": "a", "target": "b", "value": 1, "source_id": "told"}]
    df = frames.sankey({"results": edges, "nodes": [{"id": "a", "name": "A"}]})
    assert df["source_id"].tolist() == ["a"]
    assert df["source_id_sent"].tolist() == ["told"]


TIMES = ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z"]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("trend", {"items": {"date": TIMES[0], "q": 3}}),
        ("trend", {"items": {"a": {"date": TIMES[0], "q": 3}}}),
        ("trend", {"items": {"a": {"q": TIMES, "v": [1, 2, 3]}}}),
        ("trend", {"items": [{"q": TIMES[i], "name": f"n{i}", "v": i} for i in range(2)]}),
        ("membership", [{"id": "a", "q": True}, {"id": "b", "q": False}]),
    ],
)
def test_an_empty_name_is_a_name(kind: str, payload: object) -> None:
    def called(name: str) -> pd.DataFrame:
        return getattr(frames, kind)(json.dumps(payload).replace('"q"', json.dumps(name)))

    pd.testing.assert_frame_equal(called(""), called("qq"))
