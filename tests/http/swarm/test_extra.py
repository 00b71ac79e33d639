"""libcurl is an extra: not needed for single calls, and its absence says what to install."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synerise_frames.errors import ConfigError


def test_who_makes_single_calls_needs_no_libcurl() -> None:
    code = (
        "import sys, synerise_frames, synerise_frames.bulk.run, synerise_frames.http.swarm;"
        "print('pycurl' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("name", ["pycurl", "certifi"])
def test_a_missing_extra(
    swarm: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ConfigError, match=name) as caught:
        swarm()
    assert 'pip install "synerise-frames[bulk]"' in caught.value.hint


def test_a_broken_extra(tmp_path: Path) -> None:
    (tmp_path / "pycurl.py").write_text("raise ImportError('another TLS library')")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from synerise_frames.http.limiter import Limiter\n"
        "from synerise_frames.http.retry import RetryPolicy\n"
        "from synerise_frames.http.swarm import Swarm\n"
        "from synerise_frames.errors import ConfigError\n"
        "try:\n"
        "    Swarm('http://127.0.0.1', RetryPolicy(), Limiter(), None, connections=1)\n"
        "except ConfigError as error:\n"
        "    print(error.message, error.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "another TLS library" in done.stdout
    assert "pip install" in done.stdout
