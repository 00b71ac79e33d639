"""Data sets that are kept up to date by a recipe."""

from synerise_frames.syncing.result import Step, SyncResult
from synerise_frames.syncing.run import sync

__all__ = ["Step", "SyncResult", "sync"]
