"""The first rows of a frame as an HTML table; every cell is text."""

from __future__ import annotations

from html import escape
from uuid import uuid4

import pandas as pd

#: More rows make a page slow and nobody reads them.
ROWS = 200
_MISSING = "–"


def table(frame: pd.DataFrame, rows: int = ROWS) -> str:
    """Give the first `rows` rows as HTML.

    >>> "&lt;b&gt;" in table(pd.DataFrame({"a": ["<b>"]}))
    True
    """
    head = frame.head(rows)
    shown = pd.DataFrame({n: _texts(head.iloc[:, n]) for n in range(head.shape[1])}, dtype=object)
    shown.columns = pd.Index([str(name) for name in head.columns])
    # Names of columns come from answers too; a rule of CSS knows them by number.
    name = f"sf-{uuid4().hex[:12]}"
    numeric = [n for n in range(1, head.shape[1] + 1) if _is_number(head.iloc[:, n - 1])]
    cells = ", ".join(f".{name} tr > :nth-child({n})" for n in numeric)
    style = f"<style>{cells} {{ text-align: right; }}</style>" if cells else ""
    html = shown.to_html(index=False, escape=True, border=0, classes=f"sf-rows {name}")
    return f"{style}{html}<p>{escape(_told(len(frame), rows))}</p>"


def _told(count: int, rows: int) -> str:
    if not count:
        return "No rows."
    if count <= rows:
        return f"{count:,} {'row' if count == 1 else 'rows'}"
    return f"The first {rows:,} of {count:,} rows; the file and the code have them all."


def _is_number(values: pd.Series) -> bool:
    types = pd.api.types
    return types.is_numeric_dtype(values.dtype) and not types.is_bool_dtype(values.dtype)


def _texts(values: pd.Series) -> list[str]:
    """Write a column: thousands apart, times without the zone that all of them share."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return [_MISSING if pd.isna(v) else "yes" if v else "no" for v in values]
    if pd.api.types.is_integer_dtype(values.dtype):
        return [_MISSING if pd.isna(v) else f"{v:,}" for v in values]
    if pd.api.types.is_float_dtype(values.dtype):
        return [_MISSING if pd.isna(v) else _number(float(v)) for v in values]
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return [_MISSING if pd.isna(v) else f"{v:%Y-%m-%d %H:%M}" for v in values]
    return [_MISSING if v is None or v is pd.NA else str(v) for v in values]


def _number(value: float) -> str:
    if abs(value) >= 1e15:
        return f"{value:.6g}"
    return f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.6g}"
