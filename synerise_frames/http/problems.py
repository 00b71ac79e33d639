"""What an error answer says: documented JSON, gateway HTML, plain text or nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from synerise_frames.http.message import Response
from synerise_frames.redact import redact

_LONGEST = 300


@dataclass(frozen=True)
class Problem:
    """The readable part of an error answer."""

    status: int
    message: str

    @property
    def sentence(self) -> str:
        """The message as the end of a sentence, or nothing."""
        return f": {self.message}" if self.message else "."


def read_problem(response: Response) -> Problem:
    """Read an error answer of any form."""
    text = response.content.decode("utf-8", errors="replace").strip()
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return Problem(response.status, _from_json(body))
    if text.startswith("<"):
        title = re.search(r"<title>(.*?)</title>", text, flags=re.IGNORECASE | re.DOTALL)
        text = title[1].strip() if title else ""
    return Problem(response.status, _short(text))


def _from_json(body: dict[str, Any]) -> str:
    parts = [str(body.get("message") or body.get("error") or "")]
    errors = body.get("errors")
    for detail in errors if isinstance(errors, list) else []:
        if isinstance(detail, dict):
            field, message = detail.get("field"), detail.get("message")
            told = f"{field}: {message}" if field else str(message)
            if message and str(message) not in parts[0]:
                parts.append(told)
    return _short("; ".join(part for part in parts if part))


def _short(text: str) -> str:
    # Redacted before it is cut: half of a secret would not be recognised.
    text = redact(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
