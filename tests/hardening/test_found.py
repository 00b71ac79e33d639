"""What generated answers found, each as one small test."""

from __future__ import annotations

import gzip
import html
import json
import math
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pandas as pd
import pyarrow.parquet as pq
import pytest

import synerise_frames as sf
from synerise_frames.brief import brief
from synerise_frames.wire.permissions import all_permissions
from tests.hardening.calls import KEY
from tests.hardening.server import RawServer, Wire, wire

Connect = Callable[..., sf.Workspace]
ROWS = {"items": [{"date": "2024-03-30T00:00:00Z", "values": [5]}], "legends": [{"id": "a"}]}

WHO = "o'connor & łódź+7"


def said(payload: object, status: int = 200) -> Callable[[Any], Wire]:
    return lambda seen: wire(json.dumps(payload).encode(), status)


# --- how much arrives


def test_a_length_that_no_memory_has_is_no_overflow(server: RawServer, connect: Connect) -> None:
    server.answer = lambda seen: Wire(b"HTTP/1.1 200 X\r\nContent-Length: %d\r\n\r\n{}" % 2**70)
    with pytest.raises(sf.TransportError, match="cut"):
        connect().metrics.calculate("m")


ENDLESS = {
    "chunks": Wire(
        b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n",
        endless=b"10000\r\n" + b" " * 65536 + b"\r\n",
    ),
    "no length": Wire(b"HTTP/1.1 200 X\r\n\r\n", endless=b" " * 65536),
    "packed": Wire(
        b"HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b" " * (8 << 20))
    ),
}


