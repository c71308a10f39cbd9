"""Output for people: cleaned text, times, tables, JSON, errors.

No text that a server sent reaches the terminal with a control character in it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import click

from newsdesk.output.encoding import json_text
from newsdesk.output.times import when
from newsdesk.storage.plurals import count

if TYPE_CHECKING:  # what draws is imported when something is drawn: most output is piped, or a few lines
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

# C0 and C1 controls, and the characters that change the direction of writing
_UNSEEN: dict[int, str | None] = {
    code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)
}
_UNSEEN |= dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
_UNSEEN |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_ESCAPED = re.compile(f"[{''.join(chr(code) for code in _UNSEEN)}]")
TABLE_ROWS = 20  # of a table of stories, runs or events, unless --limit says otherwise
_GAP = "  "
_READABLE = 28  # least width of the last column; if there is less room, spare columns are left out
_DRAWN = 1000  # rows that rich draws; of 10,000 it takes 4.6 s, plain lines 0.3 s
_BREAKS = {0x09: " ", 0x0A: " ", 0x2028: " ", 0x2029: " "}


def clean(text: object) -> str:
    """The text without control, bidi and lone surrogate characters; line breaks and tabs stay."""
    return str(text).translate(_UNSEEN)


def line(text: object) -> str:
    """`clean`, on one line."""
    return line_inside(str(text)).strip()


def console(*, stderr: bool = False) -> Console:
    """A console that prints plain text when piped or when NO_COLOR is set, and interprets no markup."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, markup=False, highlight=False, emoji=False)


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[str] = (),
    spare: Sequence[str] = (),
    widest: Mapping[str, int] = MappingProxyType({}),
    under: Sequence[Text | None] = (),
) -> None:
    """A table without lines. On a terminal, columns are as wide as `widest` allows, and the table is as wide as
    the terminal at most: first the `spare` columns are left
    out, in their order, then the last column is cut, with … at the cut. Piped output and tables of
    more than 1,000 rows are never cut. `under` has a text for each row, printed under its last cell
    on a terminal."""
    cells = [[line(cell) for cell in row] for row in rows]
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    if sys.stdout.isatty() and len(cells) <= _DRAWN:
        out = console()
        widths = [min(width, widest.get(name, width)) for name, width in zip(columns, widths, strict=True)]
        out.print(_rich_table(columns, cells, widths, room=out.width, right=right, spare=spare, under=under))
        return
    for row in (columns, *cells):
        padding = (" " * (width - cell_len(cell)) for width, cell in zip(widths, row, strict=True))
        padded = zip(columns, row, padding, strict=True)
        click.echo(
            _GAP.join(
                f"{pad}{cell}" if name in right else f"{cell}{pad}" for name, cell, pad in padded
            ).rstrip()
        )


def _rich_table(
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    widths: Sequence[int],
    *,
    room: int,
    right: Sequence[str],
    spare: Sequence[str],
    under: Sequence[Text | None],
) -> Table:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    last = len(columns) - 1
    needed = dict(zip(columns, (*widths[:-1], min(widths[-1], _READABLE)), strict=True))
    for name in spare:
        if sum(needed.values()) + len(_GAP) * (len(needed) - 1) > room:
            del needed[name]
    shown = [place for place, name in enumerate(columns) if name in needed]
    table = Table(box=None, pad_edge=False, padding=(0, len(_GAP), 0, 0), header_style="bold")
    for place in shown:
        width = None if place == last else widths[place]
        justify: Literal["left", "right"] = "right" if columns[place] in right else "left"
        table.add_column(Text(columns[place]), min_width=width, max_width=width, justify=justify)
    for number, row in enumerate(cells):
        row_cells: list[RenderableType] = [
            Text(row[place], no_wrap=True, overflow="ellipsis") for place in shown
        ]
        if number < len(under) and (more := under[number]) is not None:
            row_cells[-1] = Group(row_cells[-1], more)
        table.add_row(*row_cells)
    return table


def found(snippet: str) -> Text:
    """A snippet with the words that were searched for in bold."""
    from rich.text import Text

    from newsdesk.storage.search.snippet import END, FOUND

    text = Text()
    for place, part in enumerate(snippet.split(FOUND)):
        hit, _, rest = part.partition(END) if place else ("", "", part)
        text.append(line_inside(hit), style="bold").append(line_inside(rest))
    return text


def announce_cut(printed: int, total: int, noun: str, plural: str | None = None) -> None:
    """Say on stderr that a list was cut, and of how many."""
    if printed < total:
        click.echo(f"{printed:,} of {count(total, noun, plural)}; --limit lists more", err=True)


def line_inside(text: str) -> str:
    """`line`, with the spaces at its ends."""
    return clean(text).translate(_BREAKS)


def print_json(value: Any) -> None:
    """Print JSON; control characters are escaped, letters of all scripts are not."""
    click.echo(_json(value))


def print_json_list(values: Iterable[Any]) -> None:
    """Print a JSON array one element at a time, as `print_json` prints it whole."""
    empty = True
    for value in values:
        click.echo("[" if empty else ",")
        click.echo(f"  {_json(value)}".replace("\n", "\n  "), nl=False)
        empty = False
    click.echo("[]" if empty else "\n]")


def _json(value: Any) -> str:
    text = json_text(value, sys.stdout, indent=2)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def day_or_minute(story: Mapping[str, Any], minute: Callable[[str | None], str] = when) -> str:
    """A story's date to its precision: the publisher's day, month or year, or the minute. Empty when the publisher
    printed none."""
    precision, day = story["precision"], story["published_day"]
    if precision in ("year", "month", "day") and day:
        return str(day)[: {"year": 4, "month": 7, "day": 10}[precision]]
    return minute(story["published"])


class Refused(click.ClickException):
    """Wrong use, or a store that cannot be used: one line on stderr, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"newsdesk: {line(self.format_message())}", file=file, err=file is None)
