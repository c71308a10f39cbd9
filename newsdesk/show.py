"""What a person sees: text from outside cleaned for a terminal, times, tables, errors.

Nothing that a server sent reaches the terminal with a control character in it. Called by the commands.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from storage.instants import from_iso

# C0 and C1 controls, and the characters that turn or embed the direction of writing
_UNSEEN: dict[int, str | None] = {
    code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)
}
_UNSEEN |= dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
_UNSEEN |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_BREAKS = {0x09: " ", 0x0A: " ", 0x2028: " ", 0x2029: " "}


def clean(text: object) -> str:
    """Text fit for a terminal: no control, bidi or lone surrogate character; lines and tabs stay."""
    return str(text).translate(_UNSEEN)


def line(text: object) -> str:
    """`clean`, on one line."""
    return clean(text).translate(_BREAKS).strip()


def console(*, stderr: bool = False) -> Console:
    """A console that is plain when piped or when NO_COLOR is set, and reads no markup."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else 160
    return Console(file=stream, markup=False, highlight=False, emoji=False, soft_wrap=False, width=width)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()
) -> None:
    """A table without lines; the last column takes what width is left."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(
            name, justify="right" if name in right else "left", overflow="ellipsis", no_wrap=True,
            ratio=1 if name == columns[-1] else None,
        )  # fmt: skip
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(line(cell)) for cell in row))
    console().print(table)


def print_json(value: Any) -> None:
    """JSON on stdout; controls are escaped, letters of all scripts stay readable."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    escaped = "".join(
        f"\\u{ord(character):04x}" if character != "\n" and ord(character) in _UNSEEN else character
        for character in text
    )
    click.echo(escaped)


def when(iso: str | None) -> str:
    """A stored instant in UTC to the minute: `2026-11-24 05:35`."""
    return "" if iso is None else from_iso(iso).strftime("%Y-%m-%d %H:%M")


def ago(iso: str | None, *, now: datetime | None = None) -> str:
    """How long a stored instant lies back or ahead: `5 min ago`, `in 2 h`."""
    if iso is None:
        return "never"
    seconds = ((now or datetime.now(UTC)) - from_iso(iso)).total_seconds()
    size = abs(seconds)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if size >= length or unit == "s":
            words = f"{int(size // length)} {unit}"
            return f"{words} ago" if seconds >= 0 else f"in {words}"
    return ""


class Refused(click.ClickException):
    """Wrong use, or a store that cannot be used: one clear line on stderr, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"newsdesk: {line(self.format_message())}", err=True)
