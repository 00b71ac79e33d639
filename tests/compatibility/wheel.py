"""Build the wheel, and try every extra alone: ``make test-wheel``.

One fresh environment an extra, with the newest versions of pip's index. The demo workspace that
they ask runs in the environment that this was started with.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.compatibility.parts import PARTS

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("parts.py")


def build(folder: Path) -> Path:
    """Build the wheel; give its file."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    return wheel


@contextmanager
def workspace() -> Iterator[dict[str, str]]:
    """Run the demo workspace as a server; give the environment that leads to it."""
    command = [sys.executable, "-m", "synerise_frames", "sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as server:
        assert server.stdout
        try:
            told: dict[str, str] = {}
            while "SYNERISE_TZ" not in told:
                line = server.stdout.readline()
                if not line:
                    raise SystemExit("The demo workspace did not start.")
                if found := re.match(r"\s*export (\w+)=(\S+)", line):
                    told[found[1]] = found[2]
            yield told
        finally:
            server.terminate()


def install(home: Path, wanted: str) -> Path:
    """Make an environment that holds the wheel and what it asks for; give its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    python = home / "bin" / "python"
    if shutil.which("uv"):
        command = ["uv", "pip", "install", "--quiet", "--python", str(python), wanted]
    else:
        command = [str(python), "-m", "pip", "install", "--quiet", wanted]
    subprocess.run(command, check=True)
    return python


def attempt(name: str, home: Path, wheel: Path, environment: dict[str, str]) -> bool:
    """Install one extra and try its part; say how it went."""
    python = install(home, f"{wheel}[{name}]" if name else str(wheel))
    light = [str(python), "-P", "-W", "error", "-c", "import synerise_frames"]
    tried = [str(python), "-P", "-W", "error", str(SCRIPT), name]
    for command in (light, tried):
        # Away from the checkout: what is imported is what was installed.
        done = subprocess.run(command, cwd=home, env=environment, check=False)
        if done.returncode:
            print(f"{name or 'core'}: failed", flush=True)
            return False
    print(f"{name or 'core'}: works", flush=True)
    shutil.rmtree(home)
    return True


def main() -> int:
    """Try the extras that are named, all where none is; give the exit code."""
    with tempfile.TemporaryDirectory() as folder, workspace() as told:
        wheel = build(Path(folder))
        mine = {"SYNERISE_CACHE_DIR": f"{folder}/kept", "SYNERISE_CONFIG_DIR": f"{folder}/settings"}
        environment = {**os.environ, **told, **mine, "MPLBACKEND": "Agg"}
        environment.pop("PYTHONPATH", None)
        wanted = sys.argv[1:] or list(PARTS)
        went = [
            attempt(name, Path(folder) / (name or "core"), wheel, environment) for name in wanted
        ]
    return 0 if all(went) else 1


if __name__ == "__main__":
    sys.exit(main())
