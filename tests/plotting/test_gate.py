"""matplotlib is optional, and imported only when something is drawn."""

import subprocess
import sys

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
