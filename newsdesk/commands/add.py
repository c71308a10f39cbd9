"""`newsdesk add ADDRESS…`: the feeds of addresses, home pages and bare hosts become sources."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from newsdesk.crawler.credentials.redaction import redact, redact_all
from newsdesk.crawler.credentials.secrets import origin_of
from newsdesk.crawler.discovery.candidates import FoundFeed, feeds_to_add
from newsdesk.crawler.discovery.discover import Discovery, DiscoveryRequest
from newsdesk.crawler.http.target import canonical_spelling
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.output.discovery import as_json, choice, found_by, why_none, why_this
from newsdesk.output.page_estimate import pages_words
from newsdesk.output.terminal import Refused, console, line, print_json
from newsdesk.scheduler.durations import format_duration
from newsdesk.scheduler.run.discover import find_feeds
from newsdesk.settings.reader import Settings, check_certificates, read_settings
from newsdesk.settings.values import parse_span
from newsdesk.sources.option_types import checked
from newsdesk.sources.secret_options import names_given, secret_options, warnings
from newsdesk.sources.values import (
    check_address,
    check_country,
    check_cron,
    check_keep,
    check_language,
    check_timezone,
)
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.hosts.politeness import keep_host_updates, pausing_hosts
from newsdesk.storage.pages.estimate import estimate_pages
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.visits import SecretNames
from newsdesk.storage.sources.sources import NewSource, add_source

_DOWN = ("temporary", "not-found", "tls")
_BESIDE = " " * 11  # below the first word of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class _Added:
    """One feed of an address, as it stands in the store now."""

    source: NewSource
    source_id: int
    what: str
    feed: FoundFeed | None


@click.command()
@click.argument("addresses", metavar="ADDRESS…", nargs=-1, required=True)
@click.option("--all", "take_all", is_flag=True, help="Every feed that is worth it, not only the best.")
@click.option("--yes", is_flag=True, help="Take the best feed without asking.")
@click.option("--name", help="What to call it; one address only.")
@click.option("--tag", "tags", multiple=True, help="A tag; may be given several times.")
@click.option(
    "--language",
    callback=checked(check_language),
    metavar="TAG",
    help="Its language where its stories name none: en, pt-BR.",
)
@click.option(
    "--country",
    callback=checked(check_country),
    metavar="CC",
    help="Its country, two letters: abbreviated zones are read by it.",
)
@click.option(
    "--timezone",
    callback=checked(check_timezone),
    metavar="ZONE",
    help="The zone of dates that name none: Europe/Berlin.",
)
@click.option(
    "--every",
    "every_s",
    callback=checked(parse_span),
    metavar="SPAN",
    help="Visit it this often: 30m, 2h, 1d.",
)
@click.option(
    "--cron",
    callback=checked(check_cron),
    metavar="LINE",
    help="Visit it by a cron line of five fields, in UTC.",
)
@click.option(
    "--keep",
    "keep_days",
    callback=checked(check_keep),
    metavar="DAYS",
    help="Keep its stories so long: 90d, or forever.",
)
@click.option("--full-text", is_flag=True, help="Read the pages of its new stories too.")
@secret_options
@click.option("--force", is_flag=True, help="Add it as it is typed, without asking it.")
@click.option("--json", "as_objects", is_flag=True, help="What came of each address, as JSON.")
def command(
    addresses: tuple[str, ...],
    take_all: bool,
    yes: bool,
    name: str | None,
    force: bool,
    as_objects: bool,
    **told: Any,
) -> None:
    """Add feeds: by their addresses, or by the site's.

    ADDRESS is a feed, a home page or a bare host. Where it is a page, its feeds are looked for: those that
    it names (Link header, link tags, links that speak of a feed), then paths where feeds often lie. Each is
    read before it is offered. The best is taken; on a terminal you are asked when there are several.
    Nothing is stored of a feed before `newsdesk crawl`.

    --auth, --header and --cookies name lines of newsdesk.secrets.toml; what stands there is sent to the host
    of ADDRESS alone (same scheme and port), and to no other that it leads to.

    \b
    newsdesk add news.example
    newsdesk add https://news.example/sport/ --tag sport --every 30m
    newsdesk add news.example --all
    newsdesk add https://down.example/feed --force
    newsdesk add https://paper.example/subscribers.xml --auth paper
    """
    if name is not None and (len(addresses) > 1 or take_all):
        raise Refused("--name names one source; give one address with it, and not --all")
    if told["every_s"] is not None and told["cron"] is not None:
        raise Refused("--every and --cron both say when; give one of them")
    told["name"] = name
    names = names_given(told)
    asked = [_asked(address, take_all, names) for address in addresses]
    settings = read_settings()
    check_certificates(settings)
    found: Sequence[Discovery | None] = [None] * len(asked) if force else _look(asked, settings)
    prepare(settings.db)
    asking = not (yes or take_all or as_objects) and sys.stdin.isatty() and sys.stdout.isatty()
    objects = []
    ids: list[int] = []
    refused = down = 0
    with Writer(settings.db) as writer:
        for one, discovery in zip(asked, found, strict=True):
            chosen: Sequence[FoundFeed | None] = (None,)  # as it is typed
            if discovery is not None:
                chosen = _chosen(discovery, take_all=take_all, asking=asking)
                writer.do(
                    partial(keep_host_updates, host_updates=discovery.host_updates, now=datetime.now(UTC))
                )
                refused += not discovery.feeds
                down += not discovery.feeds and discovery.outcome.category in _DOWN
            added = [_add(writer, feed, one, told) for feed in chosen]
            ids += (each.source_id for each in added)
            if as_objects:
                objects.append(_object(one, discovery, added))
            else:
                _say(one, discovery, added)
    for words in warnings(settings.runner.session.client.secrets, [names] if force else []):
        click.echo(words, err=True)
    if as_objects:
        print_json(objects)
    elif down:
        click.echo("add what is down now with --force", err=True)
    if told["full_text"] and not as_objects:
        _say_how_long(settings, ids)
    if refused:
        raise SystemExit(1)
    if not as_objects:
        _say_when(told["every_s"], told["cron"])


def _asked(address: str, take_all: bool, names: SecretNames) -> DiscoveryRequest:
    """Without a scheme: https, and http when nobody answers there."""
    try:
        absolute, _ = check_address(address)
    except ValueError as error:
        raise Refused(f"{address!r}: {error}") from None
    fallback = None if "://" in address else f"http{absolute.removeprefix('https')}"
    return DiscoveryRequest(address=absolute, fallback=fallback, all=take_all, secrets=names)


def _look(asked: Sequence[DiscoveryRequest], settings: Settings) -> list[Discovery]:
    host_updates: Sequence[HostUpdate] = ()
    if settings.db.exists():
        prepare(settings.db)
        with reading(settings.db) as db:
            host_updates = pausing_hosts(db, now=datetime.now(UTC))
    told = console(stderr=True)
    words = f"looking for feeds at {', '.join(redact(one.address) for one in asked[:3])}"
    with told.status(line(words)) if told.is_terminal else nullcontext():
        return asyncio.run(find_feeds(asked, settings.runner, host_updates=host_updates))


def _chosen(found: Discovery, *, take_all: bool, asking: bool) -> Sequence[FoundFeed]:
    worth = feeds_to_add(found.feeds)
    if take_all or not asking or len(worth) < 2:
        return worth if take_all else worth[:1]
    now = datetime.now(UTC)
    click.echo(f"{len(worth)} feeds at {line(redact(found.address))}:")
    for number, feed in enumerate(worth, 1):
        click.echo(f"{number:>3}  {line(choice(feed, now=now))}")
    return click.prompt(
        "which? numbers, all or none",
        default="1",
        value_proc=lambda typed: _picked(typed, worth),
    )


def _picked(typed: str, worth: Sequence[FoundFeed]) -> Sequence[FoundFeed]:
    """`1`, `1 3`, `1,3`, `all` or `none`."""
    words = typed.replace(",", " ").lower().split()
    if words in (["all"], ["none"]):
        return worth if words == ["all"] else ()
    if not words or not all(word.isdecimal() and 1 <= int(word[:9]) <= len(worth) for word in words):
        raise click.UsageError(f"type numbers from 1 to {len(worth)}, all or none")
    return [worth[place] for place in dict.fromkeys(int(word) - 1 for word in words)]


def _add(writer: Writer, feed: FoundFeed | None, asked: DiscoveryRequest, told: dict[str, Any]) -> _Added:
    """A feed that a site's page links is the site's, wherever it lies. But secrets are for the origin that
    was typed: else a page could name its feed at a stranger's, and have them sent there."""
    address = canonical_spelling(feed.address) if feed else asked.address
    owner = feed.page if feed and feed.way != "given" else address
    near = origin_of(address) == origin_of(asked.address)
    way, page = found_by(feed)
    source = NewSource(
        address=address,
        host=host_of(address),
        site=site_of(owner),
        found_by=way,
        found_on=None if page is None else redact(page),
        secrets=asked.secrets if near else SecretNames(proxy=asked.secrets.proxy),
        **told,
    )
    source_id, what = writer.do(partial(add_source, new=source, now=datetime.now(UTC)))
    return _Added(source=source, source_id=source_id, what=what, feed=feed)


