"""Runs that are killed in the middle, on a server that fails: what comes out is what would have.

By default a few thousand calls; ``SYNERISE_CHAOS=20000`` makes it that many profiles.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import synerise_frames as sf
from tests.journals import written

WORKER = Path(__file__).with_name("chaos_worker.py")
CONNECTIONS = 16
COUNT = int(os.environ.get("SYNERISE_CHAOS", "1000"))


class Weather:
    """A server's own log, and its faults: 5 % 429, 2 % 5xx, 1 % cut, 1 % slow."""

    def __init__(self, reply: Any, value: Callable[[Any], Any], *, calm: bool = False) -> None:
        self._reply = reply
        self._value = value
        self._calm = calm
        self._chance = random.Random(11)
        self._lock = threading.Lock()
        self.answered: list[tuple[str, str]] = []
        #: Told how many were answered, with each answer.
        self.told: Callable[[int], object] = lambda number: None
        self.faults: Counter[str] = Counter()

    def __call__(self, asked: Any) -> Any:
        with self._lock:
            fault = None if self._calm else self._fault(asked, self._chance.random())
        if fault:
            return fault
        missing = int(asked.profile) % 50 == 7
        answer = self._reply(404, {"status": 404}) if missing else self._value(asked)
        with self._lock:
            self.answered.append((asked.path, asked.profile))
            number = len(self.answered)
        self.told(number)
        return answer

    def _fault(self, asked: Any, dice: float) -> Any:
        if dice < 0.05:
            self.faults["429"] += 1
            return self._reply(429, {}, {"Retry-After": "0.1"})
        if dice < 0.07:
            self.faults["5xx"] += 1
            return self._reply((500, 502, 503)[asked.number % 3], b"<html>failed</html>")
        if dice < 0.08:
            self.faults["cut"] += 1
            return self._reply(cut=True)
        if dice < 0.09:
            self.faults["slow"] += 1
            time.sleep(0.2)  # And all others with it.
        return None

    def calls(self) -> Counter[tuple[str, str]]:
        return Counter(self.answered)


def start(server: Any, tmp_path: Path) -> subprocess.Popen[str]:
    arguments = [server.url, tmp_path / "journal", tmp_path / "out", COUNT, CONNECTIONS]
    return subprocess.Popen(
        [sys.executable, str(WORKER), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_when(condition: Callable[[], bool], crew: subprocess.Popen[str]) -> None:
    """Kill -9 as soon as the condition holds."""
    ends = time.monotonic() + 60
    while not condition() and time.monotonic() < ends:
        assert crew.poll() is None, crew.communicate()[1]
        time.sleep(0.005)
    crew.send_signal(signal.SIGKILL)
    crew.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 there")
def test_two_kills_and_a_bad_server_change_nothing(
    server: Any, connect: Any, reply: Any, value: Any, tmp_path: Path
) -> None:
    weather = server.answer = Weather(reply, value)
    lost = 0
    for share in (0.3, 0.7):
        crew = start(server, tmp_path)
        kill_when(lambda s=share: written(tmp_path / "journal") > s * 2 * COUNT, crew)
        lost += len(weather.calls()) - written(tmp_path / "journal")
    crew = start(server, tmp_path)
    out, err = crew.communicate(timeout=120)
    assert crew.returncode == 0, err
    told = json.loads(out)
    assert set(told["counts"]) == {"ok", "not_found"}
    assert sum(told["counts"].values()) == 2 * COUNT
    assert all(weather.faults[name] for name in ("429", "5xx", "cut", "slow"))

    # The server's own log: everything was answered, and nothing twice but what was not in the
    # journal yet at a kill, or was on its way.
    calls = weather.calls()
    assert len(calls) == 2 * COUNT
    assert lost <= calls.total() - 2 * COUNT <= lost + 2 * CONNECTIONS
    assert lost < 0.5 * len(calls)
    assert max(calls.values()) <= 3

    # What came out is what an undisturbed run gives.
    ws = connect(cache=False)
    mended = sf.resume(tmp_path / "journal", ws, progress=False)
    assert mended.sent == 0
    server.answer = Weather(reply, value, calm=True)
    undisturbed = mended.plan.run(progress=False).frame
    assert len(server.answer.answered) == 2 * COUNT
    differing = ["fetched_at", "attempts"]
    pd.testing.assert_frame_equal(
        mended.frame.drop(columns=differing), undisturbed.drop(columns=differing)
    )
    parts = pd.read_parquet(tmp_path / "out")
    assert parts["result"].fillna("").tolist() == undisturbed["result"].fillna("").tolist()


def test_ctrl_c_keeps_everything_and_says_how_to_go_on(
    server: Any, value: Any, connect: Any, tmp_path: Path
) -> None:
    server.answer = Weather(None, value, calm=True)
    crew = start(server, tmp_path)
    server.answer.told = lambda number: number == 0.4 * COUNT and crew.send_signal(signal.SIGINT)
    _, err = crew.communicate(timeout=120)
    assert crew.returncode != 0
    assert err.rstrip().splitlines()[-1].startswith("What was answered is kept: sf.resume(")
    assert "KeyboardInterrupt" in err
    before = len(server.answer.answered)
    assert before < 2 * COUNT
    result = sf.resume(tmp_path / "journal", connect(cache=False), progress=False)
    # Not one answer was lost.
    assert result.sent == 2 * COUNT - before
    assert max(server.answer.calls().values()) == 1
    assert sum(result.counts.values()) == 2 * COUNT


@pytest.mark.usefixtures("grace")
@pytest.mark.parametrize(
    ("fresh", "told"),
    [
        ({}, "for a while: run the same plan to go on."),
        ({"refresh": True}, "for a while: plan it again without refresh=True to go on."),
        ({"max_age": 0}, "for a while: plan it again without max_age=0 to go on."),
    ],
)
def test_a_run_without_a_journal_is_known_for_a_while(
    server: Any, value: Any, connect: Any, fresh: dict[str, Any], told: str
) -> None:
    ws = connect()
    plan = ws.profiles(range(3_000)).plan(
        aggregates="00000000-0000-4000-8000-00000000000a", **fresh
    )
    slow = server.answer

    def slowly(asked: Any) -> Any:
        # Not after a time: a machine may be busy.
        if asked.number == 100:
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
        return slow(asked)

    server.answer = slowly
    with pytest.raises(KeyboardInterrupt) as caught:
        plan.run(workers=8, progress=False)
    assert caught.value.__notes__[0].endswith(told)
    done = len(server.asked)
    assert 0 < done < 3_000
    server.answer = slow
    again = ws.profiles(range(3_000)).plan(aggregates="00000000-0000-4000-8000-00000000000a")
    assert again.known == done
    assert again.run(progress=False).counts == {"ok": 3_000}
    assert len(server.asked) == 3_000
