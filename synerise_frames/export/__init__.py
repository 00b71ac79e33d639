"""From frames to files that BI tools read."""
