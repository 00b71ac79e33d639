"""``synerise-frames completion``: what makes a shell complete commands, options and kinds."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from synerise_frames.cli.options import examples

_PROGRAM = "synerise-frames"
_VARIABLE = "_SYNERISE_FRAMES_COMPLETE"


@click.command(
    short_help="Print the completion script of a shell.",
    epilog=examples(
        'eval "$(synerise-frames completion bash)"',
        "synerise-frames completion fish > synerise-frames.fish",
    )
    + "\n\nThe first belongs in ~/.bashrc (zsh: ~/.zshrc), the second's file in "
    "~/.config/fish/completions.",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that makes SHELL complete commands, options and kinds."""
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(made(context.find_root().command, {}, _PROGRAM, _VARIABLE).source())
