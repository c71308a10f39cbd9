"""The arguments of `newsdesk stories`: words that begin with a minus sign are words, not options."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from newsdesk.output.terminal import Refused

# A minus sign before two characters or more, a digit, or a letter beyond ASCII. One letter is an option, and -n5 is one
# with its value.
_EXCLUDES = re.compile(r"-(?!n\d+$)(?:[^\W\d_].|\d|[\"“”„(]|[^\x00-\x7f])", re.DOTALL)


class QueryCommand(click.Command):
    """A command whose arguments are a query: `trump -biden` needs no `--`. A misspelt option stays an error."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options, words = self._split(args)
        return super().parse_args(ctx, [*options, "--", *words] if words else options)

    def _split(self, args: Sequence[str]) -> tuple[list[str], list[str]]:
        with_value = {
            name
            for parameter in self.params
            if isinstance(parameter, click.Option) and not parameter.is_flag
            for name in parameter.opts
        }
        names = {name for parameter in self.params for name in parameter.opts if name.startswith("--")}
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for argument in rest:
            if argument == "--":
                words += rest
            elif f"-{argument.split('=')[0]}" in names:
                raise Refused(
                    f"write -{argument} for the option; to leave out the word, write NOT {argument[1:]}"
                )
            elif _EXCLUDES.match(argument) or not argument.startswith("-") or argument == "-":
                words.append(argument)
            else:
                options.append(argument)
                if argument in with_value:
                    options += [value for value in (next(rest, None),) if value is not None]
        return options, words
