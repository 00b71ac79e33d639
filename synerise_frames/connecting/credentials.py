"""Who calls: a key or a user, what signs for them, and whose answers are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from synerise_frames.config import Setting
from synerise_frames.errors import ConfigError
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.client import Client
from synerise_frames.http.tokens import Authorizer, BasicAuth, BearerTokens
from synerise_frames.redact import Secret
from synerise_frames.wire.login import MFA_TYPES, User, login_workspace
from synerise_frames.wire.paths import PathBook


def user_of(
    username: str | None,
    password: str | None,
    workspace: str | None,
    mfa: Callable[[], str] | None,
    mfa_type: str,
) -> User | None:
    """Give the user that is to be logged in, if there is one.

    Raises
    ------
    ConfigError
        If a part is missing, or makes no sense.
    """
    if username is None and password is None:
        if workspace is not None or mfa is not None:
            raise ConfigError(
                "workspace= and mfa= belong to a user's login.",
                hint="Pass username= and password= too; an API key belongs to one workspace.",
            )
        return None
    if not username or not password:
        raise ConfigError(
            "A user's login needs username= and password=.",
            hint="To connect with an API key, leave out both.",
        )
    if mfa is not None and not callable(mfa):
        raise ConfigError(
            "mfa= is no function.", hint="Pass one that gives the code: lambda: input('Code: ')."
        )
    if mfa_type not in MFA_TYPES:
        raise ConfigError(
            f"mfa_type={mfa_type!r} is none.", hint=f"One of: {', '.join(MFA_TYPES)}."
        )
    return User(username, Secret(password), workspace, mfa, mfa_type)


def key_login(
    auth: str, client: Client, book: PathBook, settings: Mapping[str, Setting]
) -> Authorizer:
    """Give what signs calls with an API key.

    Raises
    ------
    ConfigError
        If something is missing.
    """
    api_key, workspace_guid = settings["api_key"].value, settings["workspace_guid"].value
    if not api_key or not api_key.strip():
        raise ConfigError(
            "There is no API key.",
            hint="Set SYNERISE_API_KEY (Settings > API keys, scope Workspace), or pass "
            "api_key=; to try the library without an account use sf.demo().",
        )
    key = Secret(api_key)
    for name, value in (("The API key", api_key), ("The workspace's GUID", workspace_guid or "")):
        if not value.isprintable():
            raise ConfigError(
                f"{name} has a line end or another character that none has.",
                hint="Take it without what stands around it: key.strip().",
            )
    if auth == "jwt":
        return BearerTokens(lambda: login_workspace(client, book, key))
    if auth != "basic":
        raise ConfigError(f"auth={auth!r} is none.", hint="Use 'jwt' or 'basic'.")
    if not workspace_guid:
        raise ConfigError(
            "auth='basic' needs the workspace's GUID.",
            hint="Set SYNERISE_WORKSPACE_GUID or pass workspace_guid=.",
        )
    return BasicAuth(workspace_guid, key)


def tenant_of(base_url: str, settings: Mapping[str, Setting], user: User | None) -> Tenant:
    """Say whose answers these are: of these credentials on this host."""
    if user:
        identity = ["user", user.username, user.workspace or ""]
        return Tenant(base_url, identity, user.password, chosen=True)
    key = settings["api_key"].value or ""
    return Tenant(base_url, ["workspace", settings["workspace_guid"].value or ""], Secret(key))