def _say(asked: DiscoveryRequest, found: Discovery | None, added: Sequence[_Added]) -> None:
    if found is not None and not found.feeds:
        reason, *more = why_none(found)
        click.echo(f"not added  {line(redact(asked.address))}: {line(reason)}", err=True)
        for words in (*found.notes, *more):
            click.echo(f"{_BESIDE}{line(words)}", err=True)
        return
    now = datetime.now(UTC)
    for one in added:
        title = one.source.name or (one.feed.title if one.feed else None)
        address = redact(one.source.address)
        shown = f"{title} <{address}>" if title else address
        left = "; its settings are left as they are" if one.what == "known" else ""
        click.echo(f"{one.what:<9}  {one.source_id}  {line(shown)}{left}")
        if one.feed is not None and (one.feed.way != "given" or not one.feed.entries):
            click.echo(f"{_BESIDE}{line(why_this(one.feed, now=now))}")
        if one.what != "known" and one.source.secrets != asked.secrets:
            click.echo(
                f"{_BESIDE}without its secrets: they are for {origin_of(asked.address)}; if you trust this"
                f" address too: `newsdesk sources edit {one.source_id} --auth NAME`"
            )
    for words in found.notes if found else ():
        click.echo(f"{_BESIDE}{line(words)}")
    rest = len(feeds_to_add(found.feeds)) - len(added) + found.unread if found and added else 0
    if rest > 0:
        named = (
            "another feed is there: `--all` adds it"
            if rest == 1
            else f"{rest} more are there: `--all` adds them"
        )
        click.echo(f"{_BESIDE}{named}")


