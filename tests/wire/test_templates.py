"""A call that was prepared for many profiles is the call that is made for one of them."""

from __future__ import annotations

import pytest

from synerise_frames.wire.bodies import profile_body
from synerise_frames.wire.codec import encode
from synerise_frames.wire.limits import RateLimits
from synerise_frames.wire.operations import operation
from synerise_frames.wire.templates import Template


@pytest.mark.parametrize("key", ["aggregates.calculate", "segmentations.check"])
@pytest.mark.parametrize("limits", [RateLimits(), RateLimits(50), RateLimits(50, 0.5)])
@pytest.mark.parametrize("profile", ["12", 'a "b"@example.com', "\x00profile\x00"])
def test_body_and_limits_are_those_of_a_single_call(
    key: str, limits: RateLimits, profile: str
) -> None:
    op, values, more = operation(key), {"identifierType": "email"}, {"segmentationIds": ["s"]}
    template = Template(op, "POST", "/path", values, more, limits)
    body = profile_body(profile, **more)
    assert template.body(profile) == encode(body)
    assert set(template.scopes(profile)) == set(limits.scopes(op, values, body))
