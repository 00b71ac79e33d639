"""Logins as calls: what a server answers to them is generated too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import synerise_frames as sf
from synerise_frames.http.message import Response
from synerise_frames.wire.operations import OPERATIONS
from tests.hardening.calls import KEY, PATHS, Ids, Recorded
from tests.hardening.server import TOKEN

PASSWORD = "hardening-password-0815"
GUID = "12345678-1234-1234-1234-123456789abc"
_METRIC = "/analytics/analytics/v3/metrics/m/recalculate"


def _again(ws: sf.Workspace, **who: Any) -> Any:
    """Log in at the same server, and make a call."""
    patience = sf.RetryPolicy(attempts=1, read_timeout=0.15, deadline=1)
    how = {"host": ws.context.api.host, "cache": False, "retry": patience, "paths": PATHS}
    with sf.connect(tz="Europe/Warsaw", **how, **who) as other:
        return other.metrics.calculate("m")


def _with_key(ws: sf.Workspace, ids: Ids) -> Any:
    return _again(ws, api_key=KEY)


def _as_user(ws: sf.Workspace, ids: Ids) -> Any:
    return _again(ws, username="a@example.com", password=PASSWORD, mfa=lambda: "123456")


def _of_profile(ws: sf.Workspace, ids: Ids) -> Any:
    return ws.auth.login_profile(KEY, "SYNERISE", email="a@example.com", allow_unverified=True)


def _answers(**said: Any) -> Mapping[tuple[str, str], Response]:
    paths = {name: OPERATIONS[f"auth.{name}"] for name in said}
    kind = {"Content-Type": "application/json"}
    found = {
        (op.method, op.path.replace("{businessProfileUUID}", GUID)): json.dumps(said[name])
        for name, op in paths.items()
    }
    found["POST", _METRIC] = json.dumps({"result": 5, "metricData": {"title": "Five"}})
    return {where: Response(200, kind, text.encode()) for where, text in found.items()}


_TOKEN = {"token": TOKEN}

LOGINS = [
    Recorded("login", _with_key, _answers(login_workspace=_TOKEN)),
    Recorded(
        "login of a user",
        _as_user,
        _answers(
            login_user=_TOKEN,
            workspaces=[{"businessProfileGuid": GUID, "name": "Shop"}],
            verify_mfa=_TOKEN,
            select_workspace=_TOKEN,
        ),
    ),
    Recorded(
        "login of a profile",
        _of_profile,
        _answers(login_profile={**_TOKEN, "expiration": 4_000_000_000, "created": 1_600_000_000}),
    ),
]
