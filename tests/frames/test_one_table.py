"""One table of columns: dtypes, Arrow schema, description and documentation cannot differ."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import synerise_frames as sf
from synerise_frames.schema.page import page
from synerise_frames.schema.tables import TABLES

DOCS = Path(__file__).parents[2] / "docs"
READERS = [name for name in sf.frames.__all__ if name not in ("report_csv", "describe_shape")]


def dtypes_of(df):
    return {name: str(dtype) for name, dtype in df.dtypes.items()}


def test_the_page_is_up_to_date():
    assert (DOCS / "columns.md").read_text(encoding="utf-8") == page(), (
        "python -m synerise_frames.schema.page docs/columns.md"
    )


def test_the_page_names_every_column():
    text = page()
    for kind in sf.schema.kinds():
        assert kind in text
        for name in sf.schema.describe(kind)["column"]:
            assert f"| `{name}` |" in text


@pytest.mark.parametrize("kind", sf.schema.kinds())
def test_descriptions_and_arrow_schemas_agree(kind):
    described = sf.schema.describe(kind)
    schema = sf.schema.arrow(kind, tz="Europe/Warsaw")
    assert described["column"].tolist() == schema.names
    assert described["nullable"].tolist() == [field.nullable for field in schema]
    assert described["meaning"].str.len().min() > 0
    wanted = {"string": pa.string(), "Int64": pa.int64(), "Float64": pa.float64()}
    wanted |= {"boolean": pa.bool_()}
    wanted |= {"datetime64[us, tz]": pa.timestamp("us", tz="Europe/Warsaw")}
    assert [wanted[dtype] for dtype in described["dtype"]] == [field.type for field in schema]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("tz", [None, "Europe/Warsaw"])
def test_empty_frames_have_the_declared_columns(name, tz):
    df = getattr(sf.frames, name)([], tz=tz)
    described = sf.schema.describe(df.attrs["kind"])
    dtypes = [d.replace("tz", tz or "UTC") for d in described["dtype"]]
    assert dtypes_of(df) == dict(zip(described["column"], dtypes, strict=True))


def test_the_readers_make_every_kind():
    made = {getattr(sf.frames, name)([]).attrs["kind"] for name in READERS}
    # A ledger is what bulk runs write down, comparisons what two frames give: no answers.
    assert made == {*TABLES} - {"ledger", "comparison", "changes"}


def test_an_empty_trend_prints_the_declared_dtypes():
    df = sf.frames.trend({"name": "x", "metadata": {}, "items": [], "legends": []})
    assert list(df.dtypes.items()) == [
        ("series_id", pd.StringDtype()),
        ("series", pd.StringDtype()),
        ("bucket_start", pd.DatetimeTZDtype("us", "UTC")),
        ("bucket_end", pd.DatetimeTZDtype("us", "UTC")),
        ("value", pd.Float64Dtype()),
        ("is_partial", pd.BooleanDtype()),
    ]
