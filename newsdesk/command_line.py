"""The command line: `newsdesk COMMAND`. Each command is a file or a folder of `newsdesk/commands`, loaded when
it is used: `--help` of one command imports no other."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.machinery import FileFinder
from io import StringIO
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from newsdesk import __version__, commands
from newsdesk.output.encoding import replace_unprintable
from newsdesk.output.logs import FORMATS, LEVELS, LogOptions, set_up_logging
from newsdesk.output.terminal import Refused
from newsdesk.output.times import use_zone
from newsdesk.suggestions import SuggestingGroup

_ALIASES = {"search": "stories"}


class _Commands(SuggestingGroup):
    """Finds commands by the names of files and folders, so that a new command is a new file."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*(module.name for module in pkgutil.iter_modules(commands.__path__)), *_ALIASES])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = {module.name: module.ispkg for module in pkgutil.iter_modules(commands.__path__)}
        cmd_name = _ALIASES.get(cmd_name, cmd_name)
        if cmd_name not in found:
            return None
        inside = ".command" if found[cmd_name] else ""
        command: click.Command = importlib.import_module(f"newsdesk.commands.{cmd_name}{inside}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_summaries().items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        commands = (
            CompletionItem(name, help=summary)
            for name, summary in _summaries().items()
            if name.startswith(incomplete)
        )
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]


def _summaries() -> dict[str, str]:
    """Each command with the first sentence of its help, read from its file: to import all commands takes
    several times as long as most of them run."""
    found = {}
    for module in pkgutil.iter_modules(commands.__path__):
        assert isinstance(module.module_finder, FileFinder)
        place = Path(module.module_finder.path, module.name)
        file = place / "command.py" if module.ispkg else place.with_suffix(".py")
        functions = ast.parse(file.read_bytes()).body
        text = next(
            ast.get_docstring(one) or ""
            for one in functions
            if isinstance(one, ast.FunctionDef) and one.name == "command"
        )
        found[module.name] = " ".join(text.partition("\n\n")[0].split()).partition(". ")[0].rstrip(".") + "."
    found |= {alias: f"{found[name][:-1]} (an alias of {name})." for alias, name in _ALIASES.items()}
    return dict(sorted(found.items()))


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--log-level",
    type=click.Choice(LEVELS),
    help="Log to stderr from this level on. [default: warning; for serve: info]",
)
@click.option("--log", "log_format", type=click.Choice(FORMATS), help="Format of the log. [default: text]")
@click.version_option(__version__, prog_name="newsdesk")
@click.pass_context
def newsdesk(context: click.Context, log_level: str | None, log_format: str | None) -> None:
    """Read news feeds and pages into one SQLite file.

    \b
    newsdesk add news.example    add the feed of a site, or a feed by its address
    newsdesk crawl               visit all sources once
    newsdesk stories             list the stored stories
    newsdesk serve               visit sources whenever they are due
    """
    from newsdesk.settings.reader import SettingsError, read_settings

    values: Mapping[str, Any] = {}
    scrub: Callable[[str], str] = str
    with suppress(SettingsError):  # the command that needs the settings says what is wrong with them
        settings = read_settings()
        values, scrub = settings.values, settings.runner.session.client.secrets.scrub
    use_zone(values.get("output.timezone", "UTC"))
    chosen = log_level or values.get("log.level")
    usual = "info" if context.invoked_subcommand == "serve" else "warning"
    context.obj = LogOptions(
        level=chosen or usual,
        format=log_format or values.get("log.format", "text"),
        level_is_set=bool(chosen),
        scrub=scrub,
    )
    set_up_logging(context.obj)


def main() -> None:
    """Run the command line. Wrong use and a store that cannot be used end with one line and exit code 2."""
    from newsdesk.crawler.credentials.redaction import redact
    from newsdesk.settings.reader import SettingsError
    from newsdesk.storage.db.errors import NoSuchSourceError, StoreError

    replace_unprintable()
    try:
        _check_arguments(sys.argv[1:])
        newsdesk.main(standalone_mode=False)
    except click.exceptions.Abort:
        raise SystemExit(130) from None
    except click.exceptions.Exit as end:
        raise SystemExit(end.exit_code) from None
    except click.ClickException as error:
        message = StringIO()
        error.show(message)
        click.echo(redact(message.getvalue()), nl=False, err=True)  # the arguments may hold a secret
        raise SystemExit(error.exit_code) from None
    except (SettingsError, StoreError, NoSuchSourceError) as error:
        Refused(redact(str(error))).show()
        raise SystemExit(2) from None
    except BrokenPipeError:
        raise SystemExit(1) from None


def _check_arguments(arguments: Sequence[str]) -> None:
    """Raises Refused for an argument that is not UTF-8: Python decodes it to lone surrogates, which neither
    SQLite nor a terminal accepts."""
    for argument in arguments:
        if any("\ud800" <= character <= "\udfff" for character in argument):
            raise Refused(f"an argument is not UTF-8: {repr(os.fsencode(argument)).removeprefix('b')}")
