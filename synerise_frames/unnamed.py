"""Whom a refusal was about, taken out of the server's words in whatever form these have it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from synerise_frames.brief import brief
from synerise_frames.redact import MASK

# What ends a text that was cut.
_CUT = "…"


def unnamed(words: str, profile: str) -> str:
    """Give a text that names no profile, neither as it was sent nor escaped, nor cut in two."""
    forms = sorted({*_forms(profile)}, key=len, reverse=True)
    # As a word: a short number is a part of many others.
    found = "|".join(map(re.escape, forms))
    words = re.sub(rf"(?i)(?<!\w)(?:{found})(?!\w)", MASK, words)
    if words.endswith(_CUT):
        words = _without_beginning(words.removesuffix(_CUT), forms) + _CUT
    return words


def _forms(profile: str) -> Iterator[str]:
    shown = (
        profile,
        repr(profile)[1:-1],
        json.dumps(profile)[1:-1],
        json.dumps(profile, ensure_ascii=False)[1:-1],
        profile.encode("unicode_escape").decode(),
        quote(profile, safe="", errors="replace"),
        quote(profile, errors="replace"),
        quote_plus(profile, errors="replace"),
        html.escape(profile),
    )
    for form in shown:
        # Escaped once more within another text; and as errors have it, on one line.
        for text in (form, json.dumps(form, ensure_ascii=False)[1:-1]):
            line = " ".join(text.split())
            if line:
                yield brief(line, len(line) * 10)
                yield line


def _without_beginning(words: str, forms: list[str]) -> str:
    """Mask what a text ends with, if an identifier begins so."""
    low = words.lower()
    for form in map(str.lower, forms):
        for length in range(min(len(form), len(low)), 0, -1):
            start = len(low) - length
            is_word = start == 0 or not re.match(r"\w", low[start - 1])
            if is_word and low.endswith(form[:length]):
                return words[:start] + MASK
    return words
