"""Ways to a workspace: an account's, the embedded one, and back to a bulk run of either."""

from synerise_frames.connecting.accounts import connect
from synerise_frames.connecting.embedded import demo
from synerise_frames.connecting.resuming import resume

__all__ = ["connect", "demo", "resume"]
