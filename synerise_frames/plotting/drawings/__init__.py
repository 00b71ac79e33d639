"""One drawing per kind of frame. Only these modules import matplotlib."""
