"""What is no good answer is never stored: errors, pages for people, halves, logins."""

from __future__ import annotations

import json
from typing import Any

import pytest

import synerise_frames as sf

PAGE = b"<!doctype html><html><body>Please log in</body></html>"


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 422, 429, 500, 502, 503, 504])
def test_errors(own: sf.Workspace, api: Any, kept: Any, status: int) -> None:
    api.say(status, b'{"message": "no"}')
    for ask in (
        lambda: own.trends.calculate("t"),
        lambda: own.trends.get("t"),
        own.metrics.list,
        lambda: own.aggregates.calculate("a", "7"),
        lambda: own.call("metrics.calculate", metricId="m"),
    ):
        with pytest.raises(sf.SyneriseError) as caught:
            ask()
        assert caught.value.http_status == status
    assert kept("") == []
    api.say()
    assert own.trends.calculate("t").attrs["source"] == "live"


@pytest.mark.parametrize("status", [202, 206])
def test_answers_that_are_not_whole(own: sf.Workspace, kept: Any, api: Any, status: int) -> None:
    api.say(status)
    own.trends.calculate("t")
    own.trends.calculate("t")
    assert api.calls == 2
    assert kept("") == []


def test_a_page_for_people(own: sf.Workspace, api: Any, kept: Any) -> None:
    for kind in ("text/html", "Text/HTML; charset=utf-8", "application/json"):
        api.say(200, PAGE, Content_Type=kind)
        with pytest.raises(sf.ShapeError):
            own.trends.calculate("t")
    assert kept("") == []


def test_a_page_in_place_of_csv(own: sf.Workspace, api: Any, kept: Any) -> None:
    api.say(200, PAGE, Content_Type="text/html; charset=utf-8")
    own.call("reports.preview_csv", analysis={}, allowNull=True)
    assert kept("") == []
    api.say(Content_Type="text/csv")
    assert "group" in own.call("reports.preview_csv", analysis={}, allowNull=True)
    assert len(kept(".answer")) == 1


def test_a_body_that_was_cut(own: sf.Workspace, api: Any, kept: Any) -> None:
    api.say(how="half")
    with pytest.raises(sf.TransportError):
        own.trends.calculate("t")
    with pytest.raises(sf.TransportError):
        own.call("reports.preview_csv", analysis={}, allowNull=True)
    assert kept("") == []


def test_json_that_was_cut_by_somebody_who_corrected_its_length(
    own: sf.Workspace, api: Any, kept: Any
) -> None:
    api.say(200, b'{"name": "Sales", "items": [{"date": "2020-01-01')
    with pytest.raises(sf.ShapeError):
        own.trends.calculate("t")
    assert kept("") == []


def test_what_cannot_be_read_is_not_given_again(own: sf.Workspace, api: Any, kept: Any) -> None:
    api.say(200, json.dumps("maintenance").encode())
    with pytest.raises(sf.ShapeError):
        own.trends.calculate("t")
    assert kept("") == []
    api.say()
    assert own.trends.calculate("t").attrs["source"] == "live"


def test_logins_and_lists_of_people(own: sf.Workspace, api: Any, kept: Any) -> None:
    own.segmentations.profiles({"segments": []})
    own.segmentations.profiles({"segments": []})
    assert api.calls == 2
    api.say(200, b'{"permissions": {}, "businessProfileName": "x"}')
    own.whoami()
    assert kept("") == []


def test_writes(own: sf.Workspace, kept: Any) -> None:
    own.trends.create({"a": 1}, allow_unverified=True)
    own.directories.create("x", "trend", allow_unverified=True)
    assert kept("") == []


def test_only_body_type_and_moments_are_stored(own: sf.Workspace, api: Any, kept: Any) -> None:
    from synerise_frames.http.cache.sealed import unseal

    api.say(Set_Cookie="session=abc", X_Request_Id="r-1", Content_Type="application/json")
    own.trends.calculate("t", filter={"who": "me"})
    (path,) = kept(".answer")
    opened = unseal(path.name.removesuffix(".answer"), path.read_bytes())
    assert opened
    head = opened[0]
    assert set(head) == {"version", "status", "type", "created", "expires", "size"}
    assert head["type"] == "application/json"
