"""What may be passed as the id of an analysis, as several of them, and as one profile."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable, Mapping
from numbers import Integral

import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.kinds.mistaken import refuse_if_all
from synerise_frames.redact import hide, plain


def checked_id(value: object, what: str) -> str:
    """Check that an id is non-empty text (numbers are taken as text).

    Raises
    ------
    ConfigError
        If it is not.
    """
    if isinstance(value, bool) or not isinstance(value, str | Integral) or not str(value).strip():
        # A frame's repr is many lines, and holds more than is wrong.
        big = isinstance(value, pd.DataFrame | pd.Series | Mapping)
        shown = f"A {type(value).__name__}" if big else reprlib.repr(value)
        raise ConfigError(
            f"{shown} is no {what} id.",
            hint=(_id_in(value) if big else "")
            + (
                f"ws.{what}s.find(name) gives the id of a name."
                if what != "analysis"
                else "ws.catalog() shows the ids."
            ),
        )
    return str(value).strip()


def checked_ids(given: object, kind: str) -> list[str]:
    """Take ids of analyses of one kind: a list, one id, a list of analyses or a row of it.

    Raises
    ------
    ConfigError
        If one is none, or the analyses are of another kind.
    """
    if isinstance(given, pd.DataFrame):
        given = _of_listing(given, kind)
    elif isinstance(given, pd.Series) and "id" in given.index:
        given = [given["id"]]
    many = [*given] if isinstance(given, Iterable) and not _is_one(given) else [given]
    ids = [checked_id(one, kind) for one in many]
    for one in ids:
        if re.search(r"\s", one):
            raise ConfigError(
                f"{one!r} is no {kind} id.",
                hint=f"ws.{kind}s.find({one!r}) gives the id, if that is its name.",
            )
    return ids


def checked_profile(profile: str | int, by: str, what: str) -> str | int:
    """Check that this is one profile, and no e-mail address or UUID that nobody called so.

    Parameters
    ----------
    profile : str or int
        Its identifier.
    by : str
        What it is said to be.
    what : str
        What is asked: ``aggregates``, ``expressions`` or ``segmentations``.

    Returns
    -------
    str or int
        The same, with a repr that tells nothing.

    Raises
    ------
    ConfigError
        If it is none.
    """
    # First of all: tracers show what the lines below are about.
    profile = hide(profile)
    if isinstance(profile, Iterable) and not isinstance(profile, str | bytes):
        raise ConfigError(
            f"This asks about one profile, not about a {type(plain(profile)).__name__} of them.",
            hint=f"ws.profiles(ids).plan({what}=[id]).run() asks about many, side by side.",
        )
    if isinstance(profile, str):
        refuse_if_all([profile], by, beside_id=True)
    return profile


def _is_one(given: object) -> bool:
    return isinstance(given, str | Mapping)


def _of_listing(listed: pd.DataFrame, kind: str) -> Iterable[object]:
    """Take the ids of a list of analyses."""
    if "id" not in listed.columns:
        raise ConfigError(
            "This frame has no column 'id'.", hint=f"ws.{kind}s.list() gives one that has."
        )
    kinds = {*listed["kind"].dropna()} if "kind" in listed.columns else set()
    if others := sorted(map(str, kinds - {kind})):
        raise ConfigError(
            f"This frame has analyses of other kinds: {', '.join(others)}.",
            hint=f'Take those of this kind: df[df["kind"] == "{kind}"].',
        )
    return [*listed["id"]]


def _id_in(value: object) -> str:
    frame = isinstance(value, pd.DataFrame)
    return f'One id is wanted, such as {"df" if frame else "it"}["id"]{".iloc[0]" * frame}. '
