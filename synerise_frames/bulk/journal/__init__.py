"""The journal of a run: one encrypted file that any end leaves readable."""

from synerise_frames.bulk.journal.journal import Journal

__all__ = ["Journal"]
