"""A month, synced every day with kills and late events, is the month pulled at once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.sandbox.launch import RunningSandbox

MakeRecipe = Callable[..., Path]

# A server at another address than the vendor's has no printed paths.
pytestmark = pytest.mark.filterwarnings("ignore::synerise_frames.UnverifiedPathWarning")

ZONE = ZoneInfo("America/New_York")
FIRST, LAST = datetime(2017, 3, 1, tzinfo=ZONE), datetime(2017, 4, 5, tzinfo=ZONE)
SINCE = {"from": "2017-03-01", "look_back": "3 days"}
DATASETS = (
    {"name": "baskets", "kind": "trend", "analysis": "Baskets per day", "window": "week", **SINCE},
    {"name": "revenue", "kind": "metric", "analysis": "Revenue", "window": "day", **SINCE},
    {"name": "rhythm", "kind": "segmentation", "analysis": "Buying rhythm", "every": "7 days"},
)


def killed(recipe: Path, sandbox: RunningSandbox, after: float) -> bool:
    """Begin a sync in another process, and kill it; say whether it was still at work."""
    env = {
        **os.environ,
        "SYNERISE_API_KEY": sandbox.api_key,
        "SYNERISE_HOST": sandbox.url,
        "SYNERISE_TZ": sandbox.timezone,
    }
    worker = Path(__file__).with_name("worker.py")
    arguments = [sys.executable, str(worker), str(recipe), sandbox.now.isoformat()]
    with subprocess.Popen(arguments, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(after)
        process.kill()
        return process.wait() != 0


def rows(root: Path, name: str, by: str) -> pd.DataFrame:
    return sf.read_dataset(root / name).sort_values(by, ignore_index=True)


def test_every_day_of_march_with_kills_and_late_events(
    ws: sf.Workspace, sandbox: RunningSandbox, make: MakeRecipe, tmp_path: Path
) -> None:
    recipe = make(*DATASETS)
    # Trends have no list; the process that is killed knows only ids.
    recipe.write_text(
        recipe.read_text().replace("Baskets per day", ws.trends.find("Baskets per day"))
    )
    draw = random.Random(20170301)
    deadly = set(draw.sample(range((LAST - FIRST).days), 7))
    # The shortest of a week: a machine that stumbled once is no measure.
    hit, took = 0, [0.2]
    day = FIRST
    while day <= LAST:
        sandbox.set_now(day + timedelta(hours=draw.randrange(5, 23)))
        if (day - FIRST).days in deadly:
            hit += killed(recipe, sandbox, draw.uniform(0, min(took[-7:])))
        done = sf.sync(recipe, ws)
        assert done.ok, done
        took.append(done.seconds or 0.2)
        day += timedelta(days=1)
    assert hit >= 3  # else the kills came too late to prove anything

    at_once = make(*DATASETS, name="at-once.toml", root="at-once")
    assert sf.sync(at_once, ws).ok
    for name, by in (("baskets", "bucket_start"), ("revenue", "window_start")):
        found, expected = (rows(tmp_path / root, name, by) for root in ("data", "at-once"))
        pd.testing.assert_frame_equal(found, expected, check_exact=True)

    # And both are what the library gives in one call over all of it.
    march = sf.between("2017-03-01", "2017-04-06")
    whole = ws.trends.calculate(ws.trends.find("Baskets per day"), dates=march, interval="1D")
    found = rows(tmp_path / "data", "baskets", "bucket_start")
    pd.testing.assert_frame_equal(found, whole, check_exact=True)
    assert len(whole) == 36
    # The 12th of March has 23 hours.
    hours = (found["bucket_end"] - found["bucket_start"]).dt.total_seconds() / 3600
    assert hours.tolist() == [23 if number == 11 else 24 for number in range(36)]


def test_without_a_look_back_late_events_are_missed(
    ws: sf.Workspace, sandbox: RunningSandbox, make: MakeRecipe, tmp_path: Path
) -> None:
    # The other half of the proof: the late events above were there, and did change days.
    revenue = {**DATASETS[1], "from": "2017-03-05"}
    del revenue["look_back"]
    recipe = make(revenue)
    sandbox.set_now("2017-03-06T00:00:01")
    assert sf.sync(recipe, ws).ok
    early = rows(tmp_path / "data", "revenue", "window_start")["value"][0]
    sandbox.set_now("2017-03-09")
    assert sf.sync(recipe, ws).ok
    kept = rows(tmp_path / "data", "revenue", "window_start")["value"][0]
    day = ws.metrics.calculate(
        ws.metrics.find("Revenue"), dates=sf.between("2017-03-05", "2017-03-06")
    )
    assert kept == early
    assert day["value"].item() > kept * 1.01
