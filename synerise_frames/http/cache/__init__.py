"""Answers kept on disk: private, capped, and never in the way."""
