"""Logins of profiles: with a key of their own, and for nothing but to be refreshed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import jwt
import pytest

from synerise_frames.wire.operations import OPERATIONS

DEVICE = "07243772-008a-42e1-ba37-c3807cebde8f"
LOGINS = ("auth.login_profile", "auth.login_profile_server", "auth.login_profile_conditional")
ALL = (*LOGINS, "auth.login_anonymous", "auth.refresh_profile")


def body(api: Any, **more: Any) -> dict[str, Any]:
    content = {
        "apiKey": api.sandbox.profile_key,
        "identityProvider": "SYNERISE",
        "email": "household-1@example.com",
        "password": api.sandbox.password,
        "uuid": DEVICE,
        "ipAddress": "192.0.2.1",
        **more,
    }
    return {name: value for name, value in content.items() if value is not None}


@pytest.fixture(scope="module")
def stranger(anonymous: Any) -> Any:
    answer = anonymous.send("auth.login_anonymous", body(anonymous))
    assert set(answer.json()) == {"token"}
    return replace(anonymous, token=answer.json()["token"])


@pytest.fixture(scope="module")
def caller(anonymous: Any, api: Any, stranger: Any) -> Any:
    """Give who may call a login."""
    by = {"auth.login_profile_server": api, "auth.login_profile_conditional": stranger}
    return lambda key: by.get(key, stranger if key == "auth.refresh_profile" else anonymous)


@pytest.mark.parametrize("key", LOGINS)
def test_profiles_log_in(caller: Any, key: str) -> None:
    api = caller(key)
    for named in (
        {},
        {"email": "HOUSEHOLD-1@example.com"},
        {"email": None, "customId": "H1"},
        {"customId": "H1"},
    ):
        answer = api.send(key, body(api, **named))
        assert answer.status_code == 200, answer.text
        assert tuple(answer.json()) == OPERATIONS[key].printed
        claims = jwt.decode(answer.json()["token"], options={"verify_signature": False})
        assert claims["rlm"] == "profile"


def test_a_conditional_login_says_how_long_its_token_lasts(caller: Any) -> None:
    key = "auth.login_profile_conditional"
    api = caller(key)
    answer = api.send(key, body(api)).json()
    assert (answer["conditions"], answer["status"]) == ([], "SUCCESS")
    check_times(answer)
    assert (answer["origin"], answer["customId"], answer["realm"]) == ("SYNERISE", "H1", "client")


def check_times(answer: dict[str, Any]) -> None:
    # As printed, the end is in seconds and the beginning in milliseconds.
    assert answer["expiration"] - time.time() == pytest.approx(3600, abs=30)
    assert answer["created"] / 1000 == pytest.approx(time.time(), abs=30)


@pytest.mark.parametrize("kind", ["profile", "anonymous"])
def test_tokens_are_refreshed(anonymous: Any, stranger: Any, kind: str) -> None:
    api = stranger
    if kind == "profile":
        api = replace(anonymous, token=anonymous.send(LOGINS[0], body(anonymous)).json()["token"])
    answer = api.send("auth.refresh_profile", body(api)).json()
    assert tuple(answer) == OPERATIONS["auth.refresh_profile"].printed
    assert answer["token"] != api.token
    check_times(answer)
    expected = {"profile": ("H1", "client"), "anonymous": (None, "anonymous_client")}
    assert (answer["customId"], answer["realm"]) == expected[kind]
    again = replace(api, token=answer["token"])
    assert again.send("auth.refresh_profile", body(api)).status_code == 200
    assert again.send("metrics.list").status_code == 403


@pytest.mark.parametrize("key", ALL)
def test_keys_of_the_two_kinds_are_not_the_same(caller: Any, key: str) -> None:
    api = caller(key)
    answer = api.send(key, body(api, apiKey=api.sandbox.api_key))
    assert answer.status_code == 401
    assert "for a workspace" in answer.json()["message"]
    answer = api.send(key, body(api, apiKey="wrong"))
    assert (answer.status_code, "not known" in answer.json()["message"]) == (401, True)


def test_a_profile_key_is_no_workspace_key(anonymous: Any) -> None:
    body_ = {"apiKey": anonymous.sandbox.profile_key}
    answer = anonymous.send("auth.login_workspace", body_)
    assert answer.status_code == 401
    assert "for profiles" in answer.json()["message"]


@pytest.mark.parametrize("key", LOGINS)
@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody@example.com"},
        {"password": "wrong"},
        {"email": None, "customId": "none"},
        {"email": None, "customId": 1},
        {"customId": "H2"},
    ],
    ids=str,
)
def test_unknown_profiles(caller: Any, key: str, wrong: dict[str, Any]) -> None:
    api = caller(key)
    answer = api.send(key, body(api, **wrong))
    assert answer.status_code == 401
    assert api.sandbox.password not in answer.text


@pytest.mark.parametrize("key", LOGINS)
def test_other_identity_providers_make_no_profile(caller: Any, key: str) -> None:
    api = caller(key)
    for provider in OPERATIONS[key].values("identityProvider"):
        if provider != "SYNERISE":
            content = body(api, identityProvider=provider, identityProviderToken="x")
            assert api.send(key, content).status_code == 403
            content = body(api, identityProvider=provider)
            assert fields(api.send(key, content)) == ["identityProviderToken"]
    assert fields(api.send(key, body(api, identityProvider="MYSPACE"))) == ["identityProvider"]


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.text
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("key", LOGINS)
def test_what_a_login_needs(caller: Any, key: str) -> None:
    api = caller(key)
    assert fields(api.send(key, body(api, password=None))) == ["password"]
    assert fields(api.send(key, body(api, uuid=None))) == ["uuid"]
    assert fields(api.send(key, body(api, email=None))) == ["email"]
    assert fields(api.send(key, body(api, password=7))) == ["password"]
    for name in OPERATIONS[key].required:
        assert fields(api.send(key, body(api, **{name: None}))) == [name]


def test_anonymous_profiles_need_a_uuid(anonymous: Any) -> None:
    for uuid in (None, "", " ", 7):
        answer = anonymous.send("auth.login_anonymous", {**body(anonymous), "uuid": uuid})
        assert fields(answer) == ["uuid"]
