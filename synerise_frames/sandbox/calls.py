"""A request as handlers see it: parsed, and checked against the registry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from synerise_frames.sandbox.problems import Problem, field_error, invalid
from synerise_frames.sandbox.profiles import IDENTIFIERS
from synerise_frames.wire.operations import Operation

#: JSON types of the fields that the operations have, and how to call them.
_TYPES: Mapping[str, tuple[type, str]] = {
    "aggregate": (dict, "an object"),
    "aggregateDataBy": (dict, "an object"),
    "allowNull": (bool, "a boolean"),
    "analysis": (dict, "an object"),
    "apiKey": (str, "a string"),
    "dateFilter": (dict, "an object"),
    "expression": (dict, "an object"),
    "filter": (dict, "an object"),
    "identifierValue": (str, "a string"),
    "segmentationIds": (list, "an array"),
    "segmentations": (list, "an array"),
    "variables": (list, "an array"),
}


@dataclass(frozen=True)
class Call:
    """One call of an operation."""

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]

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

    @property
    def identifier_type(self) -> str:
        """What identifies the profile.

        Raises
        ------
        Problem
            400 if profiles have no such identifier.
        """
        given = self.path["identifierType"]
        if given not in IDENTIFIERS:
            raise invalid(
                "identifierType", f"must be one of {', '.join(IDENTIFIERS)}", rejected=given
            )
        return given


def read_body(operation: Operation, content: bytes) -> dict[str, Any]:
    """Read the body of a request; fields that are null count as left out.

    Raises
    ------
    Problem
        400 if it is no JSON object, lacks a required field or has one of a wrong type.
    """
    if not operation.body:
        return {}
    given = _parse(content) if content.strip() else {}
    if not isinstance(given, dict):
        raise Problem(400, "The request body must be a JSON object.")
    body = {name: value for name, value in given.items() if value is not None}
    errors = [
        field_error(name, "must not be null", code="REQUIRED")
        for name in operation.required
        if name not in body
    ]
    errors += [
        field_error(name, f"must be {what}", code="INVALID_TYPE", rejected=body[name])
        for name, (kind, what) in _TYPES.items()
        if name in operation.body and name in body and not isinstance(body[name], kind)
    ]
    if errors:
        told = "; ".join(f"{error['field']}: {error['message']}" for error in errors)
        raise Problem(400, told, errors=errors)
    return body


def _parse(content: bytes) -> Any:
    try:
        return json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Problem(400, "The request body is not readable as JSON.") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")
