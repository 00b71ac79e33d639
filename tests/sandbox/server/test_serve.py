"""The server process: what it prints, how it ends, and what it cannot do."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox import boot
from synerise_frames.sandbox.options import Options
from synerise_frames.sandbox.serve import run

# The same as -m synerise_frames.sandbox, without waiting for pandas.
QUICK = [sys.executable, boot.__file__]


@contextmanager
def process(*arguments: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*QUICK, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **env},
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def ready_line(started: subprocess.Popen[str]) -> dict[str, Any]:
    assert started.stdout is not None
    facts: dict[str, Any] = json.loads(started.stdout.readline())
    return facts


def test_ready_line_and_clean_end() -> None:
    with process("--token-lifetime", "6", SYNERISE_SANDBOX_KEY="chosen-key") as started:
        facts = ready_line(started)
        assert set(facts) == {
            "url",
            "api_key",
            "profile_key",
            "username",
            "mfa_username",
            "password",
            "mfa_code",
            "workspace_guid",
            "workspace_name",
            "timezone",
            "now",
        }
        assert facts["api_key"] == "chosen-key"
        login = f"{facts['url']}/uauth/v2/auth/login/profile"
        token = requests.post(login, json={"apiKey": "chosen-key"}, timeout=180).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        metrics = f"{facts['url']}/analytics/profiles/metrics"
        assert requests.get(metrics, headers=headers, timeout=180).status_code == 200
        # It says when it ends, in whole seconds.
        ends = jwt.decode(token, options={"verify_signature": False})["exp"]
        time.sleep(max(0.0, ends - time.time()) + 0.01)
        assert requests.get(metrics, headers=headers, timeout=180).status_code == 401
        started.send_signal(signal.SIGTERM)
        assert started.wait(120) == 0
        assert started.stdout is not None
        assert started.stderr is not None
        # Quiet: nothing after the one line, nothing on the other stream.
        assert (started.stdout.read(), started.stderr.read()) == ("", "")


def test_ctrl_c_and_the_end_of_stdin() -> None:
    with process() as first, process("--exit-with-parent") as second:
        urls = {ready_line(first)["url"], ready_line(second)["url"]}
        assert len(urls) == 2
        first.send_signal(signal.SIGINT)
        assert second.stdin is not None
        second.stdin.close()
        assert (first.wait(120), second.wait(120)) == (0, 0)
        for one in (first, second):
            assert one.stderr is not None
            assert one.stderr.read() == ""


def test_port_in_use_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "synerise_frames.sandbox", "--port", port],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Port {port} on 127.0.0.1 is in use." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's table of sockets")
def test_only_loopback_is_bound(sandbox: Any) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")]
    assert listening == [f"0100007F:{port:04X}"]


def test_the_server_does_without_pandas() -> None:
    code = (
        f"import runpy, sys; boot = runpy.run_path({boot.__file__!r})['boot']; "
        "sys.argv[1:] = ['--token-lifetime', '0']; code = boot(); "
        "import synerise_frames.sandbox.server; print(code, 'pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=180, check=True
    )
    assert done.stdout.split() == ["2", "False"]
    assert "lifetime" in done.stderr


@pytest.mark.parametrize("lifetime", [0, -1, float("nan"), float("inf")])
def test_lifetimes_that_are_none(lifetime: float) -> None:
    with pytest.raises(ConfigError, match="lifetime"):
        Options.checked(token_lifetime=lifetime)


@pytest.mark.parametrize("port", [-1, 65536])
def test_ports_that_are_none(port: int) -> None:
    with pytest.raises(ConfigError) as caught:
        run(Options.checked(), port=port)
    assert "--port 0" in caught.value.hint
