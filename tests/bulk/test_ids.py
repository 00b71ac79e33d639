"""Identifiers: whatever holds them, and whatever they are."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synerise_frames as sf
from synerise_frames.bulk.ids import check, read_ids


def texts(source: Any, by: str = "id", column: str | None = None) -> list[str | None]:
    return [p for piece in read_ids(source, by, column).pieces() for p in piece.profiles]


def reasons(values: list[Any], by: str = "id") -> list[str | None]:
    read = check(values, by)
    return [read.reasons.get(row) for row in range(len(read))]


@pytest.mark.parametrize(
    "source",
    [
        [1, 2, 1],
        ("1", "2", "1"),
        pd.Series([1, 2, 1]),
        pd.Series([1.0, 2.0, 1.0]),
        pd.Series(["1", "2", "1"], dtype="string"),
        pd.Series([1, 2, 1], dtype="Int64"),
        pd.Index([1, 2, 1]),
        np.array([1, 2, 1]),
        pa.array([1, 2, 1]),
        pa.chunked_array([[1], [2, 1]]),
        iter([1, 2, 1]),
        (n for n in (1, 2, 1)),
        pd.DataFrame({"profile": [1, 2, 1], "x": 0}),
        pd.DataFrame({"only": [1, 2, 1]}),
    ],
)
def test_many_things_hold_identifiers(source: Any) -> None:
    assert texts(source) == ["1", "2", "1"]


def test_only_an_iterator_hides_how_many_there_are() -> None:
    assert read_ids([1, 2], "id").size == 2
    assert read_ids(range(12_345), "id").size == 12_345
    stream = read_ids(iter([1, 2]), "id")
    assert stream.size is None
    assert [*stream.pieces()]
    with pytest.raises(sf.ConfigError, match="used up"):
        stream.pieces()


def test_an_iterator_is_not_read_before_it_has_to_be() -> None:
    def endless() -> Any:
        number = 0
        while True:
            number += 1
            yield number

    pieces = read_ids(endless(), "id").pieces()
    assert next(pieces).profiles[:2] == ["1", "2"]


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_files(tmp_path: Path, suffix: str) -> None:
    frame = pd.DataFrame({"email": ["a@example.com", None, "é@example.com"], "n": [1, 2, 3]})
    path = tmp_path / f"people.{suffix}"
    frame.to_parquet(path) if suffix == "parquet" else frame.to_csv(path, index=False)
    assert texts(path, "email") == ["a@example.com", None, "é@example.com"]
    assert texts(str(path), "id", "n") == ["1", "2", "3"]


def test_a_csv_file_keeps_leading_zeros(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("id,x\n007,1\n,2\nNA,3\n")
    assert texts(path, "id", "id") == ["007", None, "NA"]
    path.write_text("id\n007\n\n12\n")
    assert texts(path, "id") == ["007", None, "12"]


@pytest.mark.parametrize(
    ("value", "shown", "why"),
    [
        (None, None, "missing"),
        (float("nan"), None, "missing"),
        (np.float32("nan"), None, "missing"),
        (pd.NA, None, "missing"),
        (pd.NaT, None, "missing"),
        (True, "True", "flag"),
        (np.bool_(False), "False", "flag"),
        (1.5, "1.5", "not whole"),
        (float("inf"), "inf", "not whole"),
        (2.0**60, repr(2.0**60), "too large"),
        ("", "", "empty"),
        ("  ", "  ", "empty"),
        (" 7", " 7", "spaces"),
        ("7\n", "7\n", "spaces"),
        ("x" * 10_000_000, "x" * 100 + "…", "10,000,000 characters"),
        ("half \ud83d", "half \\ud83d", "half a character"),
        (10**5000, "9" * 100 + "…", "characters"),
        ([1], "[1]", "list"),
        (b"1", "b'1'", "bytes"),
    ],
    ids=map(str, range(19)),
)
def test_what_is_no_identifier_says_why(value: Any, shown: str | None, why: str) -> None:
    read = check([value], "id")
    assert read.profiles == [shown]
    assert why in read.reasons[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (-7, "-7"),
        (2**63, str(2**63)),
        (7.0, "7"),
        (np.int64(7), "7"),
        (np.float64(7), "7"),
        (np.str_("a b"), "a b"),
        ("a b", "a b"),
        ("żółć😀", "żółć😀"),
        ("a\u2028b", "a\u2028b"),
        ("x" * 1000, "x" * 1000),
        (UUID(int=7), str(UUID(int=7))),
        (Decimal("7.000"), "7"),
    ],
    ids=map(str, range(13)),
)
def test_what_is_one(value: Any, text: str) -> None:
    read = check([value], "id")
    assert (read.profiles, dict(read.reasons)) == ([text], {})


def test_custom_identifiers_may_have_spaces_around_them() -> None:
    assert reasons([" a ", " a "], "custom_identify") == [None, None]
    assert reasons([" a "], "email")[0] is not None


@given(st.lists(st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans())))
def test_every_input_has_its_place(values: list[Any]) -> None:
    read = check(values, "id")
    assert len(read) == len(values)
    for row, (value, shown) in enumerate(zip(values, read.profiles, strict=True)):
        if row not in read.reasons:
            assert shown is not None
            assert 0 < len(shown) <= 1000
            shown.encode()
            assert shown == (str(int(value)) if isinstance(value, float) else str(value))


@pytest.mark.parametrize(
    ("source", "column", "why"),
    [
        ("7", None, "no Parquet or CSV file"),
        ("missing.parquet", None, "Cannot read"),
        ("missing.csv", None, "Cannot read"),
        (7, None, "holds no identifiers"),
        ({"a": 1}, None, "holds no identifiers"),
        (b"7", None, "holds no identifiers"),
        ([1], "id", "belongs to a frame"),
        (pd.DataFrame({"a": [1], "b": [2]}), None, "not clear"),
        (pd.DataFrame({"custmer": [1], "b": [2]}), "customer", "no column 'customer'"),
    ],
)
def test_bad_sources_are_told(source: Any, column: str | None, why: str) -> None:
    with pytest.raises(sf.ConfigError, match=why) as caught:
        read_ids(source, "id", column)
    assert caught.value.hint


def test_columns_of_one_name_are_told() -> None:
    with pytest.raises(sf.ConfigError, match="2 columns 'profile'"):
        read_ids(pd.DataFrame([[1, 2]], columns=["profile", "profile"]), "id")
    with pytest.raises(sf.ConfigError, match="2 columns 'a'"):
        read_ids(pd.DataFrame([[1, 2]], columns=["a", "a"]), "id", "a")
    assert texts(pd.DataFrame([1, 2, 3])) == ["1", "2", "3"]


def test_a_close_name_of_a_column_is_suggested() -> None:
    with pytest.raises(sf.ConfigError) as caught:
        read_ids(pd.DataFrame({"custmer": [1], "b": [2]}), "id", "customer")
    assert "Did you mean 'custmer'?" in caught.value.hint


def test_distinct_identifiers_and_their_number() -> None:
    ids = read_ids(["a", None, "b", "a", 1.5], "id")
    assert ids.distinct() == ["a", "b"]
    assert ids.invalid == 2
