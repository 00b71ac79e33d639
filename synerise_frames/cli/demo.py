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
@click.option(
    "--latency", type=float, metavar="SECONDS", help="How much longer every answer takes."
)
@click.option(
    "--rate-limit", metavar="N/s", help="Answer what is above N requests a second by a 429."
)
@click.option(
    "--faults",
    default="",
    metavar="NAME=SHARE,…",
    help="Shares of requests that go wrong: rate_limited=0.05,failing=0.02,cut=0.01,slow=0.01; "
    "also html, and retry_after, slow_seconds (seconds), seed.",
)
@click.option(
    "--call-log",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Add a line of JSON to FILE for each request; it names profiles.",
)
@click.option(
    "--now",
    metavar="MOMENT",
    help="Where the clock stands, such as 2017-03-15T06:00; what is later is not there yet.",
)
def sandbox(
    port: int,
    token_lifetime: float,
    definitions: Path | None,
    deny: tuple[str, ...],
    openapi: Path | None,
    latency: float | None,
    rate_limit: str | None,
    faults: str,
    call_log: Path | None,
    now: str | None,
) -> int:
    """Run the embedded workspace as a server on 127.0.0.1, until Ctrl-C."""
    from synerise_frames.sandbox import Faults  # noqa: PLC0415 - loaded for this command only
    from synerise_frames.sandbox.options import Options  # noqa: PLC0415 - likewise
    from synerise_frames.sandbox.serve import run  # noqa: PLC0415 - needs the extra

    options = Options.checked(
        token_lifetime=token_lifetime,
        definitions=definitions,
        denied=deny,
        openapi=openapi,
        faults=Faults.parse(faults, latency=latency, per_second=_rate(rate_limit)),
        call_log=call_log,
        now=now,
    )
    return run(options, port=port, ready=_say_ready)


def _rate(text: str | None) -> float | None:
    """Read ``500/s``, also without the unit."""
    if text is None:
        return None
    try:
        return float(text.removesuffix("/s"))
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no rate; write 500/s.", param_hint="'--rate-limit'"
        ) from None


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
