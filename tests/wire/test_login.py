"""Which workspace a user means, when the server lists several."""

from __future__ import annotations

import json
from typing import Any

import pytest

from synerise_frames.errors import ConfigError
from synerise_frames.http.message import Request, Response
from synerise_frames.redact import Secret
from synerise_frames.wire.login import User, login_user
from synerise_frames.wire.paths import PathBook

GUIDS = [f"0000000{n}-1234-1234-1234-123456789abc" for n in range(3)]
SHOPS = [
    {"guid": GUIDS[0], "name": "Shop"},
    {"guid": GUIDS[1], "name": "Outlet"},
    {"guid": GUIDS[2], "name": "Outlet"},
]


class Listing:
    """A client whose server knows these workspaces, and gives the path as a token."""

    def send(self, request: Request, auth: object = None) -> Response:
        known = request.path.endswith("/business-profile/")
        answer: object = SHOPS if known else {"token": request.path}
        return Response(200, {}, json.dumps(answer).encode())


def login(workspace: str | None) -> str:
    client: Any = Listing()
    return login_user(client, PathBook(), User("a@example.com", Secret("pass-0815"), workspace))


def test_a_name_that_is_there_once_is_enough() -> None:
    assert login("Shop").endswith(GUIDS[0])


@pytest.mark.parametrize(
    ("workspace", "message"),
    [
        ("Outlet", r"2 workspaces named 'Outlet'.*\n.*the GUID of one"),
        ("Nowhere", "no workspace named 'Nowhere'.*\n.*Outlet, Outlet, Shop"),
        (None, "no workspace that is the only one"),
    ],
)
def test_what_is_not_clear_is_told_with_what_to_pass(workspace: str | None, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        login(workspace)
