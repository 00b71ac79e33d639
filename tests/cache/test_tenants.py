"""On one folder, nobody is ever given another one's answers."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.redact import Secret

DATES = sf.between("2020-01-01", "2020-02-01")


def value(ws: sf.Workspace) -> int:
    return int(ws.trends.calculate("t", dates=DATES)["value"].item())


def everything(ws: sf.Workspace) -> list[Any]:
    return [
        value(ws),
        ws.trends.get("t")["analysis"]["n"],
        ws.metrics.list()["name"].item(),
        int(ws.aggregates.calculate("a", 7)["value"].item()),
    ]


def test_two_keys(connect: Any, api: Any) -> None:
    one, two = connect(api_key="key-number-one"), connect(api_key="key-number-two")
    first, second = everything(one), everything(two)
    assert api.calls == 8
    assert not set(first) & set(second)
    assert everything(connect(api_key="key-number-one")) == first
    assert everything(connect(api_key="key-number-two")) == second
    assert api.calls == 8


def test_one_key_over_two_hosts(connect: Any, api: Any, other_api: Any) -> None:
    here = everything(connect())
    there = connect(host=other_api.url)
    other_api.seen += [("", "", "")] * 100
    assert not set(here) & set(everything(there))
    assert (api.calls, other_api.calls) == (4, 104)


def test_one_key_and_two_workspaces(connect: Any, api: Any) -> None:
    value(connect(workspace_guid="guid-1"))
    value(connect(workspace_guid="guid-2"))
    assert api.calls == 2


def test_a_user_and_a_key(tmp_path: Any) -> None:
    """The same secret, once as a key and once as a user's password."""
    from synerise_frames.sandbox.launch import launch

    with launch() as running:

        def open_as(**who: Any) -> sf.Workspace:
            return sf.connect(host=running.url, cache=tmp_path, **who)

        me = {
            "username": running.username,
            "password": running.password,
            "workspace": running.workspace_guid,
        }
        with open_as(api_key=running.password) as key, open_as(**me) as user:
            assert len(user.metrics.list())
            with pytest.raises(sf.AuthError):
                key.metrics.list()
        for who in (
            {"api_key": running.password},
            me | {"username": "somebody@else.com"},
            me | {"password": "wrong-password"},
            me | {"workspace": "00000000-0000-0000-0000-000000000000"},
        ):
            with open_as(**who, offline=True) as wrong, pytest.raises(sf.OfflineMiss):
                wrong.metrics.list()
        with open_as(**me, offline=True) as again:
            assert len(again.metrics.list())


def test_a_wrong_key_finds_nothing_offline(connect: Any) -> None:
    everything(connect())
    wrong = connect(api_key="key-of-the-first-workspacE", offline=True)
    for ask in (
        lambda: value(wrong),
        lambda: wrong.trends.get("t"),
        wrong.metrics.list,
        lambda: wrong.aggregates.calculate("a", 7),
    ):
        with pytest.raises(sf.OfflineMiss):
            ask()


def test_what_one_drops_is_kept_for_the_other(connect: Any, api: Any) -> None:
    one, two = connect(api_key="key-number-one"), connect(api_key="key-number-two")
    value(one)
    mine = value(two)
    one.cache.clear()
    assert one.cache.info().files == two.cache.info().files == 2
    assert value(two) == value(connect(api_key="key-number-two")) == mine
    assert api.calls == 2


def test_files_in_each_others_place_are_not_read(connect: Any, api: Any, kept: Any) -> None:
    """Who may write to the folder could rename files; that does not mix them up either."""
    one, two = connect(api_key="key-number-one"), connect(api_key="key-number-two")
    value(one)
    before = set(kept(""))
    value(two)
    pairs = list(zip(sorted(before), sorted(set(kept("")) - before), strict=True))
    for left, right in pairs:
        mine, theirs = left.read_bytes(), right.read_bytes()
        left.write_bytes(theirs)
        right.write_bytes(mine)
    assert value(connect(api_key="key-number-one")) == 3
    assert value(connect(api_key="key-number-two")) == 4


def test_names_tell_no_identity() -> None:
    identities = [
        ("https://a.example", ["workspace", ""], "secret-1", False),
        ("https://b.example", ["workspace", ""], "secret-1", False),
        ("https://a.example", ["workspace", "guid"], "secret-1", False),
        ("https://a.example", ["workspace", ""], "secret-2", False),
        ("https://a.example", ["user", "workspace", ""], "secret-1", False),
        ("https://a.example", ["user", "", ""], "secret-1", False),
        ("https://a.example", ["user", "", ""], "secret-1", True),
        ("https://a.example", ['user", "', ""], "secret-1", False),
        ("https://a.example", ["workspace", ""], "", False),
    ]
    tenants = [
        Tenant(host, identity, Secret(secret), chosen=chosen)
        for host, identity, secret, chosen in identities
    ]
    for left, right in itertools.combinations(tenants, 2):
        assert left.prefix != right.prefix
        assert left.key("x") != right.key("x")
    for tenant, (host, identity, secret, chosen) in zip(tenants, identities, strict=True):
        again = Tenant(host, identity, Secret(secret), chosen=chosen)
        assert (tenant.prefix, tenant.key("x")) == (again.prefix, again.key("x"))


def test_a_guess_of_a_password_costs_time() -> None:
    """File names must not be a fast way to test guesses of what a person chose."""
    import time

    start = time.process_time()
    Tenant("https://a.example", ["user", "me", ""], Secret("hunter22"), chosen=True)
    assert time.process_time() - start > 0.01
