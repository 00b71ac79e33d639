"""Frames that were read before: in this process as they are, on disk as Arrow files.

Reading a large answer costs more than fetching it again from the cache's disk, so the frame
itself is kept beside the answer it was read from, under a name that also holds how it was read.
Where the answer is gone or another one, the frame is gone too.
"""

from synerise_frames.frame_memory.memory import FrameMemory
from synerise_frames.frame_memory.remembered import Remembered

__all__ = ["FrameMemory", "Remembered"]
