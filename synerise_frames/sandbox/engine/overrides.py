"""Overrides: what a single calculation changes about a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synerise_frames.sandbox.engine.errors import DialectError, suggestion

_FIELDS = ("dateFilter", "aggregateDataBy", "filter", "variables")


@dataclass(frozen=True)
class Overrides:
    """The body of a calculation with overrides.

    ``None`` keeps what the definition has. An empty ``date_filter`` or ``filter`` takes the
    definition's away; an empty ``aggregate_data_by`` says nothing. With ``open_keys``, dynamic
    keys without a value are passed over: the analysis is only read.
    """

    date_filter: dict[str, Any] | None = None
    aggregate_data_by: dict[str, Any] | None = None
    filter: dict[str, Any] | None = None
    variables: tuple[dict[str, Any], ...] = ()
    open_keys: bool = False

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Overrides:
        """Read a body whose JSON is parsed already.

        Raises
        ------
        DialectError
            If a field is unknown or of the wrong type.
        """
        if not isinstance(body, Mapping):
            raise DialectError("body", "Must be an object.", body)
        for name in body:
            if name not in _FIELDS:
                raise DialectError(name, f"No such field. {suggestion(name, _FIELDS)}", body[name])
        return cls(
            date_filter=_object(body, "dateFilter"),
            aggregate_data_by=_object(body, "aggregateDataBy"),
            filter=_object(body, "filter"),
            variables=_variables(body.get("variables")),
        )


NO_OVERRIDES = Overrides()


def _object(body: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = body.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise DialectError(name, "Must be an object; {} for none.", value)


def _variables(value: Any) -> tuple[dict[str, Any], ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise DialectError("variables", "Must be a list; [] for none.", value)
    for i, item in enumerate(value):
        named = isinstance(item, dict) and isinstance(item.get("name"), str) and "value" in item
        if not named or set(item) - {"name", "value"}:
            raise DialectError(
                f"variables[{i}]", 'Must be {"name": text, "value": a text or number}.', item
            )
    names = [item["name"] for item in value]
    for i, name in enumerate(names):
        if name in names[:i]:
            raise DialectError(f"variables[{i}].name", "Was given twice.", name)
    return tuple(value)
