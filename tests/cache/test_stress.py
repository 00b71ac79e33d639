"""Two processes of 32 threads on one folder, and somebody who spoils it all the time.

By default some thousand calls, which takes seconds. ``SYNERISE_STRESS=2000`` makes that many
calls in each thread: 128,000 in all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WORKER = Path(__file__).with_name("stress_worker.py")
CALLS = int(os.environ.get("SYNERISE_STRESS", "40"))
THREADS = 32


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(WORKER), *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )


@pytest.mark.skipif(sys.platform == "win32", reason="locks of files are other ones there")
def test_no_error_and_no_lost_or_foreign_answer(api: Any, tmp_path: Path) -> None:
    spoiler = start("foreign", tmp_path, 3600)
    try:
        crews = [start(api.url, tmp_path, THREADS, CALLS, seed) for seed in (1, 2)]
        told = []
        for crew in crews:
            out, err = crew.communicate(timeout=180 + CALLS)
            assert crew.returncode == 0, err
            told.append(json.loads(out))
    finally:
        spoiler.kill()
        spoiler.communicate()
    for one in told:
        # Every call had its answer, and it was the answer to that call. No warning either.
        assert one["told"] == {"right": THREADS * CALLS}
        assert one["info"]["failures"] == 0, one["info"]["last_failure"]
        # All this was not for nothing: most was answered from the folder.
        assert one["info"]["hits"] > 0.3 * THREADS * CALLS
    assert api.calls < 0.7 * 2 * THREADS * CALLS
