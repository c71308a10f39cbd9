"""The command line: `newsdesk COMMAND`. Each command is a file of `newsdesk/commands`, loaded when used."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from io import StringIO

import click

from newsdesk import __version__, commands
from newsdesk.output.terminal import Refused


class _Commands(click.Group):
    """Finds commands by their files, so that a new command is a new file."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"newsdesk.commands.{cmd_name}").command
        return command


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="newsdesk")
def newsdesk() -> None:
    """News ingestion that can be left running.

    \b
    newsdesk add news.example    add a site's feed, by its name or by the feed's address
    newsdesk crawl               visit all sources once
    newsdesk stories             look at what is stored
    """


def main() -> None:
    """Run the command line; wrong use and unusable stores end in one line and exit code 2."""
    from newsdesk.crawler.credentials.redaction import redact
    from newsdesk.settings.reader import SettingsError
    from newsdesk.storage.db.errors import StoreError
    from newsdesk.storage.sources.sources import NoSuchSourceError

    try:
        _check_arguments(sys.argv[1:])
        newsdesk.main(standalone_mode=False)
    except click.exceptions.Abort:
        raise SystemExit(130) from None
    except click.exceptions.Exit as end:
        raise SystemExit(end.exit_code) from None
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        click.echo(redact(shown.getvalue()), nl=False, err=True)  # what was typed may end in a log
        raise SystemExit(error.exit_code) from None
    except (SettingsError, StoreError, NoSuchSourceError) as error:
        Refused(redact(str(error))).show()
        raise SystemExit(2) from None
    except BrokenPipeError:
        raise SystemExit(1) from None


def _check_arguments(arguments: Sequence[str]) -> None:
    """Raises Refused for bytes that are no text: no name, tag, address or word of a story holds them, and
    neither SQLite nor a terminal takes what Python makes of them."""
    for argument in arguments:
        if any("\ud800" <= character <= "\udfff" for character in argument):
            said = repr(os.fsencode(argument)).removeprefix("b")
            raise Refused(f"an argument is not UTF-8: {said}")


if __name__ == "__main__":
    main()
