"""How a plan is run, checked before anything is opened."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synerise_frames.bulk.showing import Show
from synerise_frames.errors import ConfigError

#: Readers of Parquet folders leave out what starts so.
IN_FOLDER = "_journal"

# More connections than this help nobody, and no server likes them.
_MOST_WORKERS = 1_000


@dataclass(frozen=True)
class Options:
    """How a plan is run; see :meth:`Plan.run`."""

    workers: int = 64
    journal: Path | None = None
    out: Path | None = None
    progress: bool | Show = True
    deadline: float | None = None
    executor: Any = None
    #: The journal says what is asked, however old its answers are.
    resuming: bool = False

    def __post_init__(self) -> None:
        if type(self.workers) is not int or not 0 < self.workers <= _MOST_WORKERS:
            raise ConfigError(
                f"workers={self.workers!r} is no number of connections.",
                hint=f"Give a whole number from 1 to {_MOST_WORKERS}.",
            )
        good = self.deadline is None or (
            isinstance(self.deadline, int | float)
            and self.deadline is not True
            and math.isfinite(self.deadline)
            and self.deadline > 0
        )
        if not good:
            raise ConfigError(
                f"deadline={self.deadline!r} is no time.", hint="Give seconds above 0."
            )
        if not isinstance(self.progress, bool) and not callable(self.progress):
            raise ConfigError(
                f"progress={self.progress!r} shows nothing.",
                hint="Give True, False, or a function that is called with how far it is.",
            )
        self._check_places()
        if self.executor is not None:
            from synerise_frames.bulk.cluster import checked_client  # noqa: PLC0415 - needs Dask

            checked_client(self.executor)

    def _check_places(self) -> None:
        """Refuse places that cannot be before a folder is made for one of them."""
        if self.journal is None:
            return
        if self.journal.is_dir():
            raise ConfigError(
                f"journal={str(self.journal)!r} is a folder, and a journal is a file.",
                hint="Name a file in it; the folder for the ledger is out=, which has a journal "
                "of its own.",
            )
        if self.out is not None:
            out, journal = self.out.resolve(), self.journal.resolve()
            if journal in (out, *out.parents):
                raise ConfigError(
                    f"journal={str(self.journal)!r} is the place of out= or above it.",
                    hint="Leave out journal=: it is in the folder out= then; or name a file "
                    "beside it.",
                )

    @property
    def journal_path(self) -> Path | None:
        """Where the journal is: beside the ledger, where nothing else is said."""
        if self.journal is None and self.out is not None:
            return self.out / IN_FOLDER
        return self.journal
