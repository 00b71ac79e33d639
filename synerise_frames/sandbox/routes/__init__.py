"""The handlers of all operations, by key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from synerise_frames.sandbox.routes import (
    account,
    calculations,
    definitions,
    management,
    profile_logins,
    profile_values,
    segmentations,
    writes,
)
from synerise_frames.sandbox.routes.base import Handler, Text

__all__ = ["HANDLERS", "Handler", "Text"]

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        **account.HANDLERS,
        **profile_logins.HANDLERS,
        **definitions.HANDLERS,
        **calculations.HANDLERS,
        **segmentations.HANDLERS,
        **profile_values.HANDLERS,
        **writes.HANDLERS,
        **management.HANDLERS,
    }
)
