"""Properties: the layout makes no difference, nothing is lost, only ShapeError is raised."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synerise_frames import frames
from synerise_frames.errors import ShapeError
from synerise_frames.schema.tables import TABLES
from synerise_frames.schema.times import read_instant

TZ = "Europe/Warsaw"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

# --- one logical series, many layouts

VALUES = st.none() | st.integers(-(2**50), 2**50) | st.floats(-1e9, 1e9)


@st.composite
def logical(draw):
    """Draw series (id, name), days, and the table of values."""
    count = draw(st.integers(1, 4))
    days = draw(st.integers(1, 5))
    first = datetime(2024, 3, 28) + timedelta(days=draw(st.integers(0, 220)))
    names = draw(
        st.lists(st.none() | st.sampled_from(["visit", "buy", "x"]), min_size=count, max_size=count)
    )
    table = draw(
        st.lists(st.lists(VALUES, min_size=count, max_size=count), min_size=days, max_size=days)
    )
    dates = [(pd.Timestamp(first) + pd.DateOffset(days=i)).tz_localize(TZ) for i in range(days)]
    return [(f"s{i}", name) for i, name in enumerate(names)], dates, table


def render(series, dates, table, layout, when):
    legends = [{"id": i, "name": n} for i, n in series]
    times = [when(date) for date in dates]
    if layout == "aligned":
        items = [{"date": t, "values": row} for t, row in zip(times, table, strict=True)]
    elif layout == "objects":
        items = [
            {
                "date": t,
                "values": [{"id": s[0], "value": v} for s, v in zip(series, row, strict=True)],
            }
            for t, row in zip(times, table, strict=True)
        ]
    elif layout == "mapping":
        items = [
            {"date": t, "values": {s[0]: v for s, v in zip(series, row, strict=True)}}
            for t, row in zip(times, table, strict=True)
        ]
    elif layout == "series first":
        columns = zip(*table, strict=True)
        return {
            "items": [
                {
                    "id": s[0],
                    "name": s[1],
                    "data": [{"date": t, "value": v} for t, v in zip(times, c, strict=True)],
                }
                for s, c in zip(series, columns, strict=True)
            ]
        }
    elif layout == "long":
        items = [
            {"date": t, "id": s[0], "value": v}
            for t, row in zip(times, table, strict=True)
            for s, v in zip(series, row, strict=True)
        ]
    else:
        columns = zip(*table, strict=True)
        return {
            "dates": times,
            "legends": legends,
            "values": {s[0]: list(c) for s, c in zip(series, columns, strict=True)},
        }
    return {"legends": legends, "items": items}


def table_of(df):
    rows = zip(
        df["series_id"],
        df["series"],
        df["bucket_start"],
        df["bucket_end"],
        df["value"],
        strict=True,
    )
    return {
        (r[0], None if pd.isna(r[1]) else r[1], r[2], str(r[3]), None if pd.isna(r[4]) else r[4])
        for r in rows
    }


@QUICK
@given(
    logical(),
    st.sampled_from(["objects", "mapping", "series first", "long", "times beside"]),
    st.sampled_from([str, pd.Timestamp.isoformat, lambda t: int(t.timestamp() * 1000)]),
)
def test_the_layout_makes_no_difference(data, layout, when):
    series, dates, table = data
    expected = {
        (i, n, date, value if value is None else float(value))
        for date, row in zip(dates, table, strict=True)
        for (i, n), value in zip(series, row, strict=True)
    }
    reference = frames.trend(render(*data, "aligned", pd.Timestamp.isoformat), tz=TZ, now=NOW)
    assert {(i, n, start, value) for i, n, start, _, value in table_of(reference)} == expected
    other = frames.trend(render(*data, layout, when), tz=TZ, now=NOW)
    assert table_of(other) == table_of(reference)
    assert other.dtypes.to_dict() == reference.dtypes.to_dict()


@QUICK
@given(logical(), st.randoms())
def test_the_order_of_items_makes_no_difference_to_buckets(data, random):
    payload = render(*data, "objects", pd.Timestamp.isoformat)
    before = table_of(frames.trend(payload, tz=TZ, now=NOW))
    random.shuffle(payload["items"])
    for item in payload["items"]:
        random.shuffle(item["values"])
    assert table_of(frames.trend(payload, tz=TZ, now=NOW)) == before


# --- any JSON value at any place

TREND = {
    "name": "n",
    "metadata": {},
    "legends": [{"id": "a", "name": "v"}, {"id": "b", "name": "w"}],
    "items": [
        {"date": "2024-03-30T00:00:00+01:00", "values": [12, 7]},
        {"date": "2024-03-31T00:00:00+01:00", "values": [98, None]},
    ],
}
SEEDS = [
    (frames.trend, TREND),
    (
        frames.histogram,
        {"items": [{"id": "a", "name": "V", "data": [{"date": "2024-03-30", "value": 5}]}]},
    ),
    (
        frames.trend,
        {
            "legends": TREND["legends"],
            "items": [{"from": 1704063600000, "to": 1704149999999, "values": {"a": 5, "b": 2}}],
        },
    ),
    (
        frames.trend,
        {"categories": ["2024-03-30", "2024-03-31"], "series": [{"name": "A", "data": [11, 12]}]},
    ),
    (frames.aggregate_history, {"items": [{"date": "2024-03-30", "value": 4}], "metadata": {}}),
    (
        frames.funnel,
        {
            "calculationResult": [{"title": "visit", "value": 1000}, {"title": "buy", "value": 61}],
            "timeBetweenSteps": [53],
            "metadata": {},
        },
    ),
    (
        frames.funnel,
        {
            "calculationResult": [[{"title": "a", "value": 10}], [{"title": "b", "value": 20}]],
            "timeBetweenSteps": [[], [7]],
        },
    ),
    (
        frames.report,
        {"data": [{"country": "PL", "Revenue": 1200.5}, {"country": None, "Revenue": 40.0}]},
    ),
    (
        frames.report,
        {"name": "All", "value": 10, "children": [{"name": "PL", "value": 7, "children": []}]},
    ),
    (frames.report, {"groups": ["PL", None], "values": [1200.5, 40.0]}),
    (frames.metric, {"result": 1234.5, "metricData": {"title": "Revenue"}}),
    (frames.sankey, {"results": [{"source": "a", "target": "b", "value": 240}]}),
    (
        frames.segmentation,
        {
            "calculationResults": [{"title": "Active", "value": 700}],
            "totalContacts": 1000,
            "excludedContacts": 50,
        },
    ),
    (frames.segment_profiles, [[{"id": 11, "email": "e"}], [], [{"id": 13}]]),
    (frames.membership, [{"segmentationId": "s", "result": True}]),
    (frames.aggregate, {"clientId": 17, "aggregateId": "a", "name": "N", "result": 5}),
    (frames.card, [{"expressionId": "a", "name": "n", "result": "x"}]),
    (
        frames.listing,
        {
            "data": [{"id": "a", "name": "n", "createdAt": "2019-08-24T14:15:22Z"}],
            "meta": {"page": 2},
        },
    ),
    (frames.directories, [{"id": "d", "name": "x", "analyticType": "T"}]),
]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(["2024-01-01", "12.5", "\ud800", "", 1704063600000])
)
KEYS = st.sampled_from(
    ["id", "name", "value", "date", "data", "values", "items", "title", "source", "from", "to", "x"]
) | st.text(max_size=3)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


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


def replaced(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@st.composite
def mutated(draw):
    """Draw a reader and its payload with something else at some place."""
    reader, payload = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(list(places(payload))))
        if draw(st.booleans()) and path and isinstance(path[-1], str):
            payload = replaced(
                payload, (*path[:-1],), {**_get(payload, path[:-1]), draw(KEYS): draw(ANYTHING)}
            )
        else:
            payload = replaced(payload, path, draw(ANYTHING))
    return reader, payload


def _get(value, path):
    for key in path:
        value = value[key]
    return value


@settings(QUICK, max_examples=300)
@given(mutated())
def test_any_value_at_any_place_gives_the_declared_columns_or_a_shape_error(case):
    reader, payload = case
    try:
        df = reader(payload, tz=TZ)
    except ShapeError:
        return
    columns = TABLES[df.attrs["kind"]]
    assert [c for c in df.columns if c in {d.name for d in columns}] == [d.name for d in columns]
    for column in columns:
        want = f"datetime64[us, {TZ}]" if column.dtype == "time" else column.dtype
        assert str(df[column.name].dtype) == want
    json.dumps(df.attrs)


def leaves(value):
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    elif value is not None and value != "" and not isinstance(value, bool):
        yield value


def shown(df):
    """Give everything that a frame shows as text."""
    text = json.dumps(df.attrs, ensure_ascii=False) + " ".join(map(str, df.columns))
    cells = {str(v) for column in df.columns for v in df[column] if not pd.isna(v)}
    cells |= {str(int(float(c))) for c in cells if _is_whole(c)}
    return cells, text + " ".join(cells)


def _is_whole(cell):
    try:
        return float(cell).is_integer()
    except (ValueError, OverflowError):
        return False


def is_shown(leaf, cells, text):
    plain = str(leaf)
    if isinstance(leaf, str):
        plain = leaf.encode("utf-8", "backslashreplace").decode()
    if plain in cells or plain in text or json.dumps(plain, ensure_ascii=False)[1:-1] in text:
        return True
    if isinstance(leaf, float) and (str(float(leaf)) in cells or str(int(leaf)) in cells):
        return True
    moment = read_instant(leaf, TZ)
    steps = (timedelta(0), timedelta(milliseconds=1), timedelta(seconds=1), timedelta(days=1))
    return moment is not None and any(
        str(pd.Timestamp(moment + step).tz_convert(TZ)) in cells for step in steps
    )


@st.composite
def extended(draw):
    """Draw a payload with a field more at some object of it."""
    reader, payload = draw(st.sampled_from(SEEDS))
    objects = [path for path in places(payload) if isinstance(_get(payload, path), dict)]
    path = draw(st.sampled_from(objects))
    field = draw(st.sampled_from(["note", "extra", "took", "colour", "unit", "more"]))
    return reader, replaced(payload, path, {**_get(payload, path), field: draw(ANYTHING)})


@settings(QUICK, max_examples=200)
@given(extended())
def test_nothing_that_is_added_is_lost(case):
    reader, payload = case
    cells, text = shown(reader(payload, tz=TZ))
    assert [leaf for leaf in leaves(payload) if not is_shown(leaf, cells, text)] == []


@settings(QUICK, max_examples=100)
@given(mutated())
def test_reading_twice_gives_the_same(case):
    reader, payload = case
    try:
        first = reader(payload, tz=TZ, strict=False)
    except ShapeError:
        return
    pd.testing.assert_frame_equal(first, reader(payload, tz=TZ))
