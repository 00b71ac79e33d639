"""Definitions that outlive their server, however it ends."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
import requests

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox.launch import launch

DIALECT = "synerise-frames-sandbox/1"
ANALYSIS = {
    "dialect": DIALECT,
    "title": "Kept",
    "event": {"action": "transaction.charge"},
    "measure": {"type": "COUNT"},
}


def test_definitions_and_directories_outlive_the_server(tmp_path: Path, connected: Any) -> None:
    file = tmp_path / "kept.definitions"
    with launch(definitions=file) as running:
        api = connected(running)
        id_ = api.send("trends.create", {"analysis": ANALYSIS}).json()
        body = {"name": "Weekly", "analyticType": "TREND"}
        directory = api.send("directories.create", body).json()["id"]
        moved = {"newDir": directory, "analyticType": "TREND"}
        assert api.send("directories.move", moved, analyticId=id_).ok
        gone = running.definitions["metric"][0]
        assert api.send("metrics.delete", metricId=gone).ok
        before = api.send("trends.get", trendId=id_).json()
        with pytest.raises(ConfigError, match="in use by another server") as caught:
            launch(definitions=file)
        assert caught.value.hint
        assert api.send("metrics.list").ok
    with launch(definitions=str(file)) as running:
        api = connected(running)
        assert running.definitions["trend"][-1] == id_
        assert gone not in running.definitions["metric"]
        assert api.send("trends.get", trendId=id_).json() == before
        assert before["directoryId"] == directory
        assert api.send("trends.calculate", {"variables": []}, trendId=id_).ok


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_killed_server_has_kept_all_that_it_had_answered(tmp_path: Path, connected: Any) -> None:
    file = tmp_path / "kept.definitions"
    made: list[str] = []
    for _ in range(2):
        with launch(definitions=file) as running:
            api = connected(running)
            assert set(made) <= set(running.definitions["trend"])
            # In the midst of writing.
            killer = threading.Timer(0.15, os.kill, (running.pid, signal.SIGKILL))
            killer.start()
            made += until_it_ends(api)
            killer.join()
    with launch(definitions=file) as running:
        kept = set(running.definitions["trend"])
    assert set(made) <= kept
    # At most the one that was under way each time, besides the starter set.
    with launch() as fresh:
        assert len(kept) - len(made) - len(fresh.definitions["trend"]) in (0, 1, 2)
    assert len(made) > 2


def until_it_ends(api: Any) -> list[str]:
    made: list[str] = []
    while True:
        try:
            made.append(api.send("trends.create", {"analysis": ANALYSIS}).json())
        except requests.RequestException:
            return made


def test_without_a_file_nothing_is_left(writable: Any, connected: Any) -> None:
    id_ = writable.send("trends.create", {"analysis": ANALYSIS}).json()
    with launch() as running:
        other = connected(running)
        assert other.send("trends.get", trendId=id_).status_code == 404
    writable.send("trends.delete", trendId=id_)


def test_a_file_of_someone_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, " * 50)
    with pytest.raises(ConfigError, match=r"letter.txt is broken or no file of definitions"):
        launch(definitions=file)
    assert file.read_text() == "Dear Sir or Madam, " * 50
