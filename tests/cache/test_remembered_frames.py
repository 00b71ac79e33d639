"""A remembered frame is the live one, for every kind, and nobody else's to change."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import synerise_frames as sf
from synerise_frames.frame_memory import FrameMemory
from synerise_frames.frame_memory.file import dumps, loads
from synerise_frames.kinds.context import Context

Ask = Callable[[sf.Workspace], pd.DataFrame]
YEAR = sf.between("2017-01-01", "2018-01-01")


def first(ws: sf.Workspace, family: str) -> str:
    if family == "trends":
        return str(ws.trends.list()["id"].iloc[0])
    return str(getattr(ws, family).list()["id"].iloc[0])


KINDS: dict[str, Ask] = {
    "trend": lambda ws: ws.trends.calculate(first(ws, "trends"), dates=YEAR, interval="1M"),
    "trend, open": lambda ws: ws.trends.calculate(
        first(ws, "trends"), dates=sf.last(20, "days"), interval="7D"
    ),
    "histogram": lambda ws: ws.histograms.calculate(first(ws, "histograms"), dates=YEAR),
    "funnel": lambda ws: ws.funnels.calculate(first(ws, "funnels"), dates=YEAR),
    "report": lambda ws: ws.reports.calculate(first(ws, "reports")),
    "report as CSV": lambda ws: ws.reports.preview_csv(
        ws.reports.get(first(ws, "reports"))["analysis"]
    ),
    "metric": lambda ws: ws.metrics.calculate(first(ws, "metrics")),
    "sankey": lambda ws: ws.sankeys.calculate(first(ws, "sankeys")),
    "segmentation": lambda ws: ws.segmentations.calculate(first(ws, "segmentations")),
    "membership": lambda ws: ws.segmentations.check(7, ws.segmentations.list()["id"].tolist()),
    "segmentation card": lambda ws: ws.segmentations.card(7),
    "aggregate": lambda ws: ws.aggregates.calculate(first(ws, "aggregates"), 7),
    "aggregate history": lambda ws: ws.aggregates.history(
        first(ws, "aggregates"), 7, dates=YEAR, interval="1M"
    ),
    "aggregate card": lambda ws: ws.aggregates.card(7),
    "expression": lambda ws: ws.expressions.calculate(first(ws, "expressions"), 7),
    "preview": lambda ws: ws.metrics.preview(ws.metrics.get(first(ws, "metrics"))["analysis"]),
}
#: Frames of one profile tell whom they are about: they stay in the process.
OF_A_PROFILE = {k for k in KINDS if k.startswith(("membership", "aggregate", "expression"))} | {
    "segmentation card"
}


def another_process(ws: sf.Workspace) -> None:
    """Forget all that is not on disk."""
    ws.cache.flush()
    ws.cache.flush()
    memory = FrameMemory(ws.context.frames._cache)
    object.__setattr__(ws.context, "frames", memory)


def differences(left: pd.DataFrame, right: pd.DataFrame) -> set[Any]:
    return {
        key
        for key in left.attrs.keys() | right.attrs.keys()
        if left.attrs.get(key) != right.attrs.get(key)
    }


@pytest.mark.parametrize("kind", KINDS)
def test_remembered_is_as_live(
    demo: sf.Workspace, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = KINDS[kind]
    demo.cache.clear()
    live = ask(demo)
    assert live.attrs["source"] == "live"
    before = demo.cache.info().misses
    same_process = ask(demo)
    another_process(demo)
    reads, read = [], Context._read
    monkeypatch.setattr(
        Context,
        "_read",
        lambda self, how, asked, *more: reads.append(asked.op.key) or read(self, how, asked, *more),
    )
    new_process = ask(demo)
    for frame in (same_process, new_process):
        assert_frame_equal(frame, live, check_exact=True)
        assert frame.dtypes.equals(live.dtypes)
        assert frame.index.equals(live.index)
        assert type(frame.index) is type(live.index)
        assert frame.attrs["source"] == "cached"
        assert differences(frame, live) <= {"source", "age"}
        assert list(frame.attrs) == list(live.attrs)
    assert demo.cache.info().misses == before
    assert bool(reads) == (kind in OF_A_PROFILE)


@pytest.mark.parametrize("tz", [None, "UTC", "Europe/Warsaw", "Asia/Kolkata"])
def test_zones_come_back_as_they_were(connect: Any, tz: str | None) -> None:
    dates = {"type": "RELATIVE", "offset": {"type": "DAYS", "value": 0}}
    live = connect(tz=tz).trends.calculate("t", dates=dates, interval="1D")
    found = connect(tz=tz).trends.calculate("t", dates=dates, interval="1D")
    assert found.attrs["source"] == "cached"
    assert_frame_equal(found, live, check_exact=True)
    for column in ("bucket_start", "bucket_end"):
        assert type(found[column].dt.tz) is type(live[column].dt.tz)


def test_no_frame_of_a_profile_is_on_disk(demo: sf.Workspace, demo_folder: Any) -> None:
    for kind in sorted(OF_A_PROFILE):
        demo.cache.clear()
        frame = KINDS[kind](demo)
        assert "profile" in frame
        demo.cache.flush()
        assert not list(demo_folder.rglob("*.arrow")), kind


def change_by_position(df: pd.DataFrame) -> None:
    df.iloc[0, df.columns.get_loc("value")] = -1


def change_by_numpy(df: pd.DataFrame) -> None:
    values = df["value"].to_numpy()
    values.flags.writeable = True
    values *= 0


def change_by_array(df: pd.DataFrame) -> None:
    df["value"].array[:] = -1
    df["bucket_start"].array[:] = pd.Timestamp("2000-01-01", tz="UTC")


def change_in_place(df: pd.DataFrame) -> None:
    del df["value"]
    df.insert(0, "new", 1)
    df.columns = [*df.columns[:-1], "last"]


def change_strings(df: pd.DataFrame) -> None:
    df["series"] = "x"
    df.loc[:, "series_id"] = "y"


def change_notes(df: pd.DataFrame) -> None:
    df.attrs["window"]["start"] = "never"
    df.attrs["kind"] = "x"


def change_index(df: pd.DataFrame) -> None:
    df.index = pd.Index(np.arange(len(df)) + 5)
    df.columns.name = "changed"


@pytest.mark.parametrize(
    "change",
    [
        *(change_by_position, change_by_numpy, change_by_array, change_in_place),
        *(change_strings, change_notes, change_index),
    ],
)
@pytest.mark.parametrize("which", ["live", "remembered", "from disk"])
def test_nobody_changes_it_for_others(
    connect: Any, change: Callable[[pd.DataFrame], None], which: str
) -> None:
    dates = sf.between("2020-01-01", "2020-02-01")
    ws = connect()
    mine = ws.trends.calculate("t", dates=dates)
    truth, notes = mine.copy(deep=True), {**mine.attrs}
    if which == "from disk":
        ws = connect()
    if which != "live":
        mine = ws.trends.calculate("t", dates=dates)
        assert mine.attrs["source"] == "cached"
    # What would change it for others is refused, if it does not change a copy.
    with suppress(ValueError):
        change(mine)
    for workspace in (ws, connect()):
        again = workspace.trends.calculate("t", dates=dates)
        assert_frame_equal(again, truth)
        assert again.attrs["kind"] == notes["kind"]
        assert again.attrs["window"]["start"] != "never"


def test_json_is_not_shared_either(own: sf.Workspace) -> None:
    own.trends.get("t")["analysis"]["n"] = "changed"
    assert own.trends.get("t")["analysis"]["n"] == 1
    own.call("trends.get", trendId="t")["analysis"]["n"] = "changed"
    assert own.call("trends.get", trendId="t")["analysis"]["n"] == 1


def test_a_partial_bucket_stays_partial_however_late_it_is_read(
    connect: Any, api: Any, kept: Any
) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Warsaw")
    today = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    item = f'{{"date": "{today.isoformat()}", "values": [1]}}'
    api.say(200, f'{{"name":"n","metadata":{{}},"legends":["a"],"items":[{item}]}}'.encode())

    def ask(ws: sf.Workspace) -> pd.DataFrame:
        return ws.trends.calculate("t", dates=sf.last(1, "days"), interval="1D")

    live = ask(connect())
    assert live["is_partial"].tolist() == [True]
    later = connect(offline=True)
    object.__setattr__(
        later.context, "now", lambda: datetime.now(zone) + pd.Timedelta(days=30).to_pytimedelta()
    )
    for path in kept(".arrow"):
        path.unlink()
    assert_frame_equal(ask(later), live)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [{"b": 1}]}),
        pd.DataFrame({"a": ["x", 1]}),
        pd.DataFrame({"a": [1, 2]}),
        pd.DataFrame({"a": pd.array(["\ud800"], dtype=pd.StringDtype("python"))}),
        pd.DataFrame([[1, 2]], columns=["a", "a"]).astype("Int64"),
    ],
    ids=["dict", "mixed", "plain int", "lone surrogate", "twice the same name"],
)
def test_what_would_not_come_back_the_same_is_not_written(
    own: sf.Workspace, frame: pd.DataFrame, kept: Any
) -> None:
    own.trends.get("t")
    (path,) = kept(".answer")
    answer = own.cache.memory.cache.kept(path.stem)
    assert answer
    name = f"{path.stem}-hash"
    memory = own.cache.frames
    memory.keep(name, frame, answer)
    assert kept(".arrow") == []
    found = memory.find(name)
    assert found
    assert_frame_equal(found.copy(), frame)


def test_notes_that_are_no_json_stay_in_the_process(own: sf.Workspace, kept: Any) -> None:
    own.trends.calculate("t")
    (path,) = kept(".arrow")
    found = loads(path.stem, path.read_bytes())
    assert found
    assert dumps("n", found) is not None
    found.notes["when"] = pd.Timestamp("2020-01-01")
    assert dumps("n", found) is None
    found.notes["when"] = (1, 2)
    assert dumps("n", found) is None


def test_memory_is_bounded(own: sf.Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = own.cache.frames
    own.trends.calculate("t")
    (one,) = (found.size for found in memory._here.values())
    monkeypatch.setattr("synerise_frames.frame_memory.memory._MOST_BYTES", int(one * 3.5))
    own.trends.calculate("t")
    for number in range(10):
        own.trends.calculate(f"t{number}")
    assert len(memory._here) == 3
    assert memory._bytes == sum(found.size for found in memory._here.values()) <= one * 3.5
    monkeypatch.setattr("synerise_frames.frame_memory.memory._MOST_BYTES", 10)
    own.trends.calculate("large")
    assert own.trends.calculate("large").attrs["source"] == "cached"


def test_a_frame_of_an_earlier_answer_is_not_given_for_a_later_one(
    connect: Any, api: Any, kept: Any
) -> None:
    """Another process has fetched the answer anew; the frame of this one is of the old answer."""
    mine, other = connect(), connect()
    dates = sf.between("2020-01-01", "2020-02-01")
    first = mine.trends.calculate("t", dates=dates)
    assert mine.trends.calculate("t", dates=dates)["value"].item() == first["value"].item()
    later = other.trends.calculate("t", dates=dates, refresh=True)
    assert later["value"].item() != first["value"].item()
    again = mine.trends.calculate("t", dates=dates)
    assert again["value"].item() == later["value"].item()
    assert again.attrs["fetched_at"] == later.attrs["fetched_at"]
    assert api.calls == 2


def test_what_waits_to_be_written_is_dropped_too(
    own: sf.Workspace, kept: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from synerise_frames.frame_memory import memory

    started, go_on = threading.Event(), threading.Event()
    written = memory.dumps

    def slowly(*args: Any) -> Any:
        started.set()
        go_on.wait(120)
        return written(*args)

    monkeypatch.setattr(memory, "dumps", slowly)
    own.trends.calculate("t")
    assert started.wait(120)
    clearing = threading.Thread(target=own.cache.clear)
    clearing.start()
    go_on.set()
    clearing.join()
    assert kept("") == []


def test_a_process_that_ends_has_written_its_frames(api: Any, tmp_path: Any, kept: Any) -> None:
    import subprocess
    import sys

    code = f"""
