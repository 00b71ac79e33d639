"""Readers get the text of an answer; whatever is wrong with it is told as it was before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pandas.testing import assert_frame_equal

import synerise_frames as sf
from synerise_frames.http.cache.behind import BEHIND
from synerise_frames.wire import codec

DATES = sf.between("2020-01-01", "2020-02-01")
TREND: dict[str, Any] = {
    "legends": ["a"],
    "items": [{"date": "2020-01-01T00:00:00+01:00", "values": [4]}],
}


def ask(ws: sf.Workspace, **how: Any) -> Any:
    return ws.trends.calculate("t", dates=DATES, **how)


def test_an_answer_is_parsed_once(
    own: sf.Workspace, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.say(200, json.dumps(TREND).encode())
    own.trends.get("warm-up")
    monkeypatch.setattr(codec.json, "loads", loads := Counted(json.loads))
    assert ask(own)["value"].item() == 4
    # Others parse as well: the thread that writes the frame down tries whether its notes can be
    # read again.
    BEHIND.wait()
    assert [text for text in loads.texts if "legends" in text] == [json.dumps(TREND)]


class Counted:
    """Parses JSON, and notes of what."""

    def __init__(self, plain: Any) -> None:
        self.plain = plain
        self.texts: list[str] = []

    def __call__(self, text: Any, **options: Any) -> Any:
        self.texts.append(text if isinstance(text, str) else bytes(text).decode())
        return self.plain(text, **options)


BROKEN = [
    b"",
    b"no JSON",
    b"<html>maintenance</html>",
    b'{"items": [1, 2',
    b'{"items": [1,, 2]}',
    b"{'items': []}",
    b"[1] [2]",
    b"\xff\xfe{}",
    b"{\xff}",
    b"[" * 50_000 + b"]" * 50_000,
]


@pytest.mark.parametrize("body", BROKEN[1:], ids=lambda body: repr(body[:18]))
@pytest.mark.parametrize("strict", [False, True])
def test_what_is_no_json_is_told_like_that_of_any_call(
    own: sf.Workspace, api: Any, kept: Any, body: bytes, strict: bool
) -> None:
    api.say(200, body)
    with pytest.raises(sf.ShapeError) as raw:
        own.call("trends.calculate", trendId="t", variables=[])
    with pytest.raises(sf.ShapeError) as caught:
        ask(own, strict=strict)
    assert caught.value.to_dict() == raw.value.to_dict()
    assert "no JSON" in caught.value.message
    # And never kept: neither now, nor for those who are offline.
    assert kept("") == []


def test_an_empty_answer_is_an_empty_frame(own: sf.Workspace, api: Any) -> None:
    api.say(200, BROKEN[0])
    assert ask(own).empty


@pytest.mark.parametrize("body", BROKEN[1:4], ids=lambda body: repr(body[:18]))
def test_what_is_plainly_no_json_takes_nothing_away(
    connect: Any, api: Any, kept: Any, body: bytes
) -> None:
    good = ask(connect())
    api.say(200, body)
    with pytest.raises(sf.ShapeError):
        ask(connect(), refresh=True)
    assert_frame_equal(ask(connect()), good)
    assert_frame_equal(ask(connect(offline=True)), good)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_encodings_that_json_may_have(own: sf.Workspace, api: Any, encoding: str) -> None:
    api.say(200, json.dumps(TREND | {"name": "Żółw"}, ensure_ascii=False).encode(encoding))
    for _ in range(2):
        df = ask(own)
        assert df["value"].item() == 4
        assert df.attrs["analysis_name"] == "Żółw"


def test_a_key_that_comes_twice_is_noticed(own: sf.Workspace, api: Any) -> None:
    text = json.dumps(TREND).replace('"values"', '"unit": "x", "unit": "y", "values"')
    api.say(200, text.encode())
    live = ask(own)
    assert (live["unit"].item(), live["unit_1"].item()) == ("y", "x")
    with pytest.raises(sf.ShapeError, match="unit"):
        ask(own, strict=True, refresh=True)


def test_what_is_strange_is_counted_once(own: sf.Workspace, api: Any) -> None:
    sf.schema.reset_drift()
    api.say(200, json.dumps(TREND | {"items": [{**TREND["items"][0], "odd": 1}]}).encode())
    ask(own)
    drift = sf.schema.drift()
    assert drift["count"].tolist() == [1]
    sf.schema.reset_drift()


def test_an_answer_of_another_shape_is_asked_for_again(
    own: sf.Workspace, api: Any, kept: Any
) -> None:
    api.say(200, b'{"status": 500, "error": "x", "message": "y", "path": "/z"}')
    for _ in range(2):
        with pytest.raises(sf.ShapeError, match="error answer"):
            ask(own)
    assert api.calls == 2
    assert kept("") == []
