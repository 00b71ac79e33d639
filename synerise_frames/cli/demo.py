"""``synerise-frames demo`` and ``synerise-frames sandbox``: the embedded workspace."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Calculate one analysis of each kind.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=True),
    default=Path("demo-output"),
    show_default=True,
    metavar="DIR",
    help="Folder for pictures and Parquet files.",
)
def demo(output: Path) -> None:
    """Calculate one analysis of each kind on the embedded workspace."""
    from synerise_frames.tour import run_tour  # noqa: PLC0415 - plots only when asked for

    run_tour(output, click.echo)


@click.command(short_help="Run the embedded workspace as a server.")
@click.option("--port", type=int, default=8787, show_default=True, help="Port; 0 takes a free one.")
@click.option(
    "--token-lifetime",
    type=float,
    default=3600,
    show_default=True,
    metavar="SECONDS",
    help="How long a token is good for.",
)
@click.option(
    "--definitions",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep changed definitions and directories in FILE; in memory only where left out.",
)
@click.option("--deny", multiple=True, metavar="PERMISSION", help="The key lacks it; repeatable.")
@click.option(
    "--openapi",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Serve the paths of an OpenAPI file instead of the library's.",
)
def sandbox(
    port: int,
    token_lifetime: float,
    definitions: Path | None,
    deny: tuple[str, ...],
    openapi: Path | None,
) -> int:
    """Run the embedded workspace as a server on 127.0.0.1, until Ctrl-C."""
    from synerise_frames.sandbox.serve import run  # noqa: PLC0415 - needs the extra

    return run(
        port=port,
        token_lifetime=token_lifetime,
        definitions=definitions,
        denied=deny,
        openapi=openapi,
        ready=_say_ready,
    )


def _say_ready(facts: dict[str, str]) -> None:
    click.echo(
        f"The demo workspace answers at {facts['url']} (zone {facts['timezone']}, "
        f"now {facts['now']}). Ctrl-C ends it.\n\n"
        "In another shell:\n"
        f"  export SYNERISE_HOST={facts['url']}\n"
        f"  export SYNERISE_API_KEY={facts['api_key']}\n"
        f"  export SYNERISE_TZ={facts['timezone']}\n"
        "  python -c 'import synerise_frames as sf; print(sf.connect().metrics.list())'"
    )
