"""The server process that ``sf.demo()`` starts: ``python -m synerise_frames.sandbox``.

Prints one line of JSON once it answers. For people there is ``synerise-frames sandbox``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from synerise_frames.errors import SyneriseError
from synerise_frames.sandbox.serve import run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server.

    Returns
    -------
    int
        0 when it was told to end, 2 if it could not start.
    """
    options = _parser().parse_args(arguments)
    try:
        return run(
            port=options.port,
            token_lifetime=options.token_lifetime,
            store=options.store,
            exit_with_parent=options.exit_with_parent,
            ready=_announce,
        )
    except SyneriseError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _announce(facts: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m synerise_frames.sandbox",
        description="Serve the local workspace on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--token-lifetime", type=float, default=3600, metavar="SECONDS")
    parser.add_argument("--store", type=Path, metavar="DIR", help="default: the user's cache")
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="end when standard input ends"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
