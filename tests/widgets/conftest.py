"""A demo workspace whose calls of explorers can be held up and counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.widgets.explorer import Explorer


@pytest.fixture
def explorer(ws: sf.Workspace) -> Iterator[Explorer]:
    """Give an explorer of the demo workspace that shows its first funnel with groups."""
    made = ws.explore("funnel", "Campaign to coupon by income group")
    assert made.wait(120)
    yield made
    assert made.wait(120)


@dataclass
class Gate:
    """Holds up the calculations of some analyses until it is told to open."""

    opened: dict[str, threading.Event] = field(default_factory=dict)
    #: Set when somebody waits.
    reached: threading.Event = field(default_factory=threading.Event)

    def hold(self, analysis_id: str) -> threading.Event:
        """Hold up an analysis; give what lets it go on."""
        return self.opened.setdefault(analysis_id, threading.Event())


@pytest.fixture
def gate(ws: sf.Workspace, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Let a test decide which of two real calculations is over first."""
    held = Gate()
    real = type(ws.metrics).calculate

    def calculate(kind: Any, analysis_id: str, **options: Any) -> pd.DataFrame:
        frame = real(kind, analysis_id, **options)
        if analysis_id in held.opened:
            held.reached.set()
            assert held.opened[analysis_id].wait(120)
        return frame

    monkeypatch.setattr(type(ws.metrics), "calculate", calculate)
    return held
