"""Who calls: a workspace by its key, a user, a profile, or an anonymous profile."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from synerise_frames.sandbox.problems import Problem
from synerise_frames.wire.operations import OPERATIONS, Operation

#: Every permission that there is.
PERMISSIONS = frozenset(name for op in OPERATIONS.values() for name in op.permissions)

#: The numbers that ``author`` and ``modifier`` show; 1 made the starter set.
WORKSPACE_NUMBER = 2

#: Consumers of the registry, in the words of the reference.
_CALLED = {
    "user": "a user",
    "workspace": "a workspace",
    "profile": "a profile",
    "anonymous": "an anonymous profile",
}


@dataclass(frozen=True)
class ApiKey:
    """A key of the workspace. It may do everything but what is in ``denied``."""

    value: str = field(repr=False)
    denied: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """A name for the key that does not give it away."""
        return hashlib.sha256(self.value.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Caller:
    """Who a token was given to.

    Attributes
    ----------
    kind : {"workspace", "user", "profile", "anonymous"}
        A consumer of the registry.
    name : str
        Fingerprint of a workspace key, name of a user, UUID of a profile.
    number : int
        What ``author`` and ``modifier`` show.
    denied : frozenset of str
        Permissions that its key lacks.
    confirmed : bool
        Whether a user has shown the second factor, or has none.
    selected : bool
        Whether a user has selected the workspace.
    """

    kind: str
    name: str
    number: int = WORKSPACE_NUMBER
    denied: frozenset[str] = frozenset()
    confirmed: bool = True
    selected: bool = True

    def check_may_call(self, operation: Operation) -> None:
        """Check that the operation is for such callers, and for this one.

        Raises
        ------
        Problem
            403 if not.
        """
        if self.kind not in operation.consumers:
            wanted = " or ".join(_CALLED[one] for one in operation.consumers)
            raise Problem(403, f"This is for {wanted}: the token is that of {_CALLED[self.kind]}.")
        # The reference lets users that are logged in by halves do nothing but go on.
        if not self.confirmed and operation.key != "auth.verify_mfa":
            raise Problem(403, "Multi-factor authentication must be confirmed first.")
        if not self.selected and not operation.key.startswith("auth."):
            raise Problem(403, "A workspace must be selected first.")
        # It prints "permissions required: A, B", read here as: all of them.
        lacking = [name for name in operation.permissions if name in self.denied]
        if lacking:
            raise Problem(403, f"The API key lacks the permission {lacking[0]}.")


#: Who calls a login that takes no token.
NOBODY = Caller("nobody", "", 0)
