"""What is kept of answers, in memory and on disk, and where it is found again."""
