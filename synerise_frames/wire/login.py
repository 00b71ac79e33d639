"""Logging in: from a workspace key to a token."""

from __future__ import annotations

from synerise_frames.errors import ShapeError
from synerise_frames.http.client import Client
from synerise_frames.http.message import Request
from synerise_frames.redact import Secret
from synerise_frames.wire.api import decode, encode
from synerise_frames.wire.faults import fault
from synerise_frames.wire.operations import operation
from synerise_frames.wire.paths import PathBook


def login_workspace(client: Client, paths: PathBook, api_key: Secret) -> str:
    """Obtain a token for a workspace key.

    Raises
    ------
    AuthError
        If the key is refused.
    ShapeError
        If the answer holds no token.
    """
    op = operation("auth.login_workspace")
    route = paths.route(op)
    body = encode({"apiKey": api_key.reveal()})
    # A login changes nothing that a second one would not, so it may be repeated.
    request = Request(route.method, paths.fill(op, {}), body=body, repeatable=True)
    response = client.send(request)
    if not response.ok:
        raise fault(op, response, subject="login for a workspace key", verified=True)
    payload = decode(op, response)
    token = payload.get("token") if isinstance(payload, dict) else None
    if not isinstance(token, str) or not token:
        raise ShapeError(
            "The login answered without a token.",
            path="$.token",
            hint="Check host=: this does not look like the API.",
        )
    return token
