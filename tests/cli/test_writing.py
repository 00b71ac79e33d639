"""Files as a shell means them: links, devices, rights."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames import cli
from synerise_frames.cli.output import Target
from synerise_frames.cli.writing import is_special, put

pytestmark = pytest.mark.skipif(os.name == "nt", reason="rights and devices of Unix")

# Where it is installed may have spaces in its name.
PROGRAM = f"{shlex.quote(sys.executable)} -m synerise_frames"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_link_stays_one_and_its_file_gets_the_content(tmp_path: Path) -> None:
    file, link = tmp_path / "there" / "data.csv", tmp_path / "link.csv"
    file.parent.mkdir()
    link.symlink_to(Path("there", "data.csv"))
    for content in (b"first", b"second"):
        put(link, content)
        assert (link.is_symlink(), file.read_bytes()) == (True, content)
    assert [path.name for path in file.parent.iterdir()] == ["data.csv"]


def test_stdout_by_its_name_is_stdout(account: dict[str, str], tmp_path: Path) -> None:
    device = Path("/dev/stdout")
    before = device.readlink()
    line = f"echo head; {PROGRAM} pull metric Revenue -o /dev/stdout"
    with open(tmp_path / "out.csv", "wb") as out:
        subprocess.run(["bash", "-c", line], stdout=out, timeout=180, check=True)
    assert device.readlink() == before
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[:2] == ["head", "metric_id,metric,value"]


def test_an_open_file_is_written_into_from_where_it_is(
    account: dict[str, str], tmp_path: Path
) -> None:
    line = (
        f"{{ echo head; {PROGRAM} pull metric Revenue -o /dev/fd/3 --format csv 3>&1; echo tail; }}"
    )
    with open(tmp_path / "out.csv", "ab") as out:
        subprocess.run(["bash", "-c", line], stdout=out, timeout=180, check=True)
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert [lines[0], lines[1], lines[-1]] == ["head", "metric_id,metric,value", "tail"]


def test_a_ledger_goes_into_a_pipe_without_a_journal(
    account: dict[str, str], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "ids.txt").write_text("1\n2\n")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE, text=True) as reader:
        asked = "profiles --ids ids.txt --aggregate Baskets -o pipe --format csv"
        assert cli.main(asked.split()) == 0
        assert reader.stdout is not None
        assert pd.read_csv(reader.stdout)["value"].tolist() == [51, 20]
    assert {path.name for path in tmp_path.iterdir()} == {"pipe", "ids.txt"}


def test_memory_that_is_named_as_a_device_is_an_ordinary_folder() -> None:
    assert not is_special(Path("/dev/shm/nothing-of-this-name.csv"))
    assert is_special(Path("/dev/null"))
    assert is_special(Path("/dev/fd/1"))


@pytest.mark.parametrize("private", [False, True])
def test_an_older_file_keeps_its_rights(tmp_path: Path, private: bool) -> None:
    for rights in (0o600, 0o640, 0o664):
        file = tmp_path / f"{rights:o}.csv"
        file.write_text("")
        file.chmod(rights)
        put(file, b"new", private=private)
        assert (mode(file), file.read_bytes()) == (rights, b"new")


def test_values_of_persons_are_for_the_owner(ws: sf.Workspace, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        persons = ws.aggregates.calculate(ws.aggregates.find("Baskets"), "1")
        Target(tmp_path / "persons.csv", "csv").write(persons)
        Target(tmp_path / "all.csv", "csv").write(ws.metrics.calculate(ws.metrics.find("Revenue")))
    finally:
        os.umask(before)
    assert mode(tmp_path / "persons.csv") == 0o600
    assert mode(tmp_path / "all.csv") == 0o644


def test_a_file_that_cannot_be_written_leaves_the_older_one(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "data.csv"
    with pytest.raises(sf.DatasetError, match="Cannot write") as caught:
        put(file, b"new")
    assert caught.value.code == "disk"
    assert "-o" in caught.value.hint
