"""`newsdesk config`: the settings in force, and where each value comes from."""

from __future__ import annotations

import click

from newsdesk.crawler.credentials.redaction import HIDDEN
from newsdesk.crawler.http.target import parse_target
from newsdesk.output.terminal import print_json, print_table
from newsdesk.settings.definitions import SETTINGS, variable_of
from newsdesk.settings.reader import read_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Show the settings in force and where they come from.

    A variable takes precedence over the file, the file over the default. The file is the one named by
    NEWSDESK_CONFIG, else newsdesk.toml in the working folder, else in ~/.config/newsdesk.

    \b
    newsdesk config
    NEWSDESK_POLITENESS_DELAY_S=5 newsdesk config --json
    """
    settings = read_settings()
    if as_json:
        print_json(
            {
                name: {
                    "value": _public(name, settings.values[name]),
                    "from": settings.origin[name],
                    "variable": variable_of(name),
                    "about": setting.about,
                }
                for name, setting in SETTINGS.items()
            }
        )
        return
    print_table(
        ("setting", "value", "from", "variable", "meaning"),
        (
            (
                name,
                _text(_public(name, settings.values[name])),
                settings.origin[name],
                variable_of(name),
                setting.about,
            )
            for name, setting in SETTINGS.items()
        ),
        spare=("variable",),
    )


def _public(name: str, value: object) -> object:
    """The value without secrets: of a secret address only the host."""
    if not SETTINGS[name].secret or not value:
        return value
    return f"{parse_target(str(value)).origin}/{HIDDEN}"


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "(none)"
    if isinstance(value, bool):
        return str(value).lower()
    return "(none)" if value == "" else f"{value:g}" if isinstance(value, float) else str(value)
