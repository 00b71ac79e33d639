"""A change of a data set: prepared aside, decided by one file, finished by whoever comes next.

The new files are staged below ``_meta``, where no reader looks. Then one small file says what
is to be moved where: from that moment the change has happened, and whatever kills the writer,
the next one (or a reader, who looks first) sees all of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from synerise_frames.errors import DatasetError
from synerise_frames.export.manifest import META, NAME, DataFile, Manifest, read_manifest
from synerise_frames.export.store import Lease, Store
from synerise_frames.redact import redact

COMMIT = f"{META}/commit.json"
STAGED = f"{META}/staged"


@dataclass(frozen=True)
class Pending:
    """A change that was decided and may not be finished."""

    manifest: Manifest
    moves: dict[str, str]
    removals: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """What a data set holds: its manifest, and which of its files are staged still."""

    manifest: Manifest | None
    staged: Mapping[str, str]


def stage(store: Store, lease: Lease, position: int, content: memoryview) -> tuple[str, str]:
    """Write a new file aside; give where it is, and its checksum."""
    digest = hashlib.sha256(content).hexdigest()
    # No ".parquet" in the end: readers that glob would take it for a part.
    aside = f"{STAGED}/{lease.token}-{position:06}-{digest[:16]}"
    store.put(aside, content)
    return aside, digest


def decide(
    store: Store, lease: Lease, manifest: Manifest, moves: dict[str, str], removals: Sequence[str]
) -> None:
    """Make the change: all of it, or, if this fails or is killed, none.

    Raises
    ------
    DatasetError
        If somebody else has the lock by now, or nobody can know whether the change was made.
    """
    told = {
        "manifest": manifest.to_json().decode(),
        "moves": moves,
        "removals": [path for path in removals if path not in moves.values()],
    }
    note = json.dumps(told).encode()
    lease.check()
    try:
        store.put(COMMIT, note)
    except OSError as error:
        if not _arrived(store, note, error):
            raise


def _arrived(store: Store, note: bytes, error: OSError) -> bool:
    """Say whether the note is there all the same: of a network, the answer may get lost."""
    try:
        return store.read(COMMIT) == note
    except OSError:
        raise DatasetError(
            redact(f"It is not known whether {store.root} was changed: {error}"),
            hint="Read it when it can be reached again, and write only what is not there.",
        ) from None


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


def forget(store: Store, writer: str = "") -> None:
    """Remove what writers staged that were killed before they decided, or one of them."""
    for name in store.names(STAGED):
        if name.startswith(f"{STAGED}/{writer}"):
            store.remove(name)


def abandon(store: Store, lease: Lease) -> None:
    """Remove what this writer staged, if it has not decided."""
    # Where even this fails, the next writer does it.
    with suppress(OSError):
        if store.read(COMMIT) is None:
            forget(store, f"{lease.token}-")


def held(store: Store) -> Held:
    """Say what a data set holds: as it is, or as a decided change makes it."""
    change = pending(store)
    if change:
        return Held(change.manifest, {path: aside for aside, path in change.moves.items()})
    text = store.read(NAME)
    return Held(None if text is None else read_manifest(text, store.root), {})


def load(store: Store) -> Manifest | None:
    """Give the manifest of what a data set holds; ``None`` if there is none."""
    return held(store).manifest


def content(store: Store, file: DataFile, staged: Mapping[str, str]) -> bytes | None:
    """Give a file's content, from where it is staged if it is still there."""
    aside = staged.get(file.path)
    found = store.read(aside) if aside else None
    return store.read(file.path) if found is None else found
