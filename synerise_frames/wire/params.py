"""Parameters of an operation by name: which of them go to the path, the query and the body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from synerise_frames.errors import ConfigError
from synerise_frames.redact import hide
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.operation import Operation


@dataclass(frozen=True)
class Parameters:
    """The parameters of one call, each in its place."""

    path: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    body: Any = field(repr=False)


def sort_out(op: Operation, given: Mapping[str, Any]) -> Parameters:
    """Put each parameter in its place.

    Names are those of the reference. ``body`` stands for the whole body, for fields that the
    reference does not print.

    Raises
    ------
    ConfigError
        If a name is unknown or a required one is missing.
    """
    known = [*op.path_parameters, *op.query, *op.body]
    strange = [name for name in given if name not in known and name != "body"]
    if strange:
        raise ConfigError(
            f"{op.key} takes no {', '.join(strange)}.",
            hint=did_you_mean(strange[0], known) + f"It takes {', '.join(known) or 'nothing'}.",
        )
    body = hide({name: given[name] for name in op.body if name in given})
    if "body" in given and body:
        raise ConfigError(
            f"{op.key}: give body= or {', '.join(body)}, not both.",
            hint="body= is sent as it is.",
        )
    needed = [*op.path_arguments, *op.required_query]
    needed += () if "body" in given else op.required
    lacking = [name for name in needed if given.get(name) is None]
    if lacking:
        raise ConfigError(
            f"{op.key} needs {', '.join(lacking)}.",
            hint=f"ws.call({op.key!r}, {', '.join(f'{name}=…' for name in needed)}).",
        )
    _check_values(op, given)
    return Parameters(
        {name: str(given[name]) for name in op.path_parameters if name in given},
        {name: query_text(given[name]) for name in op.query if given.get(name) is not None},
        given.get("body", body if op.body else None),
    )


def _check_values(op: Operation, given: Mapping[str, Any]) -> None:
    for name, values in op.enums:
        if isinstance(given.get(name), str) and given[name] not in values:
            raise ConfigError(
                f"{op.key}: {name}={given[name]!r} is none that the reference prints.",
                hint=f"{did_you_mean(given[name], values)}One of: {', '.join(values)}.",
            )


def query_text(value: Any) -> str:
    """Write a query parameter: several values as the reference says, separated by commas."""
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
