"""The calculations: an analysis of the sandbox's dialect and a store give the API's answers."""

from synerise_frames.sandbox.engine.engine import Engine
from synerise_frames.sandbox.engine.errors import DialectError
from synerise_frames.sandbox.engine.overrides import Overrides
from synerise_frames.sandbox.profiles import Profile

__all__ = ["DialectError", "Engine", "Overrides", "Profile"]
