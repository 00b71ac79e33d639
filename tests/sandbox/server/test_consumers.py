"""Who may call what: users, workspaces, profiles and anonymous profiles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from synerise_frames.wire.operations import OPERATIONS

NOBODY = "00000000-0000-0000-0000-000000000000"


def token(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


def log_in(api: Any, username: str, **more: Any) -> Any:
    body = {"username": username, "password": api.sandbox.password, **more}
    return api.send("auth.login_user", body)


@pytest.fixture(scope="module")
def half(anonymous: Any) -> Any:
    """A user that has not selected a workspace."""
    return replace(anonymous, token=token(log_in(anonymous, anonymous.sandbox.username)))


@pytest.fixture(scope="module")
def selected(half: Any) -> Any:
    guid = half.sandbox.workspace_guid.upper()
    return replace(half, token=token(half.send("auth.select_workspace", businessProfileUUID=guid)))


@pytest.fixture(scope="module")
def unconfirmed(anonymous: Any) -> Any:
    """A user whose second factor is still to be shown."""
    return replace(anonymous, token=token(log_in(anonymous, anonymous.sandbox.mfa_username)))


@pytest.fixture(scope="module")
def profile(anonymous: Any) -> Any:
    body = {
        "apiKey": anonymous.sandbox.profile_key,
        "identityProvider": "SYNERISE",
        "email": "household-1@example.com",
        "password": anonymous.sandbox.password,
        "uuid": NOBODY,
    }
    return replace(anonymous, token=token(anonymous.send("auth.login_profile", body)))


@pytest.fixture(scope="module")
def stranger(anonymous: Any) -> Any:
    """An anonymous profile."""
    body = {"apiKey": anonymous.sandbox.profile_key, "uuid": NOBODY}
    return replace(anonymous, token=token(anonymous.send("auth.login_anonymous", body)))


@pytest.mark.parametrize("key", [key for key, op in OPERATIONS.items() if op.consumers])
def test_each_operation_is_for_its_consumers_only(
    api: Any, selected: Any, profile: Any, stranger: Any, key: str
) -> None:
    op = OPERATIONS[key]
    path = dict.fromkeys(op.path_parameters, NOBODY) | {"namespace": "profiles"}
    callers = {"workspace": api, "user": selected, "profile": profile, "anonymous": stranger}
    for kind, caller in callers.items():
        # Without what it needs, or with an id that nobody has: nothing is done.
        answer = caller.send(key, **path)
        assert (answer.status_code == 403) is (kind not in op.consumers), (kind, answer.text)
        assert answer.status_code != 401


def test_users_log_in_and_select(half: Any, selected: Any) -> None:
    answer = log_in(half, half.sandbox.username.upper(), deviceId="x").json()
    assert set(answer) == {"consumer", "token"}
    assert answer["consumer"]["email"] == half.sandbox.username
    (one,) = half.send("auth.workspaces").json()
    assert {half.sandbox.workspace_guid, half.sandbox.workspace_name} <= set(one.values())
    assert half.send("auth.current_workspace").json() == {"selected": False, "data": None}
    assert selected.send("auth.current_workspace").json() == {"selected": True, "data": one}
    assert selected.send("metrics.list").status_code == 200


def test_before_the_selection_there_is_no_analysis(half: Any) -> None:
    answer = half.send("metrics.list")
    assert answer.status_code == 403
    assert "selected" in answer.json()["message"]


@pytest.mark.parametrize("guid", [NOBODY, "x"])
def test_other_workspaces(half: Any, guid: str) -> None:
    assert half.send("auth.select_workspace", businessProfileUUID=guid).status_code == 404


def test_wrong_names_and_passwords_are_not_told_apart(anonymous: Any) -> None:
    running = anonymous.sandbox
    answers = [
        anonymous.send("auth.login_user", {"username": name, "password": password})
        for name, password in (
            (running.username, "wrong"),
            ("nobody@example.com", running.password),
            (running.username, "ż"),
            (running.username, ""),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.json()["message"] for answer in answers}) == 1
    assert all(running.password not in answer.text for answer in answers)


def test_who_is_not_confirmed_can_only_confirm(unconfirmed: Any) -> None:
    guid = unconfirmed.sandbox.workspace_guid
    for key, op in OPERATIONS.items():
        if "user" in op.consumers and key != "auth.verify_mfa":
            path = dict.fromkeys(op.path_parameters, guid)
            answer = unconfirmed.send(key, **path)
            assert answer.status_code == 403
            assert "confirmed" in answer.json()["message"]


@pytest.mark.parametrize("mfa_type", OPERATIONS["auth.verify_mfa"].values("mfaType"))
def test_the_second_factor(unconfirmed: Any, mfa_type: str) -> None:
    running, query = unconfirmed.sandbox, {"mfaType": mfa_type}
    wrong = "1" if running.mfa_code != "1" else "2"
    for code in (wrong, ""):
        answer = unconfirmed.send("auth.verify_mfa", {"verificationCode": code}, query=query)
        assert answer.status_code == 401
    answer = unconfirmed.send(
        "auth.verify_mfa", {"verificationCode": running.mfa_code}, query=query
    )
    confirmed = replace(unconfirmed, token=token(answer))
    assert confirmed.send("metrics.list").status_code == 403
    answer = confirmed.send("auth.select_workspace", businessProfileUUID=running.workspace_guid)
    full = replace(confirmed, token=token(answer))
    assert full.send("metrics.list").status_code == 200
    # The reference allows it afterwards too; what was selected stays so.
    answer = full.send("auth.verify_mfa", {"verificationCode": running.mfa_code}, query=query)
    assert replace(full, token=token(answer)).send("metrics.list").status_code == 200


def test_bad_confirmations(unconfirmed: Any, half: Any) -> None:
    code = {"verificationCode": unconfirmed.sandbox.mfa_code}
    for query, body, field in (
        ({}, code, "mfaType"),
        ({"mfaType": "SMS"}, code, "mfaType"),
        ({"mfaType": "EMAIL"}, {}, "verificationCode"),
    ):
        answer = unconfirmed.send("auth.verify_mfa", body, query=query)
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    answer = half.send("auth.verify_mfa", code, query={"mfaType": "EMAIL"})
    assert answer.status_code == 400


def test_secrets_are_random_and_not_shown(sandbox: Any, writable: Any) -> None:
    for name in ("api_key", "profile_key", "password", "mfa_code"):
        secret = getattr(sandbox, name)
        if name != "mfa_code":  # One in a million is the same.
            assert secret != getattr(writable.sandbox, name)
        assert secret not in repr(sandbox)
        assert secret not in str(vars(sandbox))
