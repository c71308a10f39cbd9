"""The programs that are compared: how each gets its addresses, polls, reads pages, and what it stored.

A side that cannot run here says why, and how to get it. What runs between polls undoes a program's own minimum
interval only, and is not measured.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = ROOT / ".venv-peers"
READER = ("reader>=3.20,<4", "sgmllib3k")  # its copy of feedparser imports sgmllib
PYTHON = Path(sys.executable)
Command = Sequence[str | Path]


class NotHereError(Exception):
    """The program cannot run here; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """`prepare` gives a new folder the addresses of the feeds; `poll`, `crawl` are the measured commands, None for
    what the program does not do. `between` runs before another poll. `entries`, `pages` count what is stored; of
    pages those with a text of more than 200 characters, an author and a date. `well_formed_only`: it refuses feeds
    that are not well-formed XML, so their entries are not expected of it."""

    name: str
    store: str
    prepare: Callable[[Path, Sequence[str]], None]
    poll: Callable[[Path], Command] | None = None
    crawl: Callable[[Path, Sequence[str]], Command] | None = None
    between: Callable[[Path], None] = lambda folder: None
    entries: Callable[[Path], int] = lambda folder: 0
    pages: Callable[[Path], int] = lambda folder: 0
    settings: Mapping[str, str] = field(default_factory=dict)
    well_formed_only: bool = False

    def environment(self, folder: Path) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSDESK_")}
        kept.pop(
            "PYTHONDONTWRITEBYTECODE", None
        )  # a program that compiles itself anew each time is another one
        return {**kept, "HOME": str(folder), **self.settings}

    def size(self, folder: Path) -> int:
        """Bytes of its store, with the log."""
        return sum(file.stat().st_size for file in folder.glob(f"{self.store}*") if file.is_file())


def _count(file: Path, sql: str) -> int:
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
        return int(db.execute(sql).fetchone()[0])
    return 0


def _run(command: Command, folder: Path, side_environment: Mapping[str, str], **more: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=side_environment,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        **more,  # type: ignore[call-overload]
    )
    return str(done.stdout)


def newsdesk(name: str = "newsdesk", checkout: Path = ROOT) -> Side:
    """newsdesk of a checkout, by its command line, without rate limits."""
    own = checkout / ".venv/bin/python"
    python = own if own.exists() else PYTHON
    command: Command = (python, "-P", "-m", "newsdesk")
    settings = {
        "PYTHONPATH": str(checkout),
        "NEWSDESK_DB": "news.db",
        "NEWSDESK_POLITENESS_DELAY_S": "0",
        "NEWSDESK_POLITENESS_PER_MINUTE": "100000",
        "NEWSDESK_NETWORK_ALLOW": "127.0.0.0/8",
    }

    def prepare(folder: Path, addresses: Sequence[str]) -> None:
        (folder / "feeds.txt").write_text("\n".join(addresses))
        _run((*command, "sources", "import", "feeds.txt"), folder, side.environment(folder))

    def pages(folder: Path) -> int:
        fields = ("--json", "--fields", "text,authors,published")
        listed = json.loads(_run((*command, "stories", *fields), folder, side.environment(folder)))
        return sum(
            len(one["text"] or "") > 200 and bool(one["authors"] and one["published"]) for one in listed
        )

    side = Side(
        name=name,
        store="news.db",
        prepare=prepare,
        poll=lambda folder: (*command, "crawl", "--quiet"),
        crawl=lambda folder, addresses: (
            *command,
            "crawl",
            "--quiet",
            *(f"--url={one}" for one in addresses),
        ),
        entries=lambda folder: _count(folder / "news.db", "SELECT count(*) FROM entry"),
        pages=pages,
        settings=settings,
    )
    return side


