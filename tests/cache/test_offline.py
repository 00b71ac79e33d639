"""Offline: everything that was ever fetched, nothing sent, and words about the rest."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pandas.testing import assert_frame_equal

import synerise_frames as sf

DAY = 86400
CLOSED = sf.between("2020-01-01", "2020-02-01")
ASK: dict[str, Callable[[sf.Workspace], Any]] = {
    "trend": lambda ws: ws.trends.calculate("t", dates=CLOSED),
    "open trend": lambda ws: ws.trends.calculate("t", dates=sf.last(3, "days")),
    "definition": lambda ws: ws.trends.get("t"),
    "list": lambda ws: ws.metrics.list(),
    "name": lambda ws: ws.metrics.find("Metric 4"),
    "metric": lambda ws: ws.metrics.calculate("m"),
    "value of a profile": lambda ws: ws.aggregates.calculate("a", "jane@example.com", by="email"),
    "membership": lambda ws: ws.segmentations.check("jane@example.com", ["s"], by="email"),
    "raw": lambda ws: ws.call("trends.get", trendId="raw"),
}


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("something wanted to connect")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("age", [0, 60 * DAY], ids=["fresh", "expired"])
def test_all_that_was_fetched_works(
    connect: Any, older: Any, age: float, request: pytest.FixtureRequest
) -> None:
    online = connect()
    before = {name: ask(online) for name, ask in ASK.items()}
    online.close()
    if age:
        older(age)
    request.getfixturevalue("no_sockets")
    for _ in range(2):
        offline = connect(offline=True)
        for name, ask in ASK.items():
            for _ in range(2):
                found = ask(offline)
                if isinstance(found, dict | str):
                    assert found == before[name]
                else:
                    assert_frame_equal(found, before[name])
                    assert found.attrs.get("source", "offline") == "offline", name


def test_refresh_and_max_age_cannot_be_had_and_do_no_harm(connect: Any) -> None:
    live = connect().trends.calculate("t", dates=CLOSED)
    offline = connect(offline=True)
    assert_frame_equal(offline.trends.calculate("t", dates=CLOSED, max_age=0), live)
    for _ in range(2):
        with pytest.warns(sf.SyneriseWarning, match="nobody to ask") as told:
            frame = offline.trends.calculate("t", dates=CLOSED, refresh=True)
        assert_frame_equal(frame, live)
        assert [one.filename for one in told] == [__file__]


def test_refresh_is_told_where_no_frame_is_kept(connect: Any) -> None:
    live = connect().trends.get("t")
    with pytest.warns(sf.SyneriseWarning, match="nobody to ask") as told:
        assert connect(offline=True).trends.get("t", refresh=True) == live
    assert [one.filename for one in told] == [__file__]


def test_in_another_process_with_no_server(connect: Any, api: Any, tmp_path: Path) -> None:
    """A process of its own, a server that is not there any more, and not one connection."""
    live = connect().trends.calculate("t", dates=CLOSED, interval="1D")
    script = """
        import socket, sys
        def refuse(*a, **k): raise AssertionError("a socket")
        socket.socket.connect = refuse
        socket.getaddrinfo = refuse
        import synerise_frames as sf
        ws = sf.connect(host=sys.argv[1], api_key=sys.argv[3], cache=sys.argv[2],
                        tz="Europe/Warsaw", offline=True, paths={"trends.calculate": sys.argv[4]})
        dates = sf.between("2020-01-01", "2020-02-01")
        df = ws.trends.calculate("t", dates=dates, interval="1D")
        assert "requests_cache" not in sys.modules, "a remembered frame needs no engine"
        print(df.attrs["source"], df["value"].tolist())
    """
    from synerise_frames.wire.operations import OPERATIONS

    done = subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-c", textwrap.dedent(script)),
            *(api.url, str(tmp_path), "key-of-the-first-workspace"),
            OPERATIONS["trends.calculate"].path,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["offline", f"[{live['value'].item()}]"], done.stderr


def test_the_demo_works_without_its_server(demo: sf.Workspace) -> None:
    """Every kind of the starter set, read from what is kept."""
    memory = demo.context.api.memory
    kinds = [
        *(demo.histograms, demo.funnels, demo.reports, demo.metrics, demo.sankeys),
        demo.segmentations,
    ]
    ids = {kind.family: kind.list()["id"].tolist() for kind in kinds}
    live = [kind.calculate(one) for kind in kinds for one in ids[kind.family]]
    object.__setattr__(memory, "offline", True)
    try:
        kept = [kind.calculate(one) for kind in kinds for one in ids[kind.family]]
    finally:
        object.__setattr__(memory, "offline", False)
    assert len(live) > 15
    for left, right in zip(live, kept, strict=True):
        assert_frame_equal(left, right)
        assert right.attrs["source"] == "offline"


def test_a_miss_names_analysis_window_and_the_line_that_fetches_it(connect: Any, api: Any) -> None:
    offline = connect(offline=True)
    ask = ASK["trend"]
    with pytest.raises(sf.OfflineMiss) as caught:
        ask(offline)
    text = str(caught.value)
    assert "trend 't'" in text
    assert "2020-01-01T00:00:00.000+01:00" in text
    assert "2020-01-31T23:59:59.999+01:00" in text
    assert "offline=False" in caught.value.hint
    assert api.calls == 0
    # The line is not only nice to read: it fetches what was missing.
    line = caught.value.hint[caught.value.hint.index("ws.call(") :]
    eval(line, {"ws": connect()})
    assert ask(offline).attrs["source"] == "offline"


@pytest.mark.parametrize(
    "ask",
    [
        lambda ws: ws.trends.get("some-id"),
        lambda ws: ws.metrics.list(search="x y"),
        lambda ws: ws.metrics.calculate("m"),
        lambda ws: ws.trends.calculate("t", dates=sf.last(3, "days"), variables={"a": "'"}),
        lambda ws: ws.call("trends.preview", body={"analysis": {"n": 1}, "more": None}),
    ],
)
def test_the_line_fetches_what_is_missing(connect: Any, ask: Callable[..., Any]) -> None:
    offline = connect(offline=True)
    with pytest.raises(sf.OfflineMiss) as caught:
        ask(offline)
    hint = caught.value.hint
    eval(hint[hint.index("ws.call(") :], {"ws": connect()})
    ask(offline)


def test_a_miss_about_a_person_does_not_name_them(connect: Any) -> None:
    offline = connect(offline=True)
    for name in ("value of a profile", "membership"):
        with pytest.raises(sf.OfflineMiss) as caught:
            ASK[name](offline)
        assert "jane" not in str(caught.value)
        assert "ws.call(" in str(caught.value)


@pytest.mark.parametrize("by", ["id", "custom_identify"])
def test_a_miss_about_a_number_does_not_name_it(connect: Any, by: str) -> None:
    with pytest.raises(sf.OfflineMiss) as caught:
        connect(offline=True).aggregates.calculate("a", "7770777", by=by)
    assert "7770777" not in str(caught.value)


def test_a_line_that_is_too_long_is_cut(connect: Any) -> None:
    with pytest.raises(sf.OfflineMiss) as caught:
        connect(offline=True).trends.preview({"events": ["x" * 50] * 50})
    assert len(str(caught.value)) < 600


def test_writes_refuse(connect: Any, api: Any) -> None:
    offline = connect(offline=True)
    for write in (
        lambda: offline.trends.create({"a": 1}, allow_unverified=True),
        lambda: offline.trends.update("t", {"a": 1}, allow_unverified=True),
        lambda: offline.trends.delete("t"),
        lambda: offline.directories.create("x", "trend", allow_unverified=True),
    ):
        with pytest.raises(sf.OfflineMiss, match="nothing is sent offline"):
            write()
    assert api.calls == 0
    assert not api.tokens


def test_a_refused_write_drops_nothing(connect: Any) -> None:
    ASK["trend"](connect())
    offline = connect(offline=True)
    with pytest.raises(sf.OfflineMiss):
        offline.trends.delete("t")
    assert ASK["trend"](offline).attrs["source"] == "offline"


def test_lists_of_people_were_never_kept(connect: Any) -> None:
    connect().segmentations.profiles({"segments": []})
    with pytest.raises(sf.OfflineMiss):
        connect(offline=True).segmentations.profiles({"segments": []})


def test_offline_by_the_environment(
    connect: Any, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNERISE_OFFLINE", "1")
    with pytest.raises(sf.OfflineMiss):
        connect().trends.get("t")
    assert connect(offline=False).trends.get("t")
    assert connect().trends.get("t")


def test_offline_needs_a_cache(connect: Any) -> None:
    with pytest.raises(sf.ConfigError, match="cache"):
        connect(offline=True, cache=False)


@pytest.mark.parametrize("cache", [None, 1, "", 3.5, ["x"]])
def test_a_cache_that_is_none_is_refused(connect: Any, cache: Any) -> None:
    with pytest.raises(sf.ConfigError, match="cache="):
        connect(cache=cache)


def test_what_is_not_kept_any_more_is_not_called_never_fetched_alone(
    connect: Any, older: Any
) -> None:
    connect().metrics.calculate("m")
    older(100 * DAY)
    with pytest.raises(sf.OfflineMiss, match="never fetched, or is not kept any more"):
        connect(offline=True).metrics.calculate("m")
