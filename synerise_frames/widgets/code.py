"""A choice as the lines of Python that give the same frame."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from synerise_frames.periods import Absolute, Relative
from synerise_frames.redact import plain
from synerise_frames.widgets.choice import Choice
from synerise_frames.wire.bodies import Width, interval_of

_WIDTH = 88
_SHORT = {
    "SECONDS": "s",
    "MINUTES": "min",
    "HOURS": "h",
    "DAYS": "D",
    "WEEKS": "W",
    "MONTHS": "M",
    "YEARS": "Y",
}


def code_of(choice: Choice) -> str:
    r"""Give the code of a choice; ``ws`` is the workspace.

    >>> from synerise_frames.periods import last
    >>> print(code_of(Choice("trend", "7f", "Visits\nper day", last(30, "days"), "1D", ("a",))))
    import synerise_frames as sf
    <BLANKLINE>
    # Visits per day
    df = ws.trends.calculate("7f", dates=sf.last(30, "days"), interval="1D")
    df = df[df["series"].isin(["a"])].reset_index(drop=True)
    """
    arguments = [_literal(choice.analysis)]
    if choice.dates is not None:
        arguments.append(f"dates={_window(choice.dates)}")
    if choice.interval is not None:
        arguments.append(f"interval={_width(choice.interval)}")
    lines = [_call(f"df = ws.{choice.kind}s.calculate", arguments)]
    if choice.name:
        lines.insert(0, _comment(choice.name))
    if isinstance(choice.dates, Absolute | Relative):
        lines[:0] = ["import synerise_frames as sf", ""]
    if choice.series:
        lines.append(_filter(choice.column, choice.series))
    return "\n".join(lines)


def _call(function: str, arguments: Iterable[str]) -> str:
    arguments = [*arguments]
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{function}(", *(f"    {argument}," for argument in arguments), ")"])


def _filter(column: str, series: Collection[str | None]) -> str:
    named = [_literal(name) for name in series if name is not None]
    # isin([None]) finds what has no name in some versions of pandas only.
    unnamed = [f"df[{_literal(column)}].isna()"] if None in series else []

    def kept(names: str) -> str:
        tests = [f"df[{_literal(column)}].isin({names})"] if named else []
        return f"df = df[{' | '.join([*tests, *unnamed])}].reset_index(drop=True)"

    line = kept(f"[{', '.join(named)}]")
    if len(line) <= _WIDTH:
        return line
    listed = "\n".join(f"    {name}," for name in named)
    return f"chosen = [\n{listed}\n]\n{kept('chosen')}"


def _comment(name: str) -> str:
    """Give a name as a comment; what is printable ends no line."""
    shown = "".join(c if c.isprintable() else " " for c in name)
    return f"# {' '.join(shown.split())}"


def _literal(value: object) -> str:
    """Write a value as Python does, text in double quotes where it has none itself."""
    text = repr(plain(value))
    if isinstance(value, str) and text.startswith("'") and '"' not in text:
        return f'"{text[1:-1]}"'
    return text


def _window(dates: Absolute | Relative | Mapping[str, Any]) -> str:
    if isinstance(dates, Relative):
        unit = _literal(dates.duration.unit.lower())
        before = f", before={dates.offset}" if dates.offset else ""
        return f"sf.last({dates.duration.value}, {unit}{before})"
    if isinstance(dates, Absolute):
        return f"sf.between({_moment(dates.start)}, {_moment(dates.end)})"
    return _literal(dict(dates))


def _moment(moment: datetime) -> str:
    whole = moment.tzinfo is None and moment.time() == moment.min.time()
    return _literal(moment.date().isoformat() if whole else moment.isoformat())


def _width(width: Width) -> str:
    interval = None if isinstance(width, str) else interval_of(width)
    return _literal(f"{interval.value}{_SHORT[interval.unit]}" if interval else plain(width))
