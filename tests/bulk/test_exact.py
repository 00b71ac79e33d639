"""Ten thousand calls, cell by cell, against SQL over the same data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import synerise_frames as sf

SQL = """
WITH baskets AS (
    SELECT household_id AS profile, basket_id,
           sum(CAST(round(sales_value * 100) AS BIGINT)) AS cents
    FROM transactions GROUP BY ALL
), spent AS (
    SELECT profile, count(*) AS baskets, sum(cents) AS cents FROM baskets GROUP BY profile
), coupons AS (
    SELECT household_id AS profile, count(*) AS redeemed FROM coupon_redemptions GROUP BY ALL
)
SELECT profile, baskets, cents / 100 AS spend, coalesce(redeemed, 0) AS coupons,
       cents >= 300000 AS big_spender
FROM spent LEFT JOIN coupons USING (profile)
"""


@pytest.fixture(scope="module")
def expected(sql: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    return sql(SQL).set_index("profile")


def ask(ws: Any) -> dict[str, list[str]]:
    return {
        "aggregates": [ws.aggregates.find(n) for n in ("Baskets", "Spend", "Coupons redeemed")],
        "expressions": [ws.expressions.find("Big spender")],
    }


def test_ten_thousand_cells_equal_sql(
    ws: Any, expected: pd.DataFrame, households: list[int]
) -> None:
    profiles = [*households, 0, 99_999, households[0]]
    plan = ws.profiles(profiles).plan(**ask(ws), refresh=True)
    assert (plan.inputs, plan.profiles, plan.calls) == (2472, 2471, 9884)
    result = plan.run(progress=False)
    assert result.sent == 9884

    frame = result.frame
    assert len(frame) == 4 * len(profiles)
    assert frame["profile"].tolist() == [str(p) for p in profiles for _ in range(4)]
    there = frame[frame["profile"].isin([str(p) for p in households])]
    assert set(there["status"]) == {"ok"}
    assert set(there["http_status"]) == {200}
    assert (there["attempts"] == 1).all()
    for name, column in (("Baskets", "baskets"), ("Coupons redeemed", "coupons")):
        rows = there[there["name"] == name]
        wanted = expected.loc[rows["profile"].astype(int), column]
        assert rows["result"].tolist() == [str(value) for value in wanted]
        assert rows["value"].tolist() == wanted.tolist()
    spend = there[there["name"] == "Spend"]
    wanted = expected.loc[spend["profile"].astype(int), "spend"]
    assert spend["value"].tolist() == pytest.approx(wanted.tolist(), abs=0.005)
    big = there[there["name"] == "Big spender"]
    wanted = expected.loc[big["profile"].astype(int), "big_spender"]
    assert big["result"].tolist() == ["true" if flag else "false" for flag in wanted]
    assert big["value"].isna().all()

    missing = frame[frame["profile"].isin(["0", "99999"])]
    assert set(missing["status"]) == {"not_found"}
    assert missing["result"].isna().all()


def test_membership_of_all_households_equals_the_check_one_by_one(
    ws: Any, households: list[int]
) -> None:
    segmentations = ws.segmentations.list()["id"].tolist()
    some = households[:40]
    plan = ws.profiles(some).plan(segmentations=segmentations, refresh=True)
    assert plan.calls == len(some) * -(-len(segmentations) // 10)
    frame = plan.run(progress=False).frame
    for profile in some[:5]:
        rows = frame[frame["profile"] == str(profile)]
        single = ws.segmentations.check(profile, segmentations)
        assert rows["analysis_id"].tolist() == single["segmentation_id"].tolist()
        assert [r == "true" for r in rows["result"]] == single["member"].tolist()


def test_many_segmentations_are_asked_by_ten(
    server: Any, connect: Callable[..., Any], reply: Any
) -> None:
    # More than the reference lets a call have; the demo workspace has two.
    ids = [f"00000000-0000-4000-8000-{number:012}" for number in range(23)]

    def is_member(profile: str, segmentation: str) -> bool:
        return (int(profile) + int(segmentation[-12:])) % 3 == 0

    server.answer = lambda asked: reply(
        content=[
            {"segmentationId": one, "result": is_member(asked.profile, one)}
            for one in asked.body["segmentationIds"]
        ]
    )
    plan = connect().profiles([4, 7, 8]).plan(segmentations=ids)
    assert plan.calls == 9
    with pytest.warns(sf.UnverifiedPathWarning):
        frame = plan.run(progress=False).frame
    sizes = [sorted(len(one.body["segmentationIds"]) for one in server.asked if one.profile == p)
             for p in ("4", "7", "8")]  # fmt: skip
    assert sizes == [[3, 10, 10]] * 3
    assert frame["analysis_id"].tolist() == ids * 3
    wanted = ["true" if is_member(p, one) else "false" for p in ("4", "7", "8") for one in ids]
    assert frame["result"].tolist() == wanted


def test_the_wide_form_has_a_column_an_analysis(
    ws: Any, expected: pd.DataFrame, households: list[int]
) -> None:
    some = households[:200]
    wide = ws.profiles(some).plan(**ask(ws)).run(progress=False).wide()
    assert wide.dtypes.astype(str).to_dict() == {
        "profile": "string",
        "Baskets": "Int64",
        "Spend": "Float64",
        "Coupons redeemed": "Int64",
        # The demo workspace sends "true" and "false" as text.
        "Big spender": "string",
    }
    assert wide["Baskets"].tolist() == expected.loc[some, "baskets"].tolist()
    big = expected.loc[some, "big_spender"]
    assert wide["Big spender"].tolist() == ["true" if flag else "false" for flag in big]


def test_what_is_known_is_not_asked_again(ws: Any, households: list[int]) -> None:
    some = [*households[300:500], None, households[300]]
    baskets = ws.aggregates.find("Baskets")
    first = ws.profiles(some).plan(aggregates=baskets, refresh=True).run(progress=False)
    again = ws.profiles(some).plan(aggregates=baskets)
    assert (again.known, again.to_send) == (200, 0)
    second = again.run(progress=False)
    assert second.sent == 0
    columns = [c for c in first.frame.columns if c != "source"]
    pd.testing.assert_frame_equal(first.frame[columns], second.frame[columns], check_like=False)
    assert set(second.frame["source"].dropna()) == {"cached"}
    assert ws.profiles(some).plan(aggregates=baskets, refresh=True).to_send == 200
    # A wider plan asks for what is missing only.
    wider = ws.profiles(some).plan(aggregates=[baskets, ws.aggregates.find("Spend")])
    assert wider.known >= 200


def test_the_folder_holds_the_same_ledger(ws: Any, households: list[int], tmp_path: Any) -> None:
    import duckdb
    import pyarrow.dataset as ds

    plan = ws.profiles(households).plan(aggregates=ws.aggregates.find("Baskets"))
    held = plan.run(progress=False).frame
    result = plan.run(progress=False, out=tmp_path / "ledger")
    columns = [c for c in held.columns if c != "source"]
    pd.testing.assert_frame_equal(result.frame[columns], held[columns])
    folder = str(tmp_path / "ledger")
    assert ds.dataset(folder).count_rows() == len(held)
    found = duckdb.sql(f"SELECT count(*) AS n FROM '{folder}/*.parquet'").fetchall()
    assert found == [(len(held),)]
    assert len(pd.read_parquet(folder)) == len(held)


def test_nothing_is_sent_before_run(ws: Any, households: list[int]) -> None:
    misses = ws.cache.info().misses
    plan = ws.profiles(households).plan(aggregates="no-such-analysis")
    assert "2,469" in repr(plan)
    assert ws.cache.info().misses == misses
    with pytest.raises(sf.NotFound, match="no aggregate 'no-such-analysis'"):
        plan.run(progress=False)
