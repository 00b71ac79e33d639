"""Who is asking, and what they may do; tokens of profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.http.tokens import FixedToken
from synerise_frames.kinds.context import Context
from synerise_frames.redact import hide
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.permissions import all_permissions, check_permissions, needed_by
from synerise_frames.wire.profile_tokens import ProfileToken, read_profile_token


class Account:
    """Logins, tokens and workspaces: ``ws.auth``.

    The paths of the profile logins are guesses. Those that may leave a new profile behind need
    ``allow_unverified=True`` until the path is put right.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def __repr__(self) -> str:
        return f"<logins of {self._context.alias}>"

    def workspaces(self) -> list[dict[str, Any]]:
        """List the workspaces of a user ("Get Workspaces"), as the server sends them."""
        payload = self._context.api.call("auth.workspaces").payload
        return payload if isinstance(payload, list) else [payload]

    def current_workspace(self) -> dict[str, Any]:
        """Give a user's selected workspace ("Get current Workspace"), as the server sends it."""
        payload = self._context.api.call("auth.current_workspace").payload
        return payload if isinstance(payload, dict) else {"data": payload}

    def login_profile(
        self, api_key: str, identity_provider: str, *, allow_unverified: bool = False, **more: Any
    ) -> ProfileToken:
        """Log in as a profile ("Authenticate as Profile"); may create the profile.

        Parameters
        ----------
        api_key : str
            A profile key, not the workspace's.
        identity_provider : str
            ``"SYNERISE"``, ``"FACEBOOK"``, ``"OAUTH"``, ``"APPLE"``, ``"GOOGLE"`` or
            ``"UNKNOWN"``.
        allow_unverified : bool, default False
            Send although the path is not printed in the reference.
        **more
            Further fields, in the API's words: ``identityProviderToken``, ``email``,
            ``customId``, ``password``, ``uuid``, ``deviceId``, ``agreements``, ``attributes``,
            ``tags``.

        Raises
        ------
        AuthError
            If the profile is refused.
        PathNotVerified
            If the path is a guess and `allow_unverified` is not set; nothing was sent.
        """
        api_key, more = hide(api_key), hide(more)
        fields = hide({"apiKey": api_key, "identityProvider": identity_provider, **more})
        return self._token("auth.login_profile", fields, allow_unverified)

    def login_profile_server(
        self,
        api_key: str,
        identity_provider: str,
        ip_address: str,
        *,
        allow_unverified: bool = False,
        **more: Any,
    ) -> ProfileToken:
        """Log in as a profile from a server ("Authenticate Profile with a server").

        Parameters
        ----------
        api_key, identity_provider, allow_unverified, **more
            As for :meth:`login_profile`.
        ip_address : str
            The profile's address.

        Raises
        ------
        AuthError
            If the profile is refused.
        PathNotVerified
            If the path is a guess and `allow_unverified` is not set; nothing was sent.
        """
        api_key, more = hide(api_key), hide(more)
        fields = {"apiKey": api_key, "identityProvider": identity_provider, **more}
        fields = hide({**fields, "ipAddress": ip_address})
        return self._token("auth.login_profile_server", fields, allow_unverified)

    def login_profile_conditional(
        self, api_key: str, identity_provider: str, *, token: ProfileToken, **more: Any
    ) -> ProfileToken:
        """Log in as a profile that must exist ("Authenticate as Profile (conditional)").

        Parameters
        ----------
        api_key, identity_provider, **more
            As for :meth:`login_profile`.
        token : ProfileToken
            Of an anonymous profile (:meth:`login_anonymous`).

        Raises
        ------
        AuthError
            If the profile is refused, or conditions have to be met before.
        """
        api_key, more = hide(api_key), hide(more)
        fields = hide({"apiKey": api_key, "identityProvider": identity_provider, **more})
        return self._token("auth.login_profile_conditional", fields, token=token)

    def login_anonymous(
        self,
        api_key: str,
        uuid: str,
        *,
        device_id: str | None = None,
        allow_unverified: bool = False,
    ) -> ProfileToken:
        """Log in as an anonymous profile ("Authenticate anonymously").

        Parameters
        ----------
        api_key : str
            A profile key, not the workspace's.
        uuid : str
            The profile's UUID.
        device_id : str, optional
            Identifier of the device.
        allow_unverified : bool, default False
            Send although the path is not printed in the reference.

        Raises
        ------
        PathNotVerified
            If the path is a guess and `allow_unverified` is not set; nothing was sent.
        """
        api_key, uuid, device_id = hide(api_key), hide(uuid), hide(device_id)
        fields = hide({"apiKey": api_key, "uuid": uuid, "deviceId": device_id})
        return self._token("auth.login_anonymous", fields, allow_unverified)

    def refresh_profile(self, token: ProfileToken, api_key: str) -> ProfileToken:
        """Prolong a profile's session ("Refresh a Profile token").

        Parameters
        ----------
        token : ProfileToken
            What a login gave, still good.
        api_key : str
            A profile key, as for the login.

        Returns
        -------
        ProfileToken
            The new token.

        Raises
        ------
        AuthError
            If the token has ended.
        """
        api_key = hide(api_key)
        return self._token("auth.refresh_profile", {"apiKey": api_key}, token=token)

    def _token(
        self,
        key: str,
        fields: Mapping[str, Any],
        allow_unverified: bool = False,
        token: ProfileToken | None = None,
    ) -> ProfileToken:
        known = OPERATIONS[key].body
        strange = sorted(set(fields) - set(known))
        if strange:
            raise ConfigError(
                f"{key} takes no {', '.join(strange)}.", hint=f"It takes {', '.join(known)}."
            )
        answer = self._context.api.call(
            key,
            body={name: value for name, value in fields.items() if value is not None},
            auth=FixedToken(token.reveal()) if token else None,
            allow_unverified=allow_unverified,
        )
        return read_profile_token(answer.payload)


def whoami(context: Context) -> dict[str, Any]:
    """Say who is asking and in which workspace."""
    if context.api.consumer == "user":
        payload = context.api.call("auth.current_workspace").payload
        # What is inside is not printed: all that is plain is shown.
        data = payload.get("data") if isinstance(payload, dict) else None
        plain = data if isinstance(data, Mapping) else {}
        shown = {k: v for k, v in plain.items() if isinstance(v, str | int | float | None)}
    else:
        answer, _ = check_permissions(context.api, [])
        shown = {"name": answer.payload.get("businessProfileName")}
    return {"host": context.api.host, "consumer": context.api.consumer, "workspace": shown}


def permissions(context: Context) -> pd.DataFrame:
    """Ask which permissions the key has, and name what each is for."""
    _, granted = check_permissions(context.api, all_permissions())
    rows = [(name, granted.get(name), ", ".join(needed_by(name))) for name in all_permissions()]
    frame = pd.DataFrame(rows, columns=["permission", "granted", "operations"])
    return frame.astype({"permission": "string", "granted": "boolean", "operations": "string"})
