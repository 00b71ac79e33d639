"""Bulk runs over a real Dask cluster of two worker processes: same answers, one budget, no loss."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from distributed import Client, LocalCluster

import synerise_frames as sf
from synerise_frames.bulk.cluster import Cluster, crew
from synerise_frames.bulk.cluster.outpost import exchange
from synerise_frames.bulk.cluster.parcels import Order, seal
from synerise_frames.http.limiter import Scope
from synerise_frames.http.swarm import Call, Outcome

ANALYSIS = "00000000-0000-4000-8000-00000000000a"
PATH = "/analytics/profiles/aggregates/a/calculate/by/id"


@contextmanager
def two_workers() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with two_workers() as client:
        yield client


@pytest.fixture
def mortal() -> Iterator[Client]:
    """A cluster to kill workers of: on a busy machine Dask may not bring them back."""
    with two_workers() as client:
        yield client


def in_this_process() -> LocalCluster:
    return LocalCluster(
        n_workers=1,
        processes=False,
        protocol="tcp://",
        dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
    )


def call(number: int, scopes: tuple[Scope, ...] = ()) -> Call:
    return Call(PATH, json.dumps({"identifierValue": str(number)}).encode(), scopes, number)


def cluster_of(client: Client, ws: Any, connections: int = 16, **options: Any) -> Cluster:
    return Cluster(client, ws.context.api, connections, **options)


def outcomes(transport: Any, calls: Iterator[Call | None], **options: Any) -> dict[int, Outcome]:
    """Run, and give what was told of each call: once."""
    told: dict[int, Outcome] = {}

    def done(one: Call, outcome: Outcome) -> None:
        assert one.tag not in told
        told[one.tag] = outcome  # type: ignore[index]

    transport.run(calls, done, **options)
    return told


def failing(reply: Any, value: Any) -> Callable[[Any], Any]:
    """Answer some with errors, some only the second time, and some never."""
    seen: Counter[str] = Counter()
    lock = threading.Lock()

    def answer(asked: Any) -> Any:
        with lock:
            seen[asked.profile] += 1
        number, first = int(asked.profile), seen[asked.profile] == 1
        if number % 10 == 0:
            return reply(404, {"status": 404, "message": "no such profile"})
        if number % 7 == 0 and first:
            return reply(500, b"<html>", {"Content-Type": "text/html"})
        if number % 31 == 0:
            return reply(cut=True)
        return value(asked)

    return answer


def test_outcomes_are_those_of_a_swarm(
    client: Client, server: Any, connect: Any, reply: Any, value: Any
) -> None:
    def comparable(outcome: Outcome) -> tuple[Any, ...]:
        # Not its message: a connection that was cut has several numbers.
        error = outcome.error and (type(outcome.error), outcome.error.code)
        return (outcome.status, outcome.content, outcome.content_type, outcome.attempts, error)

    ws = connect()
    told = []
    for transport in (ws.context.api.swarm(16), cluster_of(client, ws)):
        server.answer = failing(reply, value)
        began = time.time()
        told.append(outcomes(transport, map(call, range(300))))
        assert all(began <= one.asked_at <= time.time() for one in told[-1].values())
    here, there = ({n: comparable(o) for n, o in one.items()} for one in told)
    assert there == here
    assert {o[0] for o in here.values()} == {200, 404, None}
    assert server.logins == 1  # nobody but this process has the key


def test_calls_are_read_as_they_can_be_sent(
    client: Client, server: Any, connect: Any, value: Any
) -> None:
    read, most, ticks = 0, 0, 0
    told: list[object] = []

    def slowly(asked: Any) -> Any:
        # 200 answers a second: how far ahead is read goes by what a worker answers in a turn.
        time.sleep(0.04)
        return value(asked)

    server.answer = slowly

    def calls() -> Iterator[Call | None]:
        nonlocal read, most
        for number in range(1_000):
            if number % 250 == 249:
                yield None
            read += 1
            most = max(most, read - len(told))
            yield call(number)

    def tick() -> None:
        nonlocal ticks
        ticks += 1

    cluster_of(client, connect(), 8).run(calls(), lambda one, _: told.append(one.tag), tick=tick)
    assert sorted(told) == list(range(1_000))  # type: ignore[type-var]
    assert most < 500
    assert ticks > 0


def test_the_limits_hold_for_all_workers_together(
    client: Client, server: Any, connect: Any, reply: Any, value: Any
) -> None:
    times: list[float] = []
    lock = threading.Lock()

    def answer(asked: Any) -> Any:
        with lock:
            now = time.monotonic()
            times.append(now)
            # A quarter above the limit, for a machine that stumbles; two whole ones are 300.
            many = sum(now - one < 1 for one in times) > 187
        return reply(429) if many else value(asked)

    server.answer = answer
    ws = connect(retry=sf.RetryPolicy(attempts=1))
    scopes = (Scope("all", 150.0),)
    began = time.monotonic()
    told = outcomes(cluster_of(client, ws), (call(n, scopes) for n in range(300)))
    assert Counter(one.status for one in told.values()) == {200: 300}
    assert max(times) - began > 300 / 150 - 0.5


def test_a_killed_worker_loses_nothing(
    mortal: Client, server: Any, connect: Any, value: Any
) -> None:
    # A pace that is known: how much a worker has goes by what it answers in a turn.
    server.answer = slowly(value, 0.02)
    pids = mortal.run(os.getpid)
    told: Counter[object] = Counter()
    statuses: set[int | None] = set()

    def done(one: Call, outcome: Outcome) -> None:
        told[one.tag] += 1
        statuses.add(outcome.status)
        if told.total() == 200:
            os.kill(pids[sorted(pids)[0]], signal.SIGKILL)

    cluster_of(mortal, connect()).run(map(call, range(1_500)), done)
    assert statuses == {200}
    assert told == Counter(range(1_500))
    # Twice is what the dead one had, and no more.
    twice = [n for n, times in Counter(server.profiles()).items() if times > 1]
    assert len(twice) < 600


def test_no_worker_left_is_an_error_that_keeps_what_was_answered(server: Any, connect: Any) -> None:
    told: list[Outcome] = []
    read: list[int] = []

    def calls() -> Iterator[Call]:
        for number in range(3_000):
            read.append(number)
            yield call(number)

    with in_this_process() as cluster, Client(cluster) as client:

        def done(one: Call, outcome: Outcome) -> None:
            told.append(outcome)
            if len(told) == 100:
                client.retire_workers(list(client.nthreads()))

        with pytest.raises(sf.BulkError, match="no workers") as caught:
            cluster_of(client, connect(), patience=0.3).run(calls(), done)
    assert caught.value.code == "cluster"
    assert len(told) == len(read) < 3_000
    assert sum(one.status == 200 for one in told) >= 100


def test_a_token_that_is_refused_is_replaced_here(
    client: Client, server: Any, connect: Any, reply: Any, value: Any
) -> None:
    first: list[str] = []

    def answer(asked: Any) -> Any:
        first[:] = first or [asked.authorization]
        late = asked.number >= 100
        return reply(401) if late and asked.authorization == first[0] else value(asked)

    server.answer = answer
    told = outcomes(cluster_of(client, connect()), map(call, range(400)))
    assert {one.status for one in told.values()} == {200}
    assert {one.attempts for one in told.values()} == {1}
    assert server.logins == 2


def test_a_key_that_is_refused_is_told(
    client: Client, server: Any, connect: Any, reply: Any
) -> None:
    server.answer = lambda asked: reply(401)
    told = outcomes(cluster_of(client, connect()), map(call, range(40)))
    assert {one.status for one in told.values()} == {401}
    assert max(Counter(server.profiles()).values()) == 2
    assert server.logins <= 4


def test_a_login_that_fails_ends_the_run(
    client: Client, server: Any, connect: Any, reply: Any, value: Any
) -> None:
    ws = connect()
    ws.call("auth.login_workspace", apiKey="key-of-a-bulk-test")
    was, server.reply = server.reply, lambda path, body, authorization: (
        reply(401, {"status": 401, "message": "no"}) if "/login/" in path
        else was(path, body, authorization)
    )  # fmt: skip
    with pytest.raises(sf.AuthError):
        outcomes(cluster_of(client, ws), map(call, range(400)))
    assert server.asked == []


def slowly(value: Any, seconds: float = 0.05) -> Callable[[Any], Any]:
    def answer(asked: Any) -> Any:
        time.sleep(seconds)
        return value(asked)

    return answer


def is_quiet(server: Any) -> bool:
    """Say whether nothing is sent any more: what was cut on its way may still be read."""
    before = len(server.asked)
    time.sleep(1)
    return len(server.asked) <= before + 16


def test_stop_ends_soon_and_tells_of_every_call(
    client: Client, server: Any, connect: Any, value: Any
) -> None:
    server.answer = slowly(value)
    told: Counter[object] = Counter()
    read: list[int] = []
    statuses: Counter[int | None] = Counter()
    cluster = cluster_of(client, connect())

    def calls() -> Iterator[Call]:
        for number in range(100_000):
            read.append(number)
            yield call(number)

    def done(one: Call, outcome: Outcome) -> None:
        told[one.tag] += 1
        statuses[outcome.status] += 1
        if told.total() == 200:
            cluster.stop()

    cluster.run(calls(), done)
    assert told == Counter(read)
    assert statuses.keys() == {200, None}
    assert len(server.asked) < 10_000
    assert is_quiet(server)


@pytest.mark.usefixtures("grace")
def test_ctrl_c_keeps_what_was_answered(
    client: Client, server: Any, connect: Any, value: Any, tmp_path: Any
) -> None:
    def interrupting(asked: Any) -> Any:
        if asked.number == 100:
            os.kill(os.getpid(), signal.SIGINT)
        return slowly(value)(asked)

    server.answer = interrupting
    plan = connect(cache=False).profiles(range(1_500)).plan(aggregates=ANALYSIS)
    with pytest.raises(KeyboardInterrupt):
        plan.run(journal=tmp_path / "journal", executor=client, workers=16, progress=False)
    asked = len(server.asked)
    assert asked < 1_500
    server.answer = value
    frame = plan.run(journal=tmp_path / "journal", executor=client, progress=False).frame
    assert frame["value"].tolist() == [2 * n for n in range(1_500)]
    # Asked twice is at most what was on its way.
    assert len(server.asked) <= 1_500 + 16


def test_the_deadline_ends_a_run(client: Client, server: Any, connect: Any, value: Any) -> None:
    server.answer = slowly(value)
    told = outcomes(cluster_of(client, connect()), map(call, range(100_000)), deadline=1.0)
    assert {one.status for one in told.values()} <= {200, None}
    assert all(one.error is None for one in told.values())
    assert len(server.asked) < 10_000
    assert is_quiet(server)


def test_a_server_that_is_not_there_ends_a_run(client: Client, server: Any, connect: Any) -> None:
    ws = connect(host="http://127.0.0.1:9", auth="basic", workspace_guid="g" * 8)
    cluster = cluster_of(client, ws)
    told = outcomes(cluster, map(call, range(100_000)))
    assert isinstance(cluster.gave_up, sf.TransportError)
    assert {one.status for one in told.values()} == {None}
    assert len(told) < 10_000


def test_dask_keeps_and_shows_no_secret(client: Client, server: Any, connect: Any) -> None:
    ws = connect()
    told = outcomes(cluster_of(client, ws), map(call, range(770_000, 770_100)))
    assert len(told) == 100
    header = ws.context.api._auth.header()
    # A task that fails is logged with its arguments.
    order = Order("x", None, [(1, PATH, b'{"identifierValue": "770001"}', (), "POST", "")],
                  header, 1, False, 1.0, 1, [], 0, False, False, False, 0.1)  # fmt: skip
    broken = type(seal(order))(seal(order)[:-5])
    failed = client.submit(exchange, broken, key="fails", pure=False)
    error = failed.exception()
    shown = repr(error) + "".join(map(repr, (order, seal(order), broken)))
    failed.release()
    logs = repr(client.get_worker_logs()) + repr(client.get_scheduler_logs())
    assert "Compute Failed" in logs
    for secret in (header, header.split()[1], "770001", "key-of-a-bulk-test"):
        assert secret not in shown + logs
    assert _waits_for(lambda: client.run_on_scheduler(_tasks_of_scheduler) == 0)
    assert set(client.run(lambda dask_worker: len(dask_worker.state.tasks)).values()) == {0}


# Lambdas go to the cluster by value; this module is not there.
_tasks_of_scheduler = lambda dask_scheduler: len(dask_scheduler.tasks)  # noqa: E731


def _waits_for(fact: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 60
    while not fact() and time.monotonic() < ends:
        time.sleep(0.05)
    return fact()


def test_workers_of_another_version_are_not_used(
    client: Client, server: Any, connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "__version__", "0.0.1")
    with pytest.raises(sf.BulkError, match=r"of 0\.0\.1") as caught:
        outcomes(cluster_of(client, connect()), map(call, range(10)))
    assert caught.value.code == "cluster"
    assert "pip install" in caught.value.hint
    assert server.asked == []


def test_what_a_worker_lacks_is_said(client: Client, server: Any, connect: Any) -> None:
    client.run(lambda: os.environ.update(REQUESTS_CA_BUNDLE="not/there.pem"))
    try:
        with pytest.raises(sf.BulkError, match="CA bundle") as caught:
            outcomes(cluster_of(client, connect()), map(call, range(10)))
    finally:
        client.run(lambda: os.environ.pop("REQUESTS_CA_BUNDLE"))
    assert caught.value.code == "cluster"
    assert server.asked == []


def test_only_a_client_is_taken(client: Client, connect: Any) -> None:
    ws = connect()
    for wrong in (ThreadPoolExecutor(1), "tcp://127.0.0.1:8786", object(), client.cluster):
        with pytest.raises(sf.ConfigError, match=type(wrong).__name__) as caught:
            cluster_of(wrong, ws)  # type: ignore[arg-type]
        assert "dask.distributed.Client" in caught.value.hint
    other = Client(client.scheduler.address)
    other.close()
    with pytest.raises(sf.ConfigError, match="closed"):
        cluster_of(other, ws)


def test_another_executor_is_refused_before_anything_is_sent(server: Any, connect: Any) -> None:
    plan = connect().profiles([1]).plan(aggregates=ANALYSIS)
    with ThreadPoolExecutor(1) as pool, pytest.raises(sf.ConfigError, match="ThreadPoolExecutor"):
        plan.run(executor=pool)
    assert server.asked == []
    assert server.logins == 0


def test_without_dask_the_hint_says_what_to_install(
    client: Client, connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = sf.extras.find_spec
    monkeypatch.setattr(sf.extras, "find_spec", lambda n: None if n == "distributed" else find(n))
    with pytest.raises(sf.ConfigError) as caught:
        cluster_of(client, connect())
    assert caught.value.hint == 'pip install "synerise-frames[dask]"'


def test_a_scheduler_that_is_gone_is_noticed(server: Any, connect: Any) -> None:
    told: list[Outcome] = []
    with in_this_process() as cluster:
        client = Client(cluster)

        def done(one: Call, outcome: Outcome) -> None:
            told.append(outcome)
            if len(told) == 100:
                client.close()

        with pytest.raises(sf.BulkError, match="no workers"):
            cluster_of(client, connect()).run(map(call, range(3_000)), done)
    assert sum(one.status == 200 for one in told) >= 100


def test_others_take_over_from_a_worker_with_other_work(
    mortal: Client, server: Any, connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "_SILENCE", 4.0)
    busy: list[Any] = []
    pids = mortal.run(os.getpid)
    told: Counter[object] = Counter()

    def done(one: Call, outcome: Outcome) -> None:
        told[one.tag] += outcome.status == 200
        if told.total() == 100:
            busy.append(mortal.submit(time.sleep, 600, workers=[min(pids)], pure=False))

    cluster_of(mortal, connect()).run(map(call, range(1_500)), done)
    assert told == Counter(range(1_500))
    assert busy[0].status == "pending"
    busy[0].release()
    os.kill(pids[min(pids)], signal.SIGKILL)


def test_a_run_over_a_cluster_gives_the_same_frame(client: Client, ws: Any, tmp_path: Any) -> None:
    asked = {
        "aggregates": [ws.aggregates.find("Baskets"), ws.aggregates.find("Spend")],
        "segmentations": [str(one) for one in ws.segmentations.list()["id"]][:3],
    }
    ids = [*range(1, 61), 999_999, "not a number"]
    plan = ws.profiles(ids).plan(**asked, refresh=True)
    here = plan.run(progress=False).frame
    there = plan.run(progress=False, executor=client, out=tmp_path / "out").frame
    assert there["status"].eq("ok").sum() > 150
    columns = [name for name in here.columns if name != "fetched_at"]
    assert there[columns].equals(here[columns])
