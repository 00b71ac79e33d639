"""Where a frame comes from: live, cached, stale, offline; how old, and why."""

from __future__ import annotations

import socket
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

import synerise_frames as sf

HOUR, DAY = 3600, 86400


def ask(ws: sf.Workspace, **how: Any) -> Any:
    return ws.trends.calculate("t", dates=sf.last(30, "days"), **how)


def test_live_then_cached(connect: Any, older: Any) -> None:
    live = ask(connect())
    assert (live.attrs["source"], live.attrs["age"], live.attrs["why"]) == ("live", 0.0, None)
    assert "live" in live.synerise.explain()
    older(200)
    cached = ask(connect())
    assert (cached.attrs["source"], cached.attrs["why"]) == ("cached", None)
    assert 200 <= cached.attrs["age"] < 260
    assert "cached, 3 minutes old" in cached.synerise.explain()
    # The moment of the question is told, whoever asks.
    told = datetime.fromisoformat(live.attrs["fetched_at"])
    assert abs((datetime.now(told.tzinfo) - told).total_seconds()) < 60
    assert not {k for k in live.attrs if live.attrs[k] != cached.attrs[k]} - {
        *("source", "age", "fetched_at")
    }


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_stale_where_the_server_fails(connect: Any, api: Any, older: Any, status: int) -> None:
    first = ask(connect())
    older(HOUR)
    api.say(status, b"<html>Bad gateway</html>", Content_Type="text/html")
    ws = connect()
    with pytest.warns(sf.SyneriseWarning, match=f"status {status}"):
        stale = ask(ws)
    assert stale["value"].tolist() == first["value"].tolist()
    assert stale.attrs["source"] == "stale"
    assert HOUR <= stale.attrs["age"] < HOUR + 60
    assert str(status) in stale.attrs["why"]
    assert str(status) in stale.synerise.explain()
    assert "stale, 60 minutes old" in stale.synerise.explain()
    assert ws.cache.info().stale == 1
    # A frame that stood in is not remembered as if it were good.
    api.say()
    assert ask(ws).attrs["source"] == "live"


def test_stale_where_there_is_no_server(connect: Any, api: Any, older: Any) -> None:
    ask(connect())
    older(HOUR)
    ws = connect()
    with socket.socket() as taken:
        # The port is bound, and nobody listens: a refused connection.
        taken.bind(("127.0.0.1", 0))
        ws.context.api._client.base_url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.warns(sf.SyneriseWarning, match="no connection"):
            stale = ask(ws)
    assert stale.attrs["source"] == "stale"
    assert "no connection" in stale.attrs["why"]


def test_a_cut_answer_is_a_failure_of_the_server(connect: Any, api: Any, older: Any) -> None:
    ask(connect())
    older(HOUR)
    api.say(how="half")
    with pytest.warns(sf.SyneriseWarning, match="a cut one"):
        assert ask(connect()).attrs["source"] == "stale"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
def test_refusals_are_not_masked(connect: Any, api: Any, older: Any, status: int) -> None:
    ask(connect())
    older(HOUR)
    api.say(status, b"{}")
    with pytest.raises(sf.SyneriseError) as caught:
        ask(connect())
    assert caught.value.http_status == status


def test_who_asks_for_a_refresh_wants_to_know(connect: Any, api: Any) -> None:
    ws = connect()
    ask(ws)
    api.say(500, b"{}")
    with pytest.raises(sf.ServerError):
        ask(ws, refresh=True)
    # And what was good before still is.
    assert ask(ws).attrs["source"] == "cached"


def test_who_names_an_age_gets_nothing_older(connect: Any, api: Any, older: Any) -> None:
    ask(connect())
    older(HOUR)
    api.say(500, b"{}")
    with pytest.raises(sf.ServerError):
        ask(connect(), max_age=HOUR - 60)
    assert ask(connect(), max_age=HOUR + 60).attrs["source"] == "cached"


