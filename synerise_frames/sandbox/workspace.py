"""What the handlers work on: one workspace with its data, definitions, engine and keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from synerise_frames.sandbox.auth import Gate
from synerise_frames.sandbox.credentials import Credentials
from synerise_frames.sandbox.definitions import Definitions
from synerise_frames.sandbox.engine import Engine
from synerise_frames.sandbox.faults import Faults
from synerise_frames.sandbox.ids import stable_id
from synerise_frames.sandbox.store import Store
from synerise_frames.sandbox.users import Users

#: Always the same, so that what is remembered of the demo workspace stays its own.
GUID = stable_id("workspace", "demo")
NAME = "Complete Journey (demo)"


@dataclass(frozen=True)
class LocalWorkspace:
    """The workspace that is served."""

    store: Store
    definitions: Definitions
    engine: Engine
    gate: Gate
    users: Users
    credentials: Credentials
    faults: Faults = field(default_factory=Faults)
    guid: str = GUID
    name: str = NAME

    @property
    def timezone(self) -> str:
        """The IANA name of the workspace's zone."""
        return str(self.store.zone)

    @property
    def now(self) -> str:
        """The workspace's clock, as ISO text with its offset."""
        return self.store.clock.isoformat()

    def set_clock(self, now: datetime) -> None:
        """Put the workspace's clock to a moment."""
        self.store.set_clock(now, self.faults.late, self.faults.late_days)
