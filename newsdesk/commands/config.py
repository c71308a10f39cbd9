"""`newsdesk config`: which settings are in force, and where each comes from."""

from __future__ import annotations

import click

from newsdesk.crawler.credentials.redaction import HIDDEN
from newsdesk.crawler.http.target import parse_target
from newsdesk.output.terminal import print_json, print_table
from newsdesk.settings.definitions import SETTINGS, variable_of
from newsdesk.settings.reader import read_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> None:
    """Print the settings in force: each value, where it comes from, and the variable that sets it.

    A variable wins over the file, the file over the default. The file is the one that NEWSDESK_CONFIG
    names, else newsdesk.toml in the working folder, else in ~/.config/newsdesk.

    \b
    newsdesk config
    NEWSDESK_POLITENESS_DELAY_S=5 newsdesk config --json
    """
    settings = read_settings()
    if as_json:
        print_json(
            {
                name: {
                    "value": _discreet(name, settings.values[name]),
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
                _shown(_discreet(name, settings.values[name])),
                settings.origin[name],
                variable_of(name),
                setting.about,
            )
            for name, setting in SETTINGS.items()
        ),
        spare=("variable",),
    )


def _discreet(name: str, value: object) -> object:
    """Of an address that lets its holder in, only the host."""
    if not SETTINGS[name].secret or not value:
        return value
    return f"{parse_target(str(value)).origin}/{HIDDEN}"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "(none)"
    return "(none)" if value == "" else f"{value:g}" if isinstance(value, float) else str(value)
