"""Where the table is written to: a page of the site, and the README's figures out of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import machine
from benchmarks.row import Row
from benchmarks.text import HEADER, as_markdown, markdown_line

PAGE = "docs/benchmarks.md"
README = "README.md"
BEGIN = "<!-- Written by `make bench` from docs/benchmarks.md: change nothing here by hand. -->"
END = "<!-- End of what `make bench` writes. -->"
ABOUT = (
    "`make bench` measures this again, in less than ten minutes: it installs what is compared "
    "with into an environment of its own, and writes this page. `python -m benchmarks.cache` and "
    "its siblings run alone.\n\n"
    "Both sides take turns, in one run on one machine, against servers of their own on 127.0.0.1 "
    "that answer in other processes. The figure is the median of the ratios of such pairs, with "
    "the lowest and the highest of them. What is compared with is in `benchmarks/`, written as a "
    "good engineer writes it by hand: it keeps no journal, retries nothing and has no limits. A "
    "target that is missed stays where it is."
)

#: What the README quotes: work and the one that it is compared with, and its words for them.
HEADLINES: dict[tuple[str, str], tuple[str, str]] = {
    ("10,000 profile calls at 20 ms to Parquet", "aiohttp"): (
        "10,000 profile calls at 20 ms to Parquet, with ledger and journal",
        "aiohttp by hand, without them",
    ),
    ("10,000 profile calls at 20 ms to Parquet", "requests + threads"): (
        "the same",
        "`requests` and threads",
    ),
    ("10,000 profile calls at 20 ms to Parquet", "dlt"): ("the same", "dlt"),
    ("50,000 known calls again", "requests-cache hits (from 5,000)"): (
        "50,000 calls that are known, again",
        "hits of requests-cache",
    ),
    ("report of 100,000 rows again, in process", "requests-cache hit + json_normalize"): (
        "a report of 100,000 rows again",
        "a hit of requests-cache and `json_normalize`",
    ),
    ("report of 100,000 rows again, new process", "requests-cache hit + json_normalize"): (
        "the same in a new process",
        "the same",
    ),
    ("reading: report of 100,000 rows", "json_normalize alone"): (
        "JSON of 100,000 rows to a typed frame",
        "`json_normalize`",
    ),
    ("import", "import pandas"): ("`import synerise_frames`", "`import pandas`"),
}


@dataclass(frozen=True)
class Line:
    """A line of the page's table."""

    work: str
    ours: str
    against: str
    target: str
    measured: str
    verdict: str


def write(root: Path, rows: Sequence[Row], *, load: float, minutes: float) -> None:
    """Write both; the README is made from the page, as the test of it does."""
    page = as_page(rows, load=load, minutes=minutes)
    readme = (root / README).read_text(encoding="utf-8")
    told = in_readme(readme, headlines(page))
    (root / PAGE).write_text(page, encoding="utf-8")
    (root / README).write_text(told, encoding="utf-8")


def as_page(rows: Sequence[Row], *, load: float, minutes: float) -> str:
    """Give the page."""
    promised = [row for row in rows if row.target]
    met = sum(row.verdict == "met" for row in promised)
    day = datetime.now(UTC).date().isoformat()
    return (
        f"# How fast it is\n\n{ABOUT}\n\n"
        f"{met} of {len(promised)} targets are met; rows without a target promise nothing.\n\n"
        f"{as_markdown(rows)}\n"
        f"Measured on {day} in {minutes:.0f} minutes: {machine.described()}; load when it began "
        f"{load:.1f}. {machine.versions()}.\n"
    )


def lines_of(page: str) -> list[Line]:
    """Read the table of the page."""
    head = markdown_line(HEADER)
    table = page[page.index(head) :].split("\n\n", 1)[0].splitlines()[2:]
    return [Line(*line.removeprefix("| ").removesuffix(" |").split(" | ")) for line in table]


def headlines(page: str) -> str:
    """Give the rows that the README quotes, from the page."""
    lines = {(line.work, line.against.rpartition(": ")[0]): line for line in lines_of(page)}
    head = ("work", "against", "target", "measured", "met?")
    told = [head, ["---"] * len(head)]
    for key, words in HEADLINES.items():
        if key not in lines:
            raise ValueError(f"no row about {key}: benchmarks/page.py names what there is not")
        line = lines[key]
        told.append((*words, line.target, line.measured, line.verdict))
    return "\n" + "\n".join(map(markdown_line, told)) + "\n\n"


def in_readme(readme: str, told: str) -> str:
    """Put figures where the README has them."""
    pattern = re.compile(re.escape(BEGIN) + r"\n.*?" + re.escape(END), re.DOTALL)
    if not pattern.search(readme):
        raise ValueError(f"{README} has no place for figures: {BEGIN}")
    return pattern.sub(lambda _: f"{BEGIN}\n{told}{END}", readme)
