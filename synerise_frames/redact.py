"""Keep secrets out of everything that can be read: messages, logs, reprs.

Two nets: values that the process knows to be secret (:class:`Secret` registers them) and
shapes that are always secret (tokens, ``Authorization`` headers, ``apiKey`` fields).
"""

from __future__ import annotations

import logging
import re
import threading

__all__ = ["MASK", "RedactingFilter", "Secret", "get_logger", "redact", "remember_secret"]

MASK = "***"

# Shorter values would blank ordinary words out of messages.
_SHORTEST = 6

_known: set[str] = set()
_lock = threading.Lock()

_SHAPES = (
    # A JSON Web Token: header and payload are base64 of JSON objects, so both start with eyJ.
    (re.compile(r"eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?"), MASK),
    (re.compile(r"//[^/\s@]+@"), f"//{MASK}@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {MASK}"),
    (
        re.compile(
            r"""(?ix)
            (\\*["']?(?:api[-_]?key|password|authorization|token|access_token|secret)\\*["']?(?:\s*:\s*|=))
            (?:"[^"]*"|'[^']*'|[^\s,;&}\]]{3,})
            """
        ),
        rf"\1{MASK}",
    ),
)


def remember_secret(value: str) -> None:
    """Mask `value` in every later message of this process."""
    if len(value) >= _SHORTEST:
        with _lock:
            _known.add(value)


def redact(text: str) -> str:
    """Give `text` with every known or secret-shaped part masked."""
    with _lock:
        known = sorted(_known, key=len, reverse=True)
    for value in known:
        text = text.replace(value, MASK)
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text


class Secret:
    """A value that is used but never shown.

    >>> key = Secret("not-for-your-eyes")
    >>> key
    Secret('***')
    >>> f"{key}"
    '***'
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = str(value)
        remember_secret(self._value)

    def reveal(self) -> str:
        """Give the value itself, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __str__(self) -> str:
        return MASK

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("A secret is not pickled: connect again where it is needed.")


def get_logger(name: str) -> logging.Logger:
    """Give the logger of that name, with secrets masked before any handler sees them.

    The filter sits on the logger that writes: filters of its parents would not run.
    """
    logger = logging.getLogger(name)
    if not any(isinstance(f, RedactingFilter) for f in logger.filters):
        logger.addFilter(RedactingFilter())
    return logger


class RedactingFilter(logging.Filter):
    """Masks secrets in a log record before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the finished message, arguments included."""
        record.msg = redact(record.getMessage())
        record.args = None
        return True
