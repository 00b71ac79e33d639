"""The explorer without a notebook: what can be chosen, what it gives, which code says it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import synerise_frames as sf
from synerise_frames.periods import Interval
from synerise_frames.widgets.choice import EXPLORABLE, Choice
from synerise_frames.widgets.code import code_of
from synerise_frames.widgets.exploration import Exploration

GROUPS = "Campaign to coupon by income group"
MARCH = sf.between("2017-03-01", "2017-04-01")


@pytest.fixture
def seen(ws: sf.Workspace) -> Exploration:
    return ws.explore(display=False)


def run(code: str, ws: sf.Workspace) -> pd.DataFrame:
    """Run code as a cell of a notebook with `ws` does."""
    names: dict[str, Any] = {"ws": ws, "sf": sf}
    exec(compile(code, "copied", "exec"), names)
    frame: pd.DataFrame = names["df"]
    return frame


@pytest.mark.parametrize("kind", EXPLORABLE)
def test_copied_code_gives_the_same_frame(ws: sf.Workspace, seen: Exploration, kind: str) -> None:
    takes = EXPLORABLE[kind]
    seen.choose(kind)
    if takes.dates:
        seen.choose(dates=MARCH)
    if takes.interval:
        seen.choose(interval="1W")
    names = seen.frame[takes.column].drop_duplicates()
    one = None if pd.isna(names.iloc[0]) else names.iloc[0]
    for series in (None, [one]):
        seen.choose(series=series)
        frame = seen.frame
        assert len(frame)
        pd.testing.assert_frame_equal(run(seen.code, ws), frame)
    assert len(seen.frame[takes.column].drop_duplicates()) == 1


def test_the_frame_is_what_the_workspace_calculates(ws: sf.Workspace, seen: Exploration) -> None:
    seen.choose("trend", "Baskets per day", dates=MARCH, interval="7D")
    trend = ws.trends.find("Baskets per day")
    expected = ws.trends.calculate(trend, dates=MARCH, interval="7D", refresh=True)
    pd.testing.assert_frame_equal(seen.frame, expected)
    assert "2017-03-01" in seen.explain()


def test_what_is_left_out_stays_and_series_end_with_the_analysis(seen: Exploration) -> None:
    seen.choose("funnel", GROUPS, dates=MARCH, series="15-24K")
    assert set(seen.frame["group"]) == {"15-24K"}
    seen.choose(dates=sf.last(90, "days"))
    assert seen.choice.series == ("15-24K",)
    seen.choose(analysis="Campaign to coupon to basket")
    assert seen.choice.series == ()
    assert seen.choice.dates == sf.last(90, "days")
    assert seen.choose(dates=None).choice.dates is None


def test_changing_the_frame_changes_no_other(seen: Exploration) -> None:
    seen.choose("funnel", GROUPS)
    frame = seen.frame
    frame["value"] = 0
    assert seen.frame["value"].sum() > 0


def test_nothing_chosen_is_the_first_analysis(ws: sf.Workspace, seen: Exploration) -> None:
    assert repr(seen) == "<Exploration of demo: nothing is chosen yet>"
    assert seen.choice.kind == "trend"
    assert seen.choice.analysis == ws.trends.list()["id"].iloc[0]
    assert seen.kinds == [*EXPLORABLE]
    assert seen.analyses["id"].tolist() == ws.trends.list()["id"].tolist()


def test_a_name_is_found_in_every_kind(ws: sf.Workspace) -> None:
    assert ws.explore(analysis="Buying rhythm", display=False).choice.kind == "segmentation"
    revenue = ws.metrics.find("Revenue")
    assert ws.explore(analysis=revenue, display=False).choice.name == "Revenue"


def test_an_id_that_no_list_has_is_taken(seen: Exploration) -> None:
    strange = "01234567-89ab-cdef-0123-456789abcdef"
    assert seen.choose("trend", strange).choice.analysis == strange
    with pytest.raises(sf.NotFound):
        _ = seen.frame


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"kind": "funel"}, sf.ConfigError, "Did you mean 'funnel'?"),
        ({"kind": "aggregate"}, sf.ConfigError, "ws.profiles(ids)"),
        ({"kind": "metric", "analysis": "Revenu"}, sf.NotFound, "Did you mean 'Revenue'"),
        ({"analysis": "nothing like it"}, sf.NotFound, "ws.catalog()"),
        ({"kind": "sankey", "dates": MARCH}, sf.ConfigError, "leave dates= out"),
        ({"kind": "funnel", "interval": "1D"}, sf.ConfigError, "trends and histograms"),
        ({"kind": "trend", "interval": "often"}, sf.ConfigError, "'1D'"),
        ({"kind": "trend", "dates": "yesterday"}, sf.ConfigError, "sf.last("),
    ],
)
def test_wrong_choices_say_what_to_do(
    ws: sf.Workspace, arguments: dict[str, Any], error: type[sf.SyneriseError], words: str
) -> None:
    with pytest.raises(error) as caught:
        ws.explore(**arguments, display=False)
    assert words in caught.value.hint


def test_a_wrong_choice_changes_nothing(seen: Exploration) -> None:
    seen.choose("metric", "Revenue")
    before = seen.choice
    with pytest.raises(sf.NotFound):
        seen.choose("funnel", "no such funnel")
    assert seen.choice == before


def test_series_that_are_not_there_are_told(seen: Exploration) -> None:
    seen.choose("funnel", GROUPS, series="15-24K")
    before = seen.choice
    with pytest.raises(sf.NotFound) as caught:
        seen.choose(series=["15-24K", "15-25K"])
    assert "group '15-25K'" in str(caught.value)
    assert "Did you mean '15-24K'" in caught.value.hint
    with pytest.raises(sf.NotFound) as caught:
        seen.choose(series="?")
    assert "'100-124K'" in caught.value.hint
    assert seen.choice == before
    # What is missing in a frame is NA there.
    assert seen.choose(series=[pd.NA]).choice.series == (None,)
    assert len(seen.frame)


FRAME = pd.DataFrame({"group": pd.array(["a", None, "b"], "string"), "value": [1, 2, 3]})


@pytest.mark.parametrize(
    ("series", "values"),
    [
        ((None,), [2]),
        (("a", None), [1, 2]),
        (("b",), [3]),
        ((None, *(f"a name that is long {n}" for n in range(9)), "b"), [2, 3]),
    ],
)
def test_rows_without_a_name_are_kept_by_every_pandas(
    monkeypatch: pytest.MonkeyPatch, series: tuple[str | None, ...], values: list[int]
) -> None:
    real = pd.Series.isin

    def isin(column: pd.Series, names: list[Any]) -> pd.Series:
        # pandas 2.2 finds NA by NA alone.
        return real(column, [name for name in names if name is not None])

    monkeypatch.setattr(pd.Series, "isin", isin)
    choice = Choice("funnel", "f", series=series)
    assert choice.of(FRAME)["value"].tolist() == values
    code = code_of(choice).replace('ws.funnels.calculate("f")', "given")
    names: dict[str, Any] = {"given": FRAME}
    exec(compile(code, "copied", "exec"), names)
    assert names["df"]["value"].tolist() == values
    assert names["df"].index.tolist() == [*range(len(values))]
    assert max(map(len, code.splitlines())) <= 88


def test_parquet_and_picture(seen: Exploration, tmp_path: Path) -> None:
    seen.choose("funnel", GROUPS, series=["15-24K", None])
    written = pd.read_parquet(seen.to_parquet(tmp_path / "funnel.parquet"))
    assert written["value"].tolist() == seen.frame["value"].tolist()
    ax = seen.plot(title="Two of them")
    assert "Two of them" in ax.get_title(loc="left")
    plt.close(ax.figure)


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "window",
    [
        sf.last(3, "weeks", before=2),
        sf.between("2017-03-01", "2017-03-08T12:30"),
        sf.between(
            dt.datetime(2017, 3, 1, tzinfo=NEW_YORK), dt.datetime(2017, 4, 1, tzinfo=NEW_YORK)
        ),
        {"type": "RELATIVE", "offset": {"type": "DAYS", "value": 0},
         "duration": {"type": "DAYS", "value": 30}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("interval", [Interval(2, "WEEKS"), "6h", {"type": "DAYS", "value": 1}])
def test_every_window_and_interval_can_be_written(window: Any, interval: Any) -> None:
    called: dict[str, Any] = {}

    class Trends:
        def calculate(self, analysis: str, **options: Any) -> None:
            called.update(options)

    class Workspace:
        trends = Trends()

    code = code_of(Choice("trend", "7f", dates=window, interval=interval))
    exec(compile(code, "copied", "exec"), {"ws": Workspace(), "sf": sf})
    if isinstance(window, dict):
        assert called["dates"] == window
    else:
        assert called["dates"].describe() == window.describe()
    written = called["interval"]
    assert (Interval.parse(written) if isinstance(interval, Interval) else written) == interval


@pytest.mark.parametrize(
    "name", ["two\nlines = 1", "a\rb", "x\x00y", "quote\" and '", "\\", "ü\u2028v", "# "]
)
def test_no_name_becomes_code(name: str) -> None:
    code = code_of(Choice("funnel", name, name, series=(name, None)))
    compile(code, "copied", "exec")
    assert not hasattr(sys.modules[__name__], "lines")
    called: list[Any] = []

    class Frame(dict[str, Any]):
        def __getitem__(self, key: Any) -> Any:
            return self

        def isin(self, names: list[Any]) -> Frame:
            called.append(names)
            return self

        def isna(self) -> str:
            return "unnamed"

        def __or__(self, other: Any) -> Frame:
            called.append(other)
            return self

        def reset_index(self, drop: bool) -> Frame:
            return self

    class Workspace:
        class funnels:  # noqa: N801
            @staticmethod
            def calculate(analysis: str) -> Frame:
                called.append(analysis)
                return Frame()

    exec(code, {"ws": Workspace})
    assert called == [name, [name], "unnamed"]


def test_it_needs_no_notebook() -> None:
    code = (
        "import sys\n"
        "sys.modules['ipywidgets'] = sys.modules['IPython'] = None\n"
        "import synerise_frames as sf\n"
        "with sf.demo() as ws:\n"
        "    seen = ws.explore('metric', 'Buyers', display=False)\n"
        "    print(int(seen.frame['value'].item()))\n"
        "    assert 'matplotlib' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2469"


def test_without_the_extra_the_error_has_the_command(
    ws: sf.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(
        "synerise_frames.extras.find_spec", lambda n: None if n == "ipywidgets" else real(n)
    )
    with pytest.raises(sf.ConfigError) as caught:
        ws.explore()
    assert caught.value.hint == 'pip install "synerise-frames[notebook]"'
