"""Keeping 50,000 results of a bulk, against requests-cache with each of its fast settings.

Run it with ``python -m benchmarks.bulk_store``. Both sides get the same answers, of one aggregate
for 50,000 profiles, in memory. requests-cache (SQLite) stores each response under its key, as its
session does, and reads it back by its key; its session itself, which costs more than that, is
left out in its favour. Ours keeps cells, the way a run does it: in the journal (encrypted, on disk
when the time is taken) and among what is known. The ratios are against whichever setting is best
at that; a transaction around everything is shown, but a run that is killed would lose it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import requests
from requests.adapters import HTTPAdapter
from requests_cache.backends.sqlite import SQLiteCache
from urllib3 import HTTPResponse

from benchmarks.answers import profile_answers
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
    "as it comes": {},
    "fast_save": {"fast_save": True, "wal": True},
    "fast_save, JSON": {"fast_save": True, "wal": True, "serializer": "json"},
    "fast_save, one transaction": {"fast_save": True, "wal": True},
}
ALL_AT_ONCE = "fast_save, one transaction"


def timed(call: Callable[[], Any]) -> float:
    """Give the seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


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


def requests_cache(bodies: list[bytes], name: str, folder: Path) -> tuple[float, int, float]:
    """Give seconds to write, bytes, and seconds to read."""
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

    written, read_ = timed(write), timed(read)
    store.close()
    return written, size(folder), read_


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


def journal(bodies: list[bytes], folder: Path) -> tuple[float, int, float]:
    """Give seconds to write, bytes, and seconds to read."""
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

    return timed(write), size(folder), timed(read)


def known(bodies: list[bytes], folder: Path) -> tuple[float, int, float]:
    """Give seconds to write, bytes, and seconds to read."""
    kept = entries(bodies)
    keys = [entry.key for entry in kept]
    shelf = Shelf(folder, max_bytes=1 << 30, max_age=86400)
    store = Known(shelf, Cache(shelf, TENANT, 0), TENANT, 3600)

    def write() -> None:
        assert store.save(GROUP, kept)

    def read() -> None:
        assert None not in store.load([GROUP], Wanted(3600)).find(keys, 0, "cached")

    return timed(write), size(folder), timed(read)


def measure(rows: int) -> pd.DataFrame:
    """Run everything; give one row a way to keep results."""
    bodies = profile_answers(rows)
    theirs: dict[str, tuple[float, int, float]] = {}
    ours: dict[str, list[tuple[float, int, float]]] = {"journal": [], "known": []}
    for name in SETTINGS:
        with tempfile.TemporaryDirectory() as folder:
            theirs[name] = requests_cache(bodies, name, Path(folder))
        # Between, so that both see the same machine.
        for who, run in (("journal", journal), ("known", known)):
            with tempfile.TemporaryDirectory() as folder:
                ours[who].append(run(bodies, Path(folder)))
    best = [min(row[i] for name, row in theirs.items() if name != ALL_AT_ONCE) for i in range(3)]
    medians = {who: tuple(pd.DataFrame(runs).median()) for who, runs in ours.items()}
    table = pd.DataFrame(
        [
            (name, *row, *(top / value for top, value in zip(best, row, strict=True)))
            for name, row in {**theirs, **medians}.items()
        ],
        columns=["kept by", "write_s", "bytes", "read_s", "x faster", "x smaller", "x read"],
    )
    table["bytes_a_row"] = table["bytes"] / rows
    return table


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    options = parser.parse_args()
    print(measure(options.rows).to_string(index=False, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
