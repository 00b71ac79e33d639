"""Analyses by ids and names: names may be digits."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames import cli

pytestmark = pytest.mark.filterwarnings("ignore::synerise_frames.errors.UnverifiedPathWarning")


@pytest.fixture
def years(account: dict[str, str]) -> tuple[str, str]:
    with sf.connect() as ws:
        made = []
        for kind, name in ((ws.metrics, "Revenue"), (ws.aggregates, "Baskets")):
            analysis = {**kind.get(kind.find(name))["analysis"], "title": "2017"}
            made.append(kind.create(analysis, allow_unverified=True))
        return made[0], made[1]


def test_digits_are_a_name_where_they_are_no_id(
    years: tuple[str, str],
) -> None:
    assert cli.main(["pull", "metric", "2017", "-o", "m.csv"]) == 0
    assert pd.read_csv("m.csv")["metric_id"].tolist() == [years[0]]
    Path("ids.txt").write_text("1\n2\n")
    asked = ["profiles", "--ids", "ids.txt", "--aggregate", "2017", "-o", "v.csv"]
    assert cli.main(asked) == 0
    assert pd.read_csv("v.csv")["value"].tolist() == [51, 20]
    assert cli.main(["pull", "metric", "2018"]) == 4
