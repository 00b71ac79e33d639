"""Checks that ask the server: login, permissions, clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from synerise_frames.doctor.row import Row
from synerise_frames.errors import SyneriseError
from synerise_frames.kinds.context import Context
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.permissions import PERMISSION_CHECK, all_permissions, needed_by
from synerise_frames.wire.probe.live import answered

__all__ = ["Greeting", "check_clock", "check_login", "check_permissions", "greet"]

#: Seconds that two clocks may differ; tokens and windows suffer beyond.
_MOST_SKEW = 60
_MOST_NAMED = 4


@dataclass(frozen=True)
class Greeting:
    """The server's answer to the question who is asking, and when it came."""

    payload: Any
    refusal: SyneriseError | None
    date: str | None
    received: datetime


def greet(context: Context) -> Greeting:
    """Ask who is asking and what they may do, in one call.

    Raises
    ------
    SyneriseError
        If no answer comes, or the login is refused.
    """
    api = context.api
    if api.consumer == "user":
        op, body = OPERATIONS["auth.current_workspace"], None
    else:
        op, body = PERMISSION_CHECK, all_permissions()
    sent = datetime.now(UTC)
    response = api.send(op, api.request(op, {}, {}, body))
    # The server's clock was read between sending and receiving.
    middle = sent + (datetime.now(UTC) - sent) / 2
    date = response.headers.get("Date")
    try:
        payload = answered(api, op, response, subject="workspace")
    except SyneriseError as error:
        return Greeting(None, error, date, middle)
    return Greeting(payload, None, date, middle)


def check_login(context: Context, greeting: Greeting) -> Row:
    """Say who is asking, where, and until when the token is good."""
    if greeting.refusal:
        raise greeting.refusal
    api = context.api
    who = {"user": "a user", "workspace": "a workspace key"}.get(api.consumer, api.consumer)
    name = _workspace_name(greeting.payload)
    detail = f"{api.host} as {who}" + (f", workspace {name!r}" if name else "")
    return Row("login", "ok", detail + _expiry(context))


def check_permissions(context: Context, greeting: Greeting) -> Row:
    """Say which permissions are missing, and what they are for."""
    if context.api.consumer == "user":
        return Row("permissions", "skipped", "only keys have them; users have roles")
    if greeting.refusal:
        raise greeting.refusal
    told = greeting.payload.get("permissions") if isinstance(greeting.payload, Mapping) else None
    if not isinstance(told, Mapping):
        return Row(
            "permissions", "failed", "the permission check told no permissions", "Check --host."
        )
    names = all_permissions()
    missing = [name for name in names if told.get(name) is not True]
    counted = f"{len(names) - len(missing)} of {len(names)} granted"
    if not missing:
        return Row("permissions", "ok", counted)
    named = [f"{name} ({', '.join(needed_by(name))})" for name in missing[:_MOST_NAMED]]
    more = f" and {len(missing) - len(named)} more" if len(missing) > len(named) else ""
    return Row(
        "permissions",
        "warning",
        f"{counted}; missing: {', '.join(named)}{more}",
        "If you need them, give them to the key in Settings > API keys; "
        "ws.check_permissions() shows all.",
    )


def check_clock(greeting: Greeting) -> Row:
    """Compare this machine's clock with the server's."""
    try:
        server = parsedate_to_datetime(greeting.date or "")
    except (ValueError, OverflowError):
        return Row("clock", "skipped", "the server told no time")
    if server.tzinfo is None:
        server = server.replace(tzinfo=UTC)
    # The header counts whole seconds: half of one is nobody's fault.
    skew = round((greeting.received - server - timedelta(seconds=0.5)).total_seconds())
    way = "ahead of" if skew > 0 else "behind"
    if abs(skew) <= _MOST_SKEW:
        return Row(
            "clock", "ok", f"{abs(skew)} s {way} the server's" if skew else "as the server's"
        )
    return Row(
        "clock",
        "warning",
        f"{abs(skew)} s {way} the server's",
        "Set this machine's clock (NTP): windows such as last(7, 'days') end at its now.",
    )


def workspace_zone(greeting: Greeting | None) -> str | None:
    """Give the zone that the server tells for the workspace, if it does."""
    payload = greeting.payload if greeting else None
    data = payload.get("data", payload) if isinstance(payload, Mapping) else None
    for name, value in data.items() if isinstance(data, Mapping) else ():
        if "zone" in name.lower() and isinstance(value, str) and value:
            return value
    return None


def _workspace_name(payload: Any) -> str:
    if not isinstance(payload, Mapping):
        return ""
    data = payload.get("data")
    inner = data.get("name") if isinstance(data, Mapping) else None
    name = payload.get("businessProfileName", inner)
    return name if isinstance(name, str) else ""


def _expiry(context: Context) -> str:
    """Say how long the token is good for, if it is one that says so."""
    left = context.api.token_lifetime()
    return "" if left is None else f"; the token is renewed in {round(left / 60)} min"
