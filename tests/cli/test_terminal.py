"""A session in a real terminal: a table, a run with a bar, Ctrl-C, and going on."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

TMUX = shutil.which("tmux")
pytestmark = pytest.mark.skipif(TMUX is None, reason="needs tmux: apt-get install tmux")


class Terminal:
    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.socket = str(folder / "tmux.socket")
        environment = {**os.environ, **settings, "PS1": "$ ", "LC_ALL": "C.UTF-8"}
        environment.pop("TMUX", None)
        self.tmux(
            *("-f", "/dev/null", "new-session", "-d", "-x", "90", "-y", "40", "-c", str(folder)),
            "bash --norc --noprofile", env=environment,
        )  # fmt: skip

    def tmux(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            [TMUX or "", "-S", self.socket, *arguments],
            capture_output=True, text=True, timeout=180, check=True, env=env,
        )  # fmt: skip
        return done.stdout

    def type(self, line: str) -> None:
        self.tmux("send-keys", "-l", line)
        self.tmux("send-keys", "Enter")

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def wait(self, is_there: Callable[[str], bool], seconds: float = 180) -> str:
        end = time.monotonic() + seconds
        while not is_there(screen := self.screen()):
            assert time.monotonic() < end, screen
            time.sleep(0.1)
        return screen

    def run(self, line: str) -> str:
        """Type a line in an empty screen; give the screen when it has ended."""
        self.tmux("send-keys", "C-l")
        self.type(f"{line}; echo code=$?")
        return self.wait(lambda screen: any(s.startswith("code=") for s in screen.splitlines()))


@pytest.fixture
def terminal(tmp_path: Path, settings: dict[str, str]) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path, settings)
    yield terminal
    terminal.tmux("kill-server")


def test_a_session(terminal: Terminal, tmp_path: Path) -> None:
    listed = terminal.run("synerise-frames list metric")
    assert "code=0" in listed
    lines = listed.splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("id "))
    assert all(len(line) <= 90 for line in lines)
    place = lines[head].index("name")
    assert "Revenue" in {line[place:].split("  ")[0] for line in lines[head + 1 : head + 6]}
    assert "082dcdd3-6f4d-52a9-809b-fcf2a4a54028" in listed

    pulled = terminal.run("synerise-frames pull metric Revenue")
    assert pulled.splitlines()[1].split() == ["metric", "value"]
    assert "code=0" in pulled

    refused = terminal.run("synerise-frames pull metric Revenue --format parquet")
    assert "code=2" in refused
    assert "not for a terminal" in refused

    (tmp_path / "ids.txt").write_text("".join(f"{n}\n" for n in range(1, 5001)))
    terminal.tmux("send-keys", "C-l")
    # Two connections: slow enough to be ended in the middle.
    terminal.type(
        "synerise-frames profiles --ids ids.txt --aggregate Spend --workers 2 -o values; "
        "echo code=$?"
    )
    terminal.wait(lambda screen: "call/s" in screen and "0/5000" not in screen)
    terminal.tmux("send-keys", "C-c")
    stopped = terminal.wait(lambda screen: "code=130" in screen)
    assert "--resume -o values" in stopped
    assert "Traceback" not in stopped

    resumed = terminal.run("synerise-frames profiles --resume -o values")
    ledger = pd.read_parquet(tmp_path / "values")
    assert ledger["profile"].tolist() == [str(n) for n in range(1, 5001)]
    counts = ledger["status"].value_counts()
    # Some of these numbers are no household's.
    assert set(counts.index) == {"ok", "not_found"}
    assert "code=1" in resumed
    # The most frequent comes first.
    told = ", ".join(f"{count:,} {status}" for status, count in counts.items()) + "; "
    assert told in resumed
    sent = int(resumed.partition(told)[2].split()[0].replace(",", ""))
    assert 0 < sent < 5000
