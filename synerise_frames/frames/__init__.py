"""Readers: the JSON of an answer to a tidy frame. No network, no workspace."""
