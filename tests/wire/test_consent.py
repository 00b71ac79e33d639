"""What may be sent: writes only where the path is known, and to whom it is given."""

from __future__ import annotations

import warnings

import pytest

from synerise_frames.errors import PathNotVerified, PermissionDenied, UnverifiedPathWarning
from synerise_frames.wire.consent import Consent
from synerise_frames.wire.operations import OPERATIONS, operation
from synerise_frames.wire.paths import PathBook


@pytest.mark.parametrize("key", OPERATIONS)
def test_no_write_goes_to_an_unverified_path_unasked(key: str) -> None:
    op = OPERATIONS[key]
    consent = Consent(PathBook(), op.consumers[0] if op.consumers else "workspace")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if op.verified:
            consent.ask(op, allow_unverified=False)
            return
        if op.writes:
            with pytest.raises(PathNotVerified, match="nothing was sent"):
                consent.ask(op, allow_unverified=False)
        with pytest.raises(UnverifiedPathWarning, match="openapi import"):
            consent.ask(op, allow_unverified=True)
    # The second time it is silent.
    consent.ask(op, allow_unverified=True)


def test_a_path_of_the_users_own_may_be_written_to() -> None:
    op = operation("trends.create")
    Consent(PathBook({op.key: "/own/trends"}), "workspace").ask(op, allow_unverified=False)


def test_a_workspace_key_is_not_a_user() -> None:
    op = operation("management.delete_many")
    with pytest.raises(PermissionDenied, match="gives this to user") as caught:
        Consent(PathBook(trusted=True), "workspace").ask(op, allow_unverified=True)
    assert "username=" in caught.value.hint
    Consent(PathBook(trusted=True), "user").ask(op, allow_unverified=False)


def test_the_warning_points_at_the_callers_line() -> None:
    consent = Consent(PathBook(), "workspace")
    with pytest.warns(UnverifiedPathWarning) as caught:
        consent.ask(operation("trends.calculate"), allow_unverified=False)
    assert caught[0].filename == __file__


def test_a_profiles_operation_wants_the_profiles_token() -> None:
    op = operation("auth.refresh_profile")
    consent = Consent(PathBook(trusted=True), "workspace")
    with pytest.raises(PermissionDenied, match="not to workspace") as caught:
        consent.ask(op, allow_unverified=True)
    assert "ws.auth" in caught.value.hint
    consent.ask(op, signed=True, allow_unverified=False)
