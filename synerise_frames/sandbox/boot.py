"""What :mod:`~synerise_frames.sandbox.child` runs: the server without the rest of the library.

The package's own ``__init__`` loads pandas, which takes longer than everything the server
does at its start. A stand-in for it is put in its place; what the server imports from the
package is found all the same, also where the package runs from a clone and is not installed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType


def boot() -> int:
    """Run the server and give its exit code."""
    package = ModuleType("synerise_frames")
    package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["synerise_frames"] = package
    # Only now can it be imported without the real package.
    from synerise_frames.sandbox.__main__ import main  # noqa: PLC0415

    return main()


if __name__ == "__main__":
    sys.exit(boot())
