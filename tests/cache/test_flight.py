"""One call for equal concurrent ones: its answer is shared, and its error; Ctrl-C is not."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.http.flight import SingleFlight

THREADS = 32


def together(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """Run in many threads that start at once; give results or errors."""
    barrier = threading.Barrier(threads)

    def one(number: int) -> Any:
        barrier.wait(120)
        try:
            return work(number)
        except (sf.SyneriseError, KeyboardInterrupt, ZeroDivisionError) as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


@pytest.fixture
def all_join(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], object]:
    """Hold up an answer until all the others wait for it."""
    joined: list[int] = []
    join = SingleFlight._join

    def counted(self: SingleFlight[Any], flight: Future[Any]) -> Any:
        joined.append(1)
        return join(self, flight)

    monkeypatch.setattr(SingleFlight, "_join", counted)
    return lambda method, path: until(lambda: len(joined) >= THREADS - 1)


@pytest.mark.parametrize("refresh", [False, True])
def test_one_call_for_32_threads(
    own: sf.Workspace, api: Any, refresh: bool, all_join: Callable[[str, str], object]
) -> None:
    own.trends.get("warm-up")
    api.before = all_join
    frames = together(lambda _: own.trends.calculate("t", refresh=refresh))
    assert api.calls == 2
    assert {df["value"].item() for df in frames} == {2}
    info = own.cache.info()
    assert info.misses == 2
    assert info.shared + info.hits == THREADS - 1
    # Each has a frame of its own.
    frames[0].loc[0, "value"] = -1
    assert {df["value"].item() for df in frames[1:]} == {2}


@pytest.mark.parametrize("_round", range(10))
def test_one_call_however_fast_the_answer_comes(own: sf.Workspace, api: Any, _round: int) -> None:
    """Who looked before the answer was there, and flies after it, looks again."""
    together(lambda _: own.call("metrics.calculate", metricId="m"))
    assert api.calls == 1


def test_different_calls_do_not_wait_for_each_other(own: sf.Workspace, api: Any) -> None:
    own.trends.get("warm-up")
    both = threading.Barrier(2)
    api.before = lambda method, path: both.wait(120)
    frames = together(lambda number: own.trends.calculate(f"t{number}"), 2)
    assert all(df.attrs["source"] == "live" for df in frames)


def test_answers_that_are_not_kept_are_shared_too(
    own: sf.Workspace, api: Any, all_join: Callable[[str, str], object]
) -> None:
    own.trends.get("warm-up")
    api.before = all_join
    together(lambda _: own.segmentations.profiles({"segments": []}))
    assert api.calls == 2
    own.segmentations.profiles({"segments": []})
    assert api.calls == 3


def test_writes_are_never_shared(own: sf.Workspace, api: Any) -> None:
    own.trends.get("warm-up")
    together(lambda _: own.trends.update("t", {"a": 1}, allow_unverified=True), 8)
    assert [method for method, _, _ in api.seen].count("PUT") == 8


def test_the_error_of_the_first_is_the_error_of_all(
    own: sf.Workspace, api: Any, all_join: Callable[[str, str], object]
) -> None:
    own.trends.get("warm-up")
    api.before = all_join
    api.say(403, b'{"message": "not for you"}')
    errors = together(lambda _: own.metrics.calculate("m"))
    assert api.calls == 2
    assert {type(error) for error in errors} == {sf.PermissionDenied}
    assert len({str(error) for error in errors}) == 1
    assert {error.http_status for error in errors} == {403}
    # One exception raised in 32 threads would show the frames of all of them.
    assert len({id(error) for error in errors}) == THREADS
    longest = max(len(traceback.format_exception(error)) for error in errors)
    assert longest < 40
    # Who comes later tries anew.
    api.say()
    assert own.metrics.calculate("m").attrs["source"] == "live"


def test_stale_answers_are_shared(
    connect: Any, api: Any, older: Any, all_join: Callable[[str, str], object]
) -> None:
    connect().metrics.calculate("m")
    older(3600)
    ws = connect()
    ws.trends.get("warm-up")
    api.before = all_join
    api.say(503, b"{}")
    with pytest.warns(sf.SyneriseWarning, match="60 minutes old") as told:
        frames = together(lambda _: ws.metrics.calculate("m"))
    assert {df.attrs["source"] for df in frames} == {"stale"}
    assert len(told) == 1
    assert api.calls == 3


class Watched(SingleFlight[int]):
    """Counts those who wait for a flight of somebody else."""

    def __init__(self) -> None:
        super().__init__()
        self.joined: list[int] = []

    def _join(self, flight: Future[int]) -> int:
        self.joined.append(1)
        return super()._join(flight)


def until(condition: Callable[[], bool]) -> bool:
    """Wait for what other threads do, but not for ever."""
    ends = time.monotonic() + 60
    while not condition() and time.monotonic() < ends:
        time.sleep(0.002)
    return condition()


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ZeroDivisionError])
def test_an_interrupted_leader_lets_the_others_go_on(interruption: type[BaseException]) -> None:
    """All others wait for the first; it breaks; one of them flies, and all others wait again."""
    flights = Watched()
    calls: list[int] = []
    complete: list[bool] = []

    def work() -> int:
        calls.append(1)
        number = len(calls)
        # The first flight has 31 who wait, the second one 30 of them again.
        complete.append(until(lambda: len(flights.joined) == (31 if number == 1 else 31 + 30)))
        if number == 1:
            raise interruption
        return 42

    results = together(lambda _: flights.do("key", work))
    assert complete == [True, True]
    assert len(calls) == 2
    broken = [result for result in results if isinstance(result, BaseException)]
    assert [type(error) for error in broken] == [interruption]
    good = [result for result in results if not isinstance(result, BaseException)]
    assert sorted(good) == [(42, False)] + [(42, True)] * 30
    assert not flights._flights


def test_ctrl_c_in_the_leader_of_a_call(own: sf.Workspace, api: Any) -> None:
    own.trends.get("warm-up")
    client = own.context.api._client
    plain, sent = client.send, []

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        sent.append(1)
        if len(sent) == 1:
            threading.Event().wait(0.2)
            raise KeyboardInterrupt
        return plain(*args, **kwargs)

    client.send = interrupted
    results = together(lambda _: own.metrics.calculate("m"))
    broken = [result for result in results if isinstance(result, KeyboardInterrupt)]
    assert len(broken) == 1
    assert {df["value"].item() for df in results if not isinstance(df, BaseException)} == {2}
    assert len(sent) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_fork_does_not_wait_for_its_parents_calls() -> None:
    flights: SingleFlight[int] = SingleFlight()
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> int:
        inside.set()
        go_on.wait(120)
        return 1

    thread = threading.Thread(target=lambda: flights.do("key", slow))
    thread.start()
    inside.wait(120)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forks with threads, since 3.12
        child = multiprocessing.get_context("fork").Process(
            target=lambda: os._exit(flights.do("key", lambda: 7)[0])
        )
        child.start()
    child.join(120)
    go_on.set()
    thread.join()
    code = child.exitcode
    child.kill()
    assert code == 7
