"""Who gets in: keys, tokens, their end, Basic, and permissions."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest

from synerise_frames.sandbox.auth import Gate
from synerise_frames.sandbox.callers import ApiKey
from synerise_frames.sandbox.problems import Problem
from synerise_frames.wire.operations import OPERATIONS, operation

GUID = "11111111-2222-3333-4444-555555555555"
METRICS = operation("metrics.list")


def gate(lifetime: float = 60, **denied: str) -> Gate:
    keys = [ApiKey("full-key"), ApiKey("poor-key", frozenset(denied.values()))]
    return Gate(keys, workspace_guid=GUID, token_lifetime=lifetime)


def basic(user: str, key: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()


def refused(gate_: Gate, key: str, authorization: str | None) -> Problem:
    with pytest.raises(Problem) as caught:
        gate_.admit(operation(key), authorization)
    return caught.value


def test_token_is_hs512_and_says_when_it_ends(api: Any) -> None:
    assert jwt.get_unverified_header(api.token)["alg"] == "HS512"
    claims = jwt.decode(api.token, options={"verify_signature": False})
    assert 3600 <= claims["exp"] - claims["iat"] <= 3601
    assert isinstance(claims["exp"], int)
    assert api.sandbox.api_key not in json.dumps(claims)


def test_wrong_key(anonymous: Any) -> None:
    answer = anonymous.send("auth.login_workspace", {"apiKey": "wrong"})
    assert answer.status_code == 401
    assert "key" in answer.json()["message"]
    assert "wrong" not in answer.text


@pytest.mark.parametrize(
    ("body", "field"), [({}, "apiKey"), ({"apiKey": None}, "apiKey"), ({"apiKey": 7}, "apiKey")]
)
def test_login_without_a_key(anonymous: Any, body: dict[str, Any], field: str) -> None:
    answer = anonymous.send("auth.login_workspace", body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer x.y.z", "Token abc", "Basic ???", ""])
def test_without_good_credentials(anonymous: Any, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = anonymous.send("metrics.list", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert set(answer.json()) == {"timestamp", "status", "error", "message", "path"}


def test_basic_credentials_that_are_no_ascii(anonymous: Any, api: Any) -> None:
    answer = anonymous.send(
        "aggregates.calculate",
        {"identifierValue": "1"},
        headers={"Authorization": "Basic ü".encode("latin-1")},
        aggregateId=api.first("aggregate"),
        identifierType="id",
    )
    assert answer.status_code == 401


def test_tampered_tokens(anonymous: Any, api: Any) -> None:
    header, payload, signature = api.token.split(".")
    claims = jwt.decode(api.token, options={"verify_signature": False})
    forged = [
        f"{header}.{payload}.{signature[::-1]}",
        jwt.encode({**claims, "exp": claims["exp"] + 9999}, "x" * 64, algorithm="HS512"),
        jwt.encode(claims, None, algorithm="none"),
    ]
    for token in forged:
        headers = {"Authorization": f"Bearer {token}"}
        assert anonymous.send("metrics.list", headers=headers).status_code == 401


def test_token_ends_between_two_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    short = gate(lifetime=100)
    start = time.time()
    token = short.login("full-key")
    ends = jwt.decode(token, options={"verify_signature": False})["exp"]
    short.admit(METRICS, f"Bearer {token}")
    assert start + 100 <= ends < time.time() + 101
    monkeypatch.setattr(time, "time", lambda: ends - 0.01)
    short.admit(METRICS, f"Bearer {token}")
    monkeypatch.setattr(time, "time", lambda: ends + 0.01)
    assert refused(short, "metrics.list", f"Bearer {token}").status == 401
    short.admit(METRICS, f"Bearer {short.login('full-key')}")


def test_tokens_of_another_process_are_refused() -> None:
    assert refused(gate(), "metrics.list", f"Bearer {gate().login('full-key')}").status == 401


def test_two_logins_give_two_tokens() -> None:
    one = gate()
    assert one.login("full-key") != one.login("full-key")


def test_basic_only_where_public_code_uses_it(anonymous: Any, sandbox: Any) -> None:
    headers = {"Authorization": basic(sandbox.workspace_guid, sandbox.api_key)}
    for kind in ("aggregate", "expression"):
        path = {f"{kind}Id": anonymous.first(kind), "identifierType": "id"}
        body = {"identifierValue": "1"}
        answer = anonymous.send(f"{kind}s.calculate", body, headers=headers, **path)
        assert answer.status_code == 200
    assert anonymous.send("metrics.list", headers=headers).status_code == 401
    for user, key in ((GUID, sandbox.api_key), (sandbox.workspace_guid, "wrong")):
        wrong = {"Authorization": basic(user, key)}
        answer = anonymous.send(
            "aggregates.calculate", body, headers=wrong, aggregateId="x", identifierType="id"
        )
        assert answer.status_code == 401


def test_a_missing_permission_is_named() -> None:
    first, second = operation("aggregates.get").permissions
    for denied in (first, second):
        limited = gate(denied=denied)
        problem = refused(limited, "aggregates.get", f"Bearer {limited.login('poor-key')}")
        assert problem.status == 403
        assert denied in problem.message
        # Another key of the workspace, and another operation of the key, go on.
        limited.admit(operation("aggregates.get"), f"Bearer {limited.login('full-key')}")
        limited.admit(METRICS, f"Bearer {limited.login('poor-key')}")


def test_permissions_count_for_basic_too() -> None:
    (needed,) = operation("aggregates.calculate").permissions
    limited = gate(denied=needed)
    assert refused(limited, "aggregates.calculate", basic(GUID, "poor-key")).status == 403
    limited.admit(operation("aggregates.calculate"), basic(GUID, "full-key"))


def test_every_operation_but_the_logins_is_guarded() -> None:
    for key, op in OPERATIONS.items():
        if op.consumers:
            assert refused(gate(), key, None).status == 401


def test_keys_are_not_shown() -> None:
    assert "full-key" not in repr(ApiKey("full-key"))
