"""`newsdesk sites test`: reads every capture again and shows what differs from its saved reading."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from newsdesk.captures.capture import Capture, CaptureError, captures_in, load, save_reading, with_reading
from newsdesk.captures.folder import captures_folder
from newsdesk.captures.output import difference_lines, read_by
from newsdesk.captures.reading import differences, reading_of
from newsdesk.captures.visit import read_all
from newsdesk.output.bar import progress_bar
from newsdesk.output.terminal import Refused, line, print_json
from newsdesk.settings.reader import read_settings
from newsdesk.storage.plurals import count


@click.command("test")
@click.argument("hosts", metavar="[HOST]...", nargs=-1)
@click.option("--captures", metavar="FOLDER", help="Test these. [default: captures beside the site files]")
@click.option("--accept", is_flag=True, help="Save the present readings as the right ones.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def test_command(hosts: tuple[str, ...], captures: str | None, accept: bool, as_json: bool) -> None:
    """Read every capture again, and show what changed.

    Sends no requests. A capture of a HOST is one in the folder of this name. Look through the differences, then
    mend the site file, or save the present readings with --accept.

    Exit code 1: a reading differs, a site file cannot be used, or a capture cannot be read.

    \b
    newsdesk sites test
    newsdesk sites test harbour.example --accept
    """
    settings = read_settings()
    folder = captures_folder(settings, captures)
    loaded, broken = _load(folder, tuple(host.removeprefix("www.") for host in hosts))
    if not loaded and not broken:
        where = f"{folder} of {', '.join(hosts)}" if hosts else str(folder)
        raise Refused(f"there are no captures in {where}; newsdesk capture ADDRESS saves one")
    documents = [capture.document for capture in loaded]
    with progress_bar(len(loaded), "captures") as step:
        results, files = asyncio.run(read_all(documents, settings.runner, step=lambda: step(1)))
    readings = [reading_of(result) for result in results]
    rows: list[dict[str, Any]] = [
        {"capture": capture, "reading": reading, "changes": [*differences(capture.reading, reading)]}
        for capture, reading in zip(loaded, readings, strict=True)
    ]
    changed = [row for row in rows if row["changes"]]
    if accept:
        for row in changed:
            save_reading(with_reading(row["capture"], row["reading"]))
    if as_json:
        print_json(
            {
                "captures": [_as_json(row) for row in rows],
                "broken": broken,
                "accepted": accept and len(changed),
            }
        )
    else:
        _print(rows, broken, accept=accept)
    # the session has logged what is wrong with files
    if broken or files.problems or (changed and not accept):
        raise SystemExit(1)


def _load(folder: Any, hosts: tuple[str, ...]) -> tuple[list[Capture], list[str]]:
    loaded, broken = [], []
    for path in captures_in(folder, hosts):
        try:
            loaded.append(load(path))
        except CaptureError as error:
            broken.append(str(error))
    return loaded, broken


def _print(rows: list[dict[str, Any]], broken: list[str], *, accept: bool) -> None:
    for row in rows:
        if not row["changes"]:
            continue
        capture = row["capture"]
        name = f"{capture.path.parent.name}/{capture.path.name}"
        click.echo(f"{'accepted' if accept else 'changed'}  {line(name)}, {read_by(row['reading'])}")
        for text in difference_lines(capture, row["reading"]):
            click.echo(text)
    for problem in broken:
        click.echo(f"not read  {line(problem)}", err=True)
    changed = sum(bool(row["changes"]) for row in rows)
    click.echo(f"{count(len(rows), 'capture')}: {len(rows) - changed} same, {changed} changed")


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    capture = row["capture"]
    return {
        "path": str(capture.path),
        "address": capture.document.address,
        "site_file": row["reading"].get("site_file"),
        "changes": {name: [before, after] for name, before, after in row["changes"]},
    }
