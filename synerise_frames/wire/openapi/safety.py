"""What a document may not change: the nature of an operation, and the host."""

from __future__ import annotations

import re
from urllib.parse import unquote

from synerise_frames.wire.openapi.operations import Documented
from synerise_frames.wire.openapi.plain import plain
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.paths import methods

_SEGMENT = re.compile(r"(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}|\{\w+\})+", re.ASCII)
_LONGEST = 1000


def method_refusal(op: Operation, found: Documented) -> str:
    """Say why the document's method cannot be ours, if it cannot."""
    if found.elsewhere:
        return f"it is served by another host ({found.elsewhere})"
    if found.method == "GET" and op.body:
        return "a GET carries no body, and this operation sends one"
    if found.method in methods(op):
        return ""
    does = "changes or deletes nothing" if op.reads else "does something else than that"
    return f"the document has the method {found.method}, but this operation {does}"


def path_refusal(path: str) -> str:
    """Say why a path cannot be sent, if it cannot."""
    if not path.startswith("/"):
        return "its path does not begin with /"
    if len(path) > _LONGEST:
        return f"its path has more than {_LONGEST} characters"
    segments = path[1:].split("/")
    if segments[-1] == "":
        # One slash at the end is part of some paths.
        segments = segments[:-1]
    for segment in segments:
        if not segment:
            return "its path has //"
        if not _SEGMENT.fullmatch(segment):
            return f"its path has a part that is none: {plain(segment, 40)!r}"
        text = unquote(unquote(segment))
        if text in (".", "..") or re.search(r"[/\\\x00-\x20?#%\x7f]", text):
            return f"its path has a part that could lead elsewhere: {plain(segment, 40)!r}"
    return ""
