"""Logging in: from a workspace key, or a user's name and password, to a token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from synerise_frames.errors import AuthError, ConfigError, PermissionDenied, ShapeError
from synerise_frames.http.client import Client
from synerise_frames.http.message import Request
from synerise_frames.http.tokens import Authorizer, FixedToken, can_be_sent
from synerise_frames.redact import HiddenText, Secret, hide
from synerise_frames.wire.codec import decode, encode
from synerise_frames.wire.faults import fault
from synerise_frames.wire.operations import operation
from synerise_frames.wire.paths import PathBook

#: How a user proves who they are a second time; the reference prints no others.
MFA_TYPES = operation("auth.verify_mfa").values("mfaType")


@dataclass(frozen=True)
class User:
    """A user's credentials, and the workspace to work in.

    ``workspace`` is its GUID or its name; it may be left out by users of one workspace.
    ``mfa`` gives the code of the second factor when it is asked for.
    """

    username: str
    password: Secret
    workspace: str | None = None
    mfa: Callable[[], str] | None = None
    mfa_type: str = "TOTP_AUTHENTICATOR"


def login_workspace(client: Client, paths: PathBook, api_key: Secret) -> str:
    """Obtain a token for a workspace key.

    Raises
    ------
    AuthError
        If the key is refused.
    ShapeError
        If the answer holds no token.
    """
    payload = _send(client, paths, "auth.login_workspace", body={"apiKey": api_key.reveal()})
    return _token(payload)


def login_user(client: Client, paths: PathBook, user: User) -> str:
    """Obtain a token for a user in a workspace: log in, confirm, select the workspace.

    Raises
    ------
    AuthError
        If the password or the code is refused, or a code is needed and there is none.
    ConfigError
        If it is not clear which workspace is meant.
    ShapeError
        If an answer holds no token.
    """
    credentials = {"username": user.username, "password": user.password.reveal()}
    try:
        token = _token(_send(client, paths, "auth.login_user", body=credentials))
    except AuthError as error:
        error.hint = "Check username= and password=, and the host: each region has its own users."
        raise
    try:
        return _select(client, paths, user, token)
    except (AuthError, PermissionDenied) as error:
        # Whether a second factor is wanted is not printed anywhere, a refusal is the sign.
        if user.mfa is None:
            raise AuthError(
                f"The user is known, but may not select a workspace: {error.message}",
                http_status=error.http_status,
                hint="If the user has multi-factor authentication, pass mfa=, such as "
                "mfa=lambda: input('Code: ').",
            ) from None
    return _select(client, paths, user, _confirmed(client, paths, user, token))


def _confirmed(client: Client, paths: PathBook, user: User, token: str) -> str:
    code = hide(str(user.mfa()).strip() if user.mfa else "")
    try:
        payload = _send(
            client,
            paths,
            "auth.verify_mfa",
            query={"mfaType": user.mfa_type},
            body={"verificationCode": code},
            auth=FixedToken(token),
        )
    except AuthError as error:
        error.hint = (
            "The code of the second factor was refused, and a code is good for a short time: "
            "check what mfa= gives, and that mfa_type= is where it comes from."
        )
        raise
    return _token(payload)


def _select(client: Client, paths: PathBook, user: User, token: str) -> str:
    auth = FixedToken(token)
    guid = guid_of(user.workspace) or _find(client, paths, user.workspace, auth)
    payload = _send(
        client,
        paths,
        "auth.select_workspace",
        path={"businessProfileUUID": guid},
        auth=auth,
        subject=f"workspace {guid!r} for this user",
    )
    return _token(payload)


def guid_of(workspace: str | None) -> str | None:
    """Give the GUID, if the text is one."""
    try:
        return str(UUID(workspace)) if workspace else None
    except ValueError:
        return None


def _find(client: Client, paths: PathBook, name: str | None, auth: Authorizer) -> str:
    """Give the GUID of the workspace with this name, or of the only one.

    The reference does not print what an item of the list looks like: any field that holds a
    GUID will do, and any that holds the name.
    """
    payload = _send(client, paths, "auth.workspaces", auth=auth)
    rows = payload if isinstance(payload, list) else []
    known = [one for one in rows if isinstance(one, Mapping)]
    named = [one for one in known if name is None or name in one.values()]
    guids = [guid for one in named if (guid := _guid_in(one))]
    if len(guids) == 1:
        return guids[0]
    names = ", ".join(sorted(filter(None, map(_name_in, known)))) or "none that could be read"
    if guids and name:
        raise ConfigError(
            f"This user has {len(guids)} workspaces named {name!r}.",
            hint="Pass workspace= with the GUID of one of them.",
        )
    what = f"named {name!r}" if name else "that is the only one"
    raise ConfigError(
        f"This user has no workspace {what}.",
        hint=f"Pass workspace= with its GUID, or one of the names: {names}.",
    )


def _guid_in(one: Mapping[str, Any]) -> str | None:
    texts = [v for v in one.values() if isinstance(v, str)]
    return next(filter(None, map(guid_of, texts)), None)


def _name_in(one: Mapping[str, Any]) -> str | None:
    return next((v for k, v in one.items() if "name" in k.lower() and isinstance(v, str)), None)


def _send(
    client: Client,
    paths: PathBook,
    key: str,
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    body: Any = None,
    auth: Authorizer | None = None,
    subject: str = "such login",
) -> Any:
    op = operation(key)
    request = Request(
        paths.route(op).method,
        paths.fill(op, path or {}),
        query or {},
        None if body is None else encode(body),
        # A login changes nothing that a second one would not, so it may be repeated. A
        # code of a second factor is good for one try.
        repeatable=key != "auth.verify_mfa",
    )
    response = client.send(request, auth)
    if not response.ok:
        verified = paths.verified(op)
        raise fault(op, paths.route(op), response, subject=subject, verified=verified)
    return hide(decode(op, response))


def _token(payload: Any) -> str:
    token = payload.get("token") if isinstance(payload, dict) else None
    if not isinstance(token, str) or not can_be_sent(token):
        raise ShapeError(
            "The login answered without a token.",
            path="$.token",
            hint="Check host=: this does not look like the API.",
        )
    return HiddenText(token)
