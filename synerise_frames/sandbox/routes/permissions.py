"""The permission check of a workspace key: public, but not in the reference."""

from __future__ import annotations

from typing import Any

from synerise_frames.sandbox.callers import PERMISSIONS
from synerise_frames.sandbox.calls import Call, texts
from synerise_frames.sandbox.problems import Problem
from synerise_frames.sandbox.workspace import LocalWorkspace


def check_permissions(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
    """Say which of the permissions that the body lists the key has; no key has unknown ones."""
    if not isinstance(call.content, list):
        raise Problem(400, "The request body must be a JSON array of permissions.")
    denied = call.caller.denied
    return {
        "businessProfileName": workspace.name,
        "permissions": {
            name: name in PERMISSIONS and name not in denied for name in texts(call.content, "body")
        },
    }
