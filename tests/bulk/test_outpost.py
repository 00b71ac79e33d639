"""The parts of a run over a cluster, each by itself: shares, routes, orders and reports."""

from __future__ import annotations

import pickle
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.bulk.cluster import outpost
from synerise_frames.bulk.cluster.links import Errand, Link
from synerise_frames.bulk.cluster.outpost import exchange, greet
from synerise_frames.bulk.cluster.parcels import (
    Opening,
    Order,
    Report,
    pack_calls,
    seal,
    unpack_outcomes,
)
from synerise_frames.bulk.cluster.presence import Presence
from synerise_frames.bulk.cluster.routing import Routing
from synerise_frames.bulk.cluster.signing import Signing
from synerise_frames.http.limiter import Limiter, Scope
from synerise_frames.http.swarm import Call
from synerise_frames.http.tokens import BearerTokens

PATH = "/analytics/profiles/aggregates/a/calculate/by/id"


def call(number: int, scopes: tuple[Scope, ...] = ()) -> Call:
    return Call(PATH, b'{"identifierValue": "%d"}' % number, scopes, number)


@pytest.fixture
def order(server: Any) -> Iterator[Callable[..., Order]]:
    """Make orders of one conversation; end it."""
    link = f"test-{time.monotonic()}"
    opening = Opening(server.url, sf.RetryPolicy(backoff=0.01), signed=True, deadline=None)

    def ordered(numbers: range = range(0), **fields: Any) -> Order:
        calls = pack_calls((n, call(n)) for n in numbers)
        first = Order(link, opening, calls, "Bearer first", 1, False, 1.0, 4, [], 0, False, False,
                      False, 30.0)  # fmt: skip
        return replace(first, **fields)

    yield ordered
    last = exchange(seal(ordered(stop=True)))
    assert read(last).has_ended
    assert _waits_for(lambda: link not in outpost._outposts)


def read(sealed: bytes) -> Report:
    report = pickle.loads(sealed)
    assert isinstance(report, Report)
    return report


