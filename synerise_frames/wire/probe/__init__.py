"""Find paths that the reference does not print, on the user's own workspace, by reads alone."""

from synerise_frames.wire.probe.candidates import candidates
from synerise_frames.wire.probe.finding import Finding, usable_routes
from synerise_frames.wire.probe.material import gather
from synerise_frames.wire.probe.pace import Pace
from synerise_frames.wire.probe.probing import probe
from synerise_frames.wire.probe.question import Material, Question, ask
from synerise_frames.wire.probe.survey import probe_all, unverified

__all__ = [
    "Finding",
    "Material",
    "Pace",
    "Question",
    "ask",
    "candidates",
    "gather",
    "probe",
    "probe_all",
    "unverified",
    "usable_routes",
]
