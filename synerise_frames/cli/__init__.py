"""The command line, ``synerise-frames``."""

from synerise_frames.cli.app import main

__all__ = ["main"]
