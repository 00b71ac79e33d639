"""A remembered frame belongs to the answer that it was read from, and to no other one."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.http.cache.dated import is_of, mark_of

DATES = sf.between("2020-01-01", "2020-02-01")


def ask(ws: sf.Workspace, **how: Any) -> Any:
    return ws.trends.calculate("t", dates=DATES, **how)


def raw(ws: sf.Workspace, api: Any) -> Any:
    """Ask the same as :func:`ask`, without a frame."""
    import json

    body = json.loads(api.seen[0][2])
    return ws.call("trends.calculate", trendId="t", **body, refresh=True)


@pytest.mark.parametrize("restarted", [False, True], ids=["this process", "a new process"])
@pytest.mark.parametrize("same", [False, True], ids=["another workspace", "the same workspace"])
def test_an_answer_that_was_fetched_anew_without_a_frame(
    connect: Any, api: Any, kept: Any, restarted: bool, same: bool
) -> None:
    ws = connect()
    assert ask(ws)["value"].item() == 1
    assert len(kept(".arrow")) == 1
    assert raw(ws if same else connect(), api)["result"] == 2
    found = ask(connect() if restarted else ws)
    assert found["value"].item() == 2
    assert found.attrs["source"] == "cached"
    assert api.calls == 2
    # And from then on there is a frame of the later answer.
    assert ask(connect())["value"].item() == 2
    assert api.calls == 2


def test_a_frame_that_was_put_back_is_not_given(connect: Any, api: Any, kept: Any) -> None:
    """Such as by a backup, or a slow disk of another machine."""
    ask(connect())
    (path,) = kept(".arrow")
    old = path.read_bytes()
    ask(connect(), refresh=True)
    kept()
    path.write_bytes(old)
    found = ask(connect())
    assert found["value"].item() == 2
    assert api.calls == 2


def test_an_answer_that_was_put_back_is_given_with_its_age(
    connect: Any, api: Any, kept: Any
) -> None:
    first = ask(connect())
    (path,) = kept(".answer")
    old, moment = path.read_bytes(), path.stat().st_mtime_ns
    ask(connect(), refresh=True)
    path.write_bytes(old)
    os.utime(path, ns=(moment, moment))
    found = ask(connect())
    assert found["value"].item() == 1
    assert found.attrs["fetched_at"] == first.attrs["fetched_at"]


def test_where_the_moments_of_files_were_lost_the_answer_is_read_again(
    connect: Any, api: Any, kept: Any
) -> None:
    """As by a copy of the folder."""
    ask(connect())
    (path,) = kept(".answer")
    os.utime(path)
    assert ask(connect())["value"].item() == 1
    assert api.calls == 1


def test_moments_are_exact() -> None:
    moment = datetime(2026, 11, 26, 17, 5, 3, 123456, tzinfo=UTC)
    mark = mark_of(moment)
    assert mark == 1795712703123456000
    assert is_of(mark, mark)
    for other in (1, 1000, 10**9, 3600 * 10**9):
        assert not is_of(mark_of(moment) + other, mark)
        assert not is_of(mark_of(moment) - other, mark)


@pytest.mark.parametrize("step", [10_000_000, 1_000_000_000, 2_000_000_000])
def test_disks_that_know_moments_only_roughly(step: int) -> None:
    moment = datetime(2026, 11, 26, 17, 5, 3, 123456, tzinfo=UTC)
    mark = mark_of(moment)
    assert is_of(mark // step * step, mark)
    later = mark_of(moment + timedelta(seconds=4))
    assert not is_of(later // step * step, mark)
