"""Keep secrets out of everything that can be read: messages, logs, reprs.

Two nets for texts: values that the process knows to be secret (:class:`Secret` registers them)
and shapes that are always secret (tokens, ``Authorization`` headers, ``apiKey`` fields).

A third for local variables, which tracers show: :func:`hide` gives a value that works as before,
but whose repr tells nothing. Such a repr names nothing either, so keys are made of plain values.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Mapping
from typing import TypeVar, cast

__all__ = [
    "MASK",
    "HiddenBytes",
    "HiddenDict",
    "HiddenList",
    "HiddenText",
    "RedactingFilter",
    "Secret",
    "get_logger",
    "hide",
    "plain",
    "redact",
    "redact_known",
    "remember_secret",
]

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
            (?:"[^"]*"|'[^']*'|(?!…[),])[^\s,;&}\]]{3,})
            """
        ),
        rf"\1{MASK}",
    ),
)


def remember_secret(value: str) -> None:
    """Mask `value` in every later message of this process."""
    if len(value) >= _SHORTEST:
        with _lock:
            _known.add(HiddenText(value))


def redact_known(text: str) -> str:
    """Give `text` with every known secret masked, in time that grows with its length alone."""
    with _lock:
        known = sorted(_known, key=len, reverse=True)
    for value in known:
        text = text.replace(value, MASK)
    return text


def redact(text: str) -> str:
    """Give `text` with every known or secret-shaped part masked."""
    text = redact_known(text)
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text


class _Hidden:
    __slots__ = ()

    def __repr__(self) -> str:
        return MASK

    # Sentry and rich look into dicts and cut long texts, but ask for these before.
    def __sentry_repr__(self) -> str:
        return MASK

    def __rich_repr__(self) -> Iterator[str]:
        return iter(())


class HiddenText(_Hidden, str):
    """Text with a repr that tells nothing. Formatted, it is the text."""

    __slots__ = ()


class HiddenBytes(_Hidden, bytes):
    """Bytes with a repr that tells nothing."""

    __slots__ = ()

    # That of bytes shows them.
    __str__ = _Hidden.__repr__


class HiddenDict(_Hidden, dict[str, object]):
    """A dict with a repr that tells nothing; what is taken out of it is as it was."""

    __slots__ = ()


class HiddenList(_Hidden, list[object]):
    """A list with a repr that tells nothing; what is taken out of it is as it was."""

    __slots__ = ()


_T = TypeVar("_T")


def hide(value: _T) -> _T:
    """Give an equal value whose repr tells nothing: for what a local variable may not show.

    Numbers, nothing and the empty text are given back as they are.

    >>> hide({"apiKey": "not-for-your-eyes"})
    ***
    >>> hide("not-for-your-eyes").upper()
    'NOT-FOR-YOUR-EYES'
    """
    hidden: object = value
    if isinstance(value, _Hidden):
        return value
    if isinstance(value, str):
        hidden = HiddenText(value) if value else value
    elif isinstance(value, bytes):
        hidden = HiddenBytes(value)
    elif isinstance(value, Mapping):
        hidden = HiddenDict(value)
    elif isinstance(value, list | tuple):
        hidden = HiddenList(value)
    return cast(_T, hidden)


def plain(value: object) -> object:
    """Give an equal value whose repr tells what it is, all through.

    >>> plain(hide([1, hide("a"), (hide(b"b"), None)]))
    [1, 'a', (b'b', None)]
    """
    if isinstance(value, str):
        return str(value) if isinstance(value, HiddenText) else value
    if isinstance(value, bytes):
        return bytes(value)
    if isinstance(value, dict):
        return {plain(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [*map(plain, value)]
    return tuple(map(plain, value)) if type(value) is tuple else value


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
        self._value = HiddenText(value)
        remember_secret(str(value))

    def reveal(self) -> str:
        """Give the value itself, for the one place that sends it.

        A local variable that holds it does not show it.
        """
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
