"""A group of commands of which some are imported when they are used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

from newsdesk.suggestions import OF_SOURCES, SuggestingGroup


class LateGroup(SuggestingGroup):
    """`late`: name of a command → `module:attribute`. Its help and completion import all of them."""

    meant = OF_SOURCES
    path = "newsdesk sources"

    def __init__(self, *args: Any, late: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._late = late

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._late})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._late:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._late[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command