def _waits_for(fact: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 60
    while not fact() and time.monotonic() < ends:
        time.sleep(0.01)
    return fact()


def test_an_order_is_carried_out_and_reported(server: Any, order: Callable[..., Order]) -> None:
    report = read(exchange(seal(order(range(20)))))
    told = dict(unpack_outcomes(report.outcomes))
    assert sorted(told) == list(range(20))
    assert {one.status for one in told.values()} == {200}
    assert all(f'"clientId": {n},'.encode() in one.content for n, one in told.items())
    assert {one.authorization for one in server.asked} == {"Bearer first"}
    assert not report.has_ended
    assert read(exchange(seal(order(opening=None, close=True)))).has_ended


def test_the_last_order_ends_the_conversation(order: Callable[..., Order]) -> None:
    report = read(exchange(seal(order(range(20), close=True))))
    assert report.has_ended
    assert len(report.outcomes) == 20


def test_a_report_comes_before_all_is_done_where_there_are_more(
    server: Any, order: Callable[..., Order]
) -> None:
    first = read(exchange(seal(order(range(100), more=True, low=60))))
    assert 40 <= len(first.outcomes) <= 100
    rest = read(exchange(seal(order())))
    assert len(first.outcomes) + len(rest.outcomes) == 100


def test_an_order_sets_the_number_of_connections(
    server: Any, order: Callable[..., Order], value: Any
) -> None:
    lock, now, most = threading.Lock(), 0, 0
    all_there = threading.Event()

    def counting(asked: Any) -> Any:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
            if now >= connections:
                all_there.set()
        # The first wait for each other; then there is time for more than there should be.
        all_there.wait(20)
        time.sleep(0.03)
        with lock:
            now -= 1
        return value(asked)

    server.answer = counting
    for connections in (2, 6, 1):
        most = 0
        all_there.clear()
        exchange(seal(order(range(connections * 5), connections=connections)))
        assert most == connections


def test_a_conversation_that_is_not_known_is_gone() -> None:
    nobody = Order("nobody", None, [], None, 0, False, 1.0, 1, [], 0, False, False, False, 0.0)
    report = read(exchange(seal(nobody)))
    assert report.is_gone


def test_who_is_not_asked_any_more_stops(
    server: Any, order: Callable[..., Order], value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(asked: Any) -> Any:
        time.sleep(0.1)
        return value(asked)

    server.answer = slow
    monkeypatch.setattr(outpost, "_LEASE", 0.3)
    exchange(seal(order(range(100), hold=0.01)))
    one = outpost._outposts[order().link]
    assert _waits_for(lambda: one._is_over)
    assert len(server.asked) < 100
    # Whoever was only late still gets all of it.
    report = read(exchange(seal(order())))
    assert report.has_ended
    told = dict(unpack_outcomes(report.outcomes))
    assert {one.status for one in told.values()} == {200, None}


def test_a_refusal_is_told_at_once_and_heard_of_from_others(
    server: Any, order: Callable[..., Order], reply: Any, value: Any
) -> None:
    server.answer = lambda asked: (
        reply(429, headers={"Retry-After": "0.2"}) if asked.number == 0 else value(asked)
    )
    assert read(exchange(seal(order(range(1))))).refusals == [0.2]
    report = read(exchange(seal(order(range(1, 1), hold=5.0))))
    assert [n for n, *_ in report.outcomes] == [0]
    assert report.refusals == []
    # Another worker was asked to wait a minute: nothing is sent here meanwhile.
    exchange(seal(order(range(5, 10), refusals=[60.0], hold=0.2)))
    assert server.profiles() == ["0", "0"]


def test_a_refused_token_is_asked_about_and_replaced(
    server: Any, order: Callable[..., Order], reply: Any, value: Any
) -> None:
    server.answer = lambda asked: (
        reply(401) if asked.authorization == "Bearer first" else value(asked)
    )
    report = read(exchange(seal(order(range(3)))))
    assert report.refused == 1
    report = read(exchange(seal(order(header="Bearer second", edition=2))))
    told = dict(unpack_outcomes(report.outcomes))
    assert {one.status for one in told.values()} == {200}
    assert len(told) == 3


def test_a_token_that_stays_refused_is_final(
    server: Any, order: Callable[..., Order], reply: Any
) -> None:
    server.answer = lambda asked: reply(401)
    assert read(exchange(seal(order(range(3))))).refused == 1
    report = read(exchange(seal(order(final=True))))
    assert {one.status for _, one in unpack_outcomes(report.outcomes)} == {401}
    assert len(server.asked) == 3


def test_nothing_of_an_order_is_shown(order: Callable[..., Order]) -> None:
    one = order(range(770_001, 770_002))
    for shown in (repr(one), repr(seal(one)), str(seal(one)), f"{seal(one)}"):
        assert "770001" not in shown
        assert "first" not in shown
    exchange(seal(order()))


def test_only_workers_of_the_same_version_are_greeted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert greet(sf.__version__) is None
    assert "the run is of 0.0.1" in str(greet("0.0.1"))
    find = sf.extras.find_spec
    monkeypatch.setattr(sf.extras, "find_spec", lambda n: None if n == "pycurl" else find(n))
    assert "pip install" in str(greet(sf.__version__))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["join", "leave", "order", "report", "work", "rest"]),
            st.integers(0, 9),
        ),
        max_size=60,
    )
)
def test_shares_are_never_more_than_the_whole(events: list[tuple[str, int]]) -> None:
    routing, links = Routing(64), []
    for number, (event, position) in enumerate(events):
        if event == "join":
            links.append(Link(str(number), is_greeted=True))
        if not links:
            continue
        link = links[position % len(links)]
        if event == "leave":
            links.remove(link)
        elif event == "order" and not link.is_asked:
            active = routing.active(links)
            share = routing.share(link, links, active)
            if share or link.sent:
                link.offer(share)
                link.is_asked = True
        elif event == "report" and link.is_asked:
            link.agreed, link.is_asked = link.offered, False
        elif event == "work" and link.is_asked and link.offered:
            link.sent[number] = Errand(call(number))
        elif event == "rest":
            link.sent.clear()
        assert sum(one.share for one in links) <= 1 + 1e-9


def test_every_active_link_gets_its_part_in_the_end() -> None:
    routing, links = Routing(64), [Link(str(n), is_greeted=True) for n in range(4)]
    for _ in range(3):
        for link in links:
            link.sent[0] = Errand(call(0))
            link.offer(routing.share(link, links, routing.active(links)))
            link.agreed = link.offered
    assert [one.share for one in links] == [0.25] * 4


