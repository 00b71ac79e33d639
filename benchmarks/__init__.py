"""Benchmarks: scripts that print a table; nothing of the library imports them."""
