"""What the tests of journal and known answers share; run as a script, it is another process.

``python storing.py write PATH`` appends to a journal and says what is on disk, until it is killed.
``python storing.py hold PATH`` opens a journal and keeps it.
``python storing.py full PATH BYTES`` appends to a journal that may grow to so many bytes.
``python storing.py save FOLDER SEED BLOCKS ROWS`` saves blocks of known answers.
"""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path

from hypothesis import strategies as st

from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.journal import Journal
from synerise_frames.bulk.kept.answered import Entry
from synerise_frames.bulk.kept.known import Group, Known
from synerise_frames.errors import BulkError
from synerise_frames.http.cache.cache import Cache
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.cache.shelf import Shelf
from synerise_frames.redact import Secret

HOST = "https://api.example"
CREDENTIALS = "key-of-the-stored-answers"
TENANT = Tenant(HOST, ["workspace", ""], Secret(CREDENTIALS))
GROUP: Group = ("aggregates.calculate", "an-aggregate", "id")
HOUR = 3600.0
PROFILE = "jané.cañary+7@example.com"


def key(number: int) -> bytes:
    return hashlib.md5(b"%d" % number, usedforsecurity=False).digest()


def micros(seconds_ago: float = 0) -> int:
    return int((time.time() - seconds_ago) * 1_000_000)


def entry(number: int, analysis: int = 0, ago: float = 1, result: str | None = None) -> Entry:
    text = str(number) if result is None else result
    cell = Cell("ok", 200, None, 1, "live", micros(ago), text, float(number), "number", "Visits")
    return Entry(key(number), analysis, cell)


def known(folder: Path, tenant: Tenant = TENANT, lifetime: float = HOUR, **caps: float) -> Known:
    sizes = {"max_bytes": 1 << 30, "max_age": 90 * 24 * HOUR} | caps
    shelf = Shelf(folder, max_bytes=int(sizes["max_bytes"]), max_age=sizes["max_age"])
    return Known(shelf, Cache(shelf, tenant, 0), tenant, lifetime)


# Words that Arrow can hold: what cannot be written as UTF-8 is escaped where answers are read.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
cells = st.builds(
    Cell,
    st.sampled_from(["ok", "not_found", "forbidden", "invalid", "rate_limited", "error"]),
    st.none() | st.integers(100, 599),
    st.none() | texts,
    st.integers(0, 1000),
    st.just("live"),
    st.none() | st.integers(0, 2**62),
    st.none() | texts | st.integers(-(10**60), 10**60).map(str),
    st.none() | st.floats() | st.integers(-(2**53), 2**53).map(float),
    st.none() | texts,
    st.none() | texts,
)
# Few, so that they meet; alike at either end, and with the bytes that numpy's text drops.
_HALVES = [bytes(8), b"\0" * 7 + b"\1", b"\1" + bytes(7), b"a" * 8, b"a" * 7 + b"\0", b"\xff" * 8]
keys = st.builds(bytes.__add__, *[st.sampled_from(_HALVES)] * 2) | st.binary(
    min_size=16, max_size=16
)
entries = st.builds(Entry, keys, st.sampled_from([0, 1, 7, 65535]), cells)


def _write(path: Path) -> None:
    with Journal.start(path, TENANT, {}) as journal:
        journal.add_inputs([str(n) for n in range(1000)])
        for number in range(0, 10**9, 10):
            journal.append([entry(n) for n in range(number, number + 10)])
            if number % 500 == 0:
                journal.flush()
                print(number + 10, flush=True)


def _hold(path: Path) -> None:
    with Journal.open(path, TENANT):
        print("held", flush=True)
        time.sleep(600)


def _full(path: Path, size: int) -> None:
    import resource

    journal = Journal.start(path, TENANT, {})
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    safe = 0
    try:
        for number in range(0, 100_000, 50):
            journal.append([entry(n) for n in range(number, number + 50)])
            journal.flush()
            safe = number + 50
    except BulkError as error:
        print(safe, error.code, error, sep="\n")
    try:
        journal.append([entry(1)])
    except BulkError as error:
        print("again", error.code)
    journal.close()


def _save(folder: Path, seed: int, blocks: int, rows: int) -> None:
    store = known(folder)
    for block in range(blocks):
        first = seed * 1_000_000 + block * rows
        assert store.save(GROUP, [entry(n) for n in range(first, first + rows)])


if __name__ == "__main__":
    what, place, *rest = sys.argv[1:]
    {"write": _write, "hold": _hold, "full": _full, "save": _save}[what](
        Path(place), *map(int, rest)
    )
