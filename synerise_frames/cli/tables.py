"""Frames as plain text: a header, then a line a row, as wide as they are or as a terminal is."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pandas as pd

# Columns of text are cut down to this before others are left out.
_NARROWEST = 12
_GAP = 2
_ELLIPSIS = "…"
# Floats from here on are whole; with all their digits, some would have three hundred.
_WHOLE = 1e15
_MOMENT = pd.Timedelta(1, "us")


def table(frame: pd.DataFrame, width: int | None = None) -> str:
    """Give the text of a frame: a header, then a line a row; missing values are empty.

    Parameters
    ----------
    frame : DataFrame
        What is shown. Numbers stand right.
    width : int, optional
        Cut texts, and leave out the last columns, so that no line is wider. Nothing is cut off
        where left out.
    """
    columns = [_column(frame.iloc[:, i], str(name)) for i, name in enumerate(frame.columns)]
    rights = [_is_number(frame.iloc[:, i]) for i in range(len(columns))]
    widths = [max(map(_width, cells)) for cells in columns]
    if width is not None:
        # Who reads an id wants to copy it.
        fixed = [right or c == "id" for right, c in zip(rights, frame.columns, strict=True)]
        fitted = _fitted(widths, fixed, width)
        widths = fitted if len(fitted) > 1 else _fitted(widths, rights, width)
        columns = columns[: len(widths)]
        if len(widths) < len(rights):
            columns.append([f"+{len(rights) - len(widths)}", *[_ELLIPSIS] * len(frame)])
            widths.append(max(map(_width, columns[-1])))
            rights = [*rights[: len(widths) - 1], False]
    cut = [[_cut(cell, to) for cell in cells] for cells, to in zip(columns, widths, strict=True)]
    gap = " " * _GAP
    lines = (gap.join(map(padded, row, widths, rights)).rstrip() for row in zip(*cut, strict=True))
    return "".join(f"{line}\n" for line in lines)


def _column(values: pd.Series, name: str) -> list[str]:
    name = one_line(name)
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return [name, *_times(values)]
    if pd.api.types.is_bool_dtype(values.dtype):
        return [name, *("" if pd.isna(v) else "yes" if v else "no" for v in values)]
    if pd.api.types.is_float_dtype(values.dtype):
        return [name, *_numbers(values)]
    return [name, *("" if pd.isna(v) else one_line(v) for v in values.astype(object))]


def _times(values: pd.Series) -> list[str]:
    """Give times as dates where all begin a day, else to the minute or second, with the offset."""
    known = values.dropna()
    # Not by midnight: in some zones a day may have none, or two.
    day, before = (_wall_day(moments) for moments in (known, known - _MOMENT))
    if (day != before).all():
        form = "%Y-%m-%d"
    elif (known.dt.second == 0).all():
        form = "%Y-%m-%d %H:%M%z"
    else:
        form = "%Y-%m-%d %H:%M:%S%z"
    return ["" if pd.isna(moment) else moment.strftime(form) for moment in values]


def _wall_day(moments: pd.Series) -> pd.Series:
    days: pd.Series = moments.dt.tz_localize(None).dt.normalize()
    return days


def _numbers(values: pd.Series) -> list[str]:
    """Give numbers with as many decimals as the finest needs, at most six."""
    known = values.dropna().astype("float64")
    small = known[known.abs() < _WHOLE]
    decimals = next((n for n in range(6) if (small.round(n) == small).all()), 6)
    return ["" if pd.isna(number) else _number(float(number), decimals) for number in values]


def _number(number: float, decimals: int) -> str:
    return f"{number:.{decimals}f}" if abs(number) < _WHOLE else repr(number)


def _is_number(values: pd.Series) -> bool:
    kind = values.dtype
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)


def _fitted(widths: Sequence[int], fixed: Sequence[bool], width: int) -> list[int]:
    """Give narrower widths: the widest texts give way first, then the last columns go."""
    fitted = list(widths)
    for _ in widths:
        while (over := sum(fitted) + _GAP * (len(fitted) - 1) - width) > 0:
            soft = [i for i, w in enumerate(fitted) if not fixed[i] and w > _NARROWEST]
            if not soft:
                break
            widest = max(soft, key=lambda i: fitted[i])
            others = [fitted[i] for i in soft if i != widest]
            # Down to the next in one go, and not below what is needed.
            floor = max([_NARROWEST, *(w for w in others if w < fitted[widest])])
            fitted[widest] = max(floor, fitted[widest] - over, fitted[widest] - 10)
        if over <= 0 or len(fitted) == 1:
            break
        fitted = list(widths[: len(fitted) - 1])
        # The column that says how many are left out needs room too.
        width = width if len(fitted) < len(widths) - 1 else width - _NARROWEST
    return fitted


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    kept = ""
    for character in text:
        if _width(kept + character) > width - 1:
            break
        kept += character
    return kept + _ELLIPSIS


def one_line(value: object) -> str:
    """Give a text without what could move the cursor of a terminal, or worse."""
    words = " ".join(str(value).split())
    return words if words.isprintable() else "".join(c if c.isprintable() else "�" for c in words)


def _width(text: str) -> int:
    """Count the columns of a terminal: those of East Asia's wide characters twice."""
    if text.isascii():
        return len(text)
    return sum(map(_places, text))


def _places(character: str) -> int:
    # Marks that stand on the letter before; vowels and ends that Korean syllables are made of.
    if unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, width: int, right: bool = False) -> str:
    """Fill a text up to the columns of a terminal that it is to have."""
    blank = " " * (width - _width(text))
    return blank + text if right else text + blank
