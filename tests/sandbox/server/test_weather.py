"""Faults over real sockets, as plain http.client meets them, and the log that tells of them."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import synerise_frames as sf
from synerise_frames.sandbox import Faults, boot
from synerise_frames.sandbox.launch import RunningSandbox, launch

ROUGH = Faults(
    rate_limited=0.12, failing=0.12, cut=0.12, slow=0.05, slow_seconds=0.05, html=0.06, seed=11
)


@dataclass(frozen=True)
class Seen:
    """What came of one request: a status with its answer, or the error instead of one."""

    identifier: str
    status: int | None = None
    content: bytes = b""
    headers: Any = None
    error: type[Exception] | None = None
    seconds: float = 0.0

    @property
    def what(self) -> Any:
        return self.status or self.error


class Caller:
    """Calculates the first aggregate over one kept connection."""

    def __init__(self, running: RunningSandbox) -> None:
        self.connection = HTTPConnection(urlsplit(running.url).netloc, timeout=180)
        self.headers = {"Content-Type": "application/json"}
        login = self.send("POST", "/uauth/v2/auth/login/profile", {"apiKey": running.api_key})
        assert login.status == 200
        self.token = json.loads(login.content)["token"]
        self.headers["Authorization"] = f"Bearer {self.token}"
        definition = running.definitions["aggregate"][0]
        self.path = f"/analytics/profiles/aggregates/{definition}/calculate/by/id"

    def send(self, method: str, path: str, body: Any = None, identifier: str = "") -> Seen:
        start = time.monotonic()
        content = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, path, content, self.headers)
            answer = self.connection.getresponse()
            seen = Seen(identifier, answer.status, answer.read(), answer.headers)
        except (HTTPException, OSError) as error:
            self.connection.close()
            seen = Seen(identifier, error=type(error))
        return replace(seen, seconds=time.monotonic() - start)

    def ask(self, identifier: str) -> Seen:
        return self.send("POST", self.path, {"identifierValue": identifier}, identifier)


@contextmanager
def calling(running: RunningSandbox) -> Iterator[Caller]:
    caller = Caller(running)
    with closing(caller.connection):
        yield caller


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


@dataclass(frozen=True)
class Day:
    """A server's bad day: all that a client saw, and all that the server wrote down."""

    seen: list[Seen]
    lines: list[dict[str, Any]]
    text: str
    secrets: list[str]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """Each of 300 profiles is asked about until there is an answer."""
    log = tmp_path_factory.mktemp("log") / "calls.jsonl"
    seen = []
    with launch(faults=ROUGH, call_log=log) as running, calling(running) as caller:
        for identifier in map(str, range(1, 301)):
            while True:
                seen.append(caller.ask(identifier))
                if seen[-1].status in (200, 404):
                    break
        secrets = [running.api_key, running.password, running.profile_key, caller.token]
        assert stat.S_IMODE(log.stat().st_mode) == 0o600 or os.name != "posix"
        text = log.read_text(encoding="utf-8")
    login, *lines = [json.loads(line) for line in text.splitlines()]
    assert (login["operation"], login["status"]) == ("auth.login_workspace", 200)
    return Day(seen, lines, text, secrets)


def test_shares(day: Day) -> None:
    html = [one for one in day.seen if one.content.startswith(b"<html>")]
    failing = [one for one in day.seen if (one.status or 0) >= 500 and one not in html]
    times = {
        "rate_limited": sum(one.status == 429 for one in day.seen),
        "failing": len(failing),
        "cut": sum(one.error is not None for one in day.seen),
        "html": len(html),
        "slow": sum(one["fault"] == "slow" for one in day.lines),
    }
    for name, number in times.items():
        share, total = getattr(ROUGH, name), len(day.seen)
        # Four standard deviations: with the seed as it is, this is so always or never.
        allowed = 4 * math.sqrt(total * share * (1 - share))
        assert abs(number - total * share) <= allowed, name
    assert all(one.seconds >= 0.05 for one, line in zip(day.seen, day.lines, strict=True)
               if line["fault"] == "slow")  # fmt: skip


def test_refusals_are_those_of_servers_and_gateways(day: Day) -> None:
    limited = [one for one in day.seen if one.status == 429]
    assert {one.headers["Retry-After"] for one in limited} == {"0.2"}
    failing = [one for one in day.seen if one.status in (500, 502, 503)]
    told = [one.status for one in failing if not one.content.startswith(b"<")]
    assert told == [(500, 502, 503)[i % 3] for i in range(len(told))]
    for one in limited + [one for one in failing if not one.content.startswith(b"<")]:
        body = json.loads(one.content)
        assert body["status"] == one.status
        assert set(body) == {"timestamp", "status", "error", "message", "path"}
    pages = [one for one in failing if one.content.startswith(b"<")]
    assert {(one.status, one.headers.get_content_type()) for one in pages} == {(502, "text/html")}


