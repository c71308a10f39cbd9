"""`newsdesk sites new`: writes a first site file from a few pages, and shows what its selectors give."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import click

from newsdesk.captures.folder import make_sites_folder, sites_folder
from newsdesk.captures.site_file_text import FIELDS, file_name, site_file_text
from newsdesk.captures.visit import claimed_page, fetch, open_session
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.http.target import AddressError, canonical_spelling, host_of
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.pool import WorkerLimitError
from newsdesk.crawler.workers.site_files_task import ProposedField, ProposeTask
from newsdesk.output.terminal import Refused, line, print_json
from newsdesk.settings.reader import Settings, check_certificates, read_settings

_SHOWN = 90  # characters of a value


@click.command("new")
@click.argument("host")
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@click.option("--title", help="The right title of the first ADDRESS.")
@click.option("--byline", metavar="NAME", help="A name in the right byline of the first ADDRESS.")
@click.option("--date", "day", metavar="DAY", help="The right day of the first ADDRESS, as YYYY-MM-DD.")
@click.option("--dry-run", is_flag=True, help="Show the file, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def new_command(
    host: str, addresses: tuple[str, ...], title: str | None, byline: str | None, day: str | None,
    dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Write a first site file for HOST from a few of its story pages.

    Looks for the elements that show the title, byline, date and text as the general rules read them, and
    proposes the selectors that find them on most of the pages. Where the rules are wrong, say what is right on
    the first page: --title, --byline, --date. Requests each ADDRESS once, if robots.txt allows it.

    Exit code 1: a page could not be fetched, or there is nothing to propose.

    \b
    newsdesk sites new harbour.example https://harbour.example/ferry https://harbour.example/school
    newsdesk sites new harbour.example https://harbour.example/ferry --byline "Ann Hill" --dry-run
    """
    settings = read_settings()
    check_certificates(settings)
    host = host.lower().removeprefix("www.")
    urls = [_checked(address, host) for address in addresses]
    corrected = _corrections(title, byline, day)
    path = sites_folder(settings) / file_name(host)
    if path.exists() and not dry_run:
        raise Refused(f"{path} is there already; edit it, or move it away, or see what is new with --dry-run")
    proposed, problems = asyncio.run(_propose(urls, corrected, settings))
    text = site_file_text(host, proposed)
    written = bool(proposed) and not dry_run
    if written:
        make_sites_folder(settings)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    if as_json:
        print_json(_as_json(path, text, proposed, problems, written=written))
    else:
        _print(urls, proposed, problems)
        if proposed:
            click.echo(f"\n{'wrote' if written else 'would write'} {path}\n\n{text}", nl=False)
        if written:
            click.echo(
                "\nEdit it, then save pages with newsdesk capture, and check them with newsdesk sites test."
            )
    if problems or not proposed:
        raise SystemExit(1)


def _checked(text: str, host: str) -> str:
    address = absolute_url(text, base=None)
    if address is None:
        raise Refused(f"{text!r} is not an address; write it like https://{host}/story")
    try:
        address = canonical_spelling(address)
    except AddressError as error:
        raise Refused(f"{text!r}: {error}") from None
    own = host_of(address).partition(":")[0]
    if own != host and not own.endswith(f".{host}"):
        raise Refused(f"{text!r} is not on {host}; name the host of the pages: {own.removeprefix('www.')}")
    return address


def _corrections(title: str | None, byline: str | None, day: str | None) -> tuple[tuple[str, str], ...]:
    if day is not None:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise Refused(f"--date {day!r} is no day; write it like 2026-11-24") from None
    given = (("title", title), ("byline", byline), ("date", day))
    return tuple((name, value) for name, value in given if value)


async def _propose(
    urls: Sequence[str], corrected: tuple[tuple[str, str], ...], settings: Settings
) -> tuple[tuple[ProposedField, ...], list[str]]:
    """The proposals, and why pages could not be used."""
    documents, problems = [], []
    async with open_session(settings.runner) as session:
        for url in urls:
            page, problem = await fetch(session, claimed_page(settings, url, now=datetime.now(UTC)))
            if page is None:
                problems.append(f"{redact(url)}: {redact(problem)}")
            else:
                documents.append(Document.of(page))
        if not documents or (corrected and problems):
            return (), problems
        task = ProposeTask(documents=tuple(documents), corrected=corrected, allowed=settings.runner.limits)
        try:
            return await session.run_task(task), problems
        except WorkerLimitError as limit:
            return (), [*problems, str(limit)]


def _print(urls: Sequence[str], proposed: Sequence[ProposedField], problems: Sequence[str]) -> None:
    for problem in problems:
        click.echo(f"not used  {line(problem)}", err=True)
    by_field = {one.field: one for one in proposed}
    for name in FIELDS:
        one = by_field.get(name)
        if one is None:
            click.echo(f"{name:<7} no selector found")
            continue
        click.echo(f"{name:<7} {one.selector}   as expected on {one.right} of {one.of}")
        for value in one.values:
            shown = line(value)
            click.echo(f"          {shown[:_SHOWN] + ('…' if len(shown) > _SHOWN else '') or '(nothing)'}")

    for one in proposed:
        if one.field == "drop":
            click.echo(f"{'drop':<7} {one.selector}   stands in the body of {one.right} of {one.of}")


def _as_json(
    path: Any, text: str, proposed: Sequence[ProposedField], problems: Sequence[str], *, written: bool
) -> dict[str, Any]:
    return {
        "path": str(path),
        "written": written,
        "text": text,
        "problems": list(problems),
        "fields": [
            {
                "field": one.field,
                "selector": one.selector,
                "right": one.right,
                "of": one.of,
                "values": list(one.values),
            }
            for one in proposed
        ],
    }