def floor() -> Side:
    """The floor with all duties."""
    script = HERE / "floor.py"

    def prepare(folder: Path, addresses: Sequence[str]) -> None:
        command = (PYTHON, "-P", script, "prepare", "floor.db", *addresses)
        _run(command, folder, os.environ)

    return Side(
        name="floor-full",
        store="floor.db",
        prepare=prepare,
        poll=lambda folder: (PYTHON, "-P", script, "poll", "floor.db"),
        crawl=lambda folder, addresses: (PYTHON, "-P", script, "crawl", "floor.db", *addresses),
        entries=lambda folder: _count(folder / "floor.db", "SELECT count(*) FROM story"),
        pages=lambda folder: _count(
            folder / "floor.db",
            "SELECT count(*) FROM page WHERE length(text) > 200 AND author <> '' AND published IS NOT NULL",
        ),
    )


def newsboat() -> Side:
    """newsboat, as Debian has it. It sends validators from its second poll on."""
    program = shutil.which("newsboat")
    if program is None:
        raise NotHereError("newsboat is not installed: apt-get install newsboat")
    command: Command = (program, "-q", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload")

    def prepare(folder: Path, addresses: Sequence[str]) -> None:
        (folder / "urls").write_text("\n".join(addresses) + "\n")
        (folder / "config").write_text("reload-threads 2\nmax-items 0\ndownload-retries 1\n")

    def between(folder: Path) -> None:
        if not (folder / "polled").exists():
            (folder / "polled").touch()
            _run(command, folder, side.environment(folder))

    side = Side(
        name="newsboat",
        store="cache.db",
        prepare=prepare,
        poll=lambda folder: command,
        between=between,
        entries=lambda folder: _count(folder / "cache.db", "SELECT count(*) FROM rss_item"),
    )
    return side


def reader(python: Path | None) -> Side:
    """reader from PyPI, in a virtual environment of its own; `python` names one that exists."""
    python = python or _venv_python("reader", *READER)
    script = HERE / "reader_side.py"

    def prepare(folder: Path, addresses: Sequence[str]) -> None:
        _run((python, script, "prepare", "reader.db", *addresses), folder, side.environment(folder))

    side = Side(
        name="reader",
        store="reader.db",
        prepare=prepare,
        poll=lambda folder: (python, script, "poll", "reader.db"),
        entries=lambda folder: _count(folder / "reader.db", "SELECT count(*) FROM entries"),
        well_formed_only=True,
    )
    return side


def _venv_python(name: str, *requirements: str) -> Path:
    """The Python of a virtual environment with some packages, which is made if there is none."""
    folder = VENV / name
    python = folder / "bin/python"
    if not (folder / "ready").exists():
        print(f"installing {name} into {folder}", file=sys.stderr)
        quiet = ("--quiet", "--disable-pip-version-check")
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", *quiet, *requirements], check=True)
        except subprocess.CalledProcessError as error:
            raise NotHereError(
                f"{name} cannot be installed from PyPI: name a Python that has it with --{name}-python"
            ) from error
        (folder / "ready").touch()
    return python


def trafilatura() -> Side:
    """The command line of trafilatura, with its filter of private addresses off."""
    program = PYTHON.parent / "trafilatura"
    if not program.exists():
        raise NotHereError("trafilatura's command line is not installed: pip install trafilatura")
    import trafilatura as package

    defaults = (Path(package.__file__).parent / "settings.cfg").read_text()

    def prepare(folder: Path, addresses: Sequence[str]) -> None:
        (folder / "pages").mkdir()
        wanted = re.sub(r"(?m)^SLEEP_TIME = .*", "SLEEP_TIME = 0", defaults)
        (folder / "settings.cfg").write_text(
            re.sub(r"(?m)^SSRF_PROTECTION = .*", "SSRF_PROTECTION = off", wanted)
        )

    def crawl(folder: Path, addresses: Sequence[str]) -> Command:
        (folder / "addresses.txt").write_text("\n".join(addresses))
        options = ("--json", "--with-metadata", "--parallel", "2", "--config-file", "settings.cfg")
        return (program, "-i", "addresses.txt", "-o", "pages", *options)

    def pages(folder: Path) -> int:
        found = [json.loads(file.read_text()) for file in (folder / "pages").rglob("*.json")]
        return sum(
            len(one.get("text") or "") > 200 and bool(one.get("author") and one.get("date")) for one in found
        )

    return Side(name="trafilatura", store="pages", prepare=prepare, crawl=crawl, pages=pages)
