"""Funnels."""

from __future__ import annotations

import pandas as pd
import pytest

from synerise_frames import frames, schema
from synerise_frames.errors import ShapeError

CANONICAL = {
    "calculationResult": [{"title": "visit", "value": 1000}, {"title": "buy", "value": 61}],
    "timeBetweenSteps": [5321000],
    "metadata": {},
}


def rows(payload, *columns, **options):
    df = frames.funnel(payload, **options)
    return [tuple(None if pd.isna(v) else v for v in row) for row in df[list(columns)].to_numpy()]


@pytest.mark.parametrize(
    "payload",
    [
        CANONICAL,
        {"calculationResult": [{"title": "visit", "value": 1000}, {"title": "buy", "value": 61}]},
        {"steps": [{"stepName": "visit", "profiles": 1000}, {"stepName": "buy", "profiles": 61}]},
        [{"name": "visit", "count": 1000}, {"name": "buy", "count": 61}],
        {
            "results": [
                {"step": 1, "label": "visit", "total": 1000},
                {"step": 2, "label": "buy", "total": 61},
            ]
        },
        {
            "results": [
                {"index": 0, "label": "visit", "total": 1000},
                {"index": 1, "label": "buy", "total": 61},
            ]
        },
        {"calculationResult": {"visit": 1000, "buy": 61}},
        {"calculationResult": [["visit", 1000], ["buy", 61]]},
        {"names": ["visit", "buy"], "values": [1000, 61]},
        {
            "data": {
                "calculationResult": [
                    {"title": "visit", "value": 1000},
                    {"title": "buy", "value": 61},
                ]
            }
        },
        {"calculationResult": [[{"title": "visit", "value": 1000}, {"title": "buy", "value": 61}]]},
    ],
)
def test_layouts_of_one_group(payload, declared):
    assert rows(payload, "group", "step", "name", "value", "share_of_first", strict=True) == [
        (None, 1, "visit", 1000, 1.0),
        (None, 2, "buy", 61, 0.061),
    ]
    declared(frames.funnel(payload))
    assert schema.drift().empty


def test_bare_numbers_have_no_names():
    assert rows({"calculationResult": [9, 3]}, "step", "name", "value") == [
        (1, None, 9),
        (2, None, 3),
    ]


X, Y = ("X", 1, "a", 3), ("X", 2, "b", 1)
P, Q = ("Y", 1, "a", 4), ("Y", 2, "b", 2)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (
            [
                {"group": "X", "steps": [{"title": "a", "value": 3}, {"title": "b", "value": 1}]},
                {"group": "Y", "steps": [{"title": "a", "value": 4}, {"title": "b", "value": 2}]},
            ],
            [X, Y, P, Q],
        ),
        (
            {
                "X": [{"title": "a", "value": 3}, {"title": "b", "value": 1}],
                "Y": [{"title": "a", "value": 4}, {"title": "b", "value": 2}],
            },
            [X, Y, P, Q],
        ),
        (
            [
                {"title": "a", "values": {"X": 3, "Y": 4}},
                {"title": "b", "values": {"X": 1, "Y": 2}},
            ],
            [X, P, Y, Q],
        ),
        (
            [
                {"title": "a", "values": [{"group": "X", "value": 3}, {"group": "Y", "value": 4}]},
                {"title": "b", "values": [{"group": "X", "value": 1}, {"group": "Y", "value": 2}]},
            ],
            [X, P, Y, Q],
        ),
        (
            [
                {"group": "X", "title": "a", "value": 3},
                {"group": "Y", "title": "a", "value": 4},
                {"group": "X", "title": "b", "value": 1},
                {"group": "Y", "title": "b", "value": 2},
            ],
            [X, P, Y, Q],
        ),
    ],
)
def test_layouts_of_groups(result, expected):
    assert rows({"calculationResult": result}, "group", "step", "name", "value") == expected
    shares = frames.funnel({"calculationResult": result}).set_index(["group", "step"])[
        "share_of_first"
    ]
    assert shares["X", 2] == pytest.approx(1 / 3)
    assert shares["Y", 2] == pytest.approx(1 / 2)


def test_lists_of_groups_are_numbered_and_their_times_are_theirs():
    payload = {
        "calculationResult": [
            [{"title": "a", "value": 3}],
            [{"title": "a", "value": 4}, {"title": "b", "value": 2}],
        ],
        "timeBetweenSteps": [[], [7]],
    }
    assert rows(payload, "group", "step", "time_from_previous") == [
        ("0", 1, None),
        ("1", 1, None),
        ("1", 2, 7.0),
    ]


