"""One shape for everything that is measured: a row of the table of ``make bench``."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace


def figure(value: float) -> str:
    """Give three digits that count, and no more."""
    digits = 0 if abs(value) >= 99.95 else 1 if abs(value) >= 9.995 else 2
    return f"{value:,.{digits}f}"


@dataclass(frozen=True)
class Target:
    """What a ratio has to be; ``is_least`` tells a floor from a ceiling.

    ``of_each`` asks it of each measurement: one refused call is one too many, whatever the median.
    """

    bound: float
    is_least: bool
    what: str
    unit: str = "×"
    of_each: bool = False

    def is_met(self, ratios: Iterable[float]) -> bool:
        """Say whether the median, or each of them, is good enough; rounding helps nobody."""
        values = list(ratios)
        if not self.of_each:
            values = [statistics.median(values)]
        return all(v >= self.bound if self.is_least else v <= self.bound for v in values)

    def __str__(self) -> str:
        if self.of_each and not self.bound:
            return f"none {self.what}"
        return f"{'≥' if self.is_least else '≤'} {self.bound:g} {self.unit} {self.what}".strip()


def at_least(bound: float, what: str = "faster") -> Target:
    """Ask for a ratio of theirs to ours."""
    return Target(bound, True, what)


def at_most(bound: float, what: str = "", unit: str = "×") -> Target:
    """Ask for a ratio of ours to theirs, or a figure, that is no higher."""
    return Target(bound, False, what, unit)


def none_of(what: str) -> Target:
    """Ask that something never happens."""
    return Target(0, False, what, unit="", of_each=True)


@dataclass(frozen=True)
class Row:
    """What was measured.

    ``ours`` and ``against`` say who, with the median of each; ``ratios`` has one for each pair
    that ran side by side. Without a target a row tells a figure and promises nothing.
    """

    work: str
    ours: str
    against: str
    target: Target | None
    ratios: tuple[float, ...]
    note: str = ""
    failed: str = ""

    @property
    def measured(self) -> str:
        """Give the median of the ratios, with the least and the most of them."""
        if not self.ratios:
            return ""
        unit = self.target.unit if self.target else "×"
        middle = f"{figure(statistics.median(self.ratios))} {unit}".strip()
        least, most = figure(min(self.ratios)), figure(max(self.ratios))
        return middle if least == most else f"{middle} ({least} to {most})"

    @property
    def verdict(self) -> str:
        """Say ``met``, ``not met``, ``failed: why``, or nothing where nothing was promised."""
        if self.failed:
            return f"failed: {self.failed}"
        if self.target is None:
            return ""
        return "met" if self.target.is_met(self.ratios) else "not met"

    def to_json(self) -> str:
        """Give one line, which another process reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Row:
        """Read what `to_json` wrote."""
        row = cls(**json.loads(line))
        target = Target(**row.target) if isinstance(row.target, dict) else None
        return replace(row, target=target, ratios=tuple(row.ratios))


def failure(work: str, why: str) -> Row:
    """Give the row of a benchmark that ended before its time."""
    return Row(work, "", "", None, (), failed=why)


def compared(
    work: str,
    ours: tuple[str, list[float]],
    against: tuple[str, list[float]],
    target: Target | None,
    *,
    unit: str = "s",
    note: str = "",
) -> Row:
    """Compare figures that were taken in pairs.

    Without a target, or with a floor, a ratio is theirs to ours (times faster); under a ceiling
    it is ours to theirs (parts of it).
    """
    pairs = list(zip(ours[1], against[1], strict=True))
    upside = target is None or target.is_least
    ratios = tuple(theirs / own if upside else own / theirs for own, theirs in pairs)
    return Row(work, told(*ours, unit), told(*against, unit), target, ratios, note)


def told(who: str, values: list[float], unit: str) -> str:
    """Say who, and the median of what it needed."""
    middle = statistics.median(values)
    for smaller in ("ms", "µs"):
        if unit in {"s", "ms"} and middle < 0.1:
            middle, unit = middle * 1000, smaller
    return f"{who}: {figure(middle)} {unit}"
