"""`newsdesk completion SHELL`: the completion script for a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    newsdesk completion bash >> ~/.bashrc
    newsdesk completion zsh >> ~/.zshrc
    newsdesk completion fish > ~/.config/fish/completions/newsdesk.fish
    """
    root = click.get_current_context().find_root().command
    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(root, {}, "newsdesk", "_NEWSDESK_COMPLETE").source())
