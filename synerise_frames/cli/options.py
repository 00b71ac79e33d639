"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from synerise_frames.config import resolve
from synerise_frames.hosts import checked_url, host_of

#: A function that becomes a command, with its options.
Decorator = TypeVar("Decorator", bound=Callable[..., Any])


def host_option(command: Decorator) -> Decorator:
    """Add ``--host``."""
    option = click.option(
        "--host",
        metavar="HOST|REGION",
        help="Address of the API, or eu-azure, us-azure, gcp; default: SYNERISE_HOST.",
    )
    return option(command)


def on_host(given: str | None) -> str:
    """Give the address that is meant: the option's, else that of the settings.

    Raises
    ------
    ConfigError
        If it is none.
    """
    return checked_url(host_of(resolve({"host": given})["host"].value, None) or "")


def examples(*commands: str) -> str:
    """Give an epilog of examples, which click leaves as it is."""
    return "\n".join(["\b", "Examples:", *(f"  {command}" for command in commands)])
