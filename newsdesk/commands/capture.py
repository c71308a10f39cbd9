"""`newsdesk capture ADDRESS`: saves a page with its present reading beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from newsdesk.captures.capture import Capture, CaptureError, capture_path, save
from newsdesk.captures.folder import captures_folder, make_sites_folder
from newsdesk.captures.output import read_by, reading_lines
from newsdesk.captures.reading import reading_of
from newsdesk.captures.visit import claimed_page, fetch, open_session, read
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http.target import AddressError, canonical_spelling
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.crawler.workers.document import Document
from newsdesk.output.terminal import Refused, clean, print_json
from newsdesk.settings.reader import Settings, check_certificates, read_settings


@click.command()
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@click.option("--to", metavar="FOLDER", help="Save here. [default: captures in the folder of site files]")
@click.option("--dry-run", is_flag=True, help="Show the reading, and save nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(addresses: tuple[str, ...], to: str | None, dry_run: bool, as_json: bool) -> None:
    """Save a page, with what newsdesk reads on it now beside it.

    Review the reading, and correct it where it is wrong. `newsdesk sites test` reads all captures again and
    shows what changed: after you edited a site file, or after an upgrade. Requests each ADDRESS once, if
    robots.txt allows it, within the rate limit of its host. Keeps no story.

    Exit code 1: a page could not be captured.

    \b
    newsdesk capture https://harbour.example/2026/ferry
    newsdesk capture https://harbour.example/2026/ferry --to review --dry-run
    """
    settings = read_settings()
    check_certificates(settings)
    urls = [_checked(address) for address in addresses]
    folder = captures_folder(settings, to)
    rows = asyncio.run(_capture(urls, folder, settings))
    failed = False
    for row in rows:
        capture = row.get("capture")
        if capture is not None and not dry_run:
            if to is None:
                make_sites_folder(settings)
            try:
                save(capture)
            except (CaptureError, OSError) as error:
                row.update(problem=str(error), capture=None)
        failed = failed or row["capture"] is None
    if as_json:
        print_json([_as_json(row, dry_run=dry_run) for row in rows])
    else:
        for row in rows:
            _print(row, dry_run=dry_run)
    if failed:
        raise SystemExit(1)


def _checked(text: str) -> str:
    address = absolute_url(text, base=None)
    if address is None:
        raise Refused(f"{text!r} is not an address; write it like https://news.example/story")
    try:
        return canonical_spelling(address)
    except AddressError as error:
        raise Refused(f"{text!r}: {error}") from None


async def _capture(urls: Sequence[str], folder: Path, settings: Settings) -> list[dict[str, Any]]:
    """For each address its capture, or the problem."""
    rows: list[dict[str, Any]] = []
    async with open_session(settings.runner) as session:
        for url in urls:
            now = datetime.now(UTC).replace(microsecond=0)
            page, problem = await fetch(session, claimed_page(settings, url, now=now))
            if page is None:
                rows.append({"address": url, "capture": None, "problem": problem})
                continue
            document = Document.of(page)
            reading = reading_of(await read(session, document, settings.runner))
            path = capture_path(folder, document.address, document.fetched_at)
            rows.append({"address": url, "capture": Capture(path=path, document=document, reading=reading)})
    return rows


def _print(row: dict[str, Any], *, dry_run: bool) -> None:
    capture = row["capture"]
    if capture is None:
        click.echo(
            f"not captured  {clean(redact(row['address']))}: {clean(redact(row['problem']))}", err=True
        )
        return
    click.echo(f"{'would save' if dry_run else 'saved'}  {capture.path}.html.gz and .json")
    click.echo(f"  {read_by(capture.reading)}")
    for text in reading_lines(capture.reading):
        click.echo(redact(text))


def _as_json(row: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
    capture = row["capture"]
    return {
        "address": redact(row["address"]),
        "path": str(capture.path) if capture is not None else None,
        "saved": capture is not None and not dry_run,
        "problem": row.get("problem"),
        "reading": capture.reading if capture is not None else None,
    }
