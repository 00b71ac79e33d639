"""Texts from elsewhere as a person can read them: short, without secrets, safe for a terminal."""

from __future__ import annotations

import re

from synerise_frames.redact import redact, redact_known

#: Characters that move a terminal's cursor, colour it, turn text around or cannot be written.
_STRANGE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)

# So much more than is shown is looked at: patterns of secrets take long on megabytes.
_LOOKED_AT = 8


def brief(text: str, longest: int = 800) -> str:
    r"""Give a text as it may be shown: secrets masked, control characters escaped, cut.

    >>> brief("a \x1b[31mred\x1b[0m word")
    'a \\x1b[31mred\\x1b[0m word'
    >>> brief("word " * 9, 12)
    'word word w…'
    """
    # Known secrets first, however long the text: half of one would not be recognised.
    text = redact_known(text)
    most = longest * _LOOKED_AT
    if len(text) > most:
        # Without the last word, which may be half of something secret.
        text = text[:most].rpartition(" ")[0] or text[:longest]
    text = _STRANGE.sub(_escaped, redact(text))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def said(value: object) -> str:
    """Give what should be a text as one; nothing of what is nested too deep to be shown."""
    try:
        return str(value)
    except (RecursionError, ValueError):
        # Of more than 4,300 digits there is no text either.
        return ""


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
