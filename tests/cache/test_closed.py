"""A closed workspace answers nothing any more, whatever it remembers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import synerise_frames as sf

DATES = sf.between("2020-01-01", "2020-02-01")

ASK: dict[str, Callable[[sf.Workspace], Any]] = {
    "frame": lambda ws: ws.trends.calculate("t", dates=DATES),
    "frame of a profile": lambda ws: ws.aggregates.calculate("a", 7),
    "preview": lambda ws: ws.metrics.preview({"a": 1}),
    "composed": lambda ws: ws.sankeys.calculate("s"),
    "definition": lambda ws: ws.trends.get("t"),
    "list": lambda ws: ws.metrics.list(),
    "name": lambda ws: ws.metrics.find("Metric 1"),
    "catalog": lambda ws: ws.catalog(),
    "directories": lambda ws: ws.directories.list("trend"),
    "raw": lambda ws: ws.call("metrics.calculate", metricId="m"),
    "write": lambda ws: ws.trends.delete("t"),
}


@pytest.mark.parametrize("what", ASK)
@pytest.mark.parametrize("how", [{}, {"offline": True}, {"cache": False}], ids=str)
def test_nothing_is_answered(connect: Any, api: Any, what: str, how: dict[str, Any]) -> None:
    first = connect()
    try:
        ASK[what](first)
    except sf.SyneriseError as error:
        assert what in ("composed", "name", "catalog", "directories"), error  # noqa: PT017
    ws = connect(**how)
    if not how:
        ws = first
    ws.close()
    calls = api.calls
    with pytest.raises(sf.ConfigError, match="This workspace is closed") as caught:
        ASK[what](ws)
    assert "sf.connect()" in caught.value.hint
    assert api.calls == calls


def test_what_is_about_the_folder_still_works(connect: Any) -> None:
    ws = connect()
    ws.trends.calculate("t", dates=DATES)
    ws.close()
    ws.close()
    assert ws.cache.info().files == 2
    assert ws.cache.clear() == 2
    assert "Workspace" in repr(ws)
