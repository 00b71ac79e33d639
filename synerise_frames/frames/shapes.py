"""The shape of answers: keys and types without any value, so that it can be shown to others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synerise_frames.frames.find import (
    CHILDREN,
    END,
    ID,
    LEGENDS,
    NAME,
    OPAQUE,
    START,
    VALUE,
    could_count,
    spelled,
    words,
)
from synerise_frames.frames.load import Payload, parse

#: Fields that the reference prints, beside those that readers look for.
_PRINTED = words(
    "source target links nodes calculationresult calculationresults timebetweensteps metricdata "
    "totalcontacts excludedcontacts aggregateid expressionid segmentationid metricid clientid "
    "aggregateuuid expressionuuid variables datefilter analysis analyticversion analytictype "
    "author modifier createdat updatedat directoryid isdeleted isdynamic ispredefined email "
    "page limit totalcount totalpages identifiervalue filter"
)
_KNOWN = {*START, *END, *VALUE, *ID, *NAME, *CHILDREN, *LEGENDS, *OPAQUE, *_PRINTED}
#: Of objects with so many fields of one shape, the names are taken for data.
_MANY = 8
#: What is nested deeper is not described.
_DEEPEST = 40
_LONGEST_KEY = 40

_WORD = re.compile(r"[$@_]?[A-Za-z]+(?:[_.-]?[A-Za-z]+)*_?\d{0,2}")
_FORMS = {
    "uuid": re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "date": re.compile(r"\d{4}-\d\d(?:-\d\d)?|(?:19|20)\d\d[01]\d[0-3]\d"),
    "time with offset": re.compile(
        r"\d{4}-\d\d-\d\d[T ]\d\d:?\d\d\S*?(?:Z|[+-]\d\d:?\d\d)(?:\[[\w/+-]+\])?"
    ),
    "time without offset": re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:?\d\d[\d:.,]*"),
    "number as text": re.compile(r"[+-]?[\d., \u00a0]*\d[\d., \u00a0]*%?"),
    "boolean as text": re.compile(r"(?i:true|false)"),
    "JSON as text": re.compile(r"(?s:\{.*\}|\[.*\])"),
}
_KEY_FORMS = {
    "uuid": "<uuid>",
    "email": "<email>",
    "date": "<date>",
    "time with offset": "<time>",
    "time without offset": "<time>",
    "number as text": "<number>",
}
_NUMERIC = {"integer", "number", "integer like epoch seconds", "integer like epoch milliseconds"}


def describe_shape(payload: Payload, *more: Payload) -> Any:
    """Describe the keys and types of answers, without any of their values.

    For showing others what a real workspace sends: an answer that a reader does not
    understand can be reported by its shape, and its data stay where they are.

    * Objects are objects of their keys; ``"name?"`` is missing in some of them.
    * Lists are ``["empty"]``, ``["one", shape]``, ``["many", shape]``, with one shape for all
      of their items; ``"many or empty"`` where there are several such lists.
    * Texts are told by their form only: ``uuid``, ``email``, ``date``, ``time with offset``,
      ``time without offset``, ``number as text``, ``boolean as text``, ``JSON as text``,
      ``empty text``, ``text``. Numbers are ``integer``, ``number`` or ``integer like epoch
      seconds`` (or ``milliseconds``).
    * What may be several things has ``" | "`` between them, or is under ``"<any of>"``.

    Keys can be data too. A key that is no plain ASCII word is shown as ``<uuid>``, ``<email>``,
    ``<date>``, ``<time>``, ``<number>`` or ``<key>``. So are the keys of an object that is
    used as a mapping: eight or more of one shape, or two or more of one shape of which this
    library knows none. **A plain word that is the key of an object with fields of several
    shapes is shown**, even if it is data, such as the name of a metric: look at the result
    before you show it to others.

    Parameters
    ----------
    payload, *more : dict, list, scalar, str or bytes
        Answers as JSON values, or as their text; several are described together.

    Returns
    -------
    dict, list or str
        Plain JSON; ``json.dumps(shape, indent=2)`` prints it. The order of items and of keys
        makes no difference to it.

    Raises
    ------
    ShapeError
        If a text is no JSON.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.frames.describe_shape({"items": [{"date": "2024-03-30", "values": [120, None]}]})
    {'items': ['one', {'date': 'date', 'values': ['many', 'integer | null']}]}
    """
    seen = _Seen()
    for one in (payload, *more):
        seen.add(parse(one, "shape"), 0)
    return seen.shape()


@dataclass
class _Seen:
    """What was seen at one place of one or more answers."""

    scalars: set[str] = field(default_factory=set)
    objects: int = 0
    fields: dict[str, _Seen] = field(default_factory=dict)
    #: How many objects have the field.
    present: dict[str, int] = field(default_factory=dict)
    lengths: set[str] = field(default_factory=set)
    items: _Seen | None = None

    def add(self, value: Any, depth: int) -> None:
        """See one more value at this place."""
        if depth > _DEEPEST and isinstance(value, dict | list):
            self.scalars.add("<nested deeper>")
        elif isinstance(value, dict):
            self._object(value, depth)
        elif isinstance(value, list):
            self.lengths.add("empty" if not value else "one" if len(value) == 1 else "many")
            self.items = self.items or _Seen()
            for item in value:
                self.items.add(item, depth + 1)
        else:
            self.scalars.add(_scalar(value))

    def _object(self, node: Mapping[Any, Any], depth: int) -> None:
        self.objects += 1
        names = {key: _key(str(key)) for key in node}
        for key, value in node.items():
            self.fields.setdefault(names[key], _Seen()).add(value, depth + 1)
        for name in set(names.values()):
            self.present[name] = self.present.get(name, 0) + 1

    def merge(self, other: _Seen) -> None:
        """See here what was seen elsewhere."""
        self.scalars |= other.scalars
        self.objects += other.objects
        self.lengths |= other.lengths
        for name, seen in other.fields.items():
            self.fields.setdefault(name, _Seen()).merge(seen)
            self.present[name] = self.present.get(name, 0) + other.present[name]
        if other.items is not None:
            self.items = self.items or _Seen()
            self.items.merge(other.items)

    def shape(self) -> Any:
        """Give all of it as plain JSON."""
        found: list[Any] = [" | ".join(sorted(self.scalars))] if self.scalars else []
        if self.objects:
            found.append(self._fields())
        if self.items is not None:
            length = " or ".join(sorted(self.lengths, reverse=True))
            found.append([length] if self.lengths == {"empty"} else [length, self.items.shape()])
        return found[0] if len(found) == 1 else {"<any of>": found}

    def _fields(self) -> dict[str, Any]:
        fields, words = dict(self.fields), [n for n in self.fields if not n.startswith("<")]
        hidden = _are_data(words, [self.fields[name].kind() for name in words])
        if hidden:
            keys = _Seen()
            for name in (*words, "<key>"):
                if name in fields:
                    keys.merge(fields.pop(name))
            fields["<key>"] = keys
        result = {}
        for name in sorted(fields):
            optional = not name.startswith("<") and self.present[name] < self.objects
            result[f"{name}?" if optional else name] = fields[name].shape()
        return result

    def kind(self) -> tuple[frozenset[str], bool, bool]:
        """Give the kind of values; all numbers are one kind, and nulls are of any."""
        scalars = {"number" if s in _NUMERIC else s for s in self.scalars} - {"null"}
        return frozenset(scalars), bool(self.objects), self.items is not None


def _are_data(names: list[str], kinds: list[Any]) -> bool:
    """Tell names of fields from the keys of a mapping."""
    if len(names) < 2 or len({kind for kind in kinds if any(kind)}) > 1:
        return False
    return len(names) >= _MANY or not any(spelled(name) in _KNOWN for name in names)


def _key(key: str) -> str:
    form = _form(key)
    if form in _KEY_FORMS:
        return _KEY_FORMS[form]
    return key if len(key) <= _LONGEST_KEY and _WORD.fullmatch(key) else "<key>"


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        if 1e9 <= value < 3e9:
            return "integer like epoch seconds"
        return "integer like epoch milliseconds" if 1e12 <= value < 3e12 else "integer"
    if isinstance(value, float):
        return "number"
    return _form(value.strip()) if isinstance(value, str) else "unknown"


def _form(text: str) -> str:
    if not text:
        return "empty text"
    for name, pattern in _FORMS.items():
        if pattern.fullmatch(text):
            return name
    return "number as text" if could_count(text) else "text"
