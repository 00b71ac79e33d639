"""Creating, changing and deleting, against the demo workspace."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

import synerise_frames as sf

FAMILIES = (
    *("trends", "histograms", "funnels", "reports", "metrics", "sankeys", "segmentations"),
    *("aggregates", "expressions"),
)


@pytest.fixture(scope="module")
def own() -> Iterator[sf.Workspace]:
    """Give a workspace whose definitions may be changed."""
    with sf.demo() as workspace:
        yield workspace


def first(own: sf.Workspace, family: str) -> str:
    return str(getattr(own, family).list()["id"].iloc[0])


@pytest.mark.parametrize("family", FAMILIES)
def test_a_definition_lives_from_create_to_delete(own: sf.Workspace, family: str) -> None:
    kind = getattr(own, family)
    before = kind.get(first(own, family))
    analysis = {**before["analysis"], "title": f"Copy for {family}"}
    copy = kind.create(analysis)
    assert kind.get(copy)["analysis"] == analysis
    assert kind.find(f"Copy for {family}") == copy
    kind.update(copy, {**analysis, "title": f"Renamed {family}"})
    assert kind.get(copy)["name"] == f"Renamed {family}"
    assert kind.find(f"Renamed {family}") == copy
    kind.delete(copy)
    with pytest.raises(sf.NotFound, match=copy):
        kind.get(copy)
    with pytest.raises(sf.NotFound, match=copy):
        kind.delete(copy)
    assert copy not in set(kind.list()["id"])


@pytest.mark.parametrize("family", ["trends", "histograms", "funnels", "metrics", "reports"])
def test_a_copy_calculates_what_its_original_does(own: sf.Workspace, family: str) -> None:
    kind = getattr(own, family)
    original = first(own, family)
    copy = kind.create(kind.get(original))
    left, right = (kind.calculate(one, dates=sf.last(30, "days")) for one in (original, copy))
    ids = [c for c in left.columns if c.endswith("_id")]
    pd.testing.assert_frame_equal(left.drop(columns=ids), right.drop(columns=ids))
    kind.delete(copy)


def test_flags_go_with_the_definition(own: sf.Workspace) -> None:
    analysis = own.aggregates.get(first(own, "aggregates"))["analysis"]
    shown = own.aggregates.create(
        analysis, is_visible_for_client_profile=True, preview_default_object_id=7
    )
    details = own.aggregates.get(shown)
    assert details["isVisibleForClientProfile"] is True
    assert details["previewDefaultObjectId"] == 7
    # The whole of the details keeps them, an argument wins over them.
    own.aggregates.update(shown, details)
    assert own.aggregates.get(shown)["isVisibleForClientProfile"] is True
    own.aggregates.update(shown, details, is_visible_for_client_profile=False)
    assert own.aggregates.get(shown)["isVisibleForClientProfile"] is False
    own.aggregates.delete(shown)
    report = own.reports.create(own.reports.get(first(own, "reports")), allow_null=False)
    assert own.reports.get(report)["allowNull"] is False
    own.reports.update(report, own.reports.get(report), allow_null=True)
    assert own.reports.get(report)["allowNull"] is True
    own.reports.delete(report)


def test_a_bad_definition_is_refused_in_words(own: sf.Workspace) -> None:
    with pytest.raises(sf.InvalidRequest, match="dialect"):
        own.trends.create({"title": "x"})
    with pytest.raises(sf.ConfigError, match="is a dict"):
        own.trends.create("x")  # type: ignore[arg-type]


def test_directories(own: sf.Workspace) -> None:
    assert own.directories.list("funnel").empty
    folder = own.directories.create("Campaigns", "funnels")
    listed = own.directories.list("funnel")
    assert listed.to_dict("records") == [
        {"id": folder, "name": "Campaigns", "analytic_type": "FUNNEL"}
    ]
    assert own.directories.list("trend").empty
    own.directories.rename(folder, "Campaigns 2017")
    assert own.directories.list("funnel")["name"].tolist() == ["Campaigns 2017"]
    funnel = first(own, "funnels")
    own.directories.move(funnel, folder, "funnel")
    inside = own.funnels.list(directoryId=folder)
    assert inside["id"].tolist() == [funnel]
    assert inside["directory_id"].tolist() == [folder]
    with pytest.raises(sf.NotFound):
        own.directories.move(funnel, "00000000-0000-0000-0000-000000000000", "funnel")
    own.directories.delete(folder)
    assert own.directories.list("funnel").empty
    assert own.funnels.get(funnel)["directoryId"] is None
    with pytest.raises(sf.NotFound, match=folder):
        own.directories.delete(folder)
    with pytest.raises(sf.ConfigError, match="'funnel'"):
        own.directories.list("funel")


def test_any_operation_can_be_called(own: sf.Workspace) -> None:
    metric = own.metrics.find("Buyers")
    assert own.call("metrics.calculate", metricId=metric)["result"] == 2469
    with pytest.raises(sf.ConfigError, match=r"metrics\.calculate"):
        own.call("metric.calculate", metricId=metric)


def test_a_key_may_not_delete_many(own: sf.Workspace) -> None:
    with pytest.raises(sf.PermissionDenied, match="gives this to user"):
        own.delete_many(trends=[first(own, "trends")])
    with pytest.raises(sf.ConfigError, match="nothing to delete"):
        own.delete_many()
    with pytest.raises(sf.ConfigError, match=r"trends=\['x'\]"):
        own.delete_many(trends="x")


def test_who_is_asking(own: sf.Workspace) -> None:
    told = own.whoami()
    assert told["consumer"] == "workspace"
    assert told["workspace"] == {"name": "Complete Journey (demo)"}
    permissions = own.check_permissions()
    assert permissions["granted"].all()
    assert "trends.calculate" in permissions.set_index("permission")["operations"].str.cat()
