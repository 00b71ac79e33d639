"""One process of the stress test: many threads that call, and check every single answer.

``python stress_worker.py URL FOLDER THREADS CALLS SEED`` prints what happened as JSON.
``python stress_worker.py foreign FOLDER SECONDS`` is somebody else: it locks, opens, deletes,
cuts and plants files.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import sys
import threading
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

ANALYSES = 150
# Files that are disturbed for each call.
_DISTURBED = 4


def check(ws: Any, what: int, number: int, how: dict[str, Any]) -> bool:
    """Make one call; say whether the answer is to what was asked."""
    path = f"id-{number}"
    if what == 0:
        # Raw JSON, which says what was asked.
        answer = ws.call("metrics.calculate", metricId=path)
        return f"/{path}/" in answer["asked"]["path"]
    if what == 1:
        answer = ws.call("trends.calculate", trendId=path, variables=[{"name": "n", "value": path}])
        return path in answer["asked"]["path"] and f'"{path}"' in answer["asked"]["body"]
    if what == 2:
        return str(ws.trends.get(path)["asked"]["path"]).endswith(f"/{path}")
    frame = ws.trends.calculate(path, variables={"n": path}, **how)
    asked = json.dumps(frame.attrs["extra"])
    return f"/{path}/" in asked and frame.attrs["analysis_id"] == path and len(frame) == 1


def _calls(folder: str) -> Path:
    """Give the file, beside the folder, that grows by a byte with every call."""
    return Path(f"{folder}-calls")


def work(
    ws: Any, folder: str, calls: int, seed: int, told: Counter[str], lock: threading.Lock
) -> None:
    chance = random.Random(seed)
    mine: Counter[str] = Counter()
    done = os.open(_calls(folder), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for _ in range(calls):
        how = {"refresh": True} if chance.random() < 0.05 else {}
        try:
            good = check(ws, chance.randrange(4), chance.randrange(ANALYSES), how)
            mine["right" if good else "wrong"] += 1
        except Exception as error:  # noqa: BLE001 - any error at all is what is looked for
            mine[f"{type(error).__name__}: {error}"] += 1
        os.write(done, b".")
    os.close(done)
    with lock:
        told.update(mine)


def caller(url: str, folder: str, threads: int, calls: int, seed: int) -> None:
    import synerise_frames as sf
    from synerise_frames.wire.operations import OPERATIONS

    paths = {key: op.path for key, op in OPERATIONS.items() if not op.verified}
    told: Counter[str] = Counter()
    lock = threading.Lock()
    warnings.simplefilter("error")
    ws = sf.connect(host=url, api_key="key-of-the-stress-test", cache=folder, paths=paths)
    crew = [
        threading.Thread(target=work, args=(ws, folder, calls, seed * 1000 + n, told, lock))
        for n in range(threads)
    ]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    print(json.dumps({"told": told, "info": vars(ws.cache.info())}, default=str))


def foreign(folder: str, seconds: float) -> None:
    chance = random.Random(7)
    _calls(folder).touch()
    held: list[Any] = []
    ends = time.monotonic() + seconds
    disturbed = 0
    while time.monotonic() < ends:
        # At the pace of the calls: on a busy machine, a spoiler with a pace of its own would leave
        # nothing to be answered from the folder.
        due = _DISTURBED * _calls(folder).stat().st_size - disturbed
        for path in list(Path(folder).rglob("*"))[: min(due, 400)]:
            disturbed += 1
            try:
                disturb(path, chance, held)
            except OSError:
                continue
        del held[: max(len(held) - 100, 0)]
        time.sleep(0.05)


def disturb(path: Path, chance: random.Random, held: list[Any]) -> None:
    if not path.is_file():
        return
    dice = chance.random()
    if dice < 0.5:
        file = path.open("r+b")
        held.append(file)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    elif dice < 0.55:
        path.unlink()
    elif dice < 0.60:
        os.truncate(path, path.stat().st_size // 2)
    elif dice < 0.65:
        path.write_bytes(os.urandom(200))
    elif dice < 0.70:
        others = list(path.parent.iterdir())
        path.write_bytes(chance.choice(others).read_bytes())
    elif dice < 0.75:
        (path.parent / f"foreign-{chance.randrange(20)}.db").write_bytes(b"SQLite format 3\0")


if __name__ == "__main__":
    if sys.argv[1] == "foreign":
        foreign(sys.argv[2], float(sys.argv[3]))
    else:
        caller(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
