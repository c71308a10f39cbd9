"""`newsdesk demo`: the whole of newsdesk on an invented newsroom, with nothing leaving this machine.

It serves the newsroom in a thread and types the ordinary commands, each in a process of its own and
in the demo's folder, so that what is shown is what a person would get. `newsdesk demo serve` only
serves. `newsdesk.__main__` finds `command` here.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which
from threading import Event
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from newsdesk.demo.serve import Newsroom

_FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True
)
_PORT = click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes any free one."
)
_FORCE = click.option("--force", is_flag=True, help="Overwrite another newsdesk.toml in the folder.")


@click.group(name="demo", invoke_without_command=True)
@_FOLDER
@_PORT
@_FORCE
@click.pass_context
def command(context: click.Context, folder: Path, port: int, force: bool) -> None:
    """Try newsdesk on a small invented newsroom: six sites, five languages, one feed broken, one gone.

    Everything is served on this machine and kept in the folder; delete it when you are done.
    """
    if context.invoked_subcommand is not None:
        return
    with _newsroom(folder, port=port, force=force) as room:
        good, bad = _by_state(room)
        first_time = not (folder / "newsdesk.db").exists()
        _type(folder, "add", *good)
        _type(folder, "add", "--force", *bad)
        if _type(folder, "crawl", may_end=(0, 1)):
            _say(
                "One feed is broken and one is gone, on purpose: a crawl says so and goes on with the others."
            )
        if first_time:
            _say("Meanwhile a headline was corrected. The second crawl finds that, and nothing else.")
        _type(folder, "crawl", may_end=(0, 1))
        _type(folder, "stories", "--limit", "10")
    newsdesk = _program()
    _say(
        f"The stories are in {folder / 'newsdesk.db'}. What to type next:\n\n"
        f"  cd {shlex.quote(str(folder))}\n"
        f"  {newsdesk} stories ferry   # search\n"
        f"  {newsdesk} story 1         # read one\n"
        f"  {newsdesk} sources         # which feeds, and how they are\n"
        f"  {newsdesk} runs            # what each crawl did\n"
        f"  {newsdesk} demo serve --folder . --port {room.port}   # leave the newsroom running to play with"
    )


@command.command("serve")
@_FOLDER
@_PORT
@_FORCE
@click.option(
    "--every", "every_s", type=click.FloatRange(min=0.05), metavar="SECONDS",
    help="Publish one more story every so many seconds.",
)  # fmt: skip
def serve(folder: Path, port: int, force: bool, every_s: float | None) -> None:
    """Leave the newsroom running, to play with from another terminal. Ctrl-C ends it."""
    stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with _newsroom(folder, port=port, force=force, every_s=every_s) as room:
        good, bad = _by_state(room)
        newsdesk, lines = _program(), " \\\n      ".join(good)
        click.echo(
            f"The newsroom is open on 127.0.0.1:{room.port}. In another terminal:\n\n"
            f"  cd {shlex.quote(str(folder.resolve()))}\n"
            f"  {newsdesk} add {lines}\n"
            f"  {newsdesk} add --force {' '.join(bad)}   # one is broken, one is gone\n"
            f"  {newsdesk} crawl\n"
            f"  {newsdesk} crawl   # again: one headline was corrected meanwhile\n"
            f"  {newsdesk} stories --limit 10\n\n"
            "Ctrl-C closes the newsroom."
        )
        sys.stdout.flush()
        stop.wait()
    click.echo("\nThe newsroom is closed.")


@contextmanager
def _newsroom(folder: Path, *, port: int, force: bool, every_s: float | None = None) -> Iterator[Newsroom]:
    """The open newsroom, with its settings in `folder`. Trouble comes as a ClickException in words."""
    from newsdesk.demo.serve import newsroom_in_thread  # late: `newsdesk --help` needs no server

    with ExitStack() as open_until_done:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # The correction waits for a reader that comes back: `add` may look at a feed before the crawl.
            opening = newsroom_in_thread(
                opened_at=datetime.now(UTC) if every_s else _opened_at(folder),
                port=port,
                every_s=every_s,
                correct_after=None,
            )
            room = open_until_done.enter_context(opening)
            _write_settings(folder / "newsdesk.toml", room.settings_toml(), force=force)
        except OSError as error:
            raise click.ClickException(
                f"the newsroom cannot open on port {port} with folder {folder}: {error.strerror or error}. "
                "`--port 0` takes any free port, `--folder` another folder."
            ) from error
        yield room


def _opened_at(folder: Path) -> datetime:
    """When this folder's newsroom opened: a second run on the same day tells the same stories."""
    note, now = folder / "newsroom-opened.txt", datetime.now(UTC)
    try:
        opened_at = datetime.fromisoformat(note.read_text("utf-8").strip())
        if timedelta(0) <= now - opened_at < timedelta(days=1):
            return opened_at
    except (FileNotFoundError, ValueError, TypeError):
        pass  # a first run, or not our note: it is written anew
    note.write_text(f"{now.isoformat()}\n", "utf-8")
    return now


def _write_settings(path: Path, text: str, *, force: bool) -> None:
    if path.exists() and path.read_text("utf-8") != text and not force:
        raise click.ClickException(
            f"{path} exists and says something else; it is left as it is. "
            "Choose another --folder, or --force to overwrite it."
        )
    path.write_text(text, "utf-8")


def _by_state(room: Newsroom) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses of the open sites' feeds, and of the others."""
    pairs = tuple(zip(room.sites, room.feeds, strict=True))
    return (
        tuple(feed for site, feed in pairs if site.state == "open"),
        tuple(feed for site, feed in pairs if site.state != "open"),
    )


def _program() -> str:
    """What a person types for newsdesk: its name, or its path where the name alone is not found."""
    return "newsdesk" if which("newsdesk") else shlex.quote(str(Path(sys.executable).with_name("newsdesk")))


def _type(folder: Path, *words: str, may_end: tuple[int, ...] = (0,)) -> int:
    """Print a newsdesk command, run it in the folder, return its exit status (one of `may_end`)."""
    click.secho(f"$ {shlex.join(('newsdesk', *words))}", bold=True)
    sys.stdout.flush()
    # The person's own NEWSDESK_… variables would lead the demo to their store.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("NEWSDESK_")}
    ended = subprocess.run(  # noqa: S603  (our own interpreter and module, words from this file)
        (sys.executable, "-m", "newsdesk", *words), cwd=folder, env=environment, check=False
    )
    if ended.returncode not in may_end:
        raise click.ClickException(
            f"`newsdesk {words[0]}` ended with {ended.returncode}; the demo stops here."
        )
    click.echo()
    return ended.returncode


def _say(words: str) -> None:
    click.echo(f"{words}\n")
