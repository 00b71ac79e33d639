"""The registry: all operations of the API reference, by key.

The rows live in :mod:`synerise_frames.wire.registry`, one module a family. This is the
only list of paths in the library; a user's ``paths=`` replaces them one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from synerise_frames.errors import ConfigError
from synerise_frames.suggest import did_you_mean
from synerise_frames.wire.operation import Evidence, Limits, Operation
from synerise_frames.wire.registry import (
    auth,
    figures,
    journeys,
    management,
    profile_values,
    segmentations,
    timelines,
)

__all__ = ["OPERATIONS", "Evidence", "Limits", "Operation", "operation"]

_FAMILIES = (auth, profile_values, journeys, timelines, figures, segmentations, management)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {row.key: row for family in _FAMILIES for row in family.OPERATIONS}
)


def operation(key: str) -> Operation:
    """Give the registry row of `key`.

    Raises
    ------
    ConfigError
        If there is no such operation; the hint lists close matches.
    """
    try:
        return OPERATIONS[key]
    except KeyError:
        raise ConfigError(
            f"There is no operation {key!r}.",
            hint=f"{did_you_mean(key, OPERATIONS, most=3)}ws.operations() lists every key.",
        ) from None
