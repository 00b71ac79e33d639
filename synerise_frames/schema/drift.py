"""Drift: what a reader met and did not expect. Counted here, shown to the user, never silent."""

from __future__ import annotations

import re
import threading
import warnings
from collections import Counter
from collections.abc import Callable

import pandas as pd

from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import ShapeError, SyneriseWarning
from synerise_frames.schema.columns import free_name
from synerise_frames.schema.text import as_text, is_json

# What is longer or nested deeper is kept as JSON text: pandas copies attrs all the time.
_SMALL, _DEEP = 1_000, 50

# So many places are told apart: keys may be dates or ids, and a process may live for months.
_MOST, _LONGEST_PLACE = 5_000, 300

#: What is met where times lack a zone, and none was given to read them in.
NAIVE = "a time without a zone"

_seen: Counter[tuple[str, str, str]] = Counter()
_lock = threading.Lock()


class Reading:
    """The reading of one answer: collects what was unexpected, or refuses it.

    Parameters
    ----------
    kind : str
        Kind of frame that is read.
    strict : bool
        Raise at the first unexpected thing instead of counting it.
    later : bool
        Count when :meth:`count` is called: for a reading that may be given up.
    """

    def __init__(self, kind: str, *, strict: bool = False, later: bool = False) -> None:
        self.kind = kind
        self.strict = strict
        self._met: Counter[tuple[str, str, str]] = Counter()
        self._later = later
        self._warned = False
        #: What no column could take, kept for ``attrs["extra"]``.
        self.extra: dict[str, object] = {}
        #: Where in the answer the paths begin that readers give.
        self.base = "$"
        #: Gives the JSON path of a column's value in a row, if the reader knows it.
        self.where: Callable[[str, int], str] | None = None

    def unexpected(self, path: str, what: str) -> None:
        """Note that `what` was met at the JSON path `path`.

        Positions in lists are counted as one: the report has ``$.items[*].x``.

        Raises
        ------
        ShapeError
            If the reading is strict.
        """
        path = path.encode("utf-8", "backslashreplace").decode()
        if self.strict:
            raise ShapeError(
                f"{self.kind}: {what} at {path}.",
                path=path,
                hint="Read it with strict=False to keep what is there; "
                "sf.schema.drift() counts what was unexpected.",
            )
        place = re.sub(r"\[\d+\]", "[*]", self.base + path[1:])
        self._met[self.kind, place[:_LONGEST_PLACE], what[:_LONGEST_PLACE]] += 1
        if not self._later:
            self.count()

    def count(self) -> None:
        """Add what was met to what :func:`drift` shows."""
        naive = any(what == NAIVE for _, _, what in self._met)
        with _lock:
            for (kind, place, what), times in self._met.items():
                key = (kind, place, what)
                if key not in _seen and len(_seen) >= _MOST:
                    key = (kind, "$", "more than is told apart")
                _seen[key] += times
        self._met.clear()
        if naive and not self._warned:
            # A column of NaT alone would be found when a picture is empty.
            self._warned = True
            warnings.warn(
                "Times were sent without a zone, so they are missing here (their text is in "
                "columns that end with _raw). Pass tz=, the zone of the workspace, such as "
                "tz='Europe/Warsaw', to read them.",
                SyneriseWarning,
                stacklevel=depth_of_caller(),
            )

    def keep(self, path: str, name: str, value: object) -> None:
        """Keep `value` under ``attrs["extra"][name]`` and note that it was unexpected."""
        self.unexpected(path, f"unknown field {name!r}")
        self.hold(path if name in self.extra else name, value)

    def hold(self, name: str, value: object) -> None:
        """Keep `value` under ``attrs["extra"][name]``.

        Large lists and objects are kept as JSON text, and so is what JSON has no word for.
        """
        text = as_text(value) or ""
        # Raises for half a character, which no file can hold; readers then escape it.
        text.encode()
        boxed = isinstance(value, dict | list)
        if (boxed and (len(text) > _SMALL or _is_deep(text))) or not is_json(value, text):
            value = text
        self.extra[free_name(name, self.extra)] = value


def _is_deep(text: str) -> bool:
    """Tell JSON text that may be nested deeper than copies of attrs should go."""
    return text.count("[") + text.count("{") > _DEEP


def drift() -> pd.DataFrame:
    """Show what readers of this process met and did not expect.

    Returns
    -------
    DataFrame
        kind, path, what (all ``string``) and count (``Int64``), most frequent first.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> list(sf.schema.drift().columns)
    ['kind', 'path', 'what', 'count']
    """
    with _lock:
        rows = [(*key, n) for key, n in _seen.most_common()]
    dtypes = {"kind": "string", "path": "string", "what": "string", "count": "Int64"}
    return pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)


def reset_drift() -> None:
    """Forget what was counted."""
    with _lock:
        _seen.clear()
