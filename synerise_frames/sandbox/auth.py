"""The gate: logs workspaces in by their keys, and lets requests in or says why not."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import replace

from synerise_frames.sandbox.callers import ApiKey, Caller
from synerise_frames.sandbox.problems import unauthorized
from synerise_frames.sandbox.tokens import Tokens
from synerise_frames.wire.operations import Operation

#: Public client code of the vendor sends Basic on these calls only, so only these take it.
BASIC_OPERATIONS = frozenset({"aggregates.calculate", "expressions.calculate"})


class Gate:
    """Lets requests in, or says why not.

    Parameters
    ----------
    keys : sequence of ApiKey
        The keys of the workspace.
    workspace_guid : str
        The user name of Basic authorization.
    token_lifetime : float
        Seconds that a token is good for.
    profile_key : str, optional
        The key of the other kind: it is refused here, and told apart in words.
    """

    def __init__(
        self,
        keys: Sequence[ApiKey],
        *,
        workspace_guid: str,
        token_lifetime: float,
        profile_key: str | None = None,
    ) -> None:
        self._keys = {key.fingerprint: key for key in keys}
        self._guid = workspace_guid
        self._profile_key = profile_key
        self.tokens = Tokens(workspace_guid, token_lifetime)

    def login(self, api_key: str) -> str:
        """Give a token for a workspace key.

        Raises
        ------
        Problem
            401 if the key is unknown, or one for profiles.
        """
        key = self._find(api_key)
        if key is None:
            if self.is_profile_key(api_key):
                raise unauthorized("This API key is for profiles, not for a workspace.")
            raise unauthorized("The API key is not known.")
        return self.tokens.give(Caller("workspace", key.fingerprint)).value

    def check_profile_key(self, api_key: str) -> None:
        """Check the key that profiles log in with.

        Raises
        ------
        Problem
            401 if it is unknown, or one for a workspace.
        """
        if self.is_profile_key(api_key):
            return
        if self._find(api_key):
            raise unauthorized("This API key is for a workspace, not for profiles.")
        raise unauthorized("The API key is not known.")

    def is_profile_key(self, api_key: str) -> bool:
        """Whether this is the key for profiles."""
        return self._profile_key is not None and same(self._profile_key, api_key)

    def admit(self, operation: Operation, authorization: str | None) -> Caller:
        """Give who calls, once it is sure that they may call `operation`.

        Raises
        ------
        Problem
            401 without good credentials, 403 if the operation is not for such callers or
            their key lacks a permission.
        """
        caller = self._identify(operation, authorization)
        caller.check_may_call(operation)
        return caller

    def _identify(self, operation: Operation, authorization: str | None) -> Caller:
        scheme, _, credentials = (authorization or "").strip().partition(" ")
        if scheme.lower() == "bearer":
            return self._bearer(credentials.strip())
        if scheme.lower() != "basic":
            raise unauthorized("Full authentication is required: send a Bearer token.")
        if operation.key not in BASIC_OPERATIONS:
            raise unauthorized("Basic authorization is not accepted here: send a Bearer token.")
        return self._basic(credentials.strip())

    def _bearer(self, token: str) -> Caller:
        caller = self.tokens.read(token)
        if caller.kind == "workspace":
            return replace(caller, denied=self._keys[caller.name].denied)
        return caller

    def _basic(self, credentials: str) -> Caller:
        try:
            guid, _, api_key = base64.b64decode(credentials, validate=True).decode().partition(":")
        except ValueError:
            raise unauthorized("The Basic credentials cannot be read.") from None
        key = self._find(api_key)
        if key is None or guid != self._guid:
            raise unauthorized("The workspace or its API key is not known.")
        return Caller("workspace", key.fingerprint, denied=key.denied)

    def _find(self, api_key: str) -> ApiKey | None:
        # Every key is compared, each in constant time.
        matches = [key for key in self._keys.values() if same(key.value, api_key)]
        return matches[0] if matches else None


def same(secret: str, given: str) -> bool:
    """Compare a secret with what was given, in constant time."""
    return hmac.compare_digest(secret.encode(), given.encode())
