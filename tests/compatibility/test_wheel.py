"""What is built holds the library, all of it and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "synerise_frames"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    # The build backend itself: `python -m build` asks an index for one.
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def test_the_wheel_holds_the_package_and_nothing_beside_it(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    meant = {
        file.relative_to(ROOT).as_posix()
        for file in PACKAGE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert {name for name in held if ".dist-info/" not in name} == meant
    assert {"synerise_frames/py.typed", "synerise_frames/__init__.pyi"} <= meant


def test_the_source_distribution_holds_what_tests_need_and_no_environment(built: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        held = {name.split("/", 1)[1] for name in archive.getnames()}
    tracked = subprocess.run(
        ["git", "ls-files", "tests", "docs", "synerise_frames"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode == 0:
        assert set(tracked.stdout.split()) <= held
    assert {"pyproject.toml", "LICENSE", "README.md", "conftest.py", ".ci/run"} <= held
    tops = {name.split("/")[0] for name in held}
    assert not {".venv", ".venv-lowest", "dist", "demo-output"} & tops