import warnings
import synerise_frames as sf
warnings.simplefilter("ignore")
ws = sf.connect(host={api.url!r}, api_key="key-of-the-first-workspace", cache={str(tmp_path)!r})
ws.trends.calculate("t")
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=180)
    assert len(kept(".arrow")) == 1


def test_a_closed_workspace_gives_nothing_that_it_remembers(own: sf.Workspace) -> None:
    dates = sf.between("2020-01-01", "2020-02-01")
    own.trends.calculate("t", dates=dates)
    assert own.trends.calculate("t", dates=dates).attrs["source"] == "cached"
    own.trends.get("t")
    own.close()
    for ask in (
        lambda: own.trends.calculate("t", dates=dates),
        lambda: own.trends.calculate("t", dates=dates, filter={}),
        lambda: own.trends.get("t"),
        lambda: own.call("trends.get", trendId="t"),
    ):
        with pytest.raises(sf.ConfigError, match="closed"):
            ask()


def test_equal_looking_arguments_are_not_confused(own: sf.Workspace, api: Any) -> None:
    dates = sf.between("2020-01-01", "2020-02-01")
    calls = [
        {},
        {"filter": {}},
        {"filter": {"a": 1}},
        {"variables": {}},
        {"variables": {"n": "1"}},
        {"interval": "1D"},
        {"interval": "2D"},
        {"dates": dates},
        {"dates": dates, "interval": "1D"},
    ]
    bodies = []
    for arguments in [*calls, *calls]:
        own.trends.calculate("t", **arguments)
        bodies.append(api.seen[-1][2])
    # Those without variables and with none are the same to the server.
    assert len(set(bodies)) == len(calls) - 1
    assert api.calls == len(calls) - 1
