"""How long an answer is good, by what it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.wire.freshness import CachePolicy, Freshness
from synerise_frames.wire.operations import OPERATIONS, operation

MINUTE, HOUR, DAY = 60, 3600, 86400
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
PROFILE = {"aggregateId": "a", "identifierType": "email"}


def lifetime(
    key: str,
    body: Any = None,
    path: dict[str, str] | None = None,
    *,
    tz: str | None = "Europe/Warsaw",
    now: datetime = NOW,
    policy: CachePolicy | None = None,
) -> float:
    freshness = Freshness(policy or CachePolicy(), tz, lambda: now)
    return freshness.lifetime(operation(key), path or {}, body)


def until(end: Any) -> dict[str, Any]:
    return {"dateFilter": {"type": "ABSOLUTE", "from": "2019-01-01T00:00:00+01:00", "to": end}}


def test_kinds_of_answers() -> None:
    assert lifetime("trends.calculate", until("2024-05-01T00:00:00+02:00")) == 30 * DAY
    assert lifetime("trends.calculate", until("2024-07-01T00:00:00+02:00")) == 5 * MINUTE
    assert lifetime("trends.calculate", {"variables": []}) == 5 * MINUTE
    assert lifetime("metrics.calculate") == 5 * MINUTE
    assert lifetime("trends.get") == 10 * MINUTE
    assert lifetime("metrics.list") == 10 * MINUTE
    assert lifetime("directories.list") == 10 * MINUTE
    assert lifetime("aggregates.calculate", {"identifierValue": "7"}, PROFILE) == HOUR


def test_a_relative_window_is_open() -> None:
    window = {"type": "RELATIVE", "offset": {"type": "DAYS", "value": 400}}
    assert lifetime("trends.calculate", {"dateFilter": window}) == 5 * MINUTE


def test_a_history_of_a_profile_is_closed_with_its_window() -> None:
    path = {"aggregateId": "a", "clientId": "7"}
    closed, still_open = until("2024-05-01T00:00:00Z"), until("2024-07-01T00:00:00Z")
    assert lifetime("aggregates.history", closed, path) == 30 * DAY
    assert lifetime("aggregates.history", still_open, path) == HOUR


def test_logins_writes_and_lists_of_people_are_never_kept() -> None:
    always = CachePolicy(closed_window=1, open_window=1, definitions=1, profile_values=1)
    for key, op in OPERATIONS.items():
        kept = lifetime(key, policy=always) > 0
        may = op.effect in ("read", "calculate") and op.tag != "Authorization"
        assert kept == (may and key != "segmentations.profiles"), key


@pytest.mark.parametrize(
    ("end", "tz", "now", "over"),
    [
        # Naive: in the workspace's zone, and not known without one.
        ("2024-06-01T13:59:59", "Europe/Warsaw", NOW, True),
        ("2024-06-01T14:00:01", "Europe/Warsaw", NOW, False),
        ("2024-06-01T13:59:59", "America/New_York", NOW, False),
        ("2020-06-01T00:00:00", None, NOW, False),
        # A date is all of that day.
        ("2024-05-31", "Europe/Warsaw", NOW, True),
        ("2024-06-01", "Europe/Warsaw", NOW, False),
        ("2024-06-01", "Pacific/Kiritimati", NOW, True),
        # Night of 27 October 2024: 02:30 in Warsaw comes at 00:30Z and again at 01:30Z.
        ("2024-10-27T02:30:00", "Europe/Warsaw", datetime(2024, 10, 27, 1, tzinfo=UTC), False),
        ("2024-10-27T02:30:00", "Europe/Warsaw", datetime(2024, 10, 27, 1, 31, tzinfo=UTC), True),
        # Night of 31 March 2024: 02:30 is missing; it is 01:30Z at the latest.
        ("2024-03-31T02:30:00", "Europe/Warsaw", datetime(2024, 3, 31, 1, tzinfo=UTC), False),
        ("2024-03-31T02:30:00", "Europe/Warsaw", datetime(2024, 3, 31, 1, 31, tzinfo=UTC), True),
        # Aware: the zone of the workspace does not count.
        ("2024-06-01T11:59:59Z", "Pacific/Kiritimati", NOW, True),
        ("2024-06-01T12:00:01+00:00", None, NOW, False),
        # The end itself may be a whole second that counts.
        ("2024-06-01T12:00:00Z", "Europe/Warsaw", NOW, False),
        # No moments.
        ("yesterday", "Europe/Warsaw", NOW, False),
        ("", "Europe/Warsaw", NOW, False),
        ("0001-01-01T00:00:00+14:00", "Europe/Warsaw", NOW, False),
        ("9999-12-31T23:59:59-14:00", "Europe/Warsaw", NOW, False),
        ("9999-12-31", "Europe/Warsaw", NOW, False),
        (None, "Europe/Warsaw", NOW, False),
        (1704063600000, "Europe/Warsaw", NOW, False),
        ({"x": 1}, "Europe/Warsaw", NOW, False),
    ],
)
def test_when_a_window_is_over(end: Any, tz: str | None, now: datetime, over: bool) -> None:
    for clock in (now, now.astimezone(sf.periods.zone(tz)) if tz else now):
        found = lifetime("trends.calculate", until(end), tz=tz, now=clock)
        assert found == (30 * DAY if over else 5 * MINUTE)


@pytest.mark.parametrize("body", [[], "x", 3, {"dateFilter": None}, {"dateFilter": [1]}, None])
def test_strange_bodies_are_open(body: Any) -> None:
    assert lifetime("trends.calculate", body) == 5 * MINUTE


def test_windows_of_the_library_close_when_they_end() -> None:
    from synerise_frames.wire.bodies import override

    dates = sf.between("2024-03-01", "2024-04-01")
    body = override(dates=dates, interval=None, filter=None, variables=None, tz="Europe/Warsaw")
    ends = datetime(2024, 3, 31, 22, tzinfo=UTC)
    before, after = ends - timedelta(seconds=2), ends + timedelta(seconds=2)
    assert lifetime("trends.calculate", body, now=before) == 5 * MINUTE
    assert lifetime("trends.calculate", body, now=after) == 30 * DAY


def test_a_policy_says_otherwise() -> None:
    policy = CachePolicy(open_window=7, closed_window=8, definitions=9, profile_values=0)
    assert lifetime("metrics.calculate", policy=policy) == 7
    assert lifetime("trends.calculate", until("2020-01-01T00:00:00Z"), policy=policy) == 8
    assert lifetime("trends.get", policy=policy) == 9
    assert lifetime("aggregates.calculate", {}, PROFILE, policy=policy) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"open_window": -1},
        {"closed_window": float("nan")},
        {"definitions": "600"},
        {"profile_values": None},
        {"stale": timedelta(days=1)},
        {"max_bytes": 0},
        {"max_age": 0},
        {"max_bytes": "1GB"},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(sf.ConfigError, match=next(iter(wrong))) as caught:
        CachePolicy(**wrong)
    assert caught.value.hint
