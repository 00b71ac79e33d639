"""JSON as it goes over the wire: bodies of requests, and what comes back."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from synerise_frames.brief import brief
from synerise_frames.errors import ConfigError, ShapeError
from synerise_frames.http.message import Response
from synerise_frames.redact import hide
from synerise_frames.wire.operation import Operation

_CHARSET = re.compile(r"""(?i);\s*charset\s*=\s*["']?([\w.:-]+)""")


def encode(body: Any) -> bytes:
    """Give the JSON bytes of a body: object keys sorted, the order of lists kept."""
    try:
        return json.dumps(
            body, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
        ).encode()
    except (TypeError, ValueError, RecursionError) as error:
        reason = str(error)
    # Not within the except: that error holds the body, and would be the context of this one.
    raise ConfigError(
        f"The request cannot be written as JSON: {reason}",
        hint="Use plain values: int(value), float(value), moment.isoformat().",
    )


def decode(op: Operation, response: Response) -> Any:
    """Read the body of a success; ``None`` where it is empty.

    Raises
    ------
    ShapeError
        If it is no JSON.
    """
    if op.answers == "csv":
        return _text(response)
    if not response.content.strip():
        return None
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        kind = brief(response.headers.get("Content-Type", "no content type"), 80)
    # Not within the except: that error holds the answer, and would be the context of this one.
    response = replace(response, content=hide(response.content))
    raise ShapeError(
        f"{op.summary}: the answer is no JSON ({kind}, {len(response.content)} bytes).",
        http_status=response.status,
        hint="A proxy or a login page may stand between you and the API, or the answer "
        "was cut: check host= and HTTPS_PROXY, then try again.",
    )


def _text(response: Response) -> str:
    """Read text as its content type says it is written, else as UTF-8."""
    told = _CHARSET.search(response.headers.get("Content-Type", ""))
    try:
        name = codecs.lookup(told[1]).name if told else "utf-8"
        if name != "utf-8":
            return response.content.decode(name)
    except (LookupError, ValueError):
        pass  # No such encoding, or not this one.
    return response.content.decode("utf-8-sig", errors="replace")


@dataclass(frozen=True)
class Unread:
    """A success whose JSON is still text: some readers are faster when they read it themselves."""

    op: Operation
    response: Response = field(repr=False)

    @property
    def text(self) -> bytes:
        """The text, as it came."""
        return self.response.content

    def decoded(self) -> Any:
        """Give its JSON, as :func:`decode` does."""
        return decode(self.op, self.response)


def unread(op: Operation, response: Response) -> Any:
    """Leave the body of a success to its reader; give what :func:`decode` gives if it is no text.

    Raises
    ------
    ShapeError
        If it is no JSON, as far as both its ends show.
    """
    if op.answers == "json" and _is_boxed(response):
        return Unread(op, response)
    return decode(op, response)


def _is_boxed(response: Response) -> bool:
    # In a frame of its own, for decode() may raise, and tracers show what its callers hold.
    content = response.content.strip()
    return content[:1] + content[-1:] in (b"{}", b"[]")
