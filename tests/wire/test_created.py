"""Ids of what was created, and tokens of profiles."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synerise_frames.errors import AuthError, ShapeError
from synerise_frames.wire.created import created_id
from synerise_frames.wire.profile_tokens import ProfileToken, read_profile_token

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("payload", ["abc", {"id": "abc"}, {"id": "abc", "more": 1}, " abc "])
def test_both_printed_forms_of_an_id(payload: Any) -> None:
    assert created_id(payload) == "abc"


@given(JSON)
def test_anything_else_says_that_it_was_created(payload: Any) -> None:
    valid = payload.get("id") if isinstance(payload, dict) else payload
    if isinstance(valid, str) and valid.strip():
        assert created_id(payload) == valid.strip()
    elif type(valid) is int:
        assert created_id(payload) == str(valid)
    else:
        with pytest.raises(ShapeError) as caught:
            created_id(payload)
        assert "do not create it again" in caught.value.hint


def test_a_profile_token_hides_its_value() -> None:
    token = read_profile_token(
        {
            "token": "very-secret-token",
            "expiration": 1649283173,
            "created": 1649277173668,
            "origin": "SYNERISE",
            "customId": "card123",
            "realm": "client",
            "other": 1,
        }
    )
    assert "very-secret" not in repr(token) + str(token)
    assert token.reveal() == "very-secret-token"
    assert token.expires_at == datetime(2022, 4, 6, 22, 12, 53, tzinfo=UTC)
    assert token.created_at == datetime(2022, 4, 6, 20, 32, 53, 668000, tzinfo=UTC)
    assert (token.origin, token.custom_id, token.realm) == ("SYNERISE", "card123", "client")
    assert token.extra == {"other": 1}


@pytest.mark.parametrize(
    "huge", [10**20, 10**400, float("inf"), float("nan")], ids=["large", "huge", "inf", "nan"]
)
def test_moments_beyond_all_calendars_are_missing(huge: float) -> None:
    token = read_profile_token({"token": "t", "expiration": huge, "created": -huge})
    assert (token.expires_at, token.created_at) == (None, None)


def test_conditions_are_told() -> None:
    with pytest.raises(AuthError, match="APPROVAL"):
        read_profile_token({"status": "CONDITIONS", "conditions": ["APPROVAL"], "token": None})


@given(JSON | st.fixed_dictionaries({"token": JSON, "expiration": JSON, "created": JSON}))
def test_any_answer_is_a_token_or_a_clear_error(payload: Any) -> None:
    with contextlib.suppress(AuthError, ShapeError):
        assert isinstance(read_profile_token(payload), ProfileToken)
