"""The file of definitions: what is kept, whose it is, and that nothing is lost or overwritten."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox.definition_file import DefinitionFile
from synerise_frames.sandbox.definitions import Definitions
from synerise_frames.sandbox.problems import Problem
from synerise_frames.sandbox.starter import STARTER

ANALYSIS = {"title": "żółw", "where": [{"value": [1, 2.5, None, "x"]}]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ours.definitions"


def content(definitions: Definitions) -> tuple[Any, ...]:
    types = ("TREND", "REPORT")
    return [*definitions], [definitions.directories(one) for one in types]


def load(path: Path) -> tuple[Any, ...]:
    with closing(DefinitionFile(path)) as file:
        return content(file.load())


def make(definitions: Definitions, kind: str = "trend", **more: Any) -> str:
    fields = {"name": "N", "description": None, "analysis": ANALYSIS, **more}
    return definitions.create(kind, 3, **fields).id


def test_everything_comes_back_in_its_order(path: Path) -> None:
    with closing(DefinitionFile(path)) as file:
        definitions = file.load()
        assert [*definitions] == [*STARTER]
        ids = [make(definitions, name=f"N{i}") for i in range(3)]
        make(definitions, "report", allow_null=False, preview_default_object_id=2**62)
        inside = definitions.create_directory("In", "TREND")
        gone = definitions.create_directory("Out", "REPORT")
        definitions.rename_directory(inside.id, "Inside")
        definitions.move("trend", ids[0], inside.id, "TREND")
        definitions.update("trend", ids[1], 4, name="Renamed", description="")
        definitions.delete([("trend", ids[2]), ("trend", STARTER[0].id)])
        definitions.update("trend", STARTER[1].id, 4, name="Changed")
        definitions.delete_directory(gone.id)
        expected = content(definitions)
    assert load(path) == expected
    names = [d.name for d in expected[0]]
    assert names[-3:] == ["N0", "Renamed", "N"]
    assert STARTER[0].name not in names
    assert "Changed" in names
    # What is read back can be changed on.
    with closing(DefinitionFile(path)) as file:
        definitions = file.load()
        definitions.delete_directory(inside.id)
        assert definitions.get("trend", ids[0]).directory_id is None  # type: ignore[union-attr]
        expected = content(definitions)
    assert load(path) == expected


def test_only_its_owner_may_read_it(path: Path) -> None:
    before = os.umask(0)
    try:
        load(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    load(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_untouched_starter_definitions_are_not_in_it(path: Path) -> None:
    with closing(DefinitionFile(path)) as file:
        file.load().delete([STARTER[0].key])
    with closing(sqlite3.connect(path)) as plain:
        rows = plain.execute("select kind, id, content from definitions").fetchall()
    assert rows == [(*STARTER[0].key, None)]


@pytest.mark.parametrize("same_process", [True, False])
def test_a_second_server_is_refused(path: Path, same_process: bool) -> None:
    with closing(DefinitionFile(path)) as file:
        definitions = file.load()
        if same_process:
            with pytest.raises(ConfigError, match="in use by another server") as caught:
                DefinitionFile(path)
            assert caught.value.hint
        else:
            done = open_elsewhere(path)
            assert "ConfigError: ours.definitions is in use by another server" in done.stderr
        # The first one is not disturbed.
        id_ = make(definitions)
    assert any(d.id == id_ for d in load(path)[0])


def open_elsewhere(path: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; from pathlib import Path\n"
        "from synerise_frames.sandbox.definition_file import DefinitionFile\n"
        "DefinitionFile(Path(sys.argv[1]))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def broken(path: Path) -> None:
    load(path)
    with closing(DefinitionFile(path)) as file:
        definitions = file.load()
        for _ in range(40):
            make(definitions, description="x" * 500)


def cut(path: Path) -> None:
    broken(path)
    os.truncate(path, path.stat().st_size // 2)


def scribbled(path: Path) -> None:
    broken(path)
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xff" * 8192)


def other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("create table notes (text)")


def empty_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("create table notes (text)")
        plain.execute("drop table notes")


def changed(statement: str, path: Path) -> None:
    broken(path)
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(statement)
        plain.commit()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: path.write_text("Dear diary, " * 100), "broken or no file of definitions"),
        (lambda path: path.write_text("x"), "is no file of definitions"),
        (cut, "broken"),
        (scribbled, "broken"),
        (other_database, "is no file of definitions"),
        (empty_database, "is no file of definitions"),
        (lambda path: changed("pragma user_version = 2", path), "newer version"),
        (lambda path: changed("update definitions set content = 'x'", path), "broken"),
        (lambda path: changed("update definitions set content = '{}'", path), "broken"),
        (lambda path: changed("update definitions set content = '[]'", path), "broken"),
        (lambda path: changed("update definitions set kind = 'x' || id", path), "broken"),
        (lambda path: changed("drop table directories", path), "cannot be used"),
    ],
    ids=[
        "text",
        "letter",
        "cut",
        "scribbled",
        "foreign",
        "foreign-empty",
        "newer",
        "no-json",
        "no-fields",
        "no-object",
        "no-kind",
        "no-table",
    ],
)
def test_what_is_not_a_good_file_of_ours_is_left_as_it_is(
    path: Path, spoil: Any, told: str
) -> None:
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(ConfigError, match=told) as caught:
        load(path)
    assert caught.value.hint
    assert path.read_bytes() == before


def test_places_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path, tmp_path / "none" / "x", tmp_path / "file" / "x"):
        with pytest.raises(ConfigError, match="cannot be used"):
            DefinitionFile(place)


def test_an_empty_file_is_a_new_one(path: Path) -> None:
    path.touch()
    assert load(path)[0] == [*STARTER]


def test_what_cannot_be_written_has_not_happened(path: Path) -> None:
    with closing(DefinitionFile(path)) as file:
        definitions = file.load()
        before = content(definitions)
        # As a full disk does: no page may be added any more.
        pages = file._connection.execute("pragma page_count").fetchone()[0]
        file._connection.execute(f"pragma max_page_count = {pages}")
        with pytest.raises(Problem, match="nothing was changed") as caught:
            make(definitions, description="x" * 100_000)
        assert caught.value.status == 500
        assert content(definitions) == before
        definitions.delete([STARTER[0].key])
        expected = content(definitions)
    assert load(path) == expected
