"""The server process that ``sf.demo()`` starts: ``python -m synerise_frames.sandbox``.

Prints one line of JSON once it answers. For people there is ``synerise-frames sandbox``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from synerise_frames.errors import ConfigError, SyneriseError
from synerise_frames.sandbox.child import REFUSED
from synerise_frames.sandbox.faults import Faults
from synerise_frames.sandbox.options import Options
from synerise_frames.sandbox.serve import run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server.

    Returns
    -------
    int
        0 when it was told to end, 2 if it could not start.
    """
    given = _parser().parse_args(arguments)
    try:
        options = Options.checked(
            token_lifetime=given.token_lifetime,
            store=given.store,
            definitions=given.definitions,
            denied=given.deny,
            paths=_paths(given),
            openapi=given.openapi,
            faults=Faults.parse(given.faults),
            call_log=given.call_log,
            now=given.now,
        )
        return run(
            options, port=given.port, exit_with_parent=given.exit_with_parent, ready=_announce
        )
    except SyneriseError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED


def _paths(given: argparse.Namespace) -> dict[str, str]:
    found = _read_paths(given.paths) if given.paths else {}
    for text in given.path:
        key, _, route = text.partition("=")
        found[key.strip()] = route
    return found


def _read_paths(file: Path) -> dict[str, str]:
    try:
        content = json.loads(file.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"{file.name} cannot be read: {error.strerror}.", hint="Check the name of the file."
        ) from None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise ConfigError(
            f"{file.name} holds no JSON object.",
            hint='Write {"trends.calculate": "POST /path/{trendId}"}.',
        )
    return content


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
        "--definitions", type=Path, metavar="FILE", help="keep changed definitions in this file"
    )
    parser.add_argument(
        "--deny", action="append", default=[], metavar="PERMISSION", help="the key lacks this one"
    )
    parser.add_argument(
        "--path",
        action="append",
        default=[],
        metavar="KEY=ROUTE",
        help='serve an operation elsewhere: "trends.get=GET /x/{trendId}"',
    )
    parser.add_argument(
        "--paths", type=Path, metavar="FILE", help="the same for many: a JSON object, key to route"
    )
    parser.add_argument(
        "--openapi", type=Path, metavar="FILE", help="take paths from an OpenAPI document"
    )
    parser.add_argument(
        "--faults",
        default="",
        metavar="NAME=NUMBER,…",
        help="what goes wrong, and how often: rate_limited=0.05,failing=0.02,latency=0.02",
    )
    parser.add_argument(
        "--call-log", type=Path, metavar="FILE", help="add a line of JSON for each request"
    )
    parser.add_argument("--now", metavar="MOMENT", help="where the clock stands: 2017-03-15T06:00")
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="end when standard input ends"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
