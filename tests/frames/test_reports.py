"""Reports, from JSON and from CSV."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from synerise_frames import frames, schema
from synerise_frames.errors import ConfigError, ShapeError, SyneriseWarning


def wide(df):
    """Give a report as records again: dimensions and metrics by row."""
    dimensions = [c for c in df.columns if c not in ("row", "metric", "value", "value_raw")]
    records = {}
    for row in df.to_dict("records"):
        record = records.setdefault(row["row"], {d: row[d] for d in dimensions})
        record[row["metric"]] = row["value"]
    return [
        {k: None if pd.isna(v) else v for k, v in r.items() if not pd.isna(k)}
        for r in records.values()
    ]


EXPECTED = [{"country": "PL", "Revenue": 1200.5}, {"country": None, "Revenue": 40.0}]


@pytest.mark.parametrize(
    "payload",
    [
        {"data": EXPECTED},
        EXPECTED,
        {"data": {"rows": EXPECTED}},
        {"rows": [{"country": "PL", "Revenue": 1200.5}, {"Revenue": 40.0}]},
        {"columns": ["country", "Revenue"], "rows": [["PL", 1200.5], [None, 40.0]]},
        {
            "columns": [{"name": "country"}, {"name": "Revenue"}],
            "rows": [["PL", 1200.5], [None, 40.0]],
        },
        {"data": [["country", "Revenue"], ["PL", 1200.5], [None, 40.0]]},
        {"data": {"country": ["PL", None], "Revenue": [1200.5, 40.0]}},
        {
            "data": [
                {"dimensions": {"country": "PL"}, "metrics": {"Revenue": 1200.5}},
                {"dimensions": {"country": None}, "metrics": {"Revenue": 40.0}},
            ]
        },
        {
            "data": [
                {
                    "dimensions": [{"name": "country", "value": "PL"}],
                    "metrics": [{"name": "Revenue", "value": 1200.5}],
                },
                {
                    "dimensions": [{"name": "country", "value": None}],
                    "metrics": [{"name": "Revenue", "value": 40.0}],
                },
            ]
        },
        {"groups": {"country": ["PL", None]}, "values": {"Revenue": [1200.5, 40.0]}},
        {
            "groups": [{"country": "PL"}, {"country": None}],
            "values": [{"name": "Revenue", "data": [1200.5, 40.0]}],
        },
    ],
)
def test_layouts(payload, declared):
    df = frames.report(payload, strict=True)
    assert wide(df) == EXPECTED
    declared(df)
    assert str(df["country"].dtype) == "string"
    assert schema.drift().empty


def test_lists_side_by_side_take_the_names_that_the_caller_knows():
    payload = {"groups": [["PL", "web"], ["DE", None]], "values": [[1, 2], [3, 4]]}
    named = frames.report(payload, dimensions=["country", "channel"], metrics=["Revenue", "Orders"])
    assert wide(named) == [
        {"country": "PL", "channel": "web", "Revenue": 1, "Orders": 2},
        {"country": "DE", "channel": None, "Revenue": 3, "Orders": 4},
    ]
    plain = frames.report(payload)
    assert list(plain.columns) == ["row", "groups.1", "groups.2", "metric", "value"]
    assert plain["metric"].unique().tolist() == ["values.1", "values.2"]
    simple = frames.report({"groups": ["PL", None], "values": [1200.5, 40.0]})
    assert wide(simple) == [{"groups": "PL", "values": 1200.5}, {"groups": None, "values": 40.0}]


TREE = {
    "name": "All",
    "value": 10,
    "children": [
        {
            "name": "PL",
            "value": 7,
            "children": [{"name": "web", "value": 4}, {"name": "app", "value": 3}],
        },
        {"name": None, "value": 3, "children": []},
    ],
}


@pytest.mark.parametrize("payload", [TREE, {"data": TREE}, {"data": [TREE]}, [TREE]])
def test_the_leaves_of_a_tree_are_rows(payload):
    df = frames.report(payload, dimensions=["total", "country"])
    assert df["value"].tolist() == [4, 3, 3]
    assert df["total"].tolist() == ["All"] * 3
    assert df["country"].tolist() == ["PL", "PL", pd.NA]
    assert df["level_3"].tolist() == ["web", "app", pd.NA]
    # Totals would be counted twice as rows, so they stand apart.
    assert sorted(df.attrs["extra"]["subtotals"].values()) == [7, 10]


def test_rows_and_metrics_keep_their_order():
    df = frames.report({"data": [{"c": "x", "B": 1, "A": 2}, {"c": "y", "B": 3, "A": 4}]})
    assert df["row"].tolist() == [0, 0, 1, 1]
    assert df["metric"].tolist() == ["B", "A", "B", "A"]
    assert df["value"].tolist() == [1, 2, 3, 4]


def test_a_field_that_is_always_null_goes_by_its_place():
    df = frames.report({"data": [{"a": None, "m": 1, "n": None}]})
    assert list(df.columns) == ["row", "a", "metric", "value"]
    assert df["metric"].tolist() == ["m", "n"]


def test_the_caller_knows_better_what_is_a_metric():
    rows = [{"year": 2024, "Revenue": 5, "code": "7"}]
    df = frames.report({"data": rows}, dimensions=["year"], metrics=["code"])
    assert df["year"].tolist() == ["2024", "2024"]
    assert df["metric"].tolist() == ["Revenue", "code"]
    assert df["value"].tolist() == [5.0, 7.0]
    assert df["value_raw"].tolist() == [pd.NA, "7"]


def test_metrics_in_text_are_read_if_there_are_no_others():
    df = frames.report(
        {"data": [{"zip": "00123", "Revenue": "12.50"}, {"zip": "x", "Revenue": None}]}
    )
    assert df["zip"].tolist() == ["00123", "x"]
    assert df["value"].tolist() == [12.5, pd.NA]
    assert df["value_raw"].tolist() == ["12.50", pd.NA]


def test_texts_that_look_like_numbers_stay_dimensions_beside_numbers():
    df = frames.report({"data": [{"zip": "00123", "Revenue": 1}]})
    assert df["zip"].tolist() == ["00123"]


def test_mixed_columns_are_texts_and_lose_nothing():
    df = frames.report({"data": [{"a": 1, "m": 5}, {"a": "x", "m": 6}, {"a": True, "m": 7}]})
    assert df["a"].tolist() == ["1", "x", "true"]


def test_integers_stay_exact():
    df = frames.report({"data": [{"c": "x", "m": 2**53 + 1, "n": 1}]})
    assert df["value_raw"].tolist() == [str(2**53 + 1), pd.NA]


def test_dimensions_named_like_columns_get_another_name():
    df = frames.report({"data": [{"row": "a", "metric": "b", "value": 1}]})
    assert list(df.columns) == ["row", "row_dimension", "metric_dimension", "metric", "value"]


def test_nested_objects_get_dotted_names():
    df = frames.report({"data": [{"store": {"id": 7, "city": {"name": "Opole"}}, "m": 1}]})
    assert df.iloc[0][["store.id", "store.city.name", "metric", "value"]].tolist() == [
        "7",
        "Opole",
        "m",
        1.0,
    ]


def test_fields_that_differ_from_row_to_row():
    df = frames.report({"data": [{"c": "x", "m": 1}, {"n": 2, "c": "y"}]})
    assert df[["c", "metric"]].to_numpy().tolist() == [
        ["x", "m"],
        ["x", "n"],
        ["y", "m"],
        ["y", "n"],
    ]
    assert df["value"].tolist() == [1, pd.NA, pd.NA, 2]


def test_a_report_without_metrics_keeps_its_rows():
    df = frames.report({"data": [{"country": "PL"}, {"country": None}]})
    assert df["country"].tolist() == ["PL", pd.NA]
    assert df["metric"].isna().all()


@pytest.mark.parametrize("payload", [None, [], {}, {"data": []}, {"data": None}])
def test_empty(payload, declared):
    df = frames.report(payload)
    declared(df)
    assert df.empty
    assert list(df.columns) == ["row", "metric", "value"]


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        ({"data": 5}, "$.data"),
        ({"data": [], "took": 1}, "$.took"),
        ({"data": [{"c": "x", "m": 1}, {"c": "y", "m": 2**53 + 1}]}, "$.data[1].m"),
    ],
)
def test_strict_names_the_place(payload, path):
    with pytest.raises(ShapeError) as caught:
        frames.report(payload, strict=True)
    assert caught.value.path == path


def test_many_rows_are_what_pandas_makes_of_them():
    rows = [{"a": f"g{i % 7}" if i % 5 else None, "x": i, "y": i / 3} for i in range(5_000)]
    df = frames.report(json.dumps({"data": rows}))
    plain = pd.DataFrame(rows).melt("a", value_vars=["x", "y"], var_name="metric")
    ours = df.groupby(["a", "metric"], dropna=False)["value"].sum()
    theirs = plain.groupby(["a", "metric"], dropna=False)["value"].sum()
    assert ours.sort_values().tolist() == pytest.approx(theirs.sort_values().tolist())


# --- CSV


def test_csv_gives_the_frame_of_the_json():
    text = 'country,zip,Revenue,Orders\r\nPL,007,1200.5,3\r\n"","",40,\r\n"a,b",1,0.5,1\r\n'
    rows = [
        {"country": "PL", "zip": "007", "Revenue": 1200.5, "Orders": 3},
        {"country": None, "zip": None, "Revenue": 40, "Orders": None},
        {"country": "a,b", "zip": "1", "Revenue": 0.5, "Orders": 1},
    ]
    expected = frames.report({"data": rows})
    for payload in (text, text.encode(), "\ufeff" + text, text.encode("utf-8-sig")):
        pd.testing.assert_frame_equal(frames.report_csv(payload), expected)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_csv_finds_the_delimiter(delimiter):
    df = frames.report_csv(f'"a,b"{delimiter}m\nx{delimiter}1\n')
    assert df.iloc[0].tolist() == [0, "x", "m", 1.0]
    assert "a,b" in df.columns


def test_csv_line_breaks_and_repeated_names():
    df = frames.report_csv('a,a,m\n"x\ny",z,1\n')
    assert df[["a", "a_", "value"]].iloc[0].tolist() == ["x\ny", "z", 1.0]


def test_csv_lines_of_other_lengths_lose_nothing():
    df = frames.report_csv("a,m\nx,1,over\ny\n")
    assert df["a"].tolist() == ["x", "y"]
    assert df["value"].tolist() == [1, pd.NA]
    assert df["column_3"].tolist() == ["over", pd.NA]
    with pytest.raises(ShapeError) as caught:
        frames.report_csv("a,m\nx,1,over\n", strict=True)
    assert caught.value.path == "$[0]"


def test_csv_integers_stay_exact():
    df = frames.report_csv(f"a,m\nx,{2**53 + 1}\n")
    assert df["value_raw"].tolist() == [str(2**53 + 1)]


@pytest.mark.parametrize("payload", ["", b"", None, "country,Revenue\n"])
def test_csv_empty(payload, declared):
    df = frames.report_csv(payload)
    declared(df)
    assert df.empty


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        ('{"status": 403, "error": "Forbidden", "message": "no"}', "error answer"),
        ('{"data": []}', "JSON"),
        ("<html></html>", "HTML"),
        (b"\xff\xfe", "UTF-8"),
        ({"data": []}, "CSV text"),
    ],
)
def test_csv_refuses_what_is_none(payload, word):
    with pytest.raises(ShapeError, match=word):
        frames.report_csv(payload)


def test_dimensions_called_as_columns_of_the_frame_hide_no_others():
    df = frames.report([{"metric": "a", "metric_dimension": "b", "Revenue": 1}])
    assert list(df.columns) == ["row", "metric_dimension", "metric_dimension_", "metric", "value"]
    assert df.iloc[0].tolist() == [0, "a", "b", "Revenue", 1.0]


@pytest.mark.parametrize(
    ("payload", "given", "cells"),
    [
        (
            {"groups": ["PL"], "values": [{"name": "R", "data": [1]}, {"name": "R", "data": [2]}]},
            {},
            {"groups": "PL", "R": 1.0, "R_": 2.0},
        ),
        (
            {"groups": [{"x": "a"}], "values": [{"x": 1, "x_values": 2}]},
            {},
            {"x": "a", "x_values_": 1.0, "x_values": 2.0},
        ),
        (
            {"name": "All", "children": [{"name": "a", "level_1": 1, "level_1_values": 2}]},
            {},
            {"level_1": "All", "level_2": "a", "level_1_values_": 1.0, "level_1_values": 2.0},
        ),
        (
            {"groups": [["PL", "Opole"]], "values": [[1, 2]]},
            {"dimensions": ["a", "a"], "metrics": ["b", "b"]},
            {"a": "PL", "a_": "Opole", "b": 1.0, "b_": 2.0},
        ),
    ],
)
def test_equal_names_hide_nothing(payload, given, cells):
    df = frames.report(payload, **given)
    groups = [name for name in df.columns if name not in ("row", "metric", "value")]
    found = {name: df[name][0] for name in groups} | dict(
        zip(df["metric"], df["value"], strict=True)
    )
    assert found == cells


def test_what_is_said_of_a_metric_beside_its_values_is_kept():
    values = [{"id": "m1", "name": "R", "data": [1, 2]}, {"id": "m2", "name": "S", "data": [3, 4]}]
    df = frames.report({"groups": ["PL", "DE"], "values": values})
    assert df.attrs["extra"] == {"values": [{"id": "m1"}, {"id": "m2"}]}


def test_without_rows_the_caller_names_the_dimensions():
    df = frames.report({"data": []}, dimensions=["income", "age"])
    assert df.dtypes.astype(str).to_dict() == {
        "row": "Int64", "income": "string", "age": "string", "metric": "string", "value": "Float64",
    }  # fmt: skip
    assert len(df) == 0


@pytest.mark.parametrize("as_sent", [lambda one: one, json.dumps])
def test_a_name_that_no_field_has_is_told_and_made_nothing_of(as_sent):
    # Long enough for the quick way, where this is text.
    sent = as_sent({"data": [{"income": "a", "Revenue": 1}] * 2_000})
    with pytest.warns(SyneriseWarning, match="no field 'age'. Its fields: income, Revenue."):
        df = frames.report(sent, dimensions=["income", "age"])
    assert "age" not in df
    with pytest.warns(SyneriseWarning, match="no field 'Revnue'. Did you mean 'Revenue'?") as told:
        df = frames.report(sent, metrics=["Revnue"])
    assert df["metric"].unique().tolist() == ["Revenue"]
    assert [one.filename for one in told] == [__file__]


@pytest.mark.parametrize("odd", ['"1,200.50"', "1200€", "1 200"])
def test_csv_without_a_column_of_plain_numbers_names_the_cell(odd):
    text = f"country,Revenue\nPL,{odd}\nDE,40\n"
    with pytest.warns(SyneriseWarning, match="'Revenue' holds '1") as told:
        df = frames.report_csv(text)
    assert [one.filename for one in told] == [__file__]
    assert df["Revenue"].tolist() == [odd.strip('"'), "40"]
    with pytest.raises(ShapeError, match="no column of plain numbers"):
        frames.report_csv(text, strict=True)
    # Who names its dimensions, or metrics, knows.
    assert "Revenue" in frames.report_csv(text, dimensions=["country", "Revenue"])
    assert frames.report_csv(text, metrics=["Revenue"])["value"].sum() == 40


def test_a_file_is_told_from_csv(tmp_path):
    path = tmp_path / "report.csv"
    path.write_text("country,Revenue\nPL,1\n")
    with pytest.raises(ShapeError, match="name of a file"):
        frames.report_csv(str(path))
    with path.open() as file, pytest.raises(ConfigError, match=r"read_text\(\)"):
        frames.report_csv(file)
    with pytest.raises(ConfigError, match=r"read_text\(\)"):
        frames.report_csv(path)
    assert frames.report_csv(path.read_text())["value"].sum() == 1
