"""Many small calls to one host at once, on libcurl's multi interface (the extra ``bulk``)."""

from synerise_frames.http.swarm.call import Call, Outcome
from synerise_frames.http.swarm.swarm import Swarm

__all__ = ["Call", "Outcome", "Swarm"]