def test_calls_about_one_profile_go_one_way() -> None:
    routing, links = Routing(64), [Link(str(n), is_greeted=True) for n in range(3)]
    for unit in range(4):
        for profile in range(200):
            own = Scope("segmentations.check", 10.0, str(profile))
            one = call(profile * 10 + unit, (Scope("segmentations.check", 500.0), own))
            routing.put(Errand(one), links)
    ways = [{str(e.call.tag)[:-1] for e in link.outbox} for link in links]
    assert sum(map(len, ways)) == len(set().union(*ways)) == 200
    assert min(len(way) for way in ways) > 30


def test_calls_without_limits_of_their_own_are_spread_evenly() -> None:
    routing, links = Routing(64), [Link(str(n), is_greeted=True) for n in range(3)]
    for number in range(99):
        routing.put(Errand(call(number)), links)
    assert [len(link.outbox) for link in links] == [33, 33, 33]


@pytest.mark.parametrize(
    ("connections", "rate", "most"), [(64, None, 16), (6, None, 1), (64, 500.0, 10), (64, 5.0, 1)]
)
def test_small_parts_are_not_made(connections: int, rate: float | None, most: int) -> None:
    routing = Routing(connections)
    if rate:
        routing.note(call(1, (Scope("all", rate), Scope("own", 1.0, "profile"))))
    assert routing.most() == most
    assert len(routing.active([Link(str(n), is_greeted=True) for n in range(100)])) == most


def test_a_limiter_keeps_to_its_share() -> None:
    now = 0.0
    limiter = Limiter(clock=lambda: now)
    limiter.share = 0.25
    places: deque[float] = deque()
    while not places or places[-1] < 10:
        wait, taken = limiter.reserve([Scope("all", 100.0)])
        assert taken
        now += wait
        places.append(now)
    # A quarter, less one so that four of them never come above the whole in any second.
    seconds = Counter(int(place) for place in places if place < 10)
    assert max(seconds.values()) <= 25
    assert min(seconds.values()) >= 23


def test_an_equal_token_is_another_edition_after_a_refusal() -> None:
    signing = Signing(BearerTokens(lambda: "always-the-same"))
    assert signing.header() == "Bearer always-the-same"
    assert signing.edition == 1
    signing.header()
    assert signing.edition == 1
    signing.renew(1)
    signing.header()
    assert signing.edition == 2
    signing.renew(1)
    assert signing.edition == 2
    assert Signing(None).header() is None


def test_a_key_that_can_not_be_renewed_is_final() -> None:
    signing = Signing(sf.http.tokens.BasicAuth("guid", sf.redact.Secret("secret-key")))
    signing.header()
    signing.renew(1)
    signing.header()
    assert signing.is_final
    assert signing.edition == 1


class Addresses:
    """Who is there."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.is_reachable = True


def test_who_fails_is_used_no_more() -> None:
    there = Addresses("a", "b")
    presence = Presence(there, 5.0)  # type: ignore[arg-type]
    presence.has_failed("a", ModuleNotFoundError("/home/someone"), at_once=True)
    assert presence.usable() == ["b"]
    for _ in range(2):
        presence.has_failed("b", OSError("x"), at_once=False)
    assert presence.usable() == ["b"]
    assert presence.lack(0.0) is None
    presence.has_failed("b", OSError("x"), at_once=False)
    assert presence.usable() == []
    lack = presence.lack(0.0)
    assert isinstance(lack, sf.BulkError)
    assert "ModuleNotFoundError" in lack.message
    assert "/home" not in str(lack)


def test_workers_are_waited_for() -> None:
    there = Addresses()
    presence = Presence(there, 5.0)  # type: ignore[arg-type]
    assert presence.lack(100.0) is None
    assert presence.lack(104.0) is None
    there.addresses = ("a",)
    assert presence.lack(106.0) is None
    there.addresses = ()
    assert presence.lack(110.0) is None
    assert presence.lack(112.0) is not None
    there.is_reachable = False
    assert Presence(there, 5.0).lack(0.0) is not None  # type: ignore[arg-type]


def test_threads_of_ended_conversations_are_gone(order: Callable[..., Order]) -> None:
    before = {thread for thread in threading.enumerate() if thread.name == "outpost"}
    read(exchange(seal(order(range(3), close=True))))
    assert _waits_for(lambda: {t for t in threading.enumerate() if t.name == "outpost"} <= before)
    exchange(seal(order()))
