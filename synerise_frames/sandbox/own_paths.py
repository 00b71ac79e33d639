"""Paths of the server that are not part of the API: for whoever started it."""

#: Says what this server is, and that it answers.
HEALTH = "/sandbox/health"

#: Where the clock is moved.
CLOCK = "/sandbox/clock"
