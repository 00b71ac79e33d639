"""Logging in workspaces and users, and which workspace this is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.sandbox.calls import Call
from synerise_frames.sandbox.routes.base import Handler
from synerise_frames.sandbox.workspace import LocalWorkspace


def _login_workspace(workspace: LocalWorkspace, call: Call) -> dict[str, str]:
    return {"token": workspace.gate.login(call.body["apiKey"])}


def _login_user(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return workspace.users.login(call.body["username"], call.body["password"])


def _verify_mfa(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return workspace.users.confirm(call.caller, call.body["verificationCode"])


def _select(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    return workspace.users.select(call.caller, call.path["businessProfileUUID"])


def _workspaces(workspace: LocalWorkspace, _: Call) -> list[dict[str, Any]]:
    return [_described(workspace)]


def _current(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    if not call.caller.selected:
        return {"selected": False, "data": None}
    return {"selected": True, "data": _described(workspace)}


def _described(workspace: LocalWorkspace) -> dict[str, Any]:
    # The reference prints no field of a workspace: these are guesses.
    return {
        "businessProfileGuid": workspace.guid,
        "name": workspace.name,
        "timezone": workspace.timezone,
    }


HANDLERS: Mapping[str, Handler] = {
    "auth.login_workspace": _login_workspace,
    "auth.login_user": _login_user,
    "auth.verify_mfa": _verify_mfa,
    "auth.select_workspace": _select,
    "auth.workspaces": _workspaces,
    "auth.current_workspace": _current,
}