@pytest.mark.parametrize("how", ENDLESS)
def test_an_endless_answer_is_not_read_to_its_end(
    how: str, server: RawServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pycurl")
    monkeypatch.setattr("synerise_frames.http.client._LARGEST", 1 << 20)
    monkeypatch.setattr("synerise_frames.http.swarm.handle._LARGEST", 1 << 20)
    server.answer = lambda seen: ENDLESS[how] if seen.method == "POST" else wire(b"{}")
    ws = connect(retry=sf.RetryPolicy(attempts=3, backoff=0))
    with pytest.raises(sf.TransportError, match="far too large") as caught:
        ws.metrics.calculate("m")
    assert not caught.value.retryable
    assert len(server.seen) == 1
    rows = ws.profiles([1]).plan(aggregates="a").run(progress=False).frame
    assert "far too large" in rows["error"].item()


def test_a_chunk_of_less_than_nothing_has_an_end(
    server: RawServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synerise_frames.http.deadline._MOST", 1 << 20)
    head = b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"
    server.answer = lambda seen: Wire(head, endless=b" " * 65536)
    with pytest.raises(sf.TransportError):
        connect().metrics.calculate("m")


# --- what errors say


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_no_error_moves_the_cursor(server: RawServer, connect: Connect, status: int) -> None:
    server.answer = said({"message": "a\x1b[2Jb\r\nc\u202ed\x00e\x9bf\ud800"}, status)
    with pytest.raises(sf.SyneriseError) as caught:
        connect().call("metrics.list")
    shown = str(caught.value)
    assert r"a\x1b[2Jb c\u202ed\x00e\x9bf\ud800" in shown
    assert not set("\x1b\r\x00\x9b\u202e") & {*shown}


def test_a_long_content_type_is_cut(server: RawServer, connect: Connect) -> None:
    server.answer = lambda seen: wire(b"<p>", content_type="a" * 3000)
    with pytest.raises(sf.ShapeError, match=r"no JSON \(aaa") as caught:
        connect().metrics.calculate("m")
    assert len(str(caught.value)) < 400


def test_every_error_is_short() -> None:
    error = sf.ConfigError("word " * 10_000, hint="do this " * 10_000)
    assert len(error.message) == len(error.hint) == 800
    assert error.message.startswith("word word ")


def test_a_secret_is_masked_wherever_a_text_is_cut() -> None:
    sf.connect(api_key=KEY).close()
    for before in range(280, 310):
        assert KEY[:8] not in brief("x" * before + KEY, 300)
        assert KEY[:8] not in brief("x " * before * 4 + KEY + " y" * 9000, 300)
        assert KEY[:8] not in brief("x" * before + KEY + "y" * 9000, 300)


LONG = ["<title>", "eyJ", "\\\\", "//a", "password=", "Bearer "]


def test_a_long_error_page_is_not_searched_for_ever() -> None:
    # In a process of its own: a pattern that backtracks cannot be interrupted.
    code = (
        "from synerise_frames.http.message import Response\n"
        "from synerise_frames.http.problems import read_problem\n"
        f"for part in {LONG!r}:\n"
        "    for content in ('<html>' + part * 400_000, part * 400_000):\n"
        "        print(len(read_problem(Response(400, {}, content.encode()))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, timeout=60, text=True
    )
    assert max(map(int, done.stdout.split())) <= 300


@pytest.mark.parametrize(
    "refusal",
    [
        {"message": "no Jane@Example.com here", "status": 400, "error": "Bad"},
        {"error": {"who": "jane@example.com"}},
        {"message": [["jane@example.com"]]},
    ],
)
def test_a_refusal_that_claims_success_does_not_repeat_who_was_asked_about(
    server: RawServer, connect: Connect, refusal: object
) -> None:
    server.answer = said(refusal)
    with pytest.raises(sf.ShapeError, match="error answer") as caught:
        connect().aggregates.calculate("a", "jane@example.com", by="email")
    one: BaseException | None = caught.value
    while one is not None:
        assert "jane" not in f"{one} {one!r} {vars(one)}".lower()
        one = one.__cause__ or one.__context__


@pytest.mark.parametrize("status", [200, 400, 404])
@pytest.mark.parametrize(
    "escaped",
    [json.dumps, quote, quote_plus, html.escape, repr, lambda one: json.dumps(json.dumps(one))],
)
def test_a_refusal_does_not_name_who_was_asked_about_in_escaped_form_either(
    server: RawServer, connect: Connect, escaped: Callable[[str], str], status: int
) -> None:
    server.answer = said(
        {"message": f"no {escaped(WHO)} here", "status": status, "error": 1}, status
    )
    with pytest.raises(sf.SyneriseError) as caught:
        connect().aggregates.calculate("a", WHO, by="custom_identify")
    for one in (caught.value, caught.value.__cause__, caught.value.__context__):
        assert not re.search("(?i)conn|dz", f"{one} {one!r} {vars(one) if one else ''}")


# --- what frames hold


def test_permissions_that_are_no_flags_are_unknown(server: RawServer, connect: Connect) -> None:
    first, second, third = all_permissions()[:3]
    server.answer = said({"permissions": {first: True, second: "perhaps", third: [1]}})
    granted = connect().check_permissions().set_index("permission")["granted"]
    assert granted[first]
    assert granted[[second, third]].isna().all()
    assert granted.dtype == "boolean"


@pytest.mark.parametrize("value", [math.nan, math.inf, [math.nan], {"a": -math.inf}])
def test_notes_are_json_that_everybody_reads(
    value: object, tmp_path: Any, server: RawServer, connect: Connect
) -> None:
    server.answer = said({**ROWS, "took": value})
    frame = connect().trends.calculate("t", interval="1D")
    json.dumps(frame.attrs, allow_nan=False)
    assert frame.attrs["extra"]["took"] == json.dumps(value, separators=(",", ":"))
    frame.synerise.to_parquet(tmp_path / "t.parquet")
    for note in (pq.read_schema(tmp_path / "t.parquet").metadata or {}).values():
        assert b"NaN," not in note


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31"]
)
def test_the_end_of_the_calendar_is_kept_as_text(moment: str) -> None:
    answer = {"data": [{"id": "a", "name": "n", "createdAt": moment}]}
    listed = sf.frames.listing(answer, tz="Pacific/Kiritimati", kind="metric")
    assert pd.isna(listed["created_at"].item())
    assert moment in listed.to_string()
    trend = {"items": [{"date": moment, "values": [5]}, {"date": "2024-03-30", "values": [6]}]}
    for interval in (None, "1D", "1M"):
        read = sf.frames.trend(trend, tz="Pacific/Kiritimati", interval=interval)
        assert "2024-03-30" in read.to_string()


@pytest.mark.parametrize("interval", ["9000M", "1000000Y", "9999999D"])
def test_a_bucket_that_ends_after_the_calendar_has_no_end(interval: str) -> None:
    trend = {"items": [{"date": "9990-03-30", "values": [5]}]}
    read = sf.frames.trend(trend, tz="UTC", interval=interval)
    assert read["bucket_end"].isna().all()
    assert read["value"].tolist() == [5]


def test_the_catalog_keeps_what_no_column_takes(server: RawServer, connect: Connect) -> None:
    def listed(seen: Any) -> Wire:
        kind = seen.path.rpartition("/")[2]
        return wire(json.dumps({"data": [{"id": kind}], "meta": {"colour": kind}}).encode())

    server.answer = listed
    shown = json.dumps(connect().catalog().attrs["extra"])
    for kind in ("funnels", "metrics", "expressions"):
        assert f'"{kind}"' in shown


def test_a_row_without_an_id_is_declared_to_be_possible() -> None:
    read = sf.frames.membership({"data": [None]})
    told = sf.schema.describe("membership").set_index("column")["nullable"]
    assert read["segmentation_id"].isna().all()
    assert told[["profile", "segmentation_id"]].all()


# --- tokens and keys

TOKENS = ["żółć", "a\r\nX: y", "a\nb", " ", "a b", "\x00", "\ud800", "", 5, None, ["a"]]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_that_cannot_stand_in_a_header_is_none(
    token: object, server: RawServer, connect: Connect
) -> None:
    pytest.importorskip("pycurl")
    server.login = said({"token": token})
    ws = connect()
    with pytest.raises(sf.ShapeError, match="without a token"):
        ws.metrics.calculate("m")
    plan = ws.profiles([1]).plan(aggregates="a", expressions="e")
    with pytest.raises(sf.ShapeError, match="without a token"):
        plan.run(progress=False)
    assert not server.seen


@pytest.mark.parametrize("token", [token for token in TOKENS if token])
def test_neither_is_that_of_a_profile(token: object, server: RawServer, connect: Connect) -> None:
    server.answer = said({"token": token})
    with pytest.raises(sf.ShapeError, match="without a token") as caught:
        connect().auth.login_profile("k", "OAUTH", uuid="u", allow_unverified=True)
    assert caught.value.hint


@pytest.mark.parametrize("auth", ["jwt", "basic"])
@pytest.mark.parametrize("end", ["\n", "\r\nX: y", "\x00", "\ud800"])
def test_a_key_with_a_line_end_is_refused_without_being_shown(
    auth: str, end: str, connect: Connect
) -> None:
    for given in ({"api_key": KEY + end}, {"workspace_guid": "g" + end}):
        with pytest.raises(sf.ConfigError, match="line end") as caught:
            connect(**{"auth": auth, "workspace_guid": "g", **given})
        assert KEY not in str(caught.value)


# --- what is counted


def test_what_was_unexpected_is_counted_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    # The function of the same name hides the module.
    monkeypatch.setattr(sys.modules["synerise_frames.schema.drift"], "_MOST", 20)
    sf.schema.reset_drift()
    for number in range(60):
        sf.frames.metric({"result": 5, f"{number}-" + "x" * 10_000: 1})
    told = sf.schema.drift()
    sf.schema.reset_drift()
    assert told["count"].sum() == 60
    assert len(told) <= 21
    assert told["path"].str.len().max() <= 300