def test_connections_end_before_and_after_the_work_and_within_the_answer(day: Day) -> None:
    ends = [one.error for one in day.seen if one.error]
    ways = (RemoteDisconnected, ConnectionResetError, IncompleteRead)
    assert ends == [ways[i % 3] for i in range(len(ends))]


def test_every_request_has_its_line_and_the_line_is_true(day: Day) -> None:
    assert [line["identifier"] for line in day.lines] == [one.identifier for one in day.seen]
    assert {line["identifier_type"] for line in day.lines} == {"id"}
    assert {line["operation"] for line in day.lines} == {"aggregates.calculate"}
    for one, line in zip(day.seen, day.lines, strict=True):
        assert line["answered"] == (one.status in (200, 404))
        assert line["status"] == one.status or one.error is not None
        assert (line["fault"] == "cut") == (one.error is not None)


def test_no_call_is_answered_twice_and_none_is_missing(day: Day) -> None:
    answered = Counter(line["identifier"] for line in day.lines if line["answered"])
    assert answered == Counter(map(str, range(1, 301)))


def test_answers_are_whole(day: Day) -> None:
    for one in day.seen:
        if one.status == 200:
            assert json.loads(one.content)["clientId"] == int(one.identifier)


def test_log_has_no_secret(day: Day) -> None:
    assert not [secret for secret in day.secrets if secret in day.text]


def test_the_same_seed_gives_the_same_day(day: Day) -> None:
    with launch(faults=ROUGH) as running, calling(running) as caller:
        again = [caller.ask(one.identifier) for one in day.seen[:120]]
    assert [*map(seen_as, again)] == [*map(seen_as, day.seen[:120])]


def seen_as(one: Seen) -> object:
    """Give what came of a call; of a cut, a reset may arrive before its end or in place of it."""
    is_cut = isinstance(one.what, type) and issubclass(one.what, ConnectionResetError)
    return ConnectionResetError if is_cut else one.what