def test_times_of_nobody_in_particular_are_kept_aside():
    payload = {
        "calculationResult": {"X": [{"title": "a", "value": 3}], "Y": [{"title": "a", "value": 3}]},
        "timeBetweenSteps": [5],
    }
    df = frames.funnel(payload)
    assert df["time_from_previous"].isna().all()
    assert df.attrs["extra"]["timeBetweenSteps"] == [5]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([10, 20], [None, 10, 20]),
        ([0, 10, 20], [0, 10, 20]),
        ([10], [None, 10, None]),
        ([None, 20], [None, None, 20]),
        (None, [None] * 3),
        ([], [None] * 3),
        ([{"avg": 10, "max": 99}, {"avg": 20, "max": 98}], [None, 10, 20]),
        ([{"median": 10, "p90": 1}, {"median": 20, "p90": 1}], [None, 10, 20]),
    ],
)
def test_times_belong_to_the_step_they_lead_to(times, expected):
    payload = {"calculationResult": [3, 2, 1], "timeBetweenSteps": times}
    assert rows(payload, "time_from_previous") == [(value,) for value in expected]


def test_other_statistics_of_times_are_columns():
    times = [{"max": 99, "mean": 10}]
    df = frames.funnel({"calculationResult": [2, 1], "timeBetweenSteps": times})
    assert df["time_max"].tolist() == [pd.NA, 99]


def test_too_many_times_are_not_lost():
    df = frames.funnel({"calculationResult": [2, 1], "timeBetweenSteps": [1, 2, 3, 4]})
    assert df.attrs["extra"]["timeBetweenSteps"] == [1, 2, 3, 4]
    assert not schema.drift().empty


def test_shares_of_nothing_are_missing():
    assert rows({"calculationResult": [0, 0, 5]}, "share_of_first", "share_of_previous") == [
        (None, None),
        (None, None),
        (None, None),
    ]
    assert rows({"calculationResult": [10, None, 5]}, "share_of_first", "share_of_previous") == [
        (1.0, None),
        (None, None),
        (0.5, None),
    ]


def test_further_counts_are_columns():
    result = [
        {"title": "a", "value": 10, "unique": 5},
        {"title": "b", "value": {"count": 4, "unique": 2}},
    ]
    df = frames.funnel({"calculationResult": result[:1]})
    assert df["unique"].tolist() == [5]
    df = frames.funnel({"calculationResult": result[1:]})
    assert (df["value"].tolist(), df["unique"].tolist()) == ([4], [2])


def test_steps_that_are_numbered_are_counted_in_that_order():
    result = [{"step": 2, "title": "b", "value": 3}, {"step": 1, "title": "a", "value": 6}]
    assert rows({"calculationResult": result}, "step", "share_of_first") == [(2, 0.5), (1, 1.0)]


def test_numbers_that_are_no_numbering_are_kept():
    result = [{"step": 10, "value": 3}, {"step": 20, "value": 6}]
    df = frames.funnel({"calculationResult": result})
    assert (df["step"].tolist(), df["step_sent"].tolist()) == ([1, 2], [10, 20])


def test_big_counts_stay_exact():
    df = frames.funnel({"calculationResult": [2**53 + 1, "12", 1.5]})
    assert df["value"].tolist() == [2**53 + 1, 12, pd.NA]
    assert df["value_raw"].tolist() == [pd.NA, "12", "1.5"]


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {},
        {"calculationResult": []},
        {"calculationResult": None, "timeBetweenSteps": None, "metadata": {}},
    ],
)
def test_empty(payload, declared):
    df = frames.funnel(payload)
    declared(df)
    assert df.dtypes.to_dict() == frames.funnel(CANONICAL).dtypes.to_dict()
    assert df.empty


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"calculationResult": 5}, "$.calculationResult"),
        ({"took": 1}, "$.took"),
        ({"calculationResult": [{"value": 1}, {"value": 2, "x": 1}]}, "$.calculationResult[1].x"),
        ({"calculationResult": [{"value": 1}, {"value": "many"}]}, "$.calculationResult[1].value"),
    ],
)
def test_strict_names_the_place(change, path):
    with pytest.raises(ShapeError) as caught:
        frames.funnel({**CANONICAL, **change}, strict=True)
    assert caught.value.path == path
