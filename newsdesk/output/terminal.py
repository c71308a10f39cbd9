"""What a person sees: text from outside cleaned for a terminal, times, tables, errors.

Nothing that a server sent reaches the terminal with a control character in it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.stories.search import END, FOUND

# C0 and C1 controls, and the characters that turn or embed the direction of writing
_UNSEEN: dict[int, str | None] = {
    code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)
}
_UNSEEN |= dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
_UNSEEN |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_GAP = "  "
_READABLE = 28  # cells of the last column, before columns that can be spared go
_BREAKS = {0x09: " ", 0x0A: " ", 0x2028: " ", 0x2029: " "}


def clean(text: object) -> str:
    """Text fit for a terminal: no control, bidi or lone surrogate character; lines and tabs stay."""
    return str(text).translate(_UNSEEN)


def line(text: object) -> str:
    """`clean`, on one line."""
    return line_inside(str(text)).strip()


def console(*, stderr: bool = False) -> Console:
    """A console that is plain when piped or when NO_COLOR is set, and reads no markup."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, markup=False, highlight=False, emoji=False)


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[str] = (),
    spare: Sequence[str] = (),
    under: Sequence[Text | None] = (),
) -> None:
    """A table without lines, as wide as the terminal at most: first the `spare` columns go, in their
    order, then the last column is cut, with … where it was. Piped output is never cut. `under` has a line
    to stand under each row."""
    lines = [[cell if isinstance(cell, str) else str(cell) for cell in row] for row in rows]
    cells = {name: [line(row[place]) for row in lines] for place, name in enumerate(columns)}
    out = console()
    room = out.width if out.is_terminal else None
    shown = list(columns)
    widths = {name: max(cell_len(text) for text in (name, *cells[name])) for name in columns}
    gone = iter(spare)
    least = {**widths, columns[-1]: min(widths[columns[-1]], _READABLE)}
    while room is not None and _width(shown, least) > room and (name := next(gone, None)) is not None:
        shown.remove(name)
    if room is not None:
        widths[shown[-1]] = max(8, room - _width(shown, {**widths, shown[-1]: 0}))
    out.print(Text(_row(columns, columns, shown, widths, right), style="bold"), soft_wrap=True)
    waiting: list[str] = []  # printed together: 10,000 rows one by one take rich 0.7 s
    for place in range(len(lines)):
        waiting.append(_row(columns, [cells[name][place] for name in columns], shown, widths, right))
        if 0 <= place < len(under) and (more := under[place]) is not None:
            out.print(Text("\n".join(waiting)), soft_wrap=True)
            out.print(more)
            waiting.clear()
    if waiting:
        out.print(Text("\n".join(waiting)), soft_wrap=True)


def _row(
    columns: Sequence[str],
    cells: Sequence[str],
    shown: Sequence[str],
    widths: Mapping[str, int],
    right: Sequence[str],
) -> str:
    """One line of a table."""
    parts = []
    for name, cell in zip(columns, cells, strict=True):
        if name not in shown:
            continue
        text, width = cell, widths[name]
        if cell_len(text) > width:
            cut = Text(text)
            cut.truncate(width, overflow="ellipsis")
            text = cut.plain
        padding = " " * (width - cell_len(text))
        parts.append(padding + text if name in right else text + padding)
    return _GAP.join(parts).rstrip()


def _width(shown: Sequence[str], widths: Mapping[str, int]) -> int:
    return sum(widths[name] for name in shown) + len(_GAP) * (len(shown) - 1)


def found(snippet: str) -> Text:
    """A snippet with what was found in bold."""
    text = Text()
    for place, part in enumerate(snippet.split(FOUND)):
        hit, _, rest = part.partition(END) if place else ("", "", part)
        text.append(line_inside(hit), style="bold").append(line_inside(rest))
    return text


def line_inside(text: str) -> str:
    """`line`, with the spaces at its ends."""
    return clean(text).translate(_BREAKS)


def print_json(value: Any) -> None:
    """JSON on stdout; controls are escaped, letters of all scripts stay readable."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    escaped = "".join(
        f"\\u{ord(character):04x}" if character != "\n" and ord(character) in _UNSEEN else character
        for character in text
    )
    click.echo(escaped)


def day_or_minute(story: Mapping[str, Any]) -> str:
    """A story's date as exactly as it is known: the publisher's day, month or year, or the minute in UTC.
    Empty when none was printed."""
    precision, day = story["precision"], story["published_day"]
    if precision in ("year", "month", "day") and day:
        return str(day)[: {"year": 4, "month": 7, "day": 10}[precision]]
    return when(story["published"])


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
        click.echo(f"newsdesk: {line(self.format_message())}", file=file, err=file is None)
