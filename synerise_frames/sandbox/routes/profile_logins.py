"""Logging in profiles: existing ones with the demo password, and anonymous ones.

No login makes a profile here. The reference has one for identity providers other than
SYNERISE, but the demo workspace is connected to none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.sandbox.auth import same
from synerise_frames.sandbox.callers import Caller
from synerise_frames.sandbox.calls import Call
from synerise_frames.sandbox.engine import Profile
from synerise_frames.sandbox.problems import Problem, field_error, invalid, unauthorized
from synerise_frames.sandbox.routes.base import Handler
from synerise_frames.sandbox.tokens import Token
from synerise_frames.sandbox.workspace import LocalWorkspace

_ORIGIN = "SYNERISE"


def _login(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    _, token = _logged_in(workspace, call)
    return {"token": token.value}


def _login_conditional(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    profile, token = _logged_in(workspace, call)
    # There are no further conditions here.
    return {"conditions": [], "status": "SUCCESS", **_told(token, "client", profile.custom_id)}


def _login_anonymous(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    workspace.gate.check_profile_key(call.body["apiKey"])
    uuid = call.body["uuid"]
    if not uuid.strip():
        raise invalid("uuid", "must not be blank", rejected=uuid)
    return {"token": workspace.gate.tokens.give(Caller("anonymous", uuid)).value}


def _refresh(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    workspace.gate.check_profile_key(call.body["apiKey"])
    token = workspace.gate.tokens.give(call.caller)
    if call.caller.kind == "anonymous":
        return _told(token, "anonymous_client", None)
    profile = workspace.engine.find_profile("uuid", call.caller.name)
    return _told(token, "client", profile.custom_id if profile else None)


def _logged_in(workspace: LocalWorkspace, call: Call) -> tuple[Profile, Token]:
    workspace.gate.check_profile_key(call.body["apiKey"])
    _check_provider(call)
    profile = _find(workspace, call)
    right = same(workspace.credentials.password, call.body["password"])
    if profile is None or not right:
        raise unauthorized("There is no such profile with this password.")
    return profile, workspace.gate.tokens.give(Caller("profile", profile.uuid))


def _check_provider(call: Call) -> None:
    if call.body["identityProvider"] != _ORIGIN:
        if "identityProviderToken" not in call.body:
            raise invalid("identityProviderToken", "must not be null", code="REQUIRED")
        raise Problem(403, "The demo workspace knows no other identity provider than SYNERISE.")
    # The reference asks for both with this provider.
    lacking = [name for name in ("password", "uuid") if name not in call.body]
    if "email" not in call.body and "customId" not in call.body:
        lacking.append("email")
    if lacking:
        errors = [field_error(name, "must not be null", code="REQUIRED") for name in lacking]
        told = "; ".join(f"{name}: must not be null" for name in lacking)
        raise Problem(400, told, errors=errors)


def _find(workspace: LocalWorkspace, call: Call) -> Profile | None:
    """Give the profile that all given identifiers name."""
    named = [
        workspace.engine.find_profile(identifier, str(call.body[field]))
        for field, identifier in (("email", "email"), ("customId", "custom_identify"))
        if field in call.body
    ]
    return named[0] if all(one == named[0] for one in named) else None


def _told(token: Token, realm: str, custom_id: str | None) -> dict[str, Any]:
    return {
        "token": token.value,
        # As printed: the one in seconds, the other in milliseconds.
        "expiration": token.expires,
        "created": round(token.created * 1000),
        "origin": _ORIGIN,
        "customId": custom_id,
        "realm": realm,
    }


HANDLERS: Mapping[str, Handler] = {
    "auth.login_profile": _login,
    "auth.login_profile_server": _login,
    "auth.login_profile_conditional": _login_conditional,
    "auth.login_anonymous": _login_anonymous,
    "auth.refresh_profile": _refresh,
}
