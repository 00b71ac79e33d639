"""Old answers that stand in while the server fails: said once for each kind of failure."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Mapping

from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import SyneriseWarning
from synerise_frames.http.cache.cache import Found
from synerise_frames.http.cache.dated import say_age
from synerise_frames.wire.faults import describe
from synerise_frames.wire.operation import Operation


class StandIns:
    """The old answers of one workspace, and for which failures they were warned of."""

    def __init__(self) -> None:
        self._told: set[str | None] = set()
        self._lock = threading.Lock()

    def tell(self, found: Found, op: Operation, path: Mapping[str, str]) -> None:
        """Warn of an old answer, unless one was warned of for the same failure."""
        with self._lock:
            if found.reason in self._told:
                return
            self._told.add(found.reason)
        # Warnings get into logs, where identifiers of people do not belong.
        plain = {name: value for name, value in path.items() if name != "clientId"}
        warnings.warn(
            f"The server failed ({found.reason}), so an answer that is {say_age(found.age)} old "
            f"stands in for the {describe(op, plain, None)}. refresh=True or max_age= keep old "
            'ones out; df.attrs["source"] is "stale" for all such frames, without a further '
            "warning for the same failure.",
            SyneriseWarning,
            stacklevel=depth_of_caller(),
        )