def _object(asked: DiscoveryRequest, found: Discovery | None, added: Sequence[_Added]) -> dict[str, Any]:
    return {
        "asked": redact(asked.address),
        "added": [
            {
                "id": one.source_id,
                "what": one.what,
                "address": redact(one.source.address),
                "name": one.source.name,
                "evidence": as_json(one.feed) if one.feed else None,
            }
            for one in added
        ],
        "refused": found.outcome.message if found and not found.feeds else None,
        "tried": [
            {"address": redact(one.address), "found_by": one.way, "words": one.message}
            for one in (found.tried if found else ())
        ],
        "sitemaps": redact_all(found.sitemaps) if found else [],
    }


def _say_how_long(settings: Settings, ids: Sequence[int]) -> None:
    now = datetime.now(UTC)
    with reading(settings.db) as db:
        ahead = estimate_pages(
            db,
            Wanted(requested_at=now, sources=tuple(ids)),
            backlog=settings.runner.backlog,
            delay_s=settings.runner.session.rate_limits.common.mean_s,
            now=now,
        )
    if (words := pages_words(ahead)) is not None:
        click.echo(words)


def _say_when(every_s: int | None, cron: str | None) -> None:
    if every_s is not None or cron is not None:
        when = f"every {format_duration(every_s)}" if every_s is not None else f"by {cron!r}, in UTC"
        click.echo(f"due {when}: `newsdesk crawl --due` visits what is due")
