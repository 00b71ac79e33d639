"""Bulk: many profiles times many analyses, as one ledger that can be gone on with."""
