"""`make bench`: one shape of rows, one table that fails loudly, and a README that quotes it."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks import page
from benchmarks.row import Row, Target, at_least, at_most, compared, failure, none_of
from benchmarks.text import as_markdown, as_text
from benchmarks.timing import in_turns

ROOT = Path(__file__).parents[1]
FASTER = compared("work", ("ours", [1.0, 2.0, 4.0]), ("theirs", [10.0, 10.0, 10.0]), at_least(5))


def told(text: str) -> str:
    """Give a README without what `make bench` writes into it."""
    return text[: text.index(page.BEGIN)] + text[text.index(page.END) :]


def test_a_floor_is_for_theirs_to_ours_and_a_ceiling_for_ours_to_theirs() -> None:
    assert FASTER.ratios == (10.0, 5.0, 2.5)
    ceiling = compared("work", ("ours", [1.0, 2.0]), ("theirs", [4.0, 4.0]), at_most(0.7))
    assert ceiling.ratios == (0.25, 0.5)
    assert compared("w", ("o", [2.0]), ("t", [4.0]), None).ratios == (2.0,)


@pytest.mark.parametrize(
    ("target", "ratios", "verdict"),
    [
        (at_least(5), (4.9, 5.0, 90.0), "met"),
        (at_least(5), (4.9, 4.9996, 90.0), "not met"),  # also where it would be rounded to 5
        (at_most(1), (0.5, 1.0, 9.0), "met"),
        (at_most(1), (0.5, 1.001, 1.1), "not met"),
        (none_of("sent"), (0.0, 0.0, 0.0), "met"),
        (none_of("sent"), (0.0, 0.0, 1.0), "not met"),
        (None, (2.0,), ""),
    ],
)
def test_what_is_not_met_is_called_so(
    target: Target | None, ratios: tuple[float, ...], verdict: str
) -> None:
    assert Row("work", "ours", "theirs", target, ratios).verdict == verdict


def test_a_row_tells_median_lowest_and_highest() -> None:
    assert FASTER.measured == "5.00 × (2.50 to 10.0)"
    assert FASTER.ours == "ours: 2.00 s"
    assert str(FASTER.target) == "≥ 5 × faster"


def test_rows_come_back_from_another_process() -> None:
    for row in (FASTER, failure("work", "why"), dataclasses.replace(FASTER, target=None)):
        assert Row.from_json(row.to_json()) == row


def test_both_sides_take_turns() -> None:
    order: list[str] = []
    took = in_turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3)
    assert "".join(order) == "abbaab"
    assert {name: len(times) for name, times in took.items()} == {"a": 3, "b": 3}


def script(folder: Path, name: str, code: str) -> None:
    folder.joinpath(f"{name}.py").write_text(
        "from benchmarks.alone import main\nfrom benchmarks.row import Row\n"
        f"def measure(effort):\n    {code}\nmain('A benchmark of a test.', measure)\n"
    )


@pytest.fixture
def extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder whose modules are benchmarks too, here and in other processes."""
    code = f"import benchmarks; benchmarks.__path__.append({str(tmp_path)!r})"
    (tmp_path / "sitecustomize.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    return tmp_path


def test_one_that_fails_is_a_row_and_stops_no_other(
    extra: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script(extra, "bad", "yield Row('half', '', '', None, (2.0,)); raise ValueError('too bad')")
    script(extra, "good", "yield Row('whole', '', '', None, (3.0,))")
    script(extra, "empty", "yield from ()")
    assert bench.main(["bad", "empty", "nowhere", "good"]) == 1
    said = capsys.readouterr()
    lines = {line.partition("  ")[0]: line for line in said.out.splitlines()}
    assert "2.00 ×" in lines["half"]
    assert lines["benchmarks.bad"].endswith("failed: ValueError: too bad")
    assert lines["benchmarks.empty"].endswith("failed: it measured nothing")
    assert "No module named benchmarks.nowhere" in lines["benchmarks.nowhere"]
    assert "3.00 ×" in lines["whole"]
    assert "3 failed" in said.out
    assert "nothing was written" in said.err


def test_what_hangs_is_ended_with_all_that_it_started(extra: Path) -> None:
    marker = extra / "pid"
    script(
        extra,
        "hangs",
        "import subprocess; child = subprocess.Popen(['sleep', '100']);"
        f" open({str(marker)!r}, 'w').write(str(child.pid)); child.wait(); yield",
    )
    (row,) = bench.rows_of("hangs", [], patience=12)
    assert row.failed == "not done after 12 s"
    pid = int(marker.read_text())
    ends = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text():
        assert time.monotonic() < ends, "its child is still there"
        time.sleep(0.05)


def test_a_part_is_never_written_down(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--write", "imports"], ["--write", "--share", "0.1"]):
        with pytest.raises(SystemExit) as ended:
            bench.main(arguments)
        assert ended.value.code == 2
    assert "--write is for the whole" in capsys.readouterr().err


def test_all_benchmarks_are_run() -> None:
    have = {file.stem for file in (ROOT / "benchmarks").glob("*.py")}
    assert set(bench.MODULES) <= have
    measuring = {
        file.stem
        for file in (ROOT / "benchmarks").glob("*.py")
        if re.search(r"^def measure\(effort", file.read_text(), re.MULTILINE)
    }
    assert measuring == set(bench.MODULES)


def test_a_benchmark_runs_alone() -> None:
    command = [sys.executable, "-m", "benchmarks.datasets", "--share", "0.001", "--pairs", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "1,000 ledger rows to a data set" in done.stdout
    assert "pyarrow write_table" in done.stdout


def test_the_table_is_read_back_as_it_was_written() -> None:
    rows = [FASTER, dataclasses.replace(FASTER, target=None, note="a note"), failure("w", "a|b")]
    text = f"# Title\n\n{as_markdown(rows)}\nMeasured.\n"
    first, second, third = page.lines_of(text)
    assert first == page.Line(
        "work", "ours: 2.00 s", "theirs: 10.0 s", "≥ 5 × faster", FASTER.measured, "met"
    )
    assert (second.target, second.verdict) == ("", "")
    assert third.verdict == "failed: a\\|b"
    assert "* work: a note" in text
    assert "* work: a note" in as_text(rows)


def test_readme_quotes_the_table_and_nothing_else() -> None:
    readme = (ROOT / page.README).read_text(encoding="utf-8")
    table = (ROOT / page.PAGE).read_text(encoding="utf-8")
    assert page.in_readme(readme, page.headlines(table)) == readme, "run `make bench`"
    quoted = readme[readme.index(page.BEGIN) : readme.index(page.END)]
    measured = {line.measured for line in page.lines_of(table)}
    cells = [line.split(" | ")[3] for line in quoted.splitlines() if "×" in line]
    assert len(cells) == len(page.HEADLINES)
    assert set(cells) <= measured
    # Ratios anywhere else would be told by nobody's measuring.
    assert not re.findall(r"\d\s?(?:×|x\b)|\btimes (?:faster|smaller|as )", told(readme))


def test_the_page_tells_no_place_and_no_host() -> None:
    table = (ROOT / page.PAGE).read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/(?:home|root|tmp|work|usr|var)\b", table)
    assert "failed:" not in table
    assert not re.search(r"https?://", table)
    assert re.search(r"\d+ cores \(.+\), \d+ GiB of memory", table)
