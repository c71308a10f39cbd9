"""`newsdesk add ADDRESS…`: feeds become sources, each visited once to see that it is one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial

import click

from crawler.addresses import AddressError
from crawler.hosts import host_of
from crawler.normalise.sites import site_of
from crawler.normalise.urls import absolute_url
from newsdesk.config import check_certificates, parse_span, read_settings
from newsdesk.show import Refused, line
from scheduler.cadence import in_words, parse_cron
from scheduler.desk import try_sources
from storage.database import prepare
from storage.hosts import learn_manners
from storage.records import ClaimedVisit, VisitResult
from storage.sources import NewSource, add_source
from storage.writer import Writer


def _every(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    try:
        return None if value is None else parse_span(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r}: {error}") from error


def _cron(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    try:
        if value is not None:
            parse_cron(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r}: {error}; write five fields, like '*/15 6-22 * * *'") from error
    return value


@click.command()
@click.argument("addresses", metavar="ADDRESS…", nargs=-1, required=True)
@click.option("--name", help="What to call it; one address only.")
@click.option("--tag", "tags", multiple=True, help="A tag; may be given several times.")
@click.option("--every", callback=_every, metavar="SPAN", help="Visit it this often: 30m, 2h, 1d.")
@click.option(
    "--cron", callback=_cron, metavar="LINE", help="Visit it by a cron line of five fields, in UTC."
)
@click.option("--full-text", is_flag=True, help="Remember the stories' pages as due to be read.")
@click.option("--force", is_flag=True, help="Add it without asking it, or although it is down now.")
def command(
    addresses: tuple[str, ...],
    name: str | None,
    tags: tuple[str, ...],
    every: int | None,
    cron: str | None,
    full_text: bool,
    force: bool,
) -> None:
    """Add feeds by their addresses.

    Each is asked once, to see that it is a feed; nothing is stored of it before `newsdesk crawl`.

    \b
    newsdesk add https://news.example/rss.xml --tag local --every 30m
    newsdesk add https://down.example/feed --force
    """
    if name is not None and len(addresses) > 1:
        raise Refused("--name names one source; give one address with it")
    if every is not None and cron is not None:
        raise Refused("--every and --cron both say when; give one of them")
    settings = read_settings()
    check_certificates(settings)
    new = [_new_source(address, name, tags, every, cron, full_text) for address in addresses]
    refused = down = 0
    tried = [] if force else asyncio.run(try_sources([_first_visit(source) for source in new], settings.desk))
    prepare(settings.db)
    with Writer(settings.db) as writer:
        for place, source in enumerate(new):
            result = None if force else tried[place]
            if result is not None and result.outcome.group != "fine":
                refused += 1
                down += result.outcome.group in ("temporary", "missing", "tls")
                click.echo(f"not added  {line(source.address)}: {line(result.outcome.words)}", err=True)
                continue
            source_id, what = writer.do(partial(add_source, new=source, now=datetime.now(UTC)))
            if result is not None:
                writer.do(partial(learn_manners, manners=result.manners, now=result.ended_at))
            left = "; its settings are left as they are" if what == "known" else ""
            click.echo(f"{what:<9}  {source_id}  {line(_title(source, result))}{left}")
    if down:
        click.echo("add what is down now with --force", err=True)
    if refused:
        raise SystemExit(1)
    if every is not None or cron is not None:
        when = f"every {in_words(every)}" if every is not None else f"by {cron!r}, in UTC"
        click.echo(f"due {when}: `newsdesk crawl --due` visits what is due")


def _new_source(
    address: str,
    name: str | None,
    tags: tuple[str, ...],
    every: int | None,
    cron: str | None,
    full_text: bool,
) -> NewSource:
    typed = address.strip()
    absolute = absolute_url(typed if "://" in typed else f"https://{typed}", base=None)
    if absolute is None:
        raise Refused(f"{address!r} is no address of a feed; write it like https://news.example/feed.xml")
    try:
        host = host_of(absolute)
    except AddressError as error:
        raise Refused(f"{address!r} cannot be added: {error}") from None
    return NewSource(
        address=absolute, host=host, site=site_of(absolute), name=name, tags=tags, every_s=every,
        cron=cron, full_text=full_text,
    )  # fmt: skip


def _first_visit(source: NewSource) -> ClaimedVisit:
    return ClaimedVisit(source_id=0, address=source.address, host=source.host, site=source.site)


def _title(source: NewSource, result: VisitResult | None) -> str:
    title = source.name or (result.facts.title if result and result.facts else None)
    return f"{title} <{source.address}>" if title else source.address
