"""Locks where no system keeps any: a note that is renewed while its writer lives."""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from synerise_frames.errors import DatasetError
from synerise_frames.export.manifest import META

LOCK = f"{META}/lock.json"
# Who died while writing holds up the others no longer than this; who lives renews it in time.
PATIENCE = 900.0


class Notes(Protocol):
    """Where the note is kept."""

    root: str

    def read(self, name: str) -> bytes | None:
        """Give the content of a file; ``None`` where there is none."""

    def put(self, name: str, content: bytes | memoryview) -> None:
        """Write a file, in the place of an older one."""

    def create(self, name: str, content: bytes) -> bool:
        """Write a file if there is none of that name; say whether it was written."""

    def remove(self, name: str) -> None:
        """Remove a file; no harm where there is none."""


@contextmanager
def leased(store: Notes) -> Iterator[NoteLease]:
    """Keep other writers out, as well as an object store allows.

    Raises
    ------
    DatasetError
        If somebody else is writing.
    """
    lease = NoteLease(store)
    lease.take()
    over = threading.Event()
    renewer = threading.Thread(target=lease.renew, args=(over,), daemon=True)
    renewer.start()
    try:
        yield lease
    finally:
        over.set()
        renewer.join()
        # A note that cannot be removed now is void before long.
        with suppress(OSError):
            lease.give_back()


class NoteLease:
    """One writer's right, by a note in the store."""

    def __init__(self, store: Notes) -> None:
        self._store = store
        self.token = secrets.token_hex(8)

    def take(self) -> None:
        """Take the lock, or raise DatasetError if somebody has it."""
        holder = self._holder()
        self._refuse(holder)
        if holder:
            self._store.remove(LOCK)
        if not self._store.create(LOCK, self._note()):
            self._refuse(self._holder())
        # Some stores do not know "if there is none": of two that came at once, the last has it.
        self.check()

    def check(self) -> None:
        """Raise DatasetError if somebody else has the lock by now."""
        holder = self._holder()
        if not self._is_mine(holder):
            self._refuse(holder)
            raise DatasetError(
                f"The lock of {self._store.root} was lost; nothing was changed.",
                hint="Something stood still for long, or removed it: write again.",
            )

    def renew(self, over: threading.Event) -> None:
        """Keep the note fresh until told that it is over."""
        while not over.wait(PATIENCE / 3):
            with suppress(OSError):
                if not self._is_mine(self._holder()):
                    return
                self._store.put(LOCK, self._note())

    def give_back(self) -> None:
        """Let others write."""
        if self._is_mine(self._holder()):
            self._store.remove(LOCK)

    def _is_mine(self, holder: dict[str, Any] | None) -> bool:
        return holder is not None and holder["holder"] == self.token

    def _note(self) -> bytes:
        until = time.time() + PATIENCE
        return json.dumps({"holder": self.token, "process": os.getpid(), "until": until}).encode()

    def _holder(self) -> dict[str, Any] | None:
        try:
            noted = json.loads(self._store.read(LOCK) or b"null")
            return {"holder": str(noted["holder"]), "until": float(noted["until"])}
        except (ValueError, TypeError, KeyError):
            return None

    def _refuse(self, holder: dict[str, Any] | None) -> None:
        left = holder["until"] - time.time() if holder else 0.0
        if left > 0:
            raise DatasetError(
                f"Somebody else is writing to {self._store.root}.",
                code="dataset_in_use",
                hint=f"Wait until they are done; if they died, it is free in {left:.0f} s, or "
                f"when {LOCK} is removed.",
            )
