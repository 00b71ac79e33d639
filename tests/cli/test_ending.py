"""How commands end that somebody ends: Ctrl-C, and SIGTERM as schedulers send it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from synerise_frames import cli
from synerise_frames.sandbox import Faults
from synerise_frames.sandbox.launch import launch
from tests.cli.recipe import RECIPE
from tests.journals import written

ENDS = [(signal.SIGINT, 130, "stopped"), (signal.SIGTERM, 143, "stopped by SIGTERM")]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")


@contextmanager
def begun(*arguments: str, before: str = "") -> Iterator[subprocess.Popen[str]]:
    # A shell may have started this one with Ctrl-C ignored; `before` says so on purpose.
    process = subprocess.Popen(
        ["bash", "-c", f'{before or "trap - INT"}; exec "$@"', "-",
         sys.executable, "-c", STARTER, *arguments],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


# Where bash began with SIGINT ignored, its trap cannot undo that.
STARTER = """
import signal, sys
if "ignored" not in sys.argv[1:2]:
    signal.signal(signal.SIGINT, signal.default_int_handler)
else:
    del sys.argv[1]
from synerise_frames.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize(("sent", "code", "words"), ENDS)
def test_a_pull_from_a_server_that_never_answers_ends_with_a_line(
    sent: signal.Signals, code: int, words: str, account: dict[str, str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"http://127.0.0.1:{server.getsockname()[1]}"
        with begun("pull", "metric", "Revenue", "--host", host, "-o", "a.csv") as process:
            connection, _ = server.accept()
            with connection:
                process.send_signal(sent)
                out, err = process.communicate(timeout=180)
    # Click ends the line that a terminal has ^C in.
    assert (process.returncode, out, err) == (code, "", f"\nsynerise-frames: {words}.\n")
    assert not Path("a.csv").exists()


@pytest.mark.parametrize(("sent", "code", "words"), ENDS)
def test_a_log_of_json_lines_tells_the_end_in_a_line_too(
    sent: signal.Signals,
    code: int,
    words: str,
    account: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("recipe.toml").write_text(RECIPE)
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("SYNERISE_HOST", f"http://127.0.0.1:{server.getsockname()[1]}")
        with begun("sync", "recipe.toml", "--log", "json") as process:
            connection, _ = server.accept()
            with connection:
                process.send_signal(sent)
                out, err = process.communicate(timeout=180)
    (line,) = err.splitlines()
    told = json.loads(line)
    assert (process.returncode, out) == (code, "")
    assert (told["level"], told["code"]) == ("error", "stopped")
    assert told["message"] == f"The sync was {words}."
    # Nothing is left half done.
    assert [one for one in Path("data").rglob("*") if one.is_file()] == [Path("data/_meta/lock")]


@pytest.fixture
def slow_account(account: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give one whose server takes so long for each answer that no run is over by chance."""
    with launch(faults=Faults(latency=0.1)) as sandbox:
        monkeypatch.setenv("SYNERISE_HOST", sandbox.url)
        monkeypatch.setenv("SYNERISE_API_KEY", sandbox.api_key)
        yield


@pytest.mark.usefixtures("slow_account")
@pytest.mark.parametrize("sigint", ["", "ignored"])
def test_profiles_are_kept_when_a_scheduler_ends_them(sigint: str, tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("".join(f"{n}\n" for n in range(1, 201)))
    asked = ["profiles", "--ids", "ids.txt", "--aggregate", "Spend", "--workers", "2"]
    more = [sigint] if sigint else []
    # In the background of a script, Ctrl-C is ignored.
    before = "trap '' INT" if sigint else ""
    with begun(*more, *asked, "-o", "values", before=before) as process:
        ends = time.monotonic() + 180
        while not written(tmp_path / "values" / "_journal") and time.monotonic() < ends:
            time.sleep(0.005)
        process.send_signal(signal.SIGTERM)
        # As timeout(1) does it: the same wish twice.
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=180)
    assert process.returncode == 143, err
    assert "synerise-frames: stopped by SIGTERM. What was answered is kept; this goes on:" in err
    assert "Traceback" not in err
    with begun("profiles", "--resume", "-o", "values") as resumed:
        _, told = resumed.communicate(timeout=180)
    ledger = pd.read_parquet(tmp_path / "values")
    assert ledger["profile"].tolist() == [str(n) for n in range(1, 201)]
    counts = ledger["status"].value_counts()
    sent = int(told.partition("not_found; ")[2].split()[0].replace(",", ""))
    assert 0 < sent < 200, told
    assert set(counts.index) == {"ok", "not_found"}


# Ctrl-C that comes when a command is done: while threads are waited for, at the exit, and when
# Python takes its modules apart.
LATE = {
    "thread": """
def late():
    threading.main_thread().join()
    end()
    threading.Event().wait(60)
threading.Thread(target=late).start()
""",
    "exit": "atexit.register(end)",
    "teardown": """
class Late:
    def __del__(self, end=end):
        end()
sys.late = Late()
""",
}


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("when", LATE)
def test_an_end_that_comes_when_all_is_done_changes_nothing(when: str, sent: str) -> None:
    begin = f"""
import atexit, os, signal, sys, threading
def end(kill=os.kill, number=os.getpid(), sent=signal.{sent}):
    kill(number, sent)
signal.signal(signal.SIGINT, signal.default_int_handler)
{LATE[when]}
sys.argv[1:] = ["--version"]
from synerise_frames.cli import main
sys.exit(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", begin], capture_output=True, text=True, timeout=180, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("synerise-frames ")


def test_ctrl_c_while_the_embedded_workspace_starts_or_closes_is_a_line_of_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    @contextmanager
    def closing(**_: object) -> Iterator[None]:
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr("synerise_frames.cli.sync.bring_up_to_date", lambda *_, **__: None)
    for begun_ in (interrupted, closing):
        monkeypatch.setattr("synerise_frames.cli.sync.demo_workspace", begun_)
        assert cli.main(["sync", str(recipe), "--demo", "--log", "json"]) == 130
        (line,) = capsys.readouterr().err.splitlines()
        assert json.loads(line)["code"] == "stopped"


def test_ctrl_c_while_the_last_line_is_written_is_the_end_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("synerise_frames.cli.app.has_lost", interrupted)
    assert cli.main(["--version"]) == 130
