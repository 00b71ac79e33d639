"""Is everything as it should be: login, permissions, clock, zone, cache folder, paths."""

from synerise_frames.doctor.checks import diagnose
from synerise_frames.doctor.report import diagnosis_text, finding_text, next_step, probe_text
from synerise_frames.doctor.shapes import record_shapes

__all__ = [
    "diagnose",
    "diagnosis_text",
    "finding_text",
    "next_step",
    "probe_text",
    "record_shapes",
]
