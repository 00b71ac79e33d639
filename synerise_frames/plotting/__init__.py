"""Pictures of frames, with matplotlib."""
