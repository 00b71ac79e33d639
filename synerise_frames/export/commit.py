"""A change of a data set: prepared aside, decided by one file, finished by whoever comes next.

The new files are staged below ``_meta``, where no reader looks. Then one small file says what
is to be moved where: from that moment the change has happened, and whatever kills the writer,
the next one (or a reader, who looks first) sees all of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from synerise_frames.errors import DatasetError
from synerise_frames.export.manifest import META, NAME, DataFile, Manifest, read_manifest
from synerise_frames.export.store import Store

COMMIT = f"{META}/commit.json"
STAGED = f"{META}/staged"


@dataclass(frozen=True)
class Pending:
    """A change that was decided and may not be finished."""

    manifest: Manifest
    moves: dict[str, str]
    removals: tuple[str, ...]


def stage(store: Store, position: int, path: str, content: memoryview) -> tuple[str, DataFile]:
    """Write a new file aside; give where it is, and what the manifest says of it."""
    digest = hashlib.sha256(content).hexdigest()
    # No ".parquet" in the end: readers that glob would take it for a part.
    aside = f"{STAGED}/{position:06}-{digest[:16]}"
    store.put(aside, content)
    return aside, DataFile(path, 0, len(content), digest)


def decide(
    store: Store, manifest: Manifest, moves: dict[str, str], removals: Sequence[str]
) -> None:
    """Make the change: all of it, or, if this is killed before, none."""
    note = {
        "manifest": manifest.to_json().decode(),
        "moves": moves,
        "removals": [path for path in removals if path not in moves.values()],
    }
    store.put(COMMIT, json.dumps(note).encode())
    settle(store)


def pending(store: Store) -> Pending | None:
    """Give the change that was decided and not finished, if there is one."""
    text = store.read(COMMIT)
    if text is None:
        return None
    try:
        note = json.loads(text)
        manifest = read_manifest(note["manifest"].encode(), store.root)
        return Pending(manifest, dict(note["moves"]), tuple(note["removals"]))
    except (ValueError, KeyError, AttributeError):
        raise DatasetError(
            f"The last change of {store.root} left a broken {COMMIT}.",
            hint=f"Remove {COMMIT}; what is in the manifest then counts.",
        ) from None


def settle(store: Store) -> None:
    """Finish a change that was decided. Doing it again is no harm."""
    change = pending(store)
    if change is None:
        return
    for aside, path in change.moves.items():
        store.move(aside, path)
    for path in change.removals:
        store.remove(path)
    store.put(NAME, change.manifest.to_json())
    store.remove(COMMIT)


def forget(store: Store) -> None:
    """Remove what a writer staged that was killed before it decided."""
    for name in store.names():
        if name.startswith(f"{STAGED}/"):
            store.remove(name)


def load(store: Store) -> Manifest | None:
    """Give the manifest as it is, or as a decided change makes it; ``None`` if there is none."""
    change = pending(store)
    if change:
        return change.manifest
    text = store.read(NAME)
    return None if text is None else read_manifest(text, store.root)


def content(store: Store, file: DataFile) -> bytes | None:
    """Give a file's content, from where it is staged if it is still there."""
    change = pending(store)
    if change:
        for aside, path in change.moves.items():
            if path == file.path:
                staged = store.read(aside)
                if staged is not None:
                    return staged
    return store.read(file.path)


def with_rows(file: DataFile, rows: int, partition: dict[str, str]) -> DataFile:
    """Say what a staged file holds."""
    return replace(file, rows=rows, partition=partition)
