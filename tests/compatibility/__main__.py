"""Run the suite as ``make test-lowest`` does: in an environment of the lowest versions.

Arguments go to pytest.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

from tests.compatibility.lowest import ROOT, lower_bounds

#: Not the notebooks' maker, which needs the extra docs.
PATHS = ("tests", "synerise_frames")

#: What is not run, and why it says nothing about versions.
LEFT_OUT = {
    "notebooks": "their outputs show frames as the newest pandas prints them",
    "tests/browser": "drives JupyterLab in a browser, and JupyterLab is no part of the library",
    "tests/test_docs.py": "builds the site, with Sphinx as developers have it",
    "tests/plotting/test_images.py": "compares pictures that a newer matplotlib laid out",
    "tests/mutations": "breaks the code on purpose; one environment is enough",
}


def main() -> int:
    """Run all the rest; give pytest's exit code."""
    versions = [f"{name} {version(name)}" for name in sorted(lower_bounds())]
    print("With", ", ".join(versions), flush=True)
    command = [sys.executable, "-m", "pytest", *PATHS, *sys.argv[1:]]
    command += [f"--ignore={path}" for path in LEFT_OUT]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    for path, reason in LEFT_OUT.items():
        print(f"Left out: {path} ({reason})")
    return code


if __name__ == "__main__":
    sys.exit(main())
