"""What may be sent: nothing that is not this caller's, no write to a path that is a guess."""

from __future__ import annotations

import threading
import warnings

from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import PathNotVerified, PermissionDenied, UnverifiedPathWarning
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.paths import PathBook, Route


def how_to_put_right(op: Operation) -> str:
    """Say how a user replaces the path of `op`."""
    probe = "'synerise-frames doctor --probe', " if op.reads else ""
    return (
        "Put it right with 'synerise-frames openapi import FILE' (the OpenAPI file that the "
        f"reference offers), {probe}or connect with paths={{{op.key!r}: '/…'}}."
    )


_WHO_MAY = {
    "user": "Connect with username= and password=.",
    "workspace": "Connect with api_key=.",
    "profile": "ws.auth has this operation; it takes the profile's token.",
    "anonymous": "ws.auth has this operation; it takes the profile's token.",
}


class Consent:
    """Decides what may be sent, and warns once an operation.

    Parameters
    ----------
    paths : PathBook
        Knows which paths are verified.
    consumer : str
        Who calls: ``"workspace"`` or ``"user"``.
    """

    def __init__(self, paths: PathBook, consumer: str) -> None:
        self._paths = paths
        self._consumer = consumer
        self._warned: set[str] = set()
        self._lock = threading.Lock()

    def ask(self, op: Operation, *, signed: bool = False, allow_unverified: bool) -> None:
        """Raise if `op` may not be sent; warn if its path is not verified.

        `signed` says that the caller brings a token that is not the workspace's own.

        Raises
        ------
        PermissionDenied
            If the reference says that this consumer may not use it.
        PathNotVerified
            If it would write through a path that is not verified.
        """
        if not signed:
            self._check_consumer(op)
        route = self._paths.route(op)
        if self._paths.verified(op):
            return
        if op.writes and not allow_unverified:
            raise PathNotVerified(
                f"{op.summary}: nothing was sent, for {route} is not printed in the reference "
                f"(evidence: {route.source}) and a write to a wrong path may do harm.",
                hint=f"{how_to_put_right(op)} Or pass allow_unverified=True to try it as it is.",
            )
        self._warn_once(op, route)

    def _check_consumer(self, op: Operation) -> None:
        if op.consumers and self._consumer not in op.consumers:
            raise PermissionDenied(
                f"{op.summary}: nothing was sent, for the reference gives this to "
                f"{' or '.join(op.consumers)}, not to {self._consumer}.",
                hint=_WHO_MAY[op.consumers[0]],
            )

    def _warn_once(self, op: Operation, route: Route) -> None:
        with self._lock:
            if op.key in self._warned:
                return
            self._warned.add(op.key)
        warnings.warn(
            f"{op.summary}: the path {route} is not printed in the reference "
            f"({route.source}). {how_to_put_right(op)}",
            UnverifiedPathWarning,
            stacklevel=depth_of_caller(),
        )
