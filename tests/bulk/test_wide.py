"""The wide form: a row an input, a column an analysis, typed by what came."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from synerise_frames.bulk.asked import Analysis
from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.ledger import cells_of, inputs_of, to_frame, to_table
from synerise_frames.bulk.wide import widen


def ok(result: str | None, kind: str | None, value: float | None = None, name: str = "A") -> Cell:
    return Cell("ok", 200, None, 1, "live", 1_500_000_000_000_000, result, value, kind, name)


def wide(cells: list[Cell], analyses: list[tuple[str, str]] | None = None) -> pd.DataFrame:
    asked = analyses or [("aggregate", "id-1")]
    profiles = [str(n) for n in range(len(cells) // len(asked))]
    table = to_table(profiles, [Analysis(*one) for one in asked], cells, {})
    return widen(to_frame(table, "Europe/Warsaw"), asked)


@pytest.mark.parametrize(
    ("cells", "dtype", "values"),
    [
        ([ok("1", "number", 1.0), ok(None, "null")], "Int64", [1, None]),
        ([ok("1", "number", 1.0), ok("2.5", "number", 2.5)], "Float64", [1.0, 2.5]),
        ([ok(str(2**62), "number", float(2**62))], "Int64", [2**62]),
        ([ok(str(2**80), "number", float(2**80))], "Float64", [float(2**80)]),
        ([ok("true", "boolean"), ok("false", "boolean")], "boolean", [True, False]),
        ([ok("true", "string"), ok("x", "string")], "string", ["true", "x"]),
        ([ok("12.5", "string", 12.5)], "string", ["12.5"]),
        ([ok("1", "number", 1.0), ok("x", "string")], "string", ["1", "x"]),
        ([ok("[1]", "list")], "string", ["[1]"]),
        ([ok(None, "null")], "string", [None]),
        ([Cell("not_found", 404, "no", 1), ok("3", "number", 3.0)], "Int64", [None, 3]),
    ],
)
def test_types_follow_what_came(cells: list[Cell], dtype: str, values: list[Any]) -> None:
    column = wide(cells).iloc[:, 1]
    assert column.dtype == dtype
    assert [None if pd.isna(v) else v for v in column] == values


def test_aware_times_become_times_in_the_zone_of_the_workspace() -> None:
    cells = [ok("2024-03-31T00:30:00Z", "string"), ok("2024-07-01T12:00:00.5+02:00", "string")]
    column = wide(cells)["A"]
    assert str(column.dtype) == "datetime64[us, Europe/Warsaw]"
    assert column.tolist() == [
        pd.Timestamp("2024-03-31 01:30", tz="Europe/Warsaw"),
        pd.Timestamp("2024-07-01 12:00:00.5", tz="Europe/Warsaw"),
    ]
    for no_time in ("2024-02-30T00:00:00Z", "2024-01-01T25:00:00Z", "9999-12-31T23:59:59Z"):
        cells = [ok("2024-03-31T00:30:00Z", "string"), ok(no_time, "string")]
        assert wide(cells)["A"].tolist() == ["2024-03-31T00:30:00Z", no_time]
    # Without a zone it is not known which moment is meant.
    assert wide([ok("2024-03-31T00:30:00", "string")])["A"].dtype == "string"


def test_analyses_of_one_name_are_told_apart() -> None:
    asked = [("aggregate", "aaaaaaaa-1"), ("aggregate", "bbbbbbbb-1"), ("expression", "aaaaaaaa-1")]
    same = [ok("1", "number", 1.0), ok("2", "number", 2.0), ok("true", "boolean")]
    names = wide(same, asked).columns.tolist()
    assert len(set(names)) == 4
    assert names[:2] == ["profile", "A (aaaaaaaa) (aaaaaaaa-1) aggregate"]
    assert names[2] == "A (bbbbbbbb)"


def test_an_analysis_called_profile_does_not_hide_the_profile() -> None:
    frame = wide([ok("1", "number", 1.0, name="profile")])
    assert frame.columns[0] == "profile"
    assert len(set(frame.columns)) == 2


def test_repeated_inputs_keep_their_rows() -> None:
    asked = [Analysis("aggregate", "id-1")]
    cell = ok("1", "number", 1.0)
    table = to_table(["7", "8", "7"], asked, [cell, cell, cell], {})
    frame = widen(to_frame(table, None), [("aggregate", "id-1")])
    assert frame["profile"].tolist() == ["7", "8", "7"]


def test_an_empty_ledger_has_its_columns() -> None:
    frame = to_frame(to_table([], [Analysis("aggregate", "x")], [], {}), "Europe/Warsaw")
    assert len(frame) == 0
    assert str(frame["fetched_at"].dtype) == "datetime64[us, Europe/Warsaw]"
    assert widen(frame, [("aggregate", "x")]).columns.tolist() == ["profile", "x"]


def test_cells_and_inputs_come_back_from_a_table() -> None:
    asked = [Analysis("aggregate", "a"), Analysis("expression", "b")]
    cells = [
        ok("1", "number", 1.0),
        ok("true", "boolean", name="B"),
        *[Cell("invalid", error="no identifier: empty")] * 2,
        Cell("invalid", 400, "refused", 1, "live", 5, name="A"),
        Cell("skipped", error="late", name="B"),
    ]
    table = to_table(["7", "", "9"], asked, cells, {})
    assert cells_of(table, 0, 6) == cells
    inputs = inputs_of(table, 2)
    assert inputs.profiles == ["7", "", "9"]
    assert inputs.reasons == {1: "no identifier: empty"}
