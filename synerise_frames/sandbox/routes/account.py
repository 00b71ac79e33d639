"""Logging in, and which workspace this is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.sandbox.calls import Call
from synerise_frames.sandbox.routes.base import Handler
from synerise_frames.sandbox.workspace import LocalWorkspace


def _login(workspace: LocalWorkspace, call: Call) -> dict[str, str]:
    return {"token": workspace.gate.login(call.body["apiKey"])}


def _current(workspace: LocalWorkspace, _: Call) -> dict[str, Any]:
    # Only "selected" and "data" are printed; what is inside "data" is a guess.
    data = {
        "businessProfileGuid": workspace.guid,
        "name": workspace.name,
        "timezone": workspace.timezone,
    }
    return {"selected": True, "data": data}


HANDLERS: Mapping[str, Handler] = {
    "auth.login_workspace": _login,
    "auth.current_workspace": _current,
}
