"""Frames of several answers are as old as the oldest of them, and live only where all are."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import synerise_frames as sf

HOUR = 3600
LIST = b'{"data": [{"id": "x", "name": "X"}], "meta": {"totalPages": 1}}'


@pytest.fixture
def age(kept: Any, older: Any, tmp_path: Path) -> Callable[[Callable[[], Any], float], None]:
    """Make what a call keeps older, and nothing else."""

    def make(call: Callable[[], Any], seconds: float) -> None:
        others = {path: path.read_bytes() for path in kept("")}
        call()
        for path in others:
            path.unlink()
        older(seconds)
        for path, content in others.items():
            path.write_bytes(content)

    return make


def assert_from(df: Any, source: str, seconds: float) -> None:
    assert df.attrs["source"] == source
    assert seconds <= df.attrs["age"] < seconds + 60
    fetched = datetime.fromisoformat(df.attrs["fetched_at"])
    assert abs(fetched - (datetime.now(UTC) - timedelta(seconds=seconds))) < timedelta(seconds=60)


def flows(ws: sf.Workspace, **how: Any) -> Any:
    return ws.sankeys.calculate("s", **how)


def test_a_sankey_is_live_only_where_both_parts_are(connect: Any, api: Any) -> None:
    ws = connect()
    live = flows(ws)
    assert_from(live, "live", 0)
    assert live.attrs["age"] == 0
    # One part is kept, and then the other one.
    ws = connect()
    ws.cache.clear()
    ws.sankeys.get("s")
    assert_from(flows(ws), "cached", 0)
    analysis = ws.sankeys.get("s")
    ws.cache.clear()
    ws.sankeys.preview(analysis)
    api.say(200, json.dumps(analysis).encode())
    assert_from(flows(ws), "cached", 0)
    assert_from(flows(ws, refresh=True), "live", 0)


@pytest.mark.parametrize("old", ["details", "preview"])
def test_a_sankey_is_as_old_as_its_older_part(connect: Any, age: Any, old: str) -> None:
    analysis = connect().sankeys.get("s")
    calls = {
        "details": lambda: connect().sankeys.get("s"),
        "preview": lambda: connect().sankeys.preview(analysis),
    }
    connect().cache.clear()
    # The details are asked for first, so that the preview is of what they say.
    age(calls["details"], 100 if old == "preview" else 200)
    analysis = connect().sankeys.get("s")
    age(calls["preview"], 200 if old == "preview" else 100)
    df = flows(connect())
    assert_from(df, "cached", 200)
    assert "cached, 3 minutes old" in df.synerise.explain()
    # A frame that is remembered says so too, and is no older for it.
    ws = connect()
    flows(ws)
    assert_from(flows(ws), "cached", 200)


def test_a_sankey_of_a_stale_definition_is_stale(connect: Any, api: Any, older: Any) -> None:
    flows(connect())
    older(HOUR)
    api.say(503, b"{}")
    ws = connect()
    with pytest.warns(sf.SyneriseWarning, match="stands in for the sankey 's'"):
        df = flows(ws)
    assert_from(df, "stale", HOUR)
    assert "503" in df.attrs["why"]


def test_a_fresh_preview_of_a_stale_definition_is_stale(connect: Any, api: Any, older: Any) -> None:
    connect().sankeys.get("s")
    older(HOUR)
    api.say(503, b"{}")
    # The next call is answered well again.
    ws = connect()
    api.before = lambda method, path: api.say()
    with pytest.warns(sf.SyneriseWarning, match="stands in"):
        df = flows(ws)
    assert ws.cache.info().misses == 2
    assert_from(df, "stale", HOUR)


def test_the_catalog_is_as_old_as_its_oldest_list(connect: Any, api: Any, age: Any) -> None:
    api.say(200, LIST)
    ws = connect()
    live = ws.catalog()
    assert_from(live, "live", 0)
    assert live.attrs["complete"] is False
    assert live.attrs["workspace"] == ws.metrics.list().attrs["workspace"]
    assert ws.catalog().attrs["source"] == "cached"
    assert_from(ws.catalog(refresh=True), "live", 0)
    ws.cache.clear()
    age(connect().funnels.list, 300)
    df = connect().catalog()
    assert_from(df, "cached", 300)
    assert "cached, 5 minutes old" in df.synerise.explain()


def test_a_catalog_with_a_list_that_stands_in_says_why(connect: Any, api: Any, older: Any) -> None:
    api.say(200, LIST)
    connect().catalog()
    older(HOUR)
    api.say(500, b"{}")
    with pytest.warns(sf.SyneriseWarning, match="status 500") as told:
        df = connect().catalog()
    assert len(told) == 1
    assert_from(df, "stale", HOUR)
    assert "500" in df.synerise.explain()


def test_remembered_trends_are_as_old_as_the_oldest(connect: Any, age: Any) -> None:
    age(lambda: connect().trends.get("b"), 300)

    def listed(**how: Any) -> Any:
        ws = connect()
        ws.trends.remember("a", "b", "c")
        return ws.trends.list(**how)

    assert_from(listed(), "cached", 300)
    assert_from(listed(refresh=True), "live", 0)
    # Nothing was asked, so there is nothing to tell.
    assert "source" not in connect().trends.list().attrs


def test_memberships_in_batches_are_as_old_as_the_oldest(connect: Any, age: Any) -> None:
    asked = [f"s{number}" for number in range(25)]
    age(lambda: connect().segmentations.check(7, asked[10:20]), 300)
    assert_from(connect().segmentations.check(7, asked), "cached", 300)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_from(connect().segmentations.check(7, asked, refresh=True), "live", 0)
