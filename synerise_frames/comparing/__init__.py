"""Two frames of one kind side by side."""

from synerise_frames.comparing.changes import compare
from synerise_frames.comparing.periods import compare_periods

__all__ = ["compare", "compare_periods"]
