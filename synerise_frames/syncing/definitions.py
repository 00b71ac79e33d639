"""Whether an analysis is still defined as it was when the windows before were pulled.

Asked where a window comes or is closed, once a sync: not for what is merely open, so that a sync
that runs each hour sends nothing more than the windows themselves.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping
from datetime import UTC

from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import SyneriseError, SyneriseWarning
from synerise_frames.kinds.base import Kind
from synerise_frames.redact import get_logger
from synerise_frames.syncing.planning import Dataset, Task
from synerise_frames.workspace import Workspace

_log = get_logger(__name__)

_NOT_YET_OVER = ("open", "look-back")


class Definitions:
    """Digests of the definitions that are in effect, each asked for once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[str, str] = {}

    def of(self, dataset: Dataset, task: Task, found: Mapping[str, str]) -> dict[str, str]:
        """Give the digest of each analysis by its name; a window that is not over has none.

        A definition that the credentials may not read has none either: its numbers can be had.
        """
        spec = dataset.spec
        if spec.since is None or spec.kind == "profiles" or task.reason in _NOT_YET_OVER:
            return {}
        kind: Kind = getattr(self._workspace, f"{spec.kind}s")
        digests = {name: self._digest(kind, analysis_id) for name, analysis_id in found.items()}
        return {name: digest for name, digest in digests.items() if digest}

    def _digest(self, kind: Kind, analysis_id: str) -> str:
        if analysis_id not in self._known:
            self._known[analysis_id] = _digest(kind, analysis_id)
        return self._known[analysis_id]


def _digest(kind: Kind, analysis_id: str) -> str:
    try:
        analysis = kind.get(analysis_id, refresh=True).get("analysis")
    except SyneriseError as error:
        _log.info("definition of %s: %s", analysis_id, error.message)
        return ""
    # What stands beside it says who changed it when, and to which folder it belongs.
    text = "" if analysis is None else json.dumps(analysis, sort_keys=True)
    return text and hashlib.sha256(text.encode()).hexdigest()[:16]


def warn_of_edits(dataset: Dataset, task: Task, definitions: Mapping[str, str]) -> None:
    """Say which analyses were defined otherwise when the window before was pulled."""
    if task.window is None:
        return
    spec, begins = dataset.spec, task.window.start.astimezone(UTC)
    before = [n for n in dataset.notes if n.asked == spec.asked and n.end <= begins]
    for name, digest in definitions.items():
        known = [n for n in before if name in n.definitions]
        last = max(known, key=lambda note: note.end, default=None)
        if last and last.definitions[name] != digest:
            warnings.warn(
                f"{spec.place('analysis')}: the definition of {name!r} was edited since the "
                f"windows before {task.window.label} were pulled, so these answer another "
                f"question. --again {spec.since} pulls them as it is now.",
                SyneriseWarning,
                stacklevel=depth_of_caller(),
            )
