"""A workspace: what ``sf.connect()`` and ``sf.demo()`` give."""

from synerise_frames.workspace.workspace import Workspace

__all__ = ["Workspace"]
