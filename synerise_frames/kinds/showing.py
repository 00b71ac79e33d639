"""What a kind of analyses shows of itself in a notebook, without asking anybody."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import pandas as pd

from synerise_frames.readable import Facts

# So many names are shown of those that were listed.
_FIRST = 5


def listed_names(listed: pd.DataFrame) -> list[str]:
    """Give the names in a list of analyses, ids where there is none, without deleted ones."""
    there = listed[~listed["is_deleted"].fillna(False)]
    return [str(name) for name in there["name"].fillna(there["id"])]


def about(kind: object, family: str, workspace: str, names: Sequence[str] | None) -> Facts:
    """Say what is known of the analyses of a kind, and what to call next.

    Parameters
    ----------
    kind : object
        The namespace, for what can be called.
    family, workspace : str
        What both are called.
    names : sequence of str or None
        Names of all analyses as they were listed last; ``None`` if they never were.
    """
    rows = [("analyses", "not listed yet" if names is None else f"{len(names):,} when last listed")]
    if names:
        more = ", …" if len(names) > _FIRST else ""
        rows.append(("first", ", ".join(names[:_FIRST]) + more))
    calls = [
        name for name, _ in inspect.getmembers(type(kind), callable) if not name.startswith("_")
    ]
    rows.append(("calls", ", ".join(calls)))
    wanted = ", ".join(_required(kind, "calculate"))
    return Facts(
        f"{family} of {workspace}",
        rows,
        f"ws.{family}.list() shows all, .find(name) gives an id, .calculate({wanted}) a frame",
    )


def _required(kind: object, call: str) -> list[str]:
    parameters = inspect.signature(getattr(kind, call)).parameters.values()
    return [one.name for one in parameters if one.default is one.empty]
