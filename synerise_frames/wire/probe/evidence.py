"""What an answer proves: nothing, perhaps, or that this is the operation.

An object proves it with all of its printed top-level keys. Of lists, texts and CSV the
reference prints no inside, so these have to give back what was asked for, or to have a form
that hardly anything else has; what is weaker is reported and not believed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from synerise_frames.http.message import Response
from synerise_frames.wire.codec import decode
from synerise_frames.wire.operation import Operation

__all__ = ["Verdict", "judge", "names_body_field"]

#: Keys of an error answer, as printed.
_PROBLEM = frozenset({"timestamp", "status", "error", "message", "path"})

_PROFILE_KEYS = frozenset(
    {"id", "uuid", "email", "customid", "custom_identify", "clientid", "profileid"}
)


@dataclass(frozen=True)
class Verdict:
    """What is believed of an answer, and the reason in words without any value.

    ``empty`` says that only the lack of any content keeps it from being believed.
    """

    belief: Literal["yes", "perhaps", "no"]
    why: str
    empty: bool = False


def judge(
    op: Operation, response: Response, asked: frozenset[str], exists: Callable[[str], bool]
) -> Verdict:
    """Judge the answer to a question.

    Parameters
    ----------
    op : Operation
        What is looked for.
    response : Response
        What was answered.
    asked : frozenset of str
        Ids that were sent and may come back.
    exists : callable
        Says whether a definition of the operation's family has this id.
    """
    if not response.ok:
        return _refusal(op, response)
    if op.answers == "csv":
        return _csv(op, response)
    try:
        payload = json.loads(response.content) if response.content.strip() else None
    except (ValueError, RecursionError):
        return Verdict("no", "the answer is no JSON")
    if _is_problem(op, payload):
        return Verdict("no", "the answer tells an error")
    if op.shape == "array":
        return _array(op, payload, asked, exists)
    return _text(payload, asked) if op.shape == "text" else _object(op, payload)


def names_body_field(op: Operation, response: Response) -> bool:
    """Say whether a refusal is about a field of the body: then somebody has read it."""
    try:
        problem = json.loads(response.content)
    except (ValueError, RecursionError):
        return False
    if not isinstance(problem, Mapping):
        return False
    errors = problem.get("errors")
    told = [str(problem.get("message") or "")]
    for one in errors if isinstance(errors, list) else []:
        if isinstance(one, Mapping):
            told += [str(one.get("field") or ""), str(one.get("message") or "")]
    words = {word for text in told for word in re.findall(r"\w+", text)}
    return bool(words & {*op.body})


def _refusal(op: Operation, response: Response) -> Verdict:
    if response.status in (400, 422) and names_body_field(op, response):
        return Verdict("perhaps", f"it refuses a field of the body (status {response.status})")
    return Verdict("no", f"status {response.status}")


def _is_problem(op: Operation, payload: Any) -> bool:
    return isinstance(payload, Mapping) and len(_PROBLEM & {*payload} - {*op.printed}) >= 3


def _object(op: Operation, payload: Any) -> Verdict:
    if not isinstance(payload, Mapping) or not op.printed:
        return Verdict("no", "the answer is not of the printed form")
    lost = [key for key in op.printed if key not in payload]
    if lost:
        return Verdict("no", f"the answer has no {', '.join(lost)}")
    if all(payload[key] is None for key in op.printed):
        return Verdict("perhaps", "it has the printed keys, but nothing in them")
    keys = len(op.printed)
    what = f"all {keys} printed keys" if keys > 1 else f"the one printed key {op.printed[0]!r}"
    return Verdict("yes", f"the answer has {what}")


def _text(payload: Any, asked: frozenset[str]) -> Verdict:
    if isinstance(payload, str) and payload in asked:
        return Verdict("yes", "the answer is an id made up for this question")
    if payload in (None, ""):
        return Verdict("perhaps", "the answer is empty, as where nothing matches", empty=True)
    return Verdict("no", "the answer is none of the ids sent")


def _array(
    op: Operation, payload: Any, asked: frozenset[str], exists: Callable[[str], bool]
) -> Verdict:
    if not isinstance(payload, list):
        return Verdict("no", "the answer is no list")
    if not payload:
        return Verdict("perhaps", "the answer is an empty list", empty=True)
    if op.key == "segmentations.profiles":
        return _lists_of_profiles(payload)
    if not all(isinstance(item, Mapping) for item in payload):
        return Verdict("no", "the answer is no list of objects")
    return _asked_back(payload, asked) if asked else _known(op, payload, exists)


def _asked_back(items: list[Any], asked: frozenset[str]) -> Verdict:
    back = [bool(asked & _texts(item)) for item in items]
    if all(back) and len(items) <= len(asked):
        return Verdict("yes", "the answer gives back the ids asked for")
    return Verdict("perhaps" if any(back) else "no", "not all items have an id asked for")


def _known(op: Operation, items: list[Any], exists: Callable[[str], bool]) -> Verdict:
    # Each look-up may be a request: two items are enough.
    if all(any(exists(one) for one in _ids(item)) for item in items[:2]):
        return Verdict("yes", f"the items have ids of existing {op.key.partition('.')[0]}")
    return Verdict("perhaps", "it gives a list of objects without ids known here")


def _lists_of_profiles(payload: list[Any]) -> Verdict:
    if not all(isinstance(part, list) for part in payload):
        return Verdict("no", "the answer is no list of lists")
    people = [one for part in payload for one in part]
    if not people:
        return Verdict("perhaps", "the answer is a list of empty lists", empty=True)
    if all(isinstance(one, Mapping) and _PROFILE_KEYS & {k.lower() for k in one} for one in people):
        return Verdict("yes", "the answer is a list of lists of profiles with identifiers")
    return Verdict("perhaps", "its lists hold something else than profiles with identifiers")


def _csv(op: Operation, response: Response) -> Verdict:
    kind = str(response.headers.get("Content-Type", "")).lower()
    text = decode(op, response).strip()
    if not text or text[0] in "<{[" or "html" in kind or "json" in kind:
        return Verdict("no", "the answer is no CSV")
    try:
        dialect = csv.Sniffer().sniff(text.splitlines()[0], delimiters=",;\t|")
        rows = [*csv.reader(io.StringIO(text), dialect)]
    except csv.Error:
        rows = [[line] for line in text.splitlines()]
    even = len({len(row) for row in rows if row}) == 1
    if "csv" in kind and even:
        return Verdict("yes", "the answer is CSV with a header")
    return Verdict("perhaps", f"it gives text that may be CSV ({kind or 'no content type'})")


def _texts(item: Any) -> set[str]:
    return {value for _, value in _scalars(item)}


def _ids(item: Mapping[str, Any]) -> Iterable[str]:
    """Give what may be the id of a definition, the likeliest first."""
    named = [
        (key.lower() in ("id", "uuid"), value)
        for key, value in _scalars(item)
        if key.lower().endswith(("id", "uuid")) and value
    ]
    return [value for _, value in sorted(named, key=lambda pair: pair[0])][:3]


def _scalars(item: Any, depth: int = 3) -> Iterable[tuple[str, str]]:
    """Give the texts of an object and of those inside, with their keys."""
    for key, value in item.items() if isinstance(item, Mapping) and depth else ():
        if isinstance(value, str):
            yield key, value
        else:
            yield from _scalars(value, depth - 1)
