"""Declared columns: one table gives dtypes, Arrow schemas, documentation and drift."""

from synerise_frames.schema.arrow import arrow, describe, kinds
from synerise_frames.schema.drift import drift, reset_drift
from synerise_frames.schema.tables import SCHEMA_VERSION

__all__ = ["SCHEMA_VERSION", "arrow", "describe", "drift", "kinds", "reset_drift"]
