"""What an error answer says: documented JSON, gateway HTML, plain text or nothing."""

from __future__ import annotations

import json
import re
from typing import Any

from synerise_frames.brief import brief, said
from synerise_frames.http.message import Response
from synerise_frames.redact import redact_known

_LONGEST = 300

# A title stands at the beginning of a page; a search through megabytes takes long.
_HEAD = 10_000


def read_problem(response: Response) -> str:
    """Give what an error answer of any form says in words; perhaps nothing."""
    text = response.content.decode("utf-8", errors="replace").strip()
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return _from_json(body)
    if text.startswith("<"):
        head = text[:_HEAD]
        title = re.search(r"<title>([^<]*)</title>", head, flags=re.IGNORECASE)
        text = title[1].strip() if title else ""
    return _short(text)


def _from_json(body: dict[str, Any]) -> str:
    parts = [said(body.get("message") or body.get("error") or "")]
    errors = body.get("errors")
    for detail in errors if isinstance(errors, list) else []:
        if isinstance(detail, dict):
            field, message = detail.get("field"), detail.get("message")
            told = f"{said(field)}: {said(message)}" if field else said(message)
            if message and said(message) not in parts[0]:
                parts.append(told)
    return _short("; ".join(part for part in parts if part))


def _short(text: str) -> str:
    # On one line: it is the end of a sentence.
    return brief(" ".join(redact_known(text).split()), _LONGEST)
