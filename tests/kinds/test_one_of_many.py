"""Many where one is asked about, a name where an id is, an address where a number is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.kinds.checks import checked_id, checked_ids

ANN = "ann@example.com"
SOME_UUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"


@pytest.fixture(scope="module")
def own() -> Iterator[sf.Workspace]:
    with sf.demo() as workspace:
        yield workspace


CALLS: list[Callable[[sf.Workspace, Any], object]] = [
    lambda ws, who: ws.aggregates.calculate("a", who),
    lambda ws, who: ws.expressions.calculate("a", who),
    lambda ws, who: ws.aggregates.card(who),
    lambda ws, who: ws.aggregates.preview({}, who),
    lambda ws, who: ws.segmentations.check(who, ["a"]),
    lambda ws, who: ws.segmentations.first_match(who, []),
    lambda ws, who: ws.segmentations.card(who),
]


@pytest.mark.parametrize("call", [*CALLS, lambda ws, who: ws.aggregates.history("a", who)])
@pytest.mark.parametrize(
    "many", [[1007, 1008], {1007}, range(1007, 1009), pd.Series([1007]), np.array([1007])], ids=str
)
def test_many_profiles_are_asked_about_in_bulk(own: sf.Workspace, call: Any, many: Any) -> None:
    with pytest.raises(sf.ConfigError, match="about one profile") as caught:
        call(own, many)
    assert "ws.profiles(ids)" in caught.value.hint
    assert "1007" not in str(caught.value)
    assert "Hidden" not in str(caught.value)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("who", "by"), [(ANN, "email"), (SOME_UUID, "uuid")])
def test_an_address_is_no_profile_id(own: sf.Workspace, call: Any, who: str, by: str) -> None:
    with pytest.raises(sf.ConfigError) as caught:
        call(own, who)
    order = (
        " If it is the id of an analysis, mind the order: segmentations.check(profile, ids), but "
    )
    order += "aggregates.calculate(id, profile)."
    assert caught.value.hint == f"Pass by={by!r}." + order * (by == "uuid")
    assert who not in str(caught.value)


def test_in_bulk_no_order_of_arguments_is_blamed(own: sf.Workspace) -> None:
    with pytest.raises(sf.ConfigError) as caught:
        own.profiles([SOME_UUID])
    assert caught.value.hint == "Pass by='uuid'."


@pytest.mark.parametrize("who", [1007.5, None, True, b"1007"])
def test_what_identifies_nobody_is_not_shown(own: sf.Workspace, who: Any) -> None:
    with pytest.raises(sf.ConfigError, match=f"A {type(who).__name__} identifies no") as caught:
        own.aggregates.calculate("a", who)
    assert "1007" not in str(caught.value)


def test_a_definition_is_wanted_and_not_its_id(own: sf.Workspace) -> None:
    with pytest.raises(sf.ConfigError, match="a dict, not str") as caught:
        own.segmentations.profiles("an-id")  # type: ignore[arg-type]
    assert ".get(id)" in caught.value.hint


def test_a_frame_is_no_id(own: sf.Workspace) -> None:
    listed = own.metrics.list()
    with pytest.raises(sf.ConfigError, match=r"^A DataFrame is no metric id") as caught:
        own.metrics.calculate(listed)  # type: ignore[arg-type]
    assert 'df["id"].iloc[0]' in caught.value.hint
    with pytest.raises(sf.ConfigError, match=r"^A Series is no metric id"):
        checked_id(listed.iloc[0], "metric")


def test_lists_of_analyses_hold_ids(own: sf.Workspace) -> None:
    listed = own.aggregates.list()
    ids = [row["id"] for row in own.call("aggregates.list")["data"]]
    assert checked_ids(listed, "aggregate") == ids
    assert checked_ids(listed["id"], "aggregate") == ids
    assert checked_ids(listed.iloc[1], "aggregate") == ids[1:2]
    assert checked_ids(listed.head(0), "aggregate") == []
    assert checked_ids(ids[0], "aggregate") == ids[:1]
    assert checked_ids(iter(ids), "aggregate") == ids
    assert own.segmentations.check(1, own.segmentations.list())["member"].notna().all()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "words", "hint"),
    [
        (pd.DataFrame({"kind": ["funnel"], "id": ["x"]}), "other kinds: funnel", '== "aggregate"'),
        (pd.DataFrame({"name": ["x"]}), "no column 'id'", r"ws.aggregates.list\(\)"),
        ({"id": "x"}, "A dict is no aggregate id", r'it\["id"\]'),
        ([{"id": "x"}], "A dict is no aggregate id", r'it\["id"\]'),
        (["x", None], "None is no aggregate id", r"find\(name\)"),
        ("Big spender", "'Big spender' is no aggregate id", r"find\('Big spender'\)"),
    ],
)
def test_what_holds_no_ids_says_what_to_do(given: Any, words: str, hint: str) -> None:
    with pytest.raises(sf.ConfigError, match=words) as caught:
        checked_ids(given, "aggregate")
    assert pd.Series([caught.value.hint]).str.contains(hint).all()


def test_a_name_is_told_to_be_one_before_profiles_are_asked(own: sf.Workspace) -> None:
    own.aggregates.list()
    plan = own.profiles([1]).plan(aggregates="Basket")
    with pytest.raises(sf.NotFound, match="no aggregate 'Basket'") as caught:
        plan.run(progress=False)
    assert caught.value.hint == (
        "Did you mean 'Baskets'? aggregates= takes ids: ws.aggregates.find(name) gives the one "
        "of a name."
    )
    plan = own.profiles([1, 2]).plan(aggregates=own.aggregates.list())
    assert plan.calls == 2 * len(own.aggregates.list())


def test_a_demo_is_not_offline() -> None:
    with pytest.raises(sf.ConfigError, match="cannot be offline") as caught:
        sf.demo(offline=True)
    assert caught.value.hint
