"""The workspace's clock can be moved: what is later is not there, and some of it comes late."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

import synerise_frames as sf
from synerise_frames.sandbox import Faults
from synerise_frames.sandbox.launch import RunningSandbox, launch
from synerise_frames.sandbox.options import checked_moment
from synerise_frames.sandbox.store import open_store


@pytest.fixture(scope="module")
def moved() -> Iterator[RunningSandbox]:
    with launch(now="2017-03-15T06:00", faults=Faults(late=0.1, late_days=2)) as running:
        yield running


def test_the_demo_sees_nothing_later_than_its_clock() -> None:
    with sf.demo(now="2017-03-15T06:00") as ws:
        trend = ws.trends.find("Baskets per day")
        whole = ws.trends.calculate(trend, dates=sf.between("2017-03-14", "2017-03-17"))
        assert whole["value"].gt(0).tolist() == [True, True, False]
        assert whole["is_partial"].tolist() == [False, True, True]
        # A relative window ends there too.
        last = ws.trends.calculate(trend, dates=sf.last(1, "days"), interval="1h")
        assert last["bucket_end"].max().isoformat() == "2017-03-15T06:00:00-04:00"
        assert ws.context.now() == checked_moment("2017-03-15T06:00")


def test_late_events_come_to_be_known() -> None:
    store = open_store()
    day = "from transaction_charge where local >= '2017-03-10' and local < '2017-03-11'"
    all_of_it = store.query(f"select count(*) {day}")[0][0]
    known = {}
    for now in ("2017-03-11", "2017-03-12", "2017-03-14"):
        store.set_clock(checked_moment(now), late=0.1, late_days=2)
        known[now] = store.query(f"select count(*) {day}")[0][0]
    store.close()
    assert known["2017-03-14"] == all_of_it
    assert known["2017-03-11"] == known["2017-03-12"]
    assert 0.8 * all_of_it < known["2017-03-11"] < all_of_it


def test_a_clock_that_is_none(moved: RunningSandbox) -> None:
    for now in ("tomorrow", "2017-13-01"):
        with pytest.raises(sf.ConfigError, match="is no moment"):
            moved.set_now(now)
    answer = requests.put(f"{moved.url}/sandbox/clock", data="tomorrow", timeout=180)
    assert answer.status_code == 400
    assert requests.get(f"{moved.url}/sandbox/health", timeout=180).json()["now"] == (
        "2017-03-15T06:00:00-04:00"
    )


def test_a_clock_at_the_edge_of_the_calendar() -> None:
    for now in ("0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31T23:59"):
        with pytest.raises(sf.ConfigError) as caught:
            checked_moment(now)
        assert "1900" in caught.value.hint
    store = open_store()
    latest = Faults(late=0.5, late_days=36_500)
    store.set_clock(checked_moment("1901-01-01"), latest.late, latest.late_days)
    assert store.query("select count(*) from campaign_receive") == [(0,)]
    store.close()


def test_a_clock_that_the_clocks_skip() -> None:
    assert checked_moment("2017-03-12T02:30").isoformat() == "2017-03-12T03:30:00-04:00"


class Failing(BaseHTTPRequestHandler):
    """A server that cannot move its clock."""

    def do_PUT(self) -> None:
        self.send_error(500)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def test_a_clock_that_was_not_moved(moved: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    before = moved.now
    with HTTPServer(("127.0.0.1", 0), Failing) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        monkeypatch.setattr(moved, "url", f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(sf.TransportError, match="500"):
            moved.set_now("2017-04-01")
    assert moved.now == before
