"""matplotlib is optional, and imported only when something is drawn."""

import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from synerise_frames.errors import ConfigError

RUN = """
import sys
{prepare}
import synerise_frames as sf
import synerise_frames.plotting
from synerise_frames.plotting import accessor
import pandas as pd
df = pd.DataFrame({{"metric_id": ["m"], "metric": ["Revenue"], "value": [1.0]}})
df.synerise.kind
assert not [m for m in sys.modules if m.startswith("matplotlib.")]
{then}
"""


def run(prepare: str, then: str) -> str:
    code = RUN.format(prepare=prepare, then=then)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_does_not_import_matplotlib_but_drawing_does() -> None:
    then = "df.synerise.plot(); print('matplotlib.pyplot' in sys.modules)"
    assert run("import os; os.environ['MPLBACKEND'] = 'Agg'", then).strip() == "True"


def test_without_matplotlib_the_error_says_what_to_install() -> None:
    then = """
try:
    df.synerise.plot()
except sf.ConfigError as error:
    print(error.hint)
"""
    # None in sys.modules is how Python itself marks what cannot be imported.
    hint = run("sys.modules['matplotlib'] = None", then).strip()
    assert hint == 'pip install "synerise-frames[plot]"'


def test_a_matplotlib_that_cannot_be_loaded_is_not_called_missing() -> None:
    then = """
sys.modules['matplotlib.pyplot'] = None
try:
    df.synerise.plot()
except sf.ConfigError as error:
    print(error.message, error.hint)
"""
    told = run("", then)
    assert "installed, but cannot be loaded" in told
    assert "pip install --upgrade" in told


@pytest.mark.parametrize("ax", ["funnel", 5, "array", "figure", "polar"])
def test_what_is_no_flat_axes_is_told(make, ax) -> None:
    given = {
        "array": lambda: plt.subplots(1, 2)[1],
        "figure": plt.figure,
        "polar": lambda: plt.subplot(projection="polar"),
    }
    with pytest.raises(ConfigError, match="not flat Axes"):
        make("metric", {"metric": ["m"], "value": [1.0]}).synerise.plot(
            ax=given[ax]() if ax in given else ax
        )


@pytest.mark.parametrize("top", ["3", None, 2.5, 0, -1, True])
def test_top_is_a_whole_number(make, top) -> None:
    with pytest.raises(ConfigError, match="top="):
        make("segmentation", {"segment": ["a"], "value": [1]}).synerise.plot(top=top)


@pytest.mark.parametrize("size", [5, (5,), (1, 2, 3), "95", (9, "4"), (0, 4), (9, float("nan"))])
def test_figsize_is_two_numbers(make, size) -> None:
    df = make("metric", {"metric": ["a"], "value": [1.0]})
    with pytest.raises(ConfigError, match="figsize=") as caught:
        df.synerise.plot(figsize=size)
    assert "inches" in caught.value.hint
    assert not plt.get_fignums()


@pytest.mark.parametrize("size", [(5, 3.5), [5, 3.5], np.array([5, 3.5])])
def test_figsize_is_any_pair_of_numbers(make, size) -> None:
    ax = make("metric", {"metric": ["a"], "value": [1.0]}).synerise.plot(figsize=size)
    assert ax.figure.get_size_inches().tolist() == [5, 3.5]
