"""Keeping 50,000 results of a bulk, against requests-cache with each of its fast settings.

Run it with ``python -m benchmarks.bulk_store``. Both sides get the same answers, of one aggregate
for many profiles, in memory. requests-cache (SQLite) stores each response under its key, as its
session does, and reads it back by its key; its session itself, which costs more than that, is
left out in its favour. It keeps one after the other, so a tenth of the answers tells the rest.
Ours keeps cells, the way a run does it: in the journal (encrypted, on disk when the time is taken)
and among what is known. The ratios are against whichever setting is best at that; a transaction
around everything is shown, but a run that is killed would lose it. requests-cache as it comes is
left out: it writes twenty times slower than its fast settings.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_cache.backends.sqlite import SQLiteCache
from urllib3 import HTTPResponse

from benchmarks.alone import Effort, main
from benchmarks.answers import profile_answers
from benchmarks.row import Row, Target, at_least, compared
from benchmarks.timing import in_turns, seconds
from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.journal import Journal
from synerise_frames.bulk.kept.answered import Entry
from synerise_frames.bulk.kept.known import Known
from synerise_frames.http.cache.cache import Cache
from synerise_frames.http.cache.dated import Wanted
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.cache.shelf import Shelf
from synerise_frames.redact import Secret
from synerise_frames.schema.text import as_number, as_text

TENANT = Tenant("https://api.example", ["benchmark"], Secret("benchmark-key"))
GROUP = ("aggregates.calculate", "00000000-0000-4000-8000-000000000001", "id")
URL = "https://api.example/analytics/profiles/aggregates/a/calculate/by/id"
TOGETHER = 500

SETTINGS: dict[str, dict[str, Any]] = {
    "fast_save": {"fast_save": True, "wal": True},
    "fast_save, JSON": {"fast_save": True, "wal": True, "serializer": "json"},
    "fast_save, one transaction": {"fast_save": True, "wal": True},
}
ALL_AT_ONCE = "fast_save, one transaction"


@dataclass(frozen=True)
class Kept:
    """What it took: seconds to write, bytes, seconds to read."""

    write: float
    size: float
    read: float


def size(folder: Path) -> int:
    """Give the bytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def responses(bodies: list[bytes]) -> list[requests.Response]:
    """Give the answers as requests has them."""
    adapter = HTTPAdapter()
    made = []
    for body in bodies:
        asked = {"identifierValue": str(json.loads(body)["clientId"])}
        request = requests.Request("POST", URL, json=asked).prepare()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        raw = HTTPResponse(BytesIO(body), headers, 200, preload_content=False)
        made.append(adapter.build_response(request, raw))
    return made


def requests_cache(bodies: list[bytes], name: str, folder: Path) -> Kept:
    """Write and read, and take the time."""
    store = SQLiteCache(str(folder / "cache"), **SETTINGS[name])
    answers = responses(bodies)
    keys = [store.create_key(answer.request) for answer in answers]

    def write() -> None:
        with store.responses.bulk_commit() if name == ALL_AT_ONCE else nullcontext():
            for key, answer in zip(keys, answers, strict=True):
                store.save_response(answer, key)

    def read() -> None:
        for key in keys:
            store.get_response(key).json()

    written, read_ = seconds(write), seconds(read)
    store.close()
    return Kept(written, size(folder), read_)


def entries(bodies: list[bytes]) -> list[Entry]:
    """Give the answers as a run has them."""
    now = time.time_ns() // 1000
    made = []
    for i, body in enumerate(bodies):
        answer = json.loads(body)
        result = answer["result"]
        cell = Cell(
            "ok", 200, None, 1, "live", now - 400 * (len(bodies) - i),
            as_text(result), as_number(result), type(result).__name__, answer["name"],
        )  # fmt: skip
        made.append(Entry(TENANT.digest("id", str(answer["clientId"])), 0, cell))
    return made


def journal(bodies: list[bytes], folder: Path) -> Kept:
    """Write and read, and take the time."""
    kept = entries(bodies)
    keys = [entry.key for entry in kept]
    path = folder / "journal"

    def write() -> None:
        with Journal.start(path, TENANT, {}) as book:
            for start in range(0, len(kept), TOGETHER):
                book.append(kept[start : start + TOGETHER])

    def read() -> None:
        with Journal.open(path, TENANT) as book:
            assert None not in book.answered().find(keys, 0, "live")

    return Kept(seconds(write), size(folder), seconds(read))


def known(bodies: list[bytes], folder: Path) -> Kept:
    """Write and read, and take the time."""
    kept = entries(bodies)
    keys = [entry.key for entry in kept]
    shelf = Shelf(folder, max_bytes=1 << 30, max_age=86400)
    store = Known(shelf, Cache(shelf, TENANT, 0), TENANT, 3600)

    def write() -> None:
        assert store.save(GROUP, kept)

    def read() -> None:
        assert None not in store.load([GROUP], Wanted(3600)).find(keys, 0, "cached")

    return Kept(seconds(write), size(folder), seconds(read))


def in_a_folder(way: Callable[[Path], Kept]) -> Kept:
    """Keep things where nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        return way(Path(folder))


def measure(effort: Effort) -> Iterator[Row]:
    """Keep and read, each way."""
    rows, some = effort.of(50_000), effort.of(5_000)
    bodies = profile_answers(rows)
    ways: dict[str, Callable[[Path], Kept]] = {
        name: partial(requests_cache, bodies[:some], name) for name in SETTINGS
    }
    ways |= {
        "journal": partial(journal, bodies),
        "known": partial(known, bodies),
    }
    took = in_turns(
        {name: partial(in_a_folder, way) for name, way in ways.items()},
        effort.rounds(3),
    )
    for who in ("journal", "known"):
        yield from _rows(f"keeping {rows:,} results, {who}", rows / some, took, who)


WHO = {"journal": "Journal", "known": "Known"}


def _rows(work: str, factor: float, took: dict[str, list[Kept]], who: str) -> Iterator[Row]:
    others = [times for name, times in took.items() if name in SETTINGS and name != ALL_AT_ONCE]
    rounds = list(zip(*others, strict=True))
    wanted: tuple[tuple[str, str, Target | None, str], ...] = (
        (work, "write", at_least(20.0), "s"),
        (f"{work}, bytes", "size", at_least(10.0, "smaller"), "MB"),
        (f"{work}, reading", "read", None, "s"),
    )
    for told, field, target, unit in wanted:
        scale = 1e-6 if unit == "MB" else 1.0
        ours = [getattr(one, field) * scale for one in took[who]]
        best = [min(getattr(one, field) for one in seen) * factor * scale for seen in rounds]
        theirs = ("requests-cache, best setting", best)
        yield compared(told, (WHO[who], ours), theirs, target, unit=unit)
    ours = [one.write for one in took[who]]
    at_once = [one.write * factor for one in took[ALL_AT_ONCE]]
    theirs = ("requests-cache, one transaction around all", at_once)
    yield compared(work, (WHO[who], ours), theirs, None)


if __name__ == "__main__":
    main(__doc__, measure)
