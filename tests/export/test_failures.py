"""When a disk fails, the message says whether the change was made; nothing is left behind."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

import synerise_frames as sf
from synerise_frames.errors import ConfigError, DatasetError
from synerise_frames.export import opening
from synerise_frames.export.folder import Folder

OUTSIDE = ["../x", "/etc/x", "a/../../x", "a//x", "a\\..\\x", "C:/x", "a\x00b", ""]


class Failing(Folder):
    """A folder whose disk fails at one kind of change."""

    at = ""
    after = False

    def put(self, name: str, content: bytes | memoryview) -> None:
        if name.endswith(self.at) and not self.after:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().put(name, content)
        if name.endswith(self.at):
            raise OSError(errno.EIO, "The answer got lost")

    def move(self, name: str, to: str) -> None:
        if self.at == "move":
            raise OSError(errno.EIO, "Input/output error")
        super().move(name, to)


@pytest.fixture
def failing(monkeypatch):
    def make(at: str, after: bool = False) -> None:
        monkeypatch.setattr(Failing, "at", at)
        monkeypatch.setattr(Failing, "after", after)
        monkeypatch.setattr(opening, "Folder", Failing)

    return make


@pytest.mark.parametrize("at", ["move", "manifest.json"])
def test_after_the_decision_the_message_says_not_to_write_again(
    trend, tmp_path, failing, monkeypatch, at
) -> None:
    root = tmp_path / "x"
    sf.write_dataset(trend({"a": [1.0]}), root)
    failing(at)
    with pytest.raises(DatasetError, match="is changed, but not all files") as caught:
        sf.write_dataset(trend({"a": [2.0]}), root, mode="append")
    assert "Do not write it again" in caught.value.hint
    assert sorted(sf.read_dataset(root)["value"]) == [1.0, 2.0]
    monkeypatch.setattr(opening, "Folder", Folder)
    sf.write_dataset(trend({"a": [3.0]}), root, mode="append")
    assert sorted(sf.read_dataset(root)["value"]) == [1.0, 2.0, 3.0]


def test_before_the_decision_nothing_is_changed_or_left(trend, tmp_path, failing, parts) -> None:
    root = tmp_path / "x"
    sf.write_dataset(trend({"a": [1.0]}), root)
    before = parts(root)
    failing("commit.json")
    with pytest.raises(DatasetError, match="Cannot write to") as caught:
        sf.write_dataset(trend({"a": [2.0]}), root, mode="append")
    assert "still there" in caught.value.hint
    assert parts(root) == before
    assert not list((root / "_meta").rglob("staged*"))


def test_an_answer_that_got_lost_is_no_failure(trend, tmp_path, failing) -> None:
    failing("commit.json", after=True)
    sf.write_dataset(trend({"a": [2.0]}), tmp_path / "x")
    assert sf.read_dataset(tmp_path / "x")["value"].tolist() == [2.0]


def test_what_is_refused_leaves_no_trace(trend, tmp_path) -> None:
    (tmp_path / "report.xlsx").write_bytes(b"x")
    with pytest.raises(DatasetError, match="holds files"):
        sf.write_dataset(trend({"a": [1]}), tmp_path)
    with pytest.raises(ConfigError):
        sf.write_dataset(trend({"a": [1]}), tmp_path / "new", "serie")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.xlsx"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_notes_of_somebody_else_cannot_reach_outside(trend, tmp_path, name) -> None:
    root = tmp_path / "deep" / "x"
    sf.write_dataset(trend({"a": [1.0]}), root)
    (tmp_path / "x").write_text("mine")
    commit = root / "_meta/commit.json"
    manifest = (root / "_meta/manifest.json").read_text()
    for note in (
        {"manifest": manifest, "moves": {}, "removals": [name]},
        {"manifest": manifest, "moves": {"part-0.parquet": name}, "removals": []},
        {"manifest": manifest, "moves": {name: "part-9.parquet"}, "removals": []},
    ):
        commit.write_text(json.dumps(note))
        with pytest.raises(DatasetError, match="which is none") as caught:
            sf.write_dataset(trend({"a": [2.0]}), root)
        assert "changed by hand" in caught.value.hint
    commit.unlink()
    told = json.loads(manifest)
    told["files"][0]["path"] = name
    (root / "_meta/manifest.json").write_text(json.dumps(told))
    with pytest.raises(DatasetError, match="which is none"):
        sf.read_dataset(root)
    assert (tmp_path / "x").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep", "x"]


@pytest.mark.parametrize("column", ["../../x", "_hidden", ".hidden", "a=b", "a/b", "ü"])
def test_the_name_of_a_key_stays_below_the_root(trend, tmp_path, column) -> None:
    root = tmp_path / "deep" / "x"
    frame = trend({"a": [1.0, 2.0]}).assign(**{column: ["u", "v"]}).astype({column: "string"})
    sf.write_dataset(frame, root, column)
    assert sorted(p.name for p in tmp_path.rglob("*.parquet")) == ["part-0.parquet"] * 2
    assert len(list(root.glob("*/part-0.parquet"))) == 2
    assert not [p for p in root.iterdir() if p.name[0] in "._" and p.name != "_meta"]
    assert sf.read_dataset(root)[column].tolist() == ["u", "v"]


@pytest.mark.parametrize("column", ["profile", "email", "uuid"])
def test_persons_are_not_written_into_the_names_of_folders(trend, tmp_path, column) -> None:
    frame = trend({"a": [1.0]}).assign(**{column: "x@example.com"})
    with pytest.raises(ConfigError, match="who a row is about") as caught:
        sf.write_dataset(frame, tmp_path / "x", column)
    assert "example.com" not in str(caught.value)


@pytest.mark.parametrize("keys", [["series", "series"], ["bucket_start:day", "bucket_start:day"]])
def test_a_column_named_twice(trend, tmp_path, keys) -> None:
    with pytest.raises(ConfigError, match="there is already"):
        sf.write_dataset(trend({"a": [1.0]}), tmp_path / "x", keys)
    frame = trend({"a": [1.0]}).assign(series_key="1")
    with pytest.raises(ConfigError, match="'series_key'"):
        sf.write_dataset(frame, tmp_path / "x", "series")


def test_names_that_differ_in_case_alone_have_files_of_their_own(trend, tmp_path, parts) -> None:
    # As on a disk that takes "Fresh" and "fresh" for the same folder.
    root = tmp_path / "x"
    names = ["Fresh", "fresh", "caf\u00e9", "cafe\u0301"]
    sf.write_dataset(trend({name: [1.0] for name in names}), root, "series")
    for value in (2.0, 3.0):
        for name in names:
            sf.write_dataset(trend({name: [value]}), root)
    found = [path.lower() for path in parts(root)]
    composed = {os.path.basename(path) for path in found}
    assert len(set(found)) == 4
    assert composed == {"part-0.parquet", "part-1.parquet"}
    assert sorted(sf.read_dataset(root)["series"]) == sorted(names)
    assert set(sf.read_dataset(root)["value"]) == {3.0}


def test_a_decimal_column_is_told_once(trend, tmp_path) -> None:
    from decimal import Decimal

    with pytest.raises(ConfigError) as caught:
        sf.write_dataset(trend({"a": [1.0]}).assign(price=[Decimal("1.5")]), tmp_path / "x")
    assert caught.value.message.startswith("The column price is decimal128")


def test_a_column_that_held_nothing_becomes_what_comes_first(trend, tmp_path, parts) -> None:
    root = tmp_path / "x"
    sf.write_dataset(trend({"a": [1.0]}).assign(extra=[None]), root, mode="append")
    sf.write_dataset(trend({"a": [2.0]}).assign(extra=[None]), root, mode="append")
    sf.write_dataset(trend({"a": [3.0]}).assign(extra=[7]), root, mode="append")
    sf.write_dataset(trend({"a": [4.0]}).assign(extra=[None]), root, mode="append")
    got = sf.read_dataset(root)
    assert str(got["extra"].dtype) == "Int64"
    assert got["extra"].isna().tolist() == [True, True, False, True]
    assert got["extra"][2] == 7
    with pytest.raises(DatasetError, match="extra is int64"):
        sf.write_dataset(trend({"a": [5.0]}).assign(extra=["x"]), root, mode="append")


def test_an_unreadable_folder_is_told(trend, tmp_path, monkeypatch) -> None:
    sf.write_dataset(trend({"a": [1.0]}), tmp_path / "x")
    (tmp_path / "x/part-0.parquet").unlink()
    (tmp_path / "x/part-0.parquet").mkdir()  # reading a folder fails for root too
    with pytest.raises(DatasetError, match="Cannot read") as caught:
        sf.read_dataset(tmp_path / "x")
    assert "rights" in caught.value.hint


def test_what_was_replaced_whole_is_not_told_of_any_more(ws, tmp_path: Path) -> None:
    revenue, baskets = (
        ws.metrics.calculate(ws.metrics.find(name)) for name in ("Revenue", "Baskets")
    )
    sf.write_dataset(revenue, tmp_path / "x")
    with pytest.warns(sf.SyneriseWarning, match="Another analysis"):
        manifest = sf.write_dataset(baskets, tmp_path / "x")
    assert [one["analysis_name"] for one in manifest.sources] == ["Baskets"]
    assert sf.read_dataset(tmp_path / "x").attrs["analysis_name"] == "Baskets"


def test_another_analysis_beside_the_first_is_no_loss(trend, tmp_path: Path) -> None:
    root = tmp_path / "x"
    first, second = trend({"a": [1.0]}), trend({"b": [1.0]})
    first.attrs["analysis_id"], second.attrs["analysis_id"] = "one", "two"
    sf.write_dataset(first, root, "series")
    sf.write_dataset(second, root)  # warnings are errors
    assert len(sf.read_dataset(root)) == 2
