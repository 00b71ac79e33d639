"""All checks, each apart from the others: one that fails hides none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, fields
from pathlib import Path

import pandas as pd

from synerise_frames.doctor.account import (
    Greeting,
    check_clock,
    check_login,
    check_permissions,
    greet,
    workspace_zone,
)
from synerise_frames.doctor.machine import check_folder, check_paths, check_zone
from synerise_frames.doctor.row import Row, failed
from synerise_frames.errors import SyneriseError
from synerise_frames.kinds.context import Context

__all__ = ["diagnose"]


def diagnose(context: Context, cache_folder: Path) -> pd.DataFrame:
    """Check login, permissions, clock, zone, cache folder and paths.

    Parameters
    ----------
    context : Context
        The workspace.
    cache_folder : Path
        Where answers would be kept; it is not made.

    Returns
    -------
    DataFrame
        check, status (``ok``, ``warning``, ``failed``, ``skipped``), detail, hint
        (``string``): a row a check.
    """
    greeting, no_answer = _greeting(context)
    rows = []
    if greeting is None:
        rows.append(no_answer or Row("login", "failed", "no answer"))
        rows += [Row(name, "skipped", "needs the login") for name in ("permissions", "clock")]
    else:
        rows.append(_checked("login", lambda: check_login(context, greeting)))
        rows.append(_checked("permissions", lambda: check_permissions(context, greeting)))
        rows.append(_checked("clock", lambda: check_clock(greeting)))
    rows.append(_checked("zone", lambda: check_zone(context.tz, workspace_zone(greeting))))
    rows.append(_checked("cache folder", lambda: check_folder(cache_folder)))
    rows.append(_checked("paths", lambda: check_paths(context.api.paths)))
    names = [field.name for field in fields(Row)]
    return pd.DataFrame([astuple(row) for row in rows], columns=names, dtype="string")


def _greeting(context: Context) -> tuple[Greeting | None, Row | None]:
    try:
        return greet(context), None
    except SyneriseError as error:
        return None, failed("login", error)


def _checked(name: str, check: Callable[[], Row]) -> Row:
    try:
        return check()
    except SyneriseError as error:
        return failed(name, error)
