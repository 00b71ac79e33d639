"""Options that say which workspace is asked and how fresh its answers are, and what opens it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from synerise_frames.cli.options import Decorator, host_option
from synerise_frames.connecting import connect, demo
from synerise_frames.errors import ConfigError
from synerise_frames.sandbox.credentials import KEY_VARIABLE
from synerise_frames.workspace import Workspace

# The same at each start, so that a run can be gone on with. It opens nothing but public data,
# on this machine, while the command runs.
_DEMO_KEY = "demo"


def workspace_options(command: Decorator) -> Decorator:
    """Add ``--demo``, ``--host`` and ``--offline``."""
    is_demo = click.option("--demo", "is_demo", is_flag=True, help="Ask the embedded workspace.")
    offline = click.option(
        "--offline", is_flag=True, help="Send nothing: answer from what was fetched before."
    )
    return is_demo(host_option(offline(command)))


def freshness_options(command: Decorator) -> Decorator:
    """Add ``--max-age`` and ``--refresh``."""
    max_age = click.option(
        "--max-age",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help="How old a kept answer may be; default: as the cache's policy says.",
    )
    refresh = click.option("--refresh", is_flag=True, help="Take no kept answer.")
    return max_age(refresh(command))


@contextmanager
def opened(is_demo: bool, host: str | None, offline: bool) -> Iterator[Workspace]:
    """Give the workspace that is meant, and close it.

    Raises
    ------
    ConfigError
        If the settings are wrong, or exclude each other.
    """
    if is_demo and (host or offline):
        raise ConfigError(
            f"--demo and {'--host' if host else '--offline'} exclude each other.",
            hint="The embedded workspace is started on this machine and needs no network.",
        )
    with _demo() if is_demo else _connected(host, offline) as workspace:
        yield workspace


def _connected(host: str | None, offline: bool) -> Workspace:
    try:
        return connect(host=host, offline=offline or None)
    except ConfigError as error:
        if "api_key=" not in error.hint:
            raise
        raise ConfigError(
            error.message,
            hint="Set SYNERISE_API_KEY (Settings > API keys, scope Workspace); to try it without "
            "an account add --demo.",
        ) from None


def _demo() -> Workspace:
    before = os.environ.get(KEY_VARIABLE)
    os.environ[KEY_VARIABLE] = before or _DEMO_KEY
    try:
        return demo()
    finally:
        if before is None:
            del os.environ[KEY_VARIABLE]
