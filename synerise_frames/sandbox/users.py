"""The demo users: logging in, the second factor, and selecting the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synerise_frames.sandbox.auth import same
from synerise_frames.sandbox.callers import Caller
from synerise_frames.sandbox.credentials import Credentials
from synerise_frames.sandbox.problems import Problem, not_found, unauthorized
from synerise_frames.sandbox.tokens import Tokens

#: A user that is logged in by name and password.
USERNAME = "analyst@example.com"
#: A user with multi-factor authentication.
MFA_USERNAME = "guarded@example.com"


@dataclass(frozen=True)
class User:
    """A demo user. Users may do everything: their roles have other names than permissions."""

    username: str
    number: int
    has_mfa: bool = False


_USERS = {user.username: user for user in (User(USERNAME, 3), User(MFA_USERNAME, 4, has_mfa=True))}


class Users:
    """Gives tokens to users; the answers have the two fields that the reference prints.

    Parameters
    ----------
    credentials : Credentials
        Password and second factor of all of them.
    tokens : Tokens
        Where tokens come from.
    workspace_guid : str
        The only workspace that they have.
    """

    def __init__(self, credentials: Credentials, tokens: Tokens, workspace_guid: str) -> None:
        self._credentials = credentials
        self._tokens = tokens
        self._guid = workspace_guid

    def login(self, username: str, password: str) -> dict[str, Any]:
        """Log a user in; who has a second factor is not done yet.

        Raises
        ------
        Problem
            401 if name or password are wrong; it does not say which.
        """
        user = _USERS.get(username.lower())
        # The password is compared in any case: time should not tell who exists.
        right = same(self._credentials.password, password)
        if user is None or not right:
            raise unauthorized("The username or the password is wrong.")
        return self._answer(user, confirmed=not user.has_mfa, selected=False)

    def confirm(self, caller: Caller, code: str) -> dict[str, Any]:
        """Check the second factor.

        Raises
        ------
        Problem
            401 if the code is wrong, 400 if the user has no second factor.
        """
        user = _USERS[caller.name]
        if not user.has_mfa:
            raise Problem(400, "This user has no multi-factor authentication.")
        if not same(self._credentials.mfa_code, code):
            raise unauthorized("The verification code is wrong.")
        return self._answer(user, selected=caller.selected)

    def select(self, caller: Caller, workspace_guid: str) -> dict[str, Any]:
        """Select the workspace.

        Raises
        ------
        Problem
            404 if the user has no such workspace.
        """
        if workspace_guid.lower() != self._guid:
            raise not_found(f"Workspace {workspace_guid!r} of this user")
        return self._answer(_USERS[caller.name])

    def _answer(
        self, user: User, *, confirmed: bool = True, selected: bool = True
    ) -> dict[str, Any]:
        caller = Caller("user", user.username, user.number, confirmed=confirmed, selected=selected)
        # What is inside "consumer" is not printed: these are guesses.
        consumer = {"type": "USER", "id": user.number, "email": user.username}
        return {"consumer": consumer, "token": self._tokens.give(caller).value}
