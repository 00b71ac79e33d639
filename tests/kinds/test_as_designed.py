"""Programs written from the contract alone: what they stumbled over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.sandbox.launch import launch

#: Of the demo's own, which are the same in every demo.
IDS = {
    "aggregates": "d30efa4c-a1fd-547f-92f5-f26dd6d4d3af",
    "expressions": "3b361911-bae9-5d39-a419-4784996995d2",
    "metrics": "082dcdd3-6f4d-52a9-809b-fcf2a4a54028",
}


@pytest.fixture(scope="module")
def own() -> Iterator[sf.Workspace]:
    with sf.demo() as workspace:
        yield workspace


@pytest.mark.parametrize("limit", [1, 2, pd.Series([1]).iloc[0]])
def test_the_size_of_a_page_is_a_number(own: sf.Workspace, limit: int) -> None:
    assert own.reports.list(limit=limit)["id"].tolist() == own.reports.list()["id"].tolist()


@pytest.mark.parametrize("form", [list, pd.Series, iter, ",".join])
def test_ids_of_a_list_are_any_number_of_them(
    own: sf.Workspace, form: Callable[[Any], Any]
) -> None:
    wanted = own.reports.list()["id"].tolist()[:2]
    assert {*own.reports.list(ids=form(wanted))["id"]} == {*wanted}


def test_what_is_none_is_not_asked_for(own: sf.Workspace) -> None:
    everything = own.reports.list()["id"].tolist()
    assert own.reports.list(directoryId=None)["id"].tolist() == everything  # type: ignore[arg-type]


def test_a_close_parameter_of_a_list_is_proposed(own: sf.Workspace) -> None:
    with pytest.raises(sf.ConfigError, match="'sortBy'"):
        own.reports.list(sortby="name:asc")


def test_who_finds_by_no_name_is_told_where_names_are(own: sf.Workspace) -> None:
    with pytest.raises(sf.ConfigError, match=r"ws\.trends\.list\(\)"):
        own.trends.find(None)  # type: ignore[arg-type]


def test_what_a_login_needs_is_said_to_the_end(own: sf.Workspace) -> None:
    with pytest.raises(sf.ConfigError) as caught:
        own.call("auth.login_user")
    assert caught.value.hint == "ws.call('auth.login_user', username=…, password=…)."


def test_a_close_kind_of_frame_is_proposed() -> None:
    with pytest.raises(sf.ConfigError, match="Did you mean 'trend'"):
        sf.schema.describe("trends")


@pytest.mark.parametrize("family", ["aggregates", "expressions"])
def test_a_value_of_a_profile_says_of_which_analysis_before_any_list(family: str) -> None:
    with sf.demo(cache=False) as ws:
        frame = getattr(ws, family).calculate(IDS[family], 1)
        assert frame.attrs["analysis_name"] == frame["name"].item()


def test_a_metric_says_its_name_and_a_card_of_one_has_none(own: sf.Workspace) -> None:
    with sf.demo(cache=False) as ws:
        revenue = ws.metrics.calculate(IDS["metrics"])
        assert revenue.attrs["analysis_name"] == "Revenue"
    assert own.aggregates.card(1).attrs["analysis_name"] is None


def test_there_is_a_journal_before_there_is_a_key(
    own: sf.Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SYNERISE_API_KEY", raising=False)
    monkeypatch.setenv("SYNERISE_CONFIG_DIR", str(tmp_path))
    with pytest.raises(sf.BulkError, match="There is no journal"):
        sf.resume(tmp_path / "not-there")
    plan = own.profiles([1, 2]).plan(aggregates=own.aggregates.find("Baskets"))
    plan.run(progress=False, journal=tmp_path / "j")
    plan.run(progress=False, out=tmp_path / "out")
    for place in (tmp_path / "j", tmp_path / "out"):
        with pytest.raises(sf.ConfigError, match=r"sf\.resume\(path, ws\)"):
            sf.resume(place)
        assert sf.resume(place, own, progress=False).counts == {"ok": 2}


def test_many_are_deleted_as_they_are_listed(own: sf.Workspace) -> None:
    with launch() as server:
        whose = {"username": server.username, "password": server.password, "tz": server.timezone}
        ws = sf.connect(host=server.url, cache=False, **whose)  # type: ignore[arg-type]
        with ws:
            before = ws.reports.list()["id"].tolist()
            analysis = ws.reports.get(before[0])
            with pytest.warns(sf.UnverifiedPathWarning):
                made = [ws.reports.create(analysis, allow_unverified=True) for _ in range(3)]
            listed = ws.reports.list(ids=made)
            with pytest.warns(sf.UnverifiedPathWarning):
                ws.delete_many(reports=listed.iloc[:2], allow_unverified=True)
            ws.delete_many(reports=listed["id"].iloc[2:], allow_unverified=True)
            assert ws.reports.list()["id"].tolist() == before
            for nothing in (listed.iloc[:0], [], iter(())):
                with pytest.raises(sf.ConfigError, match="nothing to delete"):
                    ws.delete_many(reports=nothing)  # type: ignore[arg-type]
    with pytest.raises(sf.ConfigError, match="analyses of other kinds: metric"):
        own.delete_many(reports=own.metrics.list())
    with pytest.raises(sf.ConfigError, match="'Revenue of department' is no metric id"):
        own.delete_many(metrics=["Revenue of department"])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"api_key": 5}, "is text"),
        ({"api_key": "some-key", "workspace_guid": 5, "auth": "basic"}, "is text"),
        ({"api_key": "  "}, "There is no API key"),
        ({"username": 5, "password": "x"}, "is text"),
        ({"username": "x", "password": 5}, "is text"),
        ({"api_key": "some-key", "host": 5}, "host= is text, not int"),
        ({"api_key": "some-key", "region": 5}, "no region 5"),
    ],
)
def test_what_is_no_text_is_refused_in_words(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(sf.ConfigError, match=message):
        sf.connect(**wrong)


def test_a_number_is_no_folder() -> None:
    with pytest.raises(sf.ConfigError, match="no folder"):
        sf.CachePolicy(folder=5)  # type: ignore[arg-type]


def test_the_demo_refuses_policies_that_are_none() -> None:
    with pytest.raises(sf.ConfigError, match="limits=3 is none"):
        sf.demo(limits=3)  # type: ignore[arg-type]
    with pytest.raises(sf.ConfigError, match="retry=3 is none"):
        sf.demo(retry=3)  # type: ignore[arg-type]


def test_whose_history_it_is_is_told_by_an_id(own: sf.Workspace) -> None:
    spend = IDS["aggregates"]
    for other, by in (("household-6@example.com", "email"), (spend, "uuid")):
        with pytest.raises(sf.ConfigError) as caught:
            own.aggregates.history(spend, other)
        assert f"by={by!r}" in (caught.value.hint or "")
        assert other not in str(caught.value)
        assert ("history(id, client_id)" in (caught.value.hint or "")) == (by == "uuid")
    with pytest.raises(sf.NotFound) as missed:
        own.aggregates.history(spend, "nobody")
    assert "client_id" in (missed.value.hint or "")
    client = own.aggregates.calculate(spend, "household-6@example.com", by="email")["client_id"]
    assert len(own.aggregates.history(spend, client.item(), dates=sf.last(3)))
