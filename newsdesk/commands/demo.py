"""`newsdesk demo`: runs newsdesk on an invented newsroom, without leaving this machine.

Serves the newsroom in a thread and runs the ordinary commands in processes of their own, in the folder of the
demo, so that the output is what a person would get. `newsdesk demo serve` only serves.
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
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Folder of the demo's store and settings.",
)
_PORT = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Port of the newsroom; 0 takes any free one.",
)
_FORCE = click.option("--force", is_flag=True, help="Overwrite a newsdesk.toml of your own in the folder.")


@click.group(name="demo", invoke_without_command=True)
@_FOLDER
@_PORT
@_FORCE
@click.pass_context
def command(context: click.Context, folder: Path, port: int, force: bool) -> None:
    """Try newsdesk on a small invented newsroom.

    Six sites in five languages, one site with a news sitemap only, one without even that, a broken feed, a feed
    that is gone, and a site that answers with a bot challenge. The newsroom is served on this
    machine, and the folder holds everything; delete it when you are done."""
    if context.invoked_subcommand is not None:
        return
    with _newsroom(folder, port=port, force=force) as room:
        good, bad = _by_state(room)
        challenged = next(site for site in room.sites if site.state == "challenged")
        first_time = not (folder / "newsdesk.db").exists()
        _type(folder, "add", *good)
        _type(folder, "add", room.base(challenged), may_end=(1,))
        _say("This site answers with a bot challenge. newsdesk says so, and never tries to pass.")
        _type(folder, "add", "--force", *bad)
        if _type(folder, "crawl", may_end=(0, 1)):
            _say(
                "One feed is broken, one is gone and one is behind a bot challenge, on purpose: a crawl reports them "
                "and goes on with the others."
            )
        if first_time:
            _say("Meanwhile a headline was corrected. The second crawl finds the change, and nothing else.")
        _type(folder, "crawl", may_end=(0, 1))
        _type(folder, "stories", "--limit", "10")
    newsdesk = _program()
    _say(
        f"The stories are in {folder / 'newsdesk.db'}. What to try next:\n\n"
        f"  cd {shlex.quote(str(folder))}\n"
        f"  {newsdesk} stories ferry   # search\n"
        f"  {newsdesk} story 1         # show one\n"
        f"  {newsdesk} stories --clusters --limit 10   # list the copies of a story as one row\n"
        f"{_of_copies(folder / 'newsdesk.db', newsdesk)}"
        f"{_of_correction(folder / 'newsdesk.db', newsdesk)}"
        f"  {newsdesk} sources         # list the feeds and their state\n"
        f"  {newsdesk} runs            # list what each crawl did\n"
        f"  {newsdesk} demo serve --folder . --port {room.port}   # keep the newsroom running"
    )


@command.command("serve")
@_FOLDER
@_PORT
@_FORCE
@click.option(
    "--every", "every_s", type=click.FloatRange(min=0.05), metavar="SECONDS",
    help="Publish another story every so many seconds.",
)  # fmt: skip
def serve(folder: Path, port: int, force: bool, every_s: float | None) -> None:
    """Keep the newsroom running, for use from another terminal. Ctrl-C ends it."""
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
            f"  {newsdesk} add --force {' '.join(bad)}   # gone, broken, and behind a bot challenge\n"
            f"  {newsdesk} crawl\n"
            f"  {newsdesk} crawl   # again: a headline was corrected meanwhile\n"
            f"  {newsdesk} stories --limit 10\n\n"
            "Ctrl-C closes the newsroom."
        )
        sys.stdout.flush()
        stop.wait()
    click.echo("\nThe newsroom is closed.")


@contextmanager
def _newsroom(folder: Path, *, port: int, force: bool, every_s: float | None = None) -> Iterator[Newsroom]:
    """The open newsroom, with its settings in `folder`. Raises ClickException when it cannot open."""
    from newsdesk.demo.serve import newsroom_in_thread  # late: other commands need no web server

    with ExitStack() as open_until_done:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # The correction waits for a second visit: `add` may read a feed before the crawl does.
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
                f"cannot serve the newsroom on port {port} with folder {folder}: {error.strerror or error}; "
                "use --port 0 for any free port, or another --folder"
            ) from error
        yield room


def _of_correction(path: Path, newsdesk: str) -> str:
    """The command that shows what was corrected meanwhile."""
    from newsdesk.storage.db.database import reading

    if not path.exists():
        return ""
    with reading(path) as db:
        row = db.conn.execute("SELECT story_id FROM revision ORDER BY id DESC LIMIT 1").fetchone()
    return (
        ""
        if row is None
        else f"  {newsdesk} story {row[0]} --diff 2   # show the words that were corrected\n"
    )


def _of_copies(path: Path, newsdesk: str) -> str:
    """The command that shows the story of a news agency and who carried it."""
    from newsdesk.storage.db.database import reading
    from newsdesk.storage.queries.clusters import largest_clusters

    if not path.exists():
        return ""
    with reading(path) as db:
        clusters = largest_clusters(db, limit=1)
    return "".join(
        f"  {newsdesk} story {one.lead}   # show who carried the story of {one.agency or 'one outlet'}, and what each"
        " changed\n"
        for _, one in clusters
    )


def _opened_at(folder: Path) -> datetime:
    """When the newsroom of this folder opened: a second run on the same day serves the same stories."""
    note, now = folder / "newsroom-opened.txt", datetime.now(UTC)
    try:
        opened_at = datetime.fromisoformat(note.read_text("utf-8").strip())
        if timedelta(0) <= now - opened_at < timedelta(days=1):
            return opened_at
    except (FileNotFoundError, ValueError, TypeError):
        pass  # a first run, or not our note: write it
    note.write_text(f"{now.isoformat()}\n", "utf-8")
    return now


def _write_settings(path: Path, text: str, *, force: bool) -> None:
    if path.exists() and path.read_text("utf-8") != text and not force:
        raise click.ClickException(
            f"{path} exists and has other settings; use another --folder, or --force to overwrite it"
        )
    path.write_text(text, "utf-8")


def _by_state(room: Newsroom) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What to add: the feeds of the open sites and the names of those without a feed; and the feeds of the others."""
    pairs = tuple(zip([site for site in room.sites if site.feed], room.feeds, strict=True))
    return (
        (*(feed for site, feed in pairs if site.state == "open"), *room.bare_names),
        tuple(feed for site, feed in pairs if site.state != "open"),
    )


def _program() -> str:
    """How to call newsdesk: by its name, or by its path if it is not on PATH."""
    return "newsdesk" if which("newsdesk") else shlex.quote(str(Path(sys.executable).with_name("newsdesk")))


def _type(folder: Path, *words: str, may_end: tuple[int, ...] = (0,)) -> int:
    """Print a newsdesk command, run it in the folder, return its exit status (one of `may_end`)."""
    click.secho(f"$ {shlex.join(('newsdesk', *words))}", bold=True)
    sys.stdout.flush()
    # NEWSDESK_… variables of the user would make the demo write to their store.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("NEWSDESK_")}
    ended = subprocess.run(  # noqa: S603  (our own interpreter and module, words from this file)
        (sys.executable, "-m", "newsdesk", *words), cwd=folder, env=environment, check=False
    )
    if ended.returncode not in may_end:
        raise click.ClickException(
            f"`newsdesk {words[0]}` exited with {ended.returncode}; the demo stops here"
        )
    click.echo()
    return ended.returncode


def _say(text: str) -> None:
    click.echo(f"{text}\n")
