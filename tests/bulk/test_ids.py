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
from synerise_frames.bulk.files import read_content
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
    assert texts(path, "custom_identify", "id") == ["007", None, "NA"]
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


@pytest.mark.parametrize(
    ("content", "by", "expected"),
    [
        # As DataFrame.to_csv writes whole numbers beside a missing one.
        ("id\n1.0\n\n3.0\n", "id", ["1", None, "3"]),
        ("id,x\n1.0,a\n,b\n3.0,c\n", "id", ["1", None, "3"]),
        ("id,x\n1.0,a\n3.0,c\n", "id", ["1", "3"]),
        ("id;x\n1,0;a\n;b\n3,0;c\n", "id", ["1", None, "3"]),
        ("x\tid\na\t7\nb\t8\n", "id", ["7", "8"]),
        (",customer\n0,007\n1,8\n", "id", ["007", "8"]),
        ("\ufeffid,x\n7,a\n", "id", ["7"]),
        ("id\n1.5\n2.0\n", "id", ["1.5", "2"]),
        ("custom_id,x\n1.0,a\n2.0,b\n", "custom_identify", ["1.0", "2.0"]),
        ("custom_id,x\n1.5,a\n,b\n2.0,b\n", "custom_identify", ["1.5", None, "2.0"]),
        ("custom_id,x\n1.0,a\n,b\n2.0,b\n", "custom_identify", ["1.0", None, "2.0"]),
        ("custom_id,x\n1.0,a\nA7,b\n", "custom_identify", ["1.0", "A7"]),
    ],
    ids=map(str, range(12)),
)
def test_a_csv_file_as_others_write_it(
    tmp_path: Path, content: str, by: str, expected: list[str | None]
) -> None:
    path = tmp_path / "ids.csv"
    path.write_text(content, encoding="utf-8")
    assert texts(path, by) == expected


