"""What a column is: its dtype, its Arrow type, and what it means."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

Dtype = Literal["string", "Int64", "Float64", "boolean", "time"]


@dataclass(frozen=True)
class Column:
    """One declared column of a frame.

    ``dtype`` is the pandas dtype, where ``"time"`` stands for ``datetime64[us, tz]`` in
    the workspace's zone. ``unit`` is empty where a value has none or the API states none.
    """

    name: str
    dtype: Dtype
    meaning: str
    nullable: bool = True
    unit: str = ""


def free_name(name: str, taken: Container[str], ending: str = "_") -> str:
    """Give `name` as often with the `ending` as it takes to be none of those that are `taken`.

    >>> free_name("a", {"a", "a_"})
    'a__'
    """
    while name in taken:
        name += ending
    return name


def text(name: str, meaning: str, *, nullable: bool = True) -> Column:
    """Declare a text column (ids are text too)."""
    return Column(name, "string", meaning, nullable)


def count(name: str, meaning: str, *, unit: str = "", nullable: bool = True) -> Column:
    """Declare a whole-number column."""
    return Column(name, "Int64", meaning, nullable, unit)


def measure(name: str, meaning: str, *, unit: str = "") -> Column:
    """Declare a column of measured numbers."""
    return Column(name, "Float64", meaning, unit=unit)


def flag(name: str, meaning: str) -> Column:
    """Declare a true-or-false column."""
    return Column(name, "boolean", meaning)


def time(name: str, meaning: str) -> Column:
    """Declare a column of instants."""
    return Column(name, "time", meaning)
