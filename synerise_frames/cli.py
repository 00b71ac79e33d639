"""The command line: ``synerise-frames demo`` and ``synerise-frames sandbox``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from synerise_frames._version import __version__
from synerise_frames.errors import SyneriseError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns
    -------
    int
        0 for success, 1 for an error of the library, 130 after Ctrl-C.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except SyneriseError as error:
        print(f"synerise-frames: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("synerise-frames: stopped.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="synerise-frames", description="The pandas toolkit for the Synerise Analytics Suite."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo", help="calculate one analysis of each kind on the embedded workspace"
    )
    demo.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("demo-output"),
        metavar="DIR",
        help="folder for pictures and Parquet files (default: %(default)s)",
    )
    demo.set_defaults(run=_demo)
    sandbox = commands.add_parser(
        "sandbox", help="run the embedded workspace as a server on 127.0.0.1, until Ctrl-C"
    )
    sandbox.add_argument("--port", type=int, default=8787, help="port (default: %(default)s)")
    sandbox.add_argument(
        "--token-lifetime",
        type=float,
        default=3600,
        metavar="SECONDS",
        help="how long a token is valid (default: %(default)s)",
    )
    sandbox.set_defaults(run=_sandbox)
    return parser


def _demo(options: argparse.Namespace) -> int:
    from synerise_frames.tour import run_tour  # noqa: PLC0415 - plots only when asked for

    run_tour(options.output, print)
    return 0


def _sandbox(options: argparse.Namespace) -> int:
    from synerise_frames.sandbox.serve import run  # noqa: PLC0415 - needs the extra

    return run(port=options.port, token_lifetime=options.token_lifetime, ready=_say_ready)


def _say_ready(facts: dict[str, str]) -> None:
    print(
        f"The demo workspace answers at {facts['url']} (zone {facts['timezone']}, "
        f"now {facts['now']}). Ctrl-C ends it.\n\n"
        "In another shell:\n"
        f"  export SYNERISE_HOST={facts['url']}\n"
        f"  export SYNERISE_API_KEY={facts['api_key']}\n"
        f"  export SYNERISE_TZ={facts['timezone']}\n"
        "  python -c 'import synerise_frames as sf; print(sf.connect().metrics.list())'",
        flush=True,
    )
