"""The pandas toolkit for the Synerise Analytics Suite."""

from synerise_frames import errors, schema
from synerise_frames._version import __version__

__all__ = ["__version__", "errors", "schema"]
