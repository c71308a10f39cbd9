"""Generates parts of the pages in place: `python docs/update.py`.

These are the blocks between `<!-- made: … -->` and `<!-- end -->`: the help of each command, the table of settings,
the tables by which dates are parsed. A new command, table or column gets an entry for which you write the text; one
that is gone loses it. `tests/project/test_docs.py` fails while pages and code differ. With `--examples` the outputs
after `<!-- ran -->` and the picture of the terminal are generated too, on the newsroom of the demo.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
sys.path.insert(0, str(ROOT))

from docs import byline_tables  # noqa: E402  (this folder is not installed as a package)

WIDTH = 80  # of the terminal that the help texts are written for
MADE = re.compile(r"(<!-- made: (?P<what>[^\n]*?) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)
RAN = re.compile(r"(?P<head><!-- ran -->\n```console\n)(?P<body>.*?)(?P<tail>```\n)", re.DOTALL)


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command with its full name, groups before their subcommands."""
    from newsdesk.command_line import newsdesk

    with newsdesk.make_context("newsdesk", [], resilient_parsing=True, terminal_width=WIDTH - 2) as context:
        yield from _inside("newsdesk", newsdesk, context)


def _inside(
    arguments: str, command: click.Command, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    yield arguments, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _inside(f"{arguments} {name}", inner, click.Context(inner, context, info_name=name))


def help_block(arguments: str) -> str:
    """The help of one command as a terminal shows it."""
    found = {name: (command, context) for name, command, context in commands()}
    command, context = found[arguments]
    lines = (line.rstrip() for line in command.get_help(context).splitlines())
    return "```text\n" + "\n".join(lines) + "\n```\n"


def settings_block() -> str:
    """All settings as a table."""
    from newsdesk.settings.definitions import SETTINGS, variable_of

    rows = ["| setting | variable | default | meaning |", "| --- | --- | --- | --- |"]
    for name, setting in SETTINGS.items():
        text = ", ".join(setting.default) if isinstance(setting.default, tuple) else setting.default
        text = str(text).lower() if isinstance(text, bool) else text
        default = "none" if text == "" else f"`{text}`"
        about = setting.about.replace("|", "\\|")
        rows.append(f"| `{name}` | `{variable_of(name)}` | {default} | {about} |")
    return "\n".join(rows) + "\n"


def dates_block(what: str) -> str:
    """The parsers, languages, orders or zones for dates, or the origins of dates."""
    from newsdesk.crawler.normalise.dates import common_formats
    from newsdesk.crawler.normalise.dates.parser import PARSERS
    from newsdesk.crawler.normalise.dates.precedence import ORIGINS
    from newsdesk.crawler.normalise.dates.tables import orders
    from newsdesk.crawler.normalise.dates.worded import lexicon, numeric
    from newsdesk.crawler.normalise.dates.zones import abbreviations

    if what == "parsers":
        rows = [
            ("common_format", common_formats.parse_common_format),
            *((parser.__name__.removeprefix("parse_"), parser) for parser in PARSERS),
        ]
        cells = [(f"`{name}`", inspect.cleandoc(inspect.getdoc(parser) or "")) for name, parser in rows]
        return _table(("parser", "formats"), [(name, " ".join(text.split())) for name, text in cells])
    if what == "languages":
        return ", ".join(f"`{code}`" for code in sorted(lexicon.languages())) + "\n"
    if what == "orders":
        return _table(("order", "countries"), [(f"`{order}`", it) for order, it in orders.BY_COUNTRY.items()])
    if what == "origins":
        return _table(
            ("origin", "kind", "where the date was found"),
            [(f"`{name}`", f"*{origin.kind}*", origin.about) for name, origin in ORIGINS.items()],
        )
    if what == "zones":
        known = abbreviations()
        return _table(("printed", "country", "from UTC"), [(f"`{name}`", *rest) for name, *rest in known])
    assert what == "undecided"
    return ", ".join(f"`{code}`" for code in sorted(numeric.UNDECIDED)) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def make(what: str) -> str:
    """The block of that name. Raises KeyError when there is none (any more)."""
    kind, _, rest = what.partition(" ")
    makers: dict[str, Callable[[], str]] = {
        "help": lambda: help_block(rest),
        "settings": settings_block,
        "dates": lambda: dates_block(rest),
        "byline-examples": byline_tables.examples,
        "byline-origins": byline_tables.origins,
        "byline-words": byline_tables.words,
    }
    return makers[kind]()


def updated(text: str) -> str:
    """A page with its made blocks as the code has them now."""
    return MADE.sub(lambda found: f"{found[1]}{make(found['what'])}{found[4]}", text)


def with_new_commands(text: str) -> str:
    """docs/commands.md with a new section for each command without one."""
    known = {found["what"] for found in MADE.finditer(text)}
    for arguments, command, _ in commands():
        if f"help {arguments}" not in known:
            text += f"\n## `{arguments}`\n\n{command.get_short_help_str(200)}\n\n"
            text += f"<!-- made: help {arguments} -->\n<!-- end -->\n"
    return text


def tables() -> dict[str, list[str]]:
    """Tables and views with their columns, without those of the libraries."""
    from newsdesk.storage.db.database import prepare, reading

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "newsdesk.db"
        prepare(path)
        with reading(path) as db:
            made = db.conn.execute(
                "SELECT name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_master WHERE type IN ('table', 'view')"
            ).fetchall()
            hidden = ("sqlite_", "_sqlite_", *(f"{table}_" for table, virtual in made if virtual))
            return {
                table: [row[1] for row in db.conn.execute(f"PRAGMA table_info([{table}])")]
                for table, _ in made
                if not table.startswith(hidden)
            }


UNTOLD = "(what is it?)"
ROW = re.compile(r"^\| `([^`]+)` \| .*\n", re.MULTILINE)


def with_columns(text: str) -> str:
    """docs/store.md with the present columns of the tables, in their order."""
    for table, columns in tables().items():
        heading = f"### `{table}`\n"
        if heading not in text:
            text += f"\n{heading}\n{UNTOLD}\n\n| column | meaning |\n| --- | --- |\n| `id` | {UNTOLD} |\n"
        before, _, after = text.partition(heading)
        section = re.split(r"^##", after, maxsplit=1, flags=re.MULTILINE)[0]
        known = {row[1]: row[0] for row in ROW.finditer(section)}
        rows = "".join(known.get(name, f"| `{name}` | {UNTOLD} |\n") for name in columns)
        at = ROW.search(section)
        assert at is not None, f"docs/store.md, {table}: no table of columns"
        section_now = section[: at.start()] + rows + ROW.sub("", section[at.start() :])
        text = before + heading + section_now + after[len(section) :]
    return text


# The examples: run in one folder, in the order of the page, while the newsroom is open.


def run_examples(text: str, folder: Path) -> str:
    return RAN.sub(lambda found: found["head"] + _typed(found["body"], folder) + found["tail"], text)


def _typed(body: str, folder: Path) -> str:
    lines = [line for line in body.splitlines() if line.startswith("$ ")]
    if lines[0] == "$ newsdesk demo":
        lines = lines[:1]  # which runs the others itself
    return "".join(f"{line}\n{_run(shlex.split(line[2:], comments=True), folder)}" for line in lines)


def _environment() -> dict[str, str]:
    kept = {key: it for key, it in os.environ.items() if not key.startswith(("NEWSDESK_", "COLUMNS"))}
    return kept | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"}


def _run(arguments: list[str], folder: Path) -> str:
    """Both streams of a command. One that serves is ended by Ctrl-C."""
    with subprocess.Popen(  # noqa: S603 - examples of the pages
        arguments, cwd=folder, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        if arguments[1:3] == ["demo", "serve"]:
            time.sleep(3)
            process.send_signal(signal.SIGINT)
        text = process.communicate(timeout=120)[0]
    text = text.replace(str(folder.resolve()), "~").replace(f"{Path(sys.executable).parent}/", "")
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n") + "\n"


def _terminal(folder: Path, lines: tuple[str, ...], target: Path) -> None:
    """A picture of the output of the lines on a terminal. Its colours do not depend on light or dark mode."""
    from rich.console import Console
    from rich.text import Text

    console = Console(width=COLUMNS, force_terminal=True, color_system="truecolor")
    shown: list[list[tuple[str, bool]]] = []
    for line in lines:
        printed = Text.from_ansi(_on_terminal(shlex.split(line), folder, width=COLUMNS))
        shown.append([(f"$ {line}", True)])
        shown += [
            [(part.text, bool(part.style and part.style.bold)) for part in parts]
            for parts in console.render_lines(printed, pad=False)
        ]
        shown.append([])
    target.write_text(_picture(shown[:-1]), encoding="utf-8")


COLUMNS = 104
CELL, LINE, MARGIN = 8.4, 19, 18  # pixels: a character's width at 14 px, a line's height, the frame


def _picture(lines: list[list[tuple[str, bool]]]) -> str:
    """Lines of (text, bold) as SVG. Each word or cell has its own position, because letters of other scripts have
    other widths, and a right-to-left line must not reverse the table."""
    from html import escape

    from rich.cells import cell_len

    width, height = round(COLUMNS * CELL + 2 * MARGIN), len(lines) * LINE + 2 * MARGIN
    made = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14"'
        ' fill="#d7dae0">',
        "<title>What newsdesk stories and newsdesk story print</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#1e2127"/>',
    ]
    for row, parts in enumerate(lines):
        column = 0
        for text, bold in parts:
            for spaced in re.split(r"( {2,})", text):
                piece = spaced.lstrip(" ")
                column += len(spaced) - len(piece)
                if piece:
                    at = f'x="{MARGIN + column * CELL:.1f}" y="{MARGIN + row * LINE + 14}"'
                    plain = all(ord(letter) < 0x250 or letter in "…→" for letter in piece)
                    fit = f' textLength="{cell_len(piece) * CELL:.1f}"' if plain else ""
                    look = ' font-weight="bold"' if bold else ""
                    look += ' fill="#98c379"' if piece.startswith("$ ") else ""
                    made.append(f"<text {at}{fit}{look}>{escape(piece, quote=False)}</text>")
                column += cell_len(piece)
    return "\n".join((*made, "</svg>")) + "\n"


def _on_terminal(arguments: list[str], folder: Path, *, width: int) -> str:
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    environment = _environment() | {"TERM": "xterm-256color", "COLUMNS": str(width)}
    parts = []
    with subprocess.Popen(  # noqa: S603 - examples of the pages
        arguments, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        while part := _read(ours):
            parts.append(part)
    os.close(ours)
    return b"".join(parts).decode("utf-8").replace("\r\n", "\n").rstrip("\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux gives EIO when the other side has closed
        return b""


def _picture_lines(folder: Path) -> tuple[str, ...]:
    """The newest stories, and the one that was corrected."""
    stories = json.loads(_run(["newsdesk", "stories", "--limit", "100", "--json"], folder))
    corrected = next(story["id"] for story in stories if story["changed_at"])
    return ("newsdesk stories --limit 8", f"newsdesk story {corrected}")


def examples() -> None:
    from newsdesk.demo.serve import newsroom_in_thread

    page = DOCS / "commands.md"
    text = page.read_text(encoding="utf-8")
    at = text.index("## `newsdesk add`")  # the part before it opens its own newsroom
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        head = run_examples(text[:at], folder)
        with newsroom_in_thread(port=8765, correct_after=None) as room:
            shutil.rmtree(folder / "demo", ignore_errors=True)
            (folder / "newsdesk.toml").write_text(room.settings_toml(), encoding="utf-8")
            page.write_text(head + run_examples(text[at:], folder), encoding="utf-8")
        print(_run(["newsdesk", "demo"], folder))
        _terminal(folder / "demo", _picture_lines(folder / "demo"), DOCS / "terminal.svg")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", action="store_true", help="generate outputs and picture too")
    options = parser.parse_args()
    for page in sorted(DOCS.glob("*.md")):
        old = page.read_text(encoding="utf-8")
        with_new = {"commands.md": with_new_commands, "store.md": with_columns}.get(page.name, str)
        new = updated(with_new(old))
        if new != old:
            page.write_text(new, encoding="utf-8")
            print(f"updated {page.relative_to(ROOT)}")
    if options.examples:
        examples()


if __name__ == "__main__":
    main()
