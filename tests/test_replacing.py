"""Files that appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from synerise_frames.replacing import whole


@pytest.mark.parametrize("durable", [False, True])
def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "a.parquet"
    path.write_text("old")
    with whole(path, durable=durable) as place:
        place.write_text("new, half")
        assert path.read_text() == "old"
        # No reader of a folder takes it for a part.
        assert [*tmp_path.glob("*.parquet")] == [path]
        assert place.name.startswith(".")
        place.write_text("new")
    assert path.read_text() == "new"
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()])
def test_an_end_in_between_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def write() -> None:
        with whole(path) as place:
            place.write_text("new, half")
            raise error

    with pytest.raises(type(error)):
        write()
    assert path.read_text() == "old"
    assert [*tmp_path.iterdir()] == [path]


def test_two_at_once_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with whole(path) as one, whole(path) as other:
        one.write_text("one")
        other.write_text("other")
        assert one.read_text() == "one"
    assert path.read_text() == "one"


def test_what_cannot_take_the_name_is_removed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").touch()
    with pytest.raises(OSError, match="a"), whole(tmp_path / "a") as place:
        place.write_text("x")
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
