"""Canaries beyond single calls: bulk, the command line, syncs, widgets, data sets, processes.

The search is that of the cache's canary (``tests/cache/canary``): a key, a token and somebody's
address go in, and every byte that is left is searched for them in all their forms. Here the
server also throws back all that it was sent. Columns that say whom a row is about hold what was
asked; nothing else may.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import synerise_frames as sf
from synerise_frames.http.swarm import Call
from synerise_frames.sandbox.launch import launch
from tests.cache.canary.hunting import EMAIL, KEY, Hunt, search_error, search_objects
from tests.hardening.calls import PATHS
from tests.hardening.server import TOKEN, RawServer, Seen, Wire, serving, wire

#: What says whom a row is about.
WHOM = ("profile", "email")

SECRETS = {"key": KEY, "token": TOKEN.split(".")[1]}

RECIPE = """
root = "data"

[[dataset]]
name = "visits"
kind = "trend"
analysis = "00000000-0000-4000-8000-00000000000a"
window = "month"
interval = "1D"
from = 2026-01-01

[[dataset]]
name = "figures"
kind = "metric"
analysis = "Thing"

[[dataset]]
name = "people"
kind = "profiles"
ids = "people.csv"
by = "email"
aggregates = ["Thing"]
"""

GOOD = {
    "name": "Thing",
    "id": "x",
    "data": [{"id": "x", "name": "Thing"}],
    "meta": {"totalPages": 1},
    "analysis": {},
}
VALUES = {
    "trends": {"legends": [{"id": "a"}], "items": [{"date": "2024-03-02", "values": [1]}]},
    "metrics": {"result": 5, "metricData": {"title": "Thing"}},
    "aggregates": {"clientId": 7, "aggregateId": "x", "name": "Thing", "result": 5},
    "segmentations": [{"segmentationId": "x", "result": True}],
}


def well(seen: Seen) -> Wire:
    family = next((name for name in VALUES if name in seen.path), "")
    answer = GOOD if seen.method == "GET" else VALUES.get(family, {})
    if start := re.search(rb"\d{4}-\d\d-\d\dT[^\"]*", seen.body):
        # Of the window that was asked for.
        answer = json.loads(json.dumps(answer).replace("2024-03-02", start[0].decode()))
    return wire(json.dumps(answer).encode())


def badly(status: int) -> Callable[[Seen], Wire]:
    """Throw back all that was sent, in a message and in the bare; lists are as always."""

    def answer(seen: Seen) -> Wire:
        if seen.method == "GET":
            return well(seen)
        head = seen.head.decode("latin-1")
        said = f"{head} {seen.body.decode()} apiKey={KEY}"
        return wire(
            json.dumps({"message": said, "error": said}, ensure_ascii=False).encode(), status
        )

    return answer


@pytest.fixture
def server() -> Iterator[RawServer]:
    with serving(answer=well) as one:
        yield one


class Traces:
    """What is left behind, searched for secrets; and for the person where nobody may be."""

    def __init__(self) -> None:
        self.secrets = Hunt(SECRETS)
        self.people = Hunt({"e-mail": EMAIL})

    def text(self, where: str, content: bytes | str) -> None:
        self.secrets.search(where, content)
        self.people.search(where, content)

    def tree(self, folder: Path) -> None:
        for path in sorted(folder.rglob("*")):
            self.text("name", str(path.relative_to(folder)))
            if path.is_file():
                self.file(path)

    def file(self, path: Path) -> None:
        raw = path.read_bytes()
        self.secrets.search("bytes", raw)
        if path.suffix == ".parquet":
            self.parquet(path)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    self.text("zip", packed.read(name))
        elif raw[:2] == b"\x1f\x8b":
            self.text("gzip", gzip.decompress(raw))
        elif path.suffix in (".json", ".toml", ".lock", ".jsonl", ".log"):
            self.people.search("bytes", raw)

    def parquet(self, path: Path) -> None:
        table = pq.read_table(path)
        self.text("metadata", b" ".join((table.schema.metadata or {}).values()))
        self.secrets.search("cells", repr(table.to_pylist()))
        rest = table.drop_columns([name for name in WHOM if name in table.column_names])
        self.people.search("cells", repr(rest.to_pylist()))

    def nothing(self, *places: str) -> None:
        assert {*places} <= {*self.secrets.searched}, "not everything was searched"
        assert self.secrets.hits == []
        assert self.people.hits == []


def people(folder: Path) -> Path:
    file = folder / "people.csv"
    file.write_text(f"email\n{EMAIL}\nother@example.com\n", encoding="utf-8")
    return file


# --- bulk


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 500])
def test_a_bulk_run_leaves_no_secret(
    status: int, server: RawServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("pycurl")
    caplog.set_level("DEBUG")
    server.answer = well if status == 200 else badly(status)
    traces = Traces()
    how: Any = {"cache": tmp_path / "cache", "retry": sf.RetryPolicy(attempts=2, backoff=0)}
    with sf.connect(api_key=KEY, host=server.url, paths=PATHS, **how) as ws:
        plan = ws.profiles([EMAIL, "b@example.com"], by="email").plan(
            aggregates="x", segmentations="x"
        )
        try:
            out = tmp_path / "out"
            result = plan.run(out=out, journal=tmp_path / "run.journal", progress=False)
        except sf.SyneriseError as error:
            search_error(traces.people, error, deep=False)
            search_error(traces.secrets, error, deep=False)
        else:
            errors = " ".join(result.frame["error"].dropna())
            assert (errors == "") == (status == 200)
            traces.text("shown", f"{plan} {result} {errors} {result.frame.attrs}")
            traces.text("shown", repr([plan._repr_html_(), result._repr_html_()]))
        search_objects(traces.secrets)
        search_objects(traces.people)
    traces.tree(tmp_path)
    traces.text("log", caplog.text)
    traces.nothing("name", "bytes", "log", "repr")


# --- the command line


def command(server: RawServer, folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command with every logger at DEBUG, on stderr."""
    code = (
        "import logging, sys; logging.basicConfig(level=logging.DEBUG)\n"
        "from synerise_frames.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    env = {name: value for name, value in os.environ.items() if "SYNERISE" not in name}
    env |= {
        "SYNERISE_API_KEY": KEY,
        "SYNERISE_HOST": server.url,
        "SYNERISE_TZ": "UTC",
        "SYNERISE_CACHE_DIR": str(folder / "cache"),
        "SYNERISE_CONFIG_DIR": str(folder / "config"),
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, "-c", code, "--debug", *words],
        cwd=folder, env=env, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


PROFILES = ("profiles", "--ids", "people.csv", "--by", "email", "--aggregate", "Thing",
            "--segmentation", "Thing", "-o", "out")  # fmt: skip
COMMANDS = [
    (200, ("list", "metric")),
    (200, ("pull", "metric", "Thing", "-o", "metric.parquet")),
    (400, ("pull", "metric", "Thing")),
    (200, ("pull", "metric", "nothing")),
    (200, PROFILES),
    (400, PROFILES),
    (200, ("sync", "recipe.toml", "--log", "json")),
    (400, ("sync", "recipe.toml", "--log", "json")),
    (400, ("sync", "recipe.toml", "--log", "text")),
    (400, ("doctor", "--shapes", "shapes.json")),
]


@pytest.mark.parametrize(("status", "words"), COMMANDS, ids=lambda one: str(one)[:30])
def test_no_command_tells_a_secret(
    status: int, words: tuple[str, ...], server: RawServer, tmp_path: Path
) -> None:
    server.answer = well if status == 200 else badly(status)
    people(tmp_path)
    (tmp_path / "recipe.toml").write_text(RECIPE)
    done = command(server, tmp_path, *words)
    assert b"DEBUG" in done.stderr
    traces = Traces()
    traces.text("stdout", done.stdout)
    traces.text("stderr", done.stderr)
    traces.tree(tmp_path)
    traces.nothing("stdout", "stderr", "name", "bytes")
    if status == 200:
        assert done.returncode == ("nothing" in words), done.stderr.decode()[-2000:]


# --- widgets and data sets


@pytest.mark.parametrize("status", [200, 400])
def test_no_widget_tells_a_secret(status: int, server: RawServer) -> None:
    embed = pytest.importorskip("ipywidgets.embed")
    traces = Traces()
    with sf.connect(api_key=KEY, host=server.url, cache=False, tz="UTC") as ws:
        server.answer = well if status == 200 else badly(status)
        explorer: Any = ws.explore("metric", "Thing")
        assert explorer.wait(30)
        state = embed.embed_data(views=[explorer.view])
        assert len(json.dumps(state)) > 1000
        traces.text("widget", json.dumps(state, ensure_ascii=False))
        traces.text("widget", repr(explorer) + repr(ws))
    traces.nothing("widget")


def test_no_data_set_tells_a_secret(server: RawServer, tmp_path: Path) -> None:
    traces = Traces()
    with sf.connect(api_key=KEY, host=server.url, cache=False, tz="UTC") as ws:
        frame = ws.aggregates.calculate("x", EMAIL, by="email")
        manifest = sf.write_dataset(frame, tmp_path / "set", partition_by=["name"])
        frame.synerise.to_parquet(tmp_path / "one.parquet")
        traces.text("manifest", f"{manifest} {manifest!r}")
    traces.tree(tmp_path)
    traces.nothing("manifest", "metadata", "cells", "bytes")


# --- processes


def test_no_process_is_called_by_a_secret() -> None:
    """Whoever may list processes sees their arguments."""
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("there is no list of processes to read here")
    with launch() as sandbox:
        arguments = Path(f"/proc/{sandbox.pid}/cmdline").read_bytes()
        secrets = {
            name: getattr(sandbox, name)
            for name in ("api_key", "profile_key", "password", "mfa_code")
        }
        assert b"python" in arguments
        assert not [name for name, value in secrets.items() if value.encode() in arguments]


# --- the search itself


@pytest.mark.parametrize("how", ["plain", "zip", "gzip", "parquet", "metadata", "name"])
def test_the_search_finds_what_is_planted(how: str, tmp_path: Path) -> None:
    raw = f"before {KEY} after".encode()
    if how == "zip":
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("inner", raw * 20)
    elif how == "gzip":
        (tmp_path / "a.gz").write_bytes(gzip.compress(raw * 20))
    elif how in ("parquet", "metadata"):
        table = pa.table({"x": [raw.decode() if how == "parquet" else ""] * 50})
        notes = {"note": KEY} if how == "metadata" else {}
        pq.write_table(table.replace_schema_metadata(notes), tmp_path / "a.parquet")
    else:
        (tmp_path / ("a" if how == "plain" else "cañary key")).write_bytes(raw)
    traces = Traces()
    traces.tree(tmp_path)
    assert "key" in {hit.canary for hit in traces.secrets.hits}


# --- proxies

PROXY_PASSWORD = "cañary-proxy-pässword"


def refuse_proxy(seen: Seen) -> Wire:
    """Repeat what the proxy was told, as some do."""
    return wire(seen.head, 407)


@pytest.mark.parametrize("place", ["listening", "dead"])
def test_the_password_of_a_proxy_is_told_to_nobody_else(
    place: str, server: RawServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server.answer = refuse_proxy
    port = server.url.rpartition(":")[2] if place == "listening" else "9"
    word = quote(PROXY_PASSWORD)
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{word}@127.0.0.1:{port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    # requests writes it in the one encoding, libcurl in the other.
    basic = [
        base64.b64encode(f"user:{PROXY_PASSWORD}".encode(encoding)).decode()
        for encoding in ("latin-1", "utf-8")
    ]
    hunt = Hunt({"password": PROXY_PASSWORD, "key": KEY, **dict(zip("ab", basic, strict=True))})
    patience = sf.RetryPolicy(attempts=1, connect_timeout=2, deadline=5)
    how: Any = {"host": "https://api.example.invalid", "retry": patience, "cache": False}
    with sf.connect(api_key=KEY, auth="basic", workspace_guid="g", paths=PATHS, **how) as ws:
        with pytest.raises(sf.TransportError) as caught:
            ws.metrics.calculate("m")
        search_error(hunt, caught.value, deep=False)
        told: list[Any] = []
        swarm = ws.context.api.swarm(1)
        swarm.run(iter([Call("/x", b"{}")]), lambda call, outcome: told.append(outcome))
        (outcome,) = told
        search_error(hunt, outcome.error, deep=False)
        hunt.search("shown", f"{ws!r} {swarm.around!r} {outcome!r}")
        search_objects(hunt)
    hunt.search("log", caplog.text)
    assert hunt.hits == []
    assert all(any(one.encode() in seen.head for one in basic) for seen in server.seen)
    assert (len(server.seen) > 1) == (place == "listening")
