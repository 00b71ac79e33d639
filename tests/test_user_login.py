"""Logins of users and profiles, against the embedded workspace's own."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import pytest

import synerise_frames as sf
from synerise_frames.sandbox.launch import RunningSandbox, launch
from synerise_frames.wire.operations import OPERATIONS

#: This server has the registry's own paths, as its user would know from its document.
KNOWN = {key: f"{op.method} {op.path}" for key, op in OPERATIONS.items() if not op.verified}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSandbox]:
    with launch() as running:
        yield running


def as_user(server: RunningSandbox, **more: object) -> sf.Workspace:
    login = {"username": server.username, "password": server.password, **more}
    return sf.connect(
        host=server.url, tz=server.timezone, cache=False, paths=KNOWN, **login  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_user_works_like_a_key_and_may_delete_many(server: RunningSandbox) -> None:
    with as_user(server) as ws:
        told = ws.whoami()
        assert told["consumer"] == "user"
        assert server.workspace_name in told["workspace"].values()
        funnels = ws.funnels.list()
        copies = [ws.funnels.create(ws.funnels.get(one)) for one in funnels["id"]]
        assert len(ws.funnels.list()) == len(funnels) + len(copies)
        ws.delete_many(funnels=copies)
        assert ws.funnels.list()["id"].tolist() == funnels["id"].tolist()
        with pytest.raises(sf.NotFound):
            ws.delete_many(funnels=copies)
        assert len(ws.auth.workspaces()) == 1
        assert ws.auth.current_workspace()["selected"] is True
        with pytest.raises(sf.PermissionDenied, match="workspace"):
            ws.check_permissions()


@pytest.mark.parametrize("by", ["workspace_name", "workspace_guid"])
def test_the_workspace_is_chosen_by_name_or_guid(server: RunningSandbox, by: str) -> None:
    with as_user(server, workspace=getattr(server, by)) as ws:
        assert len(ws.metrics.list())


def test_an_unknown_workspace_lists_those_that_are_there(server: RunningSandbox) -> None:
    with (
        as_user(server, workspace="Nowhere") as ws,
        pytest.raises(sf.ConfigError, match="Complete Journey"),
    ):
        ws.metrics.list()


def test_the_second_factor_is_asked_for_once(server: RunningSandbox) -> None:
    asked = []

    def code() -> str:
        asked.append(1)
        return server.mfa_code

    with as_user(server, username=server.mfa_username, mfa=code) as ws:
        assert len(ws.metrics.list())
        assert len(ws.funnels.list())
    assert asked == [1]


def test_a_missing_second_factor_is_named(server: RunningSandbox) -> None:
    with (
        as_user(server, username=server.mfa_username) as ws,
        pytest.raises(sf.AuthError, match="mfa="),
    ):
        ws.metrics.list()


@pytest.mark.parametrize("wrong", ["password", "mfa"])
def test_wrong_secrets_are_refused_and_shown_nowhere(server: RunningSandbox, wrong: str) -> None:
    secret = "wrong-secret-0123"
    more: dict[str, object] = {"username": server.mfa_username, "mfa": lambda: server.mfa_code}
    more |= {"password": secret} if wrong == "password" else {"mfa": lambda: secret}
    with as_user(server, **more) as ws, pytest.raises(sf.AuthError) as caught:
        ws.metrics.list()
    assert f"{wrong}=" in caught.value.hint
    assert "SYNERISE_API_KEY" not in caught.value.hint
    text = "".join(traceback.format_exception(caught.value)) + repr(ws) + repr(vars(ws.context.api))
    assert secret not in text
    assert server.password not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"username": "u"}, "needs username= and password="),
        ({"username": "u", "password": "p", "api_key": "k"}, "not both"),
        ({"workspace": "w", "api_key": "k"}, "belong to a user"),
        ({"username": "u", "password": "p", "mfa_type": "SMS"}, "TOTP_AUTHENTICATOR"),
    ],
)
def test_bad_arguments_say_what_to_do(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(sf.ConfigError, match=message):
        sf.connect(**arguments)  # type: ignore[arg-type]


def test_profiles_log_in_and_refresh(server: RunningSandbox) -> None:
    with sf.connect(
        host=server.url, api_key=server.api_key, cache=False, paths=KNOWN
    ) as ws:  # fmt: skip
        anonymous = ws.auth.login_anonymous(
            server.profile_key, "07243772-008a-42e1-ba37-c3807cebde8f"
        )
        assert anonymous.reveal() not in repr(anonymous)
        again = ws.auth.refresh_profile(anonymous, server.profile_key)
        assert again.reveal()
        assert again.expires_at is not None
        assert again.expires_at.tzinfo is not None
        with pytest.raises(sf.AuthError):
            ws.auth.login_anonymous("not-a-profile-key", "07243772-008a-42e1-ba37-c3807cebde8f")
        with pytest.raises(sf.ConfigError, match="takes no nonsense"):
            ws.auth.login_profile(server.profile_key, "SYNERISE", nonsense=1)
        with pytest.raises(sf.PermissionDenied, match=r"ws\.auth"):
            ws.call("auth.refresh_profile", apiKey=server.profile_key)


def test_profile_logins_that_may_create_one_ask_first(server: RunningSandbox) -> None:
    with (
        sf.connect(host=server.url, api_key=server.api_key, cache=False) as ws,
        pytest.raises(sf.PathNotVerified, match="nothing was sent"),
    ):
        ws.auth.login_profile(server.profile_key, "SYNERISE", email="a@example.com")