def test_too_stale_is_no_answer(connect: Any, api: Any, older: Any, tmp_path: Any) -> None:
    ask(connect())
    older(DAY)
    api.say(500, b"{}")
    with pytest.raises(sf.ServerError):
        ask(connect(cache=sf.CachePolicy(folder=tmp_path, stale=HOUR)))
    with pytest.warns(sf.SyneriseWarning, match="24 hours old"):
        assert ask(connect()).attrs["source"] == "stale"


def test_an_old_answer_is_told_once_for_each_failure(connect: Any, api: Any, older: Any) -> None:
    asks: list[Callable[[sf.Workspace], Any]] = [
        ask,
        lambda ws: ws.trends.get("t"),
        lambda ws: ws.call("metrics.calculate", metricId="m"),
        lambda ws: ws.metrics.list(),
        lambda ws: ws.aggregates.history("a", 4711),
    ]
    for one in asks:
        one(connect())
    older(3 * HOUR)
    ws = connect()
    told = []
    for status, code in ((500, {}), (503, {}), (200, {"how": "half"}), (500, {}), (503, {})):
        api.say(status, b"{}", **code)
        for one in asks:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                one(ws)
            told += caught
    assert [warning.category for warning in told] == [sf.SyneriseWarning] * 3
    texts = [str(warning.message) for warning in told]
    assert all("3 hours old stands in for the trend 't'" in text for text in texts)
    assert all("refresh=True" in text for text in texts)
    assert ["status 500" in texts[0], "status 503" in texts[1], "cut" in texts[2]] == [True] * 3
    # It points to the line that asked.
    assert {warning.filename for warning in told} == {__file__}
    assert ws.cache.info().stale == 5 * len(asks)
    # Another workspace is another one's business.
    with pytest.warns(sf.SyneriseWarning, match="stands in"):
        ask(connect())


def test_what_is_told_of_an_old_answer_names_nobody(connect: Any, api: Any, older: Any) -> None:
    asks: list[Callable[[sf.Workspace], Any]] = [
        lambda ws: ws.aggregates.history("a", 4711),
        lambda ws: ws.aggregates.calculate("a", "4711@example.com", by="email"),
        lambda ws: ws.segmentations.check(4711, ["s"]),
    ]
    for one in asks:
        one(connect())
    older(3 * HOUR)
    api.say(500, b"{}")
    for one in asks:
        with pytest.warns(sf.SyneriseWarning, match="stands in for the") as told:
            one(connect())
        assert "4711" not in str(told[0].message)


def test_without_a_kept_answer_a_failure_is_a_failure(own: sf.Workspace, api: Any) -> None:
    api.say(500, b"{}")
    with pytest.raises(sf.ServerError):
        ask(own)


def test_offline(connect: Any, older: Any) -> None:
    live = ask(connect())
    older(40 * DAY)
    off = ask(connect(offline=True))
    assert off.attrs["source"] == "offline"
    assert "offline, 40 days old" in off.synerise.explain()
    assert off["value"].tolist() == live["value"].tolist()


def test_without_a_cache_all_is_live(connect: Any, api: Any) -> None:
    ws = connect(cache=False)
    assert [ask(ws).attrs["source"] for _ in range(2)] == ["live", "live"]
    assert api.calls == 2
    assert repr(ws.cache) == "<no cache>"
    assert not ws.cache.info().enabled
    assert (ws.cache.prune(), ws.cache.clear()) == (0, 0)


def test_the_account_is_right(connect: Any, tmp_path: Any, kept: Any) -> None:
    ws = connect()
    ask(ws)
    ask(ws)
    ws.trends.get("t")
    ws.trends.get("t")
    info = ws.cache.info()
    assert (info.misses, info.hits, info.stored, info.failures) == (2, 2, 2, 0)
    assert info.folder
    assert info.folder.startswith(str(tmp_path))
    assert info.files == len(kept("")) == 3
    assert info.bytes == sum(path.stat().st_size for path in kept(""))
    assert ws.cache.clear() == 3
    assert ws.cache.info().files == 0
    assert ask(ws).attrs["source"] == "live"
