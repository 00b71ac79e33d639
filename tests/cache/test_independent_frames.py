"""A remembered frame is an ordinary one: its holder may do with it whatever pandas can do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from synerise_frames.frame_memory import Remembered
from synerise_frames.frame_memory.file import dumps, loads

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def plain() -> pd.DataFrame:
    """Give a frame with a column of every type that the library makes."""
    # As the library makes it; of a name, pandas 2 makes a zone of pytz.
    start = pd.Timestamp("2024-03-30", tz=ZoneInfo("Europe/Warsaw"))
    frame = pd.DataFrame(
        {
            "text": pd.array(["b", None, "a", "a"], dtype="string"),
            "count": pd.array([3, None, 1, 2], dtype="Int64"),
            "value": pd.array([0.5, None, -1.0, 2.0], dtype="Float64"),
            "flag": pd.array([True, None, False, True], dtype="boolean"),
            "time": pd.date_range(start, periods=4).as_unit("us"),
            "utc": pd.DatetimeIndex([start, pd.NaT, start, start]).tz_convert("UTC").as_unit("us"),
        }
    )
    frame["utc"] = frame["utc"].dt.tz_convert(UTC)
    return frame


def from_file(frame: pd.DataFrame) -> Remembered:
    content = dumps("name", Remembered(NOW, NOW + timedelta(1), frame, {}))
    assert content
    found = loads("name", content)
    assert found
    return found


def from_process(frame: pd.DataFrame) -> Remembered:
    return Remembered(NOW, NOW + timedelta(1), frame, {})


MAKE: dict[str, Callable[[pd.DataFrame], Remembered]] = {"file": from_file, "process": from_process}


@pytest.fixture(params=MAKE)
def kept(request: pytest.FixtureRequest) -> Remembered:
    return MAKE[request.param](plain())


def test_values_are_those_of_the_frame(kept: Remembered) -> None:
    assert_frame_equal(kept.copy(), plain(), check_exact=True)
    for column in plain():
        assert type(kept.copy()[column].array) is type(plain()[column].array)


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 64, 65])
@pytest.mark.parametrize("make", MAKE)
def test_any_number_of_rows(make: str, rows: int) -> None:
    chance = np.random.default_rng(rows)
    frame = plain().sample(rows, replace=True, random_state=rows).reset_index(drop=True)
    frame["flag"] = pd.array(chance.integers(0, 2, rows).astype(bool), dtype="boolean")
    found = MAKE[make](frame)
    assert_frame_equal(found.copy(), frame, check_exact=True)
    assert type(found.copy().index) is pd.RangeIndex


def test_a_frame_without_columns_or_rows() -> None:
    frame = pd.DataFrame(index=pd.RangeIndex(0))
    assert_frame_equal(from_file(frame).copy(), frame, check_column_type=False)


def write_value(df: pd.DataFrame) -> None:
    df.loc[0, "value"] = 9.0


def write_position(df: pd.DataFrame) -> None:
    df.iloc[0, 1] = 9


def write_flag(df: pd.DataFrame) -> None:
    df.loc[df["flag"].fillna(False), "flag"] = False


def write_time(df: pd.DataFrame) -> None:
    df.loc[0, "time"] = pd.Timestamp("2000-01-01", tz="UTC")


def write_text(df: pd.DataFrame) -> None:
    df.loc[0, "text"] = "changed"


def write_at(df: pd.DataFrame) -> None:
    df.at[1, "value"] = 7.0  # noqa: PD008 - what people write
    df.iat[2, 2] = 8.0  # noqa: PD009


def write_missing(df: pd.DataFrame) -> None:
    df.loc[0] = None


def write_column(df: pd.DataFrame) -> None:
    df["value"] += 1
    df["count"] *= 2


def write_in_place(df: pd.DataFrame) -> None:
    df.fillna({"value": 0.0, "count": 0}, inplace=True)  # noqa: PD002 - what people write
    df.insert(0, f"column {len(df.columns)}", 1)
    df.pop(df.columns[-1])


def write_update(df: pd.DataFrame) -> None:
    df.update(pd.DataFrame({"value": pd.array([5.0], dtype="Float64")}, index=[0]))


def write_where(df: pd.DataFrame) -> None:
    df["value"] = df["value"].where(df["value"] > 0, 0.0)
    df["count"] = df["count"].mask(df["count"] > 1)


def write_series(df: pd.DataFrame) -> None:
    column = df["value"]
    column.iloc[0] = 9.0
    df["value"] = column


WRITES = [
    *(write_value, write_position, write_flag, write_time, write_text, write_at, write_missing),
    *(write_column, write_in_place, write_update, write_where, write_series),
]


@pytest.mark.parametrize("write", WRITES)
def test_changes_are_those_of_any_frame(
    kept: Remembered, write: Callable[[pd.DataFrame], None]
) -> None:
    mine, other, truth = kept.copy(), kept.copy(), plain()
    write(mine)
    write(truth)
    assert_frame_equal(mine, truth)
    assert_frame_equal(other, plain(), check_exact=True)
    assert_frame_equal(kept.copy(), plain(), check_exact=True)


def set_array(df: pd.DataFrame) -> None:
    df["value"].array[0] = -1.0


def set_flags(df: pd.DataFrame) -> None:
    df["flag"].array[:] = True


def set_missing(df: pd.DataFrame) -> None:
    df["count"].array[0] = pd.NA


def set_times(df: pd.DataFrame) -> None:
    df["time"].array[:] = pd.Timestamp("2000-01-01", tz="UTC")


def set_ticks(df: pd.DataFrame) -> None:
    df["utc"].array.asi8[:] = 0


def set_values(df: pd.DataFrame) -> None:
    df["value"].values[0] = -1.0  # noqa: PD011 - what people write


def set_numpy(df: pd.DataFrame) -> None:
    values = df.iloc[2:]["count"].to_numpy()
    values.flags.writeable = True
    values[:] = 0


def set_whole(df: pd.DataFrame) -> None:
    values = np.asarray(df["value"].array._data)
    values.flags.writeable = True
    values[:] = 0


def set_text(df: pd.DataFrame) -> None:
    df["text"].array[0] = "changed"


def set_name(df: pd.DataFrame) -> None:
    df.columns.array[0] = "changed"


def set_label(df: pd.DataFrame) -> None:
    df.columns.values[0] = "changed"  # noqa: PD011 - what people write


@pytest.mark.parametrize(
    "write",
    [
        *(
            set_array,
            set_flags,
            set_missing,
            set_times,
            set_ticks,
            set_values,
            set_numpy,
            set_whole,
        ),
        *(set_text, set_name, set_label),
    ],
)
def test_what_goes_behind_the_back_of_pandas_reaches_nobody_else(
    kept: Remembered, write: Callable[[pd.DataFrame], None]
) -> None:
    if write in {set_name, set_label} and pd.__version__ < "3":
        pytest.skip("there the names of columns are shared by any two copies of a frame")
    mine, other = kept.copy(), kept.copy()
    # pandas itself refuses some of it.
    with suppress(ValueError):
        write(mine)
    assert_frame_equal(other, plain(), check_exact=True)
    assert_frame_equal(kept.copy(), plain(), check_exact=True)


def uses(df: pd.DataFrame) -> dict[str, Any]:
    """Do with a frame what analysts do."""
    numbers = df[["count", "value"]]
    by_text = df.groupby("text", dropna=False)
    by_time = df.set_index("time")["value"]
    return {
        "sum": by_text["value"].sum(),
        "several": by_text[["value", "count"]].agg(["mean", "max", "first", "nunique"]),
        "transform": by_text["value"].transform("cumsum"),
        "rank": numbers.rank(),
        "sorted": df.sort_values(["text", "value"]),
        "largest": df.nlargest(2, "value"),
        "rolling": df["value"].rolling(2, min_periods=1).mean(),
        "ewm": df["value"].astype("float64").ewm(1).mean(),
        "expanding": df["count"].expanding().sum(),
        "resampled": by_time.resample("2D").sum(),
        "by month": by_time.resample("MS").max(),
        "shifted": numbers.shift(1).diff(),
        "cumulated": numbers.cumsum(),
        "quantiles": df["value"].quantile([0.1, 0.9]),
        "described": numbers.describe(),
        "filled": df.ffill().bfill(),
        "interpolated": df["value"].astype("float64").interpolate(),
        "clipped": numbers.clip(0, 1),
        "counts": df["text"].value_counts(dropna=False),
        "unique": pd.Series(df["text"].unique()),
        "factors": pd.Series(pd.factorize(df["text"])[0]),
        "in": df["text"].isin(["a"]),
        "between": df[df["time"].between("2024-03-31", "2024-04-01")],
        "cut": pd.cut(df["value"].astype("float64"), 2),
        "pivot": df.pivot_table(index="time", columns="text", values="value"),
        "melted": df.melt(id_vars="time", value_vars=["count", "flag"], value_name="v"),
        "joined": df.merge(df, on="text", suffixes=("", "_2")),
        "nearest": pd.merge_asof(df.sort_values("time"), df.sort_values("time"), on="time"),
        "tied": pd.concat([df, df], ignore_index=True),
        "once": df.drop_duplicates("text"),
        "zone": df["time"].dt.tz_convert("UTC"),
        "floor": df["time"].dt.floor("D"),
        "wall": df["time"].dt.tz_localize(None),
        "day": df["time"].dt.day_name(),
        "query": df.query("count > 1 and flag"),
        "eval": df.eval("count + value"),
        "numpy": pd.DataFrame(numbers.to_numpy(dtype="float64", na_value=np.nan)),
        "records": pd.DataFrame(df.to_dict("records")),
        "csv": pd.Series([df.to_csv()]),
        "json": pd.Series([df.to_json(date_format="iso")]),
        "taken": df.take([3, 0]),
        "masked": numbers.where(df["flag"].fillna(False)),
        "corr": df[["count", "value"]].astype("float64").corr(),
        "apply": numbers.apply(lambda column: column.max()),
        "exploded": df.assign(more=[[1, 2]] * len(df)).explode("more"),
        "plain types": df.convert_dtypes(),
    }


def test_analysts_see_no_difference(kept: Remembered) -> None:
    expected, found = uses(plain()), uses(kept.copy())
    for name, truth in expected.items():
        same: Any = assert_frame_equal if isinstance(truth, pd.DataFrame) else assert_series_equal
        same(found[name], truth)
    assert_frame_equal(kept.copy(), plain(), check_exact=True)
