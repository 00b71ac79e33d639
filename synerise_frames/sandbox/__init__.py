"""The local workspace: a real HTTP server on loopback over a real retail data set."""
