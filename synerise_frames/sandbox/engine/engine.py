"""All calculations behind one object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.sandbox.definitions import Definitions
from synerise_frames.sandbox.engine.overrides import NO_OVERRIDES, Overrides
from synerise_frames.sandbox.profiles import Profile
from synerise_frames.sandbox.store import Store

Analysis = Mapping[str, Any]


class Engine:
    def __init__(self, store: Store, definitions: Definitions) -> None:
        self.store = store
        self.definitions = definitions

    def trend(self, analysis: Analysis, overrides: Overrides = NO_OVERRIDES) -> dict[str, Any]:
        raise NotImplementedError