def test_limit_a_second_and_latency(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    with launch(faults=Faults(per_second=40, latency=0.05), call_log=log) as running:
        start = time.monotonic()
        with ThreadPoolExecutor(16) as threads:
            parts = list(threads.map(lambda first: patient(running, first), range(1, 81, 5)))
        seconds = time.monotonic() - start
    seen = [one for part in parts for one in part]
    assert all(one.seconds >= 0.05 for one in seen)
    done = [one for one in seen if one.status == 200]
    refused = [one for one in seen if one.status == 429]
    assert len(done) == 80
    assert len(done) <= 1 + 40 * seconds + 1e-6
    # Sixteen callers ask faster than that, so some are told to wait, and by how much.
    assert refused
    assert all(0 < float(one.headers["Retry-After"]) <= 1 / 40 + 0.001 for one in refused)
    faults = Counter(line["fault"] for line in lines_of(log) if line["fault"])
    assert faults["over_limit"] >= len(refused)


def patient(running: RunningSandbox, first: int) -> list[Seen]:
    seen = []
    with calling(running) as caller:
        for identifier in map(str, range(first, first + 5)):
            while True:
                seen.append(caller.ask(identifier))
                if seen[-1].status != 429:
                    break
                time.sleep(float(seen[-1].headers["Retry-After"]))
    return seen


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_client_that_hangs_up_has_no_answer(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    with launch(faults=Faults(latency=0.05), call_log=log) as running, calling(running) as caller:
        body = b'{"identifierValue": "1"}'
        head = (
            f"POST {caller.path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {caller.token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        host, _, port = urlsplit(running.url).netloc.partition(":")
        # The server sleeps meanwhile, so that on no machine it is quicker than the client's end.
        os.kill(running.pid, signal.SIGSTOP)
        try:
            with socket.create_connection((host, int(port))) as client:
                client.sendall(head.encode() + body)
        finally:
            os.kill(running.pid, signal.SIGCONT)
        lines = waited_for(lambda: [one for one in lines_of(log) if one["identifier"]])
    assert [(one["answered"], one["fault"]) for one in lines] == [(False, None)]


@pytest.mark.parametrize("identifier", ["\ud800", float("nan")], ids=ascii)
def test_what_no_file_can_hold_is_refused_and_its_line_is_one(
    tmp_path: Path, identifier: Any
) -> None:
    log = tmp_path / "calls.jsonl"
    with launch(call_log=log) as running, calling(running) as caller:
        assert caller.ask(identifier).status == 400
        assert caller.ask("1").status == 200
    lines = log.read_text(encoding="utf-8").splitlines()
    assert "NaN" not in "".join(lines)
    assert [json.loads(line)["status"] for line in lines[-2:]] == [400, 200]


def waited_for(find: Callable[[], list[Any]]) -> list[Any]:
    deadline = time.monotonic() + 60
    while not (found := find()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def test_only_analytics_has_faults() -> None:
    with launch(faults=Faults(html=1)) as running, calling(running) as caller:
        assert caller.send("GET", "/sandbox/health").status == 200
        check = caller.send("POST", "/uauth/api-key/permission-check", [])
        assert check.status == 200
        assert caller.send("GET", "/analytics/profiles/metrics").status == 502
        assert caller.send("GET", "/metrics/v2/available").status == 502
        assert caller.send("GET", "/analytics/no/such/path").status == 404


def test_the_server_stays_quiet_and_its_log_is_added_to(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    log.write_text('{"operation": "of another day"}\n')
    options = ["--faults", "cut=1", "--call-log", str(log)]
    with subprocess.Popen(
        [sys.executable, boot.__file__, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        facts = json.loads(started.stdout.readline())
        netloc = urlsplit(facts["url"]).netloc
        ends = []
        with closing(HTTPConnection(netloc, timeout=180)) as connection:
            # Without a body in the answer there is nothing to cut in its middle.
            for method in ("GET", "HEAD", "HEAD", "GET"):
                connection.request(method, "/analytics/profiles/metrics")
                with pytest.raises((HTTPException, OSError)) as caught:
                    connection.getresponse()
                ends.append(caught.type)
                connection.close()
        started.terminate()
        assert started.wait(120) == 0
        assert started.stderr.read() == ""
    first, second, third, fourth = ends
    assert (second, {first, third, fourth}) == (ConnectionResetError, {RemoteDisconnected})
    old, *new = lines_of(log)
    assert old == {"operation": "of another day"}
    assert [(line["operation"], line["method"]) for line in new] == [
        ("metrics.list", method) for method in ("GET", "HEAD", "HEAD", "GET")
    ]


def test_demo_in_bad_weather(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    faults = Faults(failing=0.4, rate_limited=0.3, retry_after=0.01, seed=2)
    retry = sf.RetryPolicy(attempts=50)
    with sf.demo(faults=faults, call_log=log, retry=retry, cache=False) as ws:
        members = ws.segmentations.list()["id"].iloc[:2].tolist()
        ws.segmentations.check(1, members)
        baskets = ws.aggregates.find("Baskets")
        history = ws.aggregates.history(baskets, 1)
    assert len(history)
    lines = lines_of(log)
    check = [line for line in lines if line["operation"] == "segmentations.check"]
    assert check[-1]["segmentations"] == members
    assert (check[-1]["identifier_type"], check[-1]["identifier"]) == ("id", "1")
    past = [line for line in lines if line["operation"] == "aggregates.history"]
    assert (past[-1]["identifier_type"], past[-1]["identifier"]) == ("id", "1")
    for one in (check, past):
        assert [line["answered"] for line in one] == [False] * (len(one) - 1) + [True]


def test_command(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    options = ["--latency", "0.05", "--rate-limit", "0.01/s", "--faults", "slow=0", "--call-log"]
    with subprocess.Popen(
        [sys.executable, "-m", "synerise_frames", "sandbox", "--port", "0", *options, str(log)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as started:
        try:
            assert started.stdout is not None
            url = next(line for line in started.stdout if "SYNERISE_HOST=" in line).split("=")[1]
            with closing(HTTPConnection(urlsplit(url.strip()).netloc, timeout=180)) as connection:
                statuses = []
                for _ in range(4):
                    connection.request("GET", "/analytics/profiles/metrics")
                    answer = connection.getresponse()
                    answer.read()
                    statuses.append(answer.status)
        finally:
            started.terminate()
    # The first gets through to the gate, and has no token.
    assert statuses == [401, 429, 429, 429]
    assert [line["status"] for line in lines_of(log)] == statuses
    assert not any(line["answered"] for line in lines_of(log))
