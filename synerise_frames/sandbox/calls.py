"""A request as handlers see it: parsed, and checked against the registry."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from synerise_frames.sandbox.callers import NOBODY, Caller
from synerise_frames.sandbox.problems import Problem, field_error, invalid
from synerise_frames.wire.operations import Operation

_OBJECT = (dict, "an object")
_FLAG = (bool, "a boolean")
_TEXT = (str, "a string")
_LIST = (list, "an array")

#: JSON types of the fields that the operations have, and how to call them. What is not here
#: is a list of ids, or may be anything.
_TYPES: Mapping[str, tuple[type, str]] = {
    **dict.fromkeys(("aggregate", "aggregateDataBy", "agreements", "analysis"), _OBJECT),
    **dict.fromkeys(("attributes", "dateFilter", "expression", "filter"), _OBJECT),
    **dict.fromkeys(("allowNull", "isVisibleForClientProfile"), _FLAG),
    **dict.fromkeys(("analyticType", "apiKey", "deviceId", "email", "identifierValue"), _TEXT),
    **dict.fromkeys(("externalProviderToken", "externalProviderType"), _TEXT),
    **dict.fromkeys(("identityProvider", "identityProviderToken", "ipAddress"), _TEXT),
    **dict.fromkeys(("name", "newDir", "newName", "password", "username", "uuid"), _TEXT),
    "verificationCode": _TEXT,
    "previewDefaultObjectId": (int, "a whole number"),
    **dict.fromkeys(("segmentationIds", "segmentations", "tags", "variables"), _LIST),
}


@dataclass(frozen=True)
class Call:
    """One call of an operation.

    ``body`` holds the fields that the operation has; ``content`` is all of the JSON that came.
    """

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    caller: Caller = NOBODY
    content: Any = None

    def analysis(self, field: str = "analysis") -> dict[str, Any]:
        """Give the definition in the body.

        Raises
        ------
        Problem
            400 without one. The reference marks it as optional in some previews, but
            there is nothing to calculate then.
        """
        if field not in self.body:
            raise invalid(field, "must not be null", code="REQUIRED")
        analysis: dict[str, Any] = self.body[field]
        return analysis

    @property
    def allow_null(self) -> bool:
        """The flag ``allowNull``, by default true as printed."""
        return bool(self.body.get("allowNull", True))


def check_parameters(
    operation: Operation, path: Mapping[str, str], query: Mapping[str, str]
) -> None:
    """Check that the required parameters are there, and that all have printed values.

    Raises
    ------
    Problem
        400 if not.
    """
    for name in operation.required_query:
        if name not in query:
            raise invalid(name, "must not be null", code="REQUIRED")
    _check_values(operation, {**query, **path})


def _check_values(operation: Operation, given: Mapping[str, Any]) -> None:
    for name, values in operation.enums:
        if name in given and given[name] not in values:
            raise invalid(name, f"must be one of {', '.join(values)}", rejected=given[name])


def texts(given: list[Any], field: str) -> list[str]:
    """Check a list of texts; one that is there twice is given once.

    Raises
    ------
    Problem
        400 if it holds anything else.
    """
    for one in given:
        if not isinstance(one, str):
            raise invalid(field, "must hold strings", code="INVALID_TYPE", rejected=one)
    return list(dict.fromkeys(given))


def read_body(operation: Operation, given: Any) -> dict[str, Any]:
    """Read the fields of a body; those that are null count as left out.

    Raises
    ------
    Problem
        400 if it is no JSON object, lacks a required field or has one of a wrong type.
    """
    if not operation.body:
        return {}
    if not isinstance(given, dict):
        raise Problem(400, "The request body must be a JSON object.")
    body = {name: value for name, value in given.items() if value is not None}
    errors = [
        field_error(name, "must not be null", code="REQUIRED")
        for name in operation.required
        if name not in body
    ]
    for name in operation.body:
        kind, what = _LIST if name.endswith("Ids") else _TYPES.get(name, (object, ""))
        if name in body and not _is(body[name], kind):
            errors.append(
                field_error(name, f"must be {what}", code="INVALID_TYPE", rejected=body[name])
            )
    if errors:
        told = "; ".join(f"{error['field']}: {error['message']}" for error in errors)
        raise Problem(400, told, errors=errors)
    _check_values(operation, body)
    return body


def _is(value: Any, kind: type) -> bool:
    # To Python a flag is a number too.
    return isinstance(value, kind) and (kind is not int or not isinstance(value, bool))


def read_content(content: bytes) -> Any:
    """Read the JSON of a request; an empty one is an empty object.

    Raises
    ------
    Problem
        400 if it is none, or has numbers or texts that no answer could repeat.
    """
    if not content.strip():
        return {}
    try:
        # Of bytes, Python would take half a character, and UTF-16 too.
        text = content.decode("utf-8-sig")
        given = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        if "\\u" in text:
            # Only an escape can be half a character, which no file and no answer could hold.
            json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Problem(400, "The request body is not readable as JSON.") from None
    return given


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large.")
    return number
