"""Objects that tell what they are: lines for a terminal, a small table for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from synerise_frames.redact import redact

# The notebook's own colours are inherited, so that dark themes stay dark.
_CELL = "text-align:left;padding:1px 12px 1px 0;border:none;background:none"
_TABLE = "border:none;margin:2px 0 0;color:inherit;font-size:inherit"
_MUTED = f"{_CELL};opacity:.7;font-weight:normal"


@dataclass(frozen=True)
class Facts:
    """A heading and facts below it: pairs of what and how much.

    >>> print(Facts("Plan for 3 inputs", [("calls", "3"), ("to send", "1")]))
    Plan for 3 inputs
      calls    3
      to send  1
    """

    title: str
    rows: Sequence[tuple[str, str]] = ()
    note: str = ""

    def __str__(self) -> str:
        width = max((len(name) for name, _ in self.rows), default=0)
        lines = [self.title, *(f"  {name:<{width}}  {value}" for name, value in self.rows)]
        return redact("\n".join([*lines, *([self.note] if self.note else [])]))

    def html(self) -> str:
        """Give them as HTML that a notebook shows, in light and in dark.

        >>> "&lt;b&gt;" in Facts("<b>").html()
        True
        """
        rows = "".join(
            f'<tr style="background:none"><th scope="row" style="{_MUTED}">{escaped(name)}</th>'
            f'<td style="{_CELL}">{escaped(value)}</td></tr>'
            for name, value in self.rows
        )
        table = f'<table style="{_TABLE}"><tbody>{rows}</tbody></table>'
        note = f'<div style="opacity:.7">{escaped(self.note)}</div>' if self.note else ""
        head = f"<strong>{escaped(self.title)}</strong>"
        return f'<div class="synerise-frames">{head}{table if rows else ""}{note}</div>'


def size(count: int) -> str:
    """Give bytes as people say them.

    >>> size(999), size(1_500_000), size(2 * 10**9)
    ('999 B', '1.5 MB', '2 GB')
    """
    for unit, power in (("GB", 9), ("MB", 6), ("kB", 3)):
        if count >= 10**power:
            return f"{count / 10**power:.3g} {unit}"
    return f"{count} B"


def escaped(value: str) -> str:
    """Give a text as HTML shows it, secrets masked."""
    return escape(redact(value))
