"""The handlers, by operation key. What is not here is not served."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from synerise_frames.sandbox.routes import (
    account,
    calculations,
    definitions,
    profile_values,
    segmentations,
)
from synerise_frames.sandbox.routes.base import Handler, Text

__all__ = ["HANDLERS", "Handler", "Text"]

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        **account.HANDLERS,
        **definitions.HANDLERS,
        **calculations.HANDLERS,
        **segmentations.HANDLERS,
        **profile_values.HANDLERS,
    }
)
