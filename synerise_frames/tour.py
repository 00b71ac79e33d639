"""The demo: one analysis of each kind, as tables, pictures and Parquet files."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from synerise_frames.connecting import demo
from synerise_frames.errors import ConfigError
from synerise_frames.extras import require
from synerise_frames.workspace import Workspace

if TYPE_CHECKING:
    from synerise_frames.bulk.result import Result

_PROFILES = 200
_ROWS = 8


@dataclass(frozen=True)
class Stop:
    """One stop of the tour: what the analyst types, and the frame that it gives."""

    name: str
    title: str
    code: str
    calculate: Callable[[Workspace], pd.DataFrame]


def _stop(name: str, family: str, title: str, arguments: str = "", **options: Any) -> Stop:
    def calculate(ws: Workspace) -> pd.DataFrame:
        kind = getattr(ws, family)
        frame: pd.DataFrame = kind.calculate(kind.find(title), **options)
        return frame

    code = f"ws.{family}.calculate(ws.{family}.find({title!r}){arguments})"
    return Stop(name, title, code, calculate)


STOPS = (
    _stop("trend", "trends", "Baskets per day"),
    _stop("histogram", "histograms", "Revenue and baskets per week"),
    _stop("funnel", "funnels", "Campaign to coupon to basket"),
    _stop("report", "reports", "Revenue by department and brand"),
    _stop("metric", "metrics", "Revenue"),
    _stop("sankey", "sankeys", "After a campaign"),
    _stop("segmentation", "segmentations", "Buying rhythm"),
    _stop("aggregate", "aggregates", "Spend", ", profile=1", profile=1),
    _stop("expression", "expressions", "Average basket", ", profile=1", profile=1),
)


# One profile makes no picture; these are drawn from the values of all of them.
_DRAWN_FOR_MANY = {"aggregate": "Spend", "expression": "Big spender"}


def run_tour(folder: Path, say: Callable[[str], None]) -> None:
    """Run the demo: tables through `say`, pictures and Parquet files to `folder`.

    Raises
    ------
    ConfigError
        If an extra is missing or the folder cannot be made.
    """
    require("plot", "matplotlib")
    require("bulk", "pycurl", "cryptography", "tqdm")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"Cannot make the folder {folder}: {error.strerror}",
            hint="Choose another with --output.",
        ) from None
    started = time.perf_counter()
    say("Starting the embedded workspace (the first time builds its store) ...")
    with demo() as ws:
        say(f"{ws!r} after {time.perf_counter() - started:.1f} s\n")
        say(_catalog(ws))
        for stop in STOPS:
            frame = stop.calculate(ws)
            say(f"\n>>> {stop.code}\n{_table(frame)}")
            frame.synerise.to_parquet(folder / f"{stop.name}.parquet")
            if stop.name not in _DRAWN_FOR_MANY:
                _draw(frame, folder / f"{stop.name}.png")
        result = _profile_values(ws)
        values = result.frame
        say(f"\n>>> ws.profiles(ids).plan(aggregates=[...], expressions=[...]).run()\n{result}")
        say(_table(result.wide()))
        values.synerise.to_parquet(folder / "profile_values.parquet")
        _draw(values, folder / "ledger.png")
        for kind, name in _DRAWN_FOR_MANY.items():
            chosen = values[values["name"] == name].copy()
            chosen.attrs = {"kind": kind, "analysis_name": name}
            _draw(chosen, folder / f"{kind}.png")
    files = len([*folder.iterdir()])
    say(f"\n{files} files in {folder}/, after {time.perf_counter() - started:.1f} s. Try next:")
    say(_NEXT)


_NEXT = """\
  .venv/bin/python -i -c "import synerise_frames as sf; ws = sf.demo()"
  >>> df = ws.trends.calculate(ws.trends.find("Baskets per day"), dates=sf.last(30, "days"))
  >>> df.synerise.plot()
  >>> print(df.synerise.explain())"""


def _catalog(ws: Workspace) -> str:
    listed = ws.catalog()
    named = listed[["kind", "name", "description"]]
    with pd.option_context("display.max_colwidth", 76, "display.width", 140):
        return f">>> ws.catalog()   # {len(listed)} analyses\n{named.to_string(index=False)}"


def _table(frame: pd.DataFrame) -> str:
    """Give the first rows to read; ids are in the files."""
    shown = frame.head(_ROWS).dropna(axis="columns", how="all")
    shown = shown[[name for name in shown.columns if not str(name).endswith("_id")]]
    with pd.option_context("display.width", 120, "display.max_colwidth", 40):
        text = shown.to_string(index=False, float_format=_number)
    more = len(frame) - len(shown)
    return f"{text}\n... and {more:,} more rows" if more else text


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3f}"


def _draw(frame: pd.DataFrame, path: Path) -> None:
    from matplotlib import pyplot as plt  # noqa: PLC0415 - the extra is checked before

    frame.synerise.plot()
    figure = plt.gcf()  # the one that was just drawn
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _profile_values(ws: Workspace) -> Result:
    """Calculate for many profiles at once."""
    rhythm = ws.segmentations.get(ws.segmentations.find("Buying rhythm"))
    listed = ws.segmentations.profiles(rhythm)["profile_id"].head(_PROFILES)
    plan = ws.profiles(listed).plan(
        aggregates=[ws.aggregates.find("Baskets"), ws.aggregates.find("Spend")],
        expressions=[ws.expressions.find("Big spender")],
    )
    return plan.run().raise_if_failed()
