"""Answers of all forms arrive whole, and requests are what a server expects."""

from __future__ import annotations

import gzip
import hashlib
import random
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from synerise_frames.http.swarm import Call

GOOD = '{"name": "Zażółć gęślą 🦆"}'.encode()


def test_calls_share_connections(peer: Any, send: Callable[..., Any]) -> None:
    outcomes = send([b"%d" % i for i in range(200)], connections=4)
    assert [o.content for o in outcomes] == [b"%d" % i for i in range(200)]
    assert {(o.status, o.attempts, o.error) for o in outcomes} == {(200, 1, None)}
    assert peer.connections <= 4
    assert peer.most <= 4


@pytest.mark.parametrize("how", ["", "chunked", "bare"])
@pytest.mark.parametrize("body", [b"", GOOD, b"<html><title>Busy</title></html>", b"\0\xff" * 999])
def test_bodies_arrive_as_they_were_sent(
    peer: Any, reply: Any, send: Callable[..., Any], how: str, body: bytes
) -> None:
    peer.answer = lambda asked: reply(body=body, how=how)
    before = time.time()
    outcomes = send([b"1", b"2"], connections=1)
    assert [o.content for o in outcomes] == [body, body]
    assert {o.content_type for o in outcomes} == {"application/json"}
    assert all(before <= o.asked_at <= time.time() for o in outcomes)


def test_compressed_answers(peer: Any, reply: Any, send: Callable[..., Any]) -> None:
    packed = {"gzip": gzip.compress(GOOD), "deflate": zlib.compress(GOOD)}
    peer.answer = lambda asked: reply(
        body=packed[asked.body.decode()], headers={"Content-Encoding": asked.body.decode()}
    )
    assert [o.content for o in send([b"gzip", b"deflate"])] == [GOOD, GOOD]
    assert "gzip" in peer.asked[0].headers["Accept-Encoding"]


def test_an_answer_that_is_no_gzip_is_no_answer(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    peer.answer = lambda asked: reply(body=b"plain", headers={"Content-Encoding": "gzip"})
    (outcome,) = send([b"1"])
    assert outcome.status is None
    assert outcome.content == b""
    assert outcome.error.code == "transport"


def test_a_server_that_closes_each_connection(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    peer.answer = lambda asked: reply(body=asked.body, headers={"Connection": "close"})
    outcomes = send([b"%d" % i for i in range(40)], connections=4)
    assert [o.content for o in outcomes] == [b"%d" % i for i in range(40)]
    assert peer.connections == 40


def test_large_bodies_both_ways(peer: Any, reply: Any, send: Callable[..., Any]) -> None:
    seeds = random.Random(5)
    bodies = [seeds.randbytes(1_000_000 + i) for i in range(3)]
    peer.answer = lambda asked: reply(body=hashlib.sha256(asked.body).digest() + asked.body)
    for body, outcome in zip(bodies, send(bodies, connections=3), strict=True):
        assert outcome.content[:32] == hashlib.sha256(body).digest()
        assert outcome.content[32:] == body


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("whose", ["libcurl's limit too", "ours alone"])
def test_an_answer_without_end_is_refused(
    peer: Any,
    reply: Any,
    send: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    *,
    packed: bool,
    whose: str,
) -> None:
    def lower() -> None:
        monkeypatch.setattr("synerise_frames.http.swarm.handle._LARGEST", 100_000)

    large = b"0" * 1_000_000
    headers = {"Content-Encoding": "gzip"} if packed else {}

    def answer(_asked: Any) -> Any:
        # libcurl has its limit by now. Older ones do not count what is unpacked.
        lower()
        return reply(body=gzip.compress(large) if packed else large, headers=headers, how="chunked")

    if whose != "ours alone":
        lower()
    peer.answer = answer
    (outcome,) = send([b"1"])
    assert outcome.status is None
    assert "too large" in outcome.error.message
    assert len(peer.asked) == 1


def test_the_request_says_what_it_must_and_no_more(peer: Any, send: Callable[..., Any]) -> None:
    send([Call("/a/b?c=d", GOOD, accept="text/csv"), Call("/a", b"x" * 5_000)], connections=1)
    first, second = peer.asked
    assert (first.method, first.path, first.body) == ("POST", "/a/b?c=d", GOOD)
    assert {name.lower() for name in first.headers} == {
        "host", "user-agent", "accept", "accept-encoding", "content-type", "content-length",
    }  # fmt: skip
    assert first.headers["Accept"] == "text/csv"
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["User-Agent"].startswith("synerise-frames/")
    # No "Expect: 100-continue", which costs a second with servers that do not know it.
    assert {name.lower() for name in second.headers} == {name.lower() for name in first.headers}
    assert second.headers["Accept"] == "application/json"


def test_methods_and_bodies_do_not_leak_into_the_next_call(
    peer: Any, send: Callable[..., Any]
) -> None:
    calls = [
        Call("/1", b"body"),
        Call("/2", None),
        Call("/3", None, method="GET"),
        Call("/4", b"again"),
        Call("/5", b"", method="PUT"),
        Call("/6", None, method="GET"),
    ]
    send(calls, connections=1)
    assert [(a.method, a.path, a.headers["Content-Length"], a.body) for a in peer.asked] == [
        ("POST", "/1", "4", b"body"),
        ("POST", "/2", "0", b""),
        ("GET", "/3", None, b""),
        ("POST", "/4", "5", b"again"),
        ("PUT", "/5", "0", b""),
        ("GET", "/6", None, b""),
    ]


def test_cookies_are_forgotten(peer: Any, reply: Any, send: Callable[..., Any]) -> None:
    peer.answer = lambda asked: reply(headers={"Set-Cookie": "session=secret; Path=/"})
    send([b"1", b"2", b"3"], connections=1)
    assert {asked.headers["Cookie"] for asked in peer.asked} == {None}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_takes_nothing_elsewhere(
    peer: Any, reply: Any, serve: Callable[..., Any], send: Callable[..., Any], status: int
) -> None:
    elsewhere = serve()
    peer.answer = lambda asked: reply(status, b"", {"Location": elsewhere.url + "/take"})
    (outcome,) = send([b"1"])
    assert outcome.status == status
    assert outcome.error is None
    assert elsewhere.connections == 0


def test_a_type_that_is_no_ascii_does_no_harm(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    peer.answer = lambda asked: reply(headers={"Content-Type": "text/plain; name=é"})
    (outcome,) = send([b"1"])
    assert outcome.content_type == "text/plain; name=é"


def test_an_empty_status_and_an_error_page_are_answers(
    peer: Any, reply: Any, send: Callable[..., Any]
) -> None:
    page = b"<html><h1>Not here</h1></html>"
    replies = {b"1": reply(204, b""), b"2": reply(404, page, {"Content-Type": "text/html"})}
    peer.answer = lambda asked: replies[asked.body]
    empty, lost = send([b"1", b"2"])
    assert (empty.status, empty.content, empty.error) == (204, b"", None)
    assert (lost.status, lost.content, lost.content_type) == (404, page, "text/html")


def test_nothing_that_is_sent_is_shown() -> None:
    call = Call("/x", b"body-of-the-call", tag="tag-of-the-call")
    assert "of-the-call" not in repr(call)