def test_a_file_gives_what_its_frame_gives(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": "a", "id": [1, None, 2**53 + 2, 10**17, 7]})
    frame.to_csv(tmp_path / "ids.csv", index=False)
    frame.to_parquet(tmp_path / "ids.parquet")
    assert texts(frame)[:2] == ["1", None]
    assert texts(tmp_path / "ids.csv") == texts(frame) == texts(tmp_path / "ids.parquet")
    (read,) = read_ids(tmp_path / "ids.csv", "id").pieces()
    assert [*read.reasons] == [1, 2, 3]


@pytest.mark.parametrize(
    "content",
    [
        "1001\n1002\n",
        "1001.0\n1002.0\n",
        "1001,a\n1002,b\n",
        "1001;a\n1002;b\n",
        "ann@example.com\nbob@example.com\n",
        "6f9619ff-8b86-d011-b42d-00c04fc964ff,x\n",
    ],
)
@pytest.mark.parametrize("column", [None, "customer"])
def test_a_csv_file_without_a_header_loses_no_identifier(
    tmp_path: Path, content: str, column: str | None
) -> None:
    path = tmp_path / "ids.csv"
    path.write_text(content)
    with pytest.raises(sf.ConfigError, match=r"first line of ids\.csv") as caught:
        read_ids(path, "id", column)
    assert "header=None" in caught.value.hint
    assert not any(first in str(caught.value) for first in ("1001", "ann@", "6f9619ff"))


def test_a_header_that_is_a_number_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    pd.Series(["7", "8"]).to_csv(path, index=False)
    assert path.read_text().splitlines()[0] == "0"
    assert texts(path, column="0") == ["7", "8"]


def test_a_file_that_cannot_be_read_does_not_tell_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("id,x\nann@example.com,1,2\n")
    with pytest.raises(sf.ConfigError, match="Cannot read") as caught:
        read_ids(path, "id")
    assert "ann@" not in str(caught.value)
    with pytest.raises(sf.ConfigError, match="no such file"):
        read_ids(tmp_path / "other.csv", "id")


def test_columns_may_be_numbers() -> None:
    frame = pd.DataFrame([[1, 2], [3, 4]])
    assert texts(frame, column=0) == ["1", "3"]  # type: ignore[arg-type]
    assert texts(frame, column="1") == ["2", "4"]
    with pytest.raises(sf.ConfigError, match="no column 7") as caught:
        read_ids(frame, "id", 7)
    assert "It has 0, 1." in caught.value.hint


ANN, BOB = "ann@example.com", "bob@example.com"
SOME_UUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"


@pytest.mark.parametrize(
    ("values", "by"),
    [
        ([ANN, BOB, None], "email"),
        (pd.Series([SOME_UUID.upper()]), "uuid"),
        ([UUID(SOME_UUID)], "uuid"),
        (pd.DataFrame({"email": [ANN]}), "email"),
    ],
)
def test_identifiers_of_another_kind_are_refused(values: Any, by: str) -> None:
    with pytest.raises(sf.ConfigError, match="look like") as caught:
        read_ids(values, "id")
    assert f"by={by!r}" in caught.value.hint
    assert "ann" not in str(caught.value)
    assert SOME_UUID not in str(caught.value).lower()
    assert read_ids(values, by).distinct()


def test_some_identifiers_of_another_kind_are_a_warning() -> None:
    with pytest.warns(sf.SyneriseWarning, match="2 of 4 .* e-mail addresses") as told:
        assert texts([1, ANN, BOB, "A7", None]) == ["1", ANN, BOB, "A7", None]
    assert "ann" not in str(told[0].message)
    assert told[0].filename == __file__
    stream = read_ids(iter([SOME_UUID, 1]), "id")
    with pytest.warns(sf.SyneriseWarning, match="1 of 2 .* UUIDs"):
        assert [piece.profiles for piece in stream.pieces()] == [[SOME_UUID, "1"]]


@pytest.mark.parametrize("array", [np.array([[1, 2], [3, 4]]), np.array(7), np.zeros((0, 2))])
def test_an_array_of_other_than_one_dimension_is_one_error(array: np.ndarray) -> None:
    with pytest.raises(sf.ConfigError, match=f"array of {array.ndim} dimensions") as caught:
        read_ids(array, "id")
    assert "ravel" in caught.value.hint
    assert read_ids(array.ravel(), "id").size == array.size


def piped(content: str | bytes, by: str = "id", column: str | None = None) -> list[Any]:
    sent = content.encode() if isinstance(content, str) else content
    return read_content(sent, by, column, "stdin")


@pytest.mark.parametrize(
    ("content", "by", "column"),
    [
        ("id,x\n1,2\n2,3\n", "id", None),
        ("x;customer\n1;7\n2;8\n", "id", "customer"),
        ("id\n1\n\n2\n", "id", None),
        ("id\r\n1\r\n2\r\n", "id", None),
        ('profile\n1\n 3\n"4"\n', "id", None),
        ("\ufeffprofile\n007\n", "id", None),
        ("customer\n1\n2\n", "id", None),
        ("customer\nann@example.com\n", "email", None),
        ("custom_id\nA\nB\n", "custom_identify", None),
        ("customer\nA\nB\n", "custom_identify", "customer"),
    ],
)
def test_a_pipe_is_read_as_a_file_of_the_same_content(
    tmp_path: Path, content: str, by: str, column: str | None
) -> None:
    path = tmp_path / "ids.csv"
    path.write_bytes(content.encode())
    of_file = read_ids(path, by, column)
    of_pipe = read_ids(piped(content, by, column), by)
    assert [*of_pipe.pieces()] == [*of_file.pieces()]


def test_a_pipe_of_a_parquet_file_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "ids.parquet"
    pd.DataFrame({"x": [1, 2], "id": ["007", None]}).to_parquet(path)
    assert piped(path.read_bytes()) == ["007", None]


@pytest.mark.parametrize(
    ("content", "by", "expected"),
    [
        ("1\n2\n", "id", ["1", "2"]),
        ("1", "id", ["1"]),
        ("1\n\n 3\n", "id", ["1", None, " 3"]),
        ("1\nname\n", "id", ["1", "name"]),
        ("A7\nB8\n", "id", ["A7", "B8"]),
        ("customer\nA\n", "custom_identify", ["customer", "A"]),
        ("A\n7\n", "custom_identify", ["A", "7"]),
        ("", "id", []),
        ("\n\n", "id", []),
    ],
    ids=map(str, range(9)),
)
def test_an_identifier_a_line(content: str, by: str, expected: list[str | None]) -> None:
    assert piped(content, by) == expected


@pytest.mark.parametrize("content", ["1001,2\n2,3\n", "1001\n2,3\n", b"\xff\xfe1\x00", b"PAR1"])
@pytest.mark.parametrize("column", [None, "customer"])
def test_a_pipe_that_is_not_clear_is_one_error(content: str | bytes, column: str | None) -> None:
    with pytest.raises(sf.ConfigError, match="stdin") as caught:
        piped(content, "id", column)
    assert "1001" not in str(caught.value)
    assert caught.value.hint


# Each text of CSV as an id: what is sent, or why it is not.
DIRTY = {
    "1": "1",
    "4": "4",
    "007": "007",
    "A7": "A7",
    "9007199254740993": "9007199254740993",
    "3.0": "3",
    "3,00": "3",
    "-0.0": "0",
    "12345678.0": "12345678",
    "1.5": "not whole",
    "1e-05": "not whole",
    "inf": "not whole",
    "9007199254740992.0": "too large to be exact",
    "1.2345678901234568e+16": "too large to be exact",
    "1.23E+05": "lost digits",
    "1.000": "thousands apart",
    "1,000": "thousands apart",
    "": "missing",
    "NaN": "word for a missing value",
    "NA": "word for a missing value",
    "null": "word for a missing value",
    "<NA>": "word for a missing value",
    " 3": "spaces",
}


@given(st.lists(st.sampled_from([*DIRTY]), min_size=1))
def test_each_id_of_a_table_is_read_for_itself(given_: list[str]) -> None:
    # The first says that there is a table; a comma needs quotes.
    content = "id,x\n" + "".join(f'"{text}",0\n' if text else ",0\n" for text in given_)
    (read,) = read_ids(piped(content), "id").pieces()
    assert len(read) == len(given_)
    for row, text in enumerate(given_):
        if row in read.reasons:
            assert DIRTY[text] in read.reasons[row]
            assert read.profiles[row] == (text or None)
        else:
            assert read.profiles[row] == DIRTY[text]


@given(st.lists(st.one_of(st.none(), st.integers(-(2**60), 2**60)), min_size=2))
def test_no_round_trip_through_pandas_asks_for_somebody_else(ids: list[int | None]) -> None:
    content = pd.DataFrame({"id": pd.Series(ids, dtype="float64"), "x": 0}).to_csv(index=False)
    (read,) = read_ids(piped(content), "id").pieces()
    assert len(read) == len(ids)
    for row, number in enumerate(ids):
        if number is not None and abs(number) < 2**53:
            assert (read.profiles[row], row in read.reasons) == (str(number), False)
        else:
            assert row in read.reasons


def test_other_texts_of_a_table_are_as_they_are() -> None:
    for by in ("uuid", "email", "custom_identify"):
        found = texts(piped("who,x\n3.0,0\nNaN,0\n1.5,0\n", by, "who"), by)
        assert found == ["3.0", "NaN", "1.5"]


def test_a_missing_value_in_front_is_no_name_of_a_column() -> None:
    (read,) = read_ids(piped("NaN\n1\n2\n"), "id").pieces()
    assert read.profiles == ["NaN", "1", "2"]
    assert [*read.reasons] == [0]


def narrow(kind: Any, largest: int) -> list[Any]:
    values = np.array([7, largest - 1, largest, np.nan], dtype=kind)
    arrow = pa.array(values, from_pandas=True)
    holders = [
        values,
        [*values],
        pd.Series(values),
        pd.Series(values).astype(pd.SparseDtype(kind)),
        pd.DataFrame({"id": values, "x": 0}),
        arrow,
        pa.chunked_array([arrow.slice(0, 1), arrow.slice(1)]),
        pd.Series(arrow, dtype=pd.ArrowDtype(arrow.type)),
    ]
    if kind is np.float32:
        # pandas has no index of 16 bits.
        as_category = pd.Series(values).astype("category")
        holders += [pd.Index(values), pd.Series(values, dtype="Float32"), as_category]
    return holders


@pytest.mark.parametrize(
    "source", [*narrow(np.float32, 2**24), *narrow(np.float16, 2**11)], ids=map(str, range(19))
)
def test_a_narrow_float_that_may_be_another_number_is_not_sent(source: Any) -> None:
    (read,) = read_ids(source, "id").pieces()
    assert read.profiles[0] == "7"
    assert int(read.profiles[1] or 0) in (2**24 - 1, 2**11 - 1)
    assert [*read.reasons] == [2, 3]
    assert "too large to be exact" in read.reasons[2]
    assert "missing" in read.reasons[3]


def test_a_parquet_file_of_narrow_floats_is_read_as_its_column(tmp_path: Path) -> None:
    values = pd.Series([2**24 + 1, 5, None], dtype="float32")
    pd.DataFrame({"id": values}).to_parquet(tmp_path / "ids.parquet")
    (read,) = read_ids(tmp_path / "ids.parquet", "id").pieces()
    assert [*read.reasons] == [0, 2]
    assert read.profiles[1] == "5"
    exact = pd.Series([2**24 + 1, None], dtype="float64")
    assert texts(exact) == [str(2**24 + 1), None]
