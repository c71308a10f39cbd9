"""`newsdesk add ADDRESS…`: adds the feeds of addresses, home pages and bare hosts as sources."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.credentials.secrets import origin_of
from newsdesk.crawler.discovery.candidates import FoundFeed, feeds_to_add
from newsdesk.crawler.discovery.search import Discovery, DiscoveryRequest
from newsdesk.crawler.http.target import canonical_spelling, host_of
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.output.discovery import choice, found_by, link_lines
from newsdesk.output.page_estimate import pages_words
from newsdesk.output.terminal import Refused, console, line, print_json
from newsdesk.scheduler.durations import format_duration
from newsdesk.scheduler.run.discover import find_feeds
from newsdesk.scheduler.settings import RunSettings
from newsdesk.settings.reader import Settings, check_certificates, read_settings
from newsdesk.settings.values import parse_span
from newsdesk.sources.add_spider import add_spider
from newsdesk.sources.added import LINKS_SHOWN, AddedFeed, added_object, print_added
from newsdesk.sources.changes import find_changes, given_settings, make_changes
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
from newsdesk.storage.hosts.politeness import find_pausing_hosts, keep_host_updates
from newsdesk.storage.pages.estimate import estimate_pages
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.visits import SOURCE_KINDS, SecretNames, SourceKind
from newsdesk.storage.sources.sources import NewSource, add_source, show_source

_DOWN = ("temporary", "challenge", "not-found", "tls")


@click.command()
@click.argument("addresses", metavar="[ADDRESS…]", nargs=-1)
@click.option("--spider", metavar="NAME", help="Add a Scrapy spider of yours, by its name.")
@click.option(
    "--arg",
    "arguments",
    multiple=True,
    metavar="KEY=VALUE",
    help="Give the spider this argument. Repeatable.",
)
@click.option(
    "--set", "spider_settings", multiple=True, metavar="SETTING=VALUE", help="Set this for it. Repeatable."
)
@click.option("--all", "take_all", is_flag=True, help="Add every useful feed, not only the best.")
@click.option("--yes", is_flag=True, help="Add the best feed without asking.")
@click.option(
    "--kind",
    type=click.Choice([kind for kind in SOURCE_KINDS if kind != "spider"]),
    help="Add a source of this kind only.  [default: the best that is found]",
)
@click.option("--name", help="Set the name; one address only.")
@click.option("--tag", "tags", multiple=True, help="Give it this tag. Repeatable.")
@click.option(
    "--language",
    callback=checked(check_language),
    metavar="TAG",
    help="Set the language of stories that name none: en, pt-BR.",
)
@click.option(
    "--country",
    callback=checked(check_country),
    metavar="CC",
    help="Set the country, two letters; it decides abbreviated time zones.",
)
@click.option(
    "--timezone",
    callback=checked(check_timezone),
    metavar="ZONE",
    help="Set the time zone of dates without one: Europe/Berlin.",
)
@click.option(
    "--every",
    "every_s",
    callback=checked(parse_span),
    metavar="SPAN",
    help="Visit it at this interval: 30m, 2h, 1d.",
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
    help="Keep its stories for so long: 90d, or forever.",
)
@click.option("--full-text", is_flag=True, help="Read the pages of its new stories too.")
@secret_options
@click.option("--force", is_flag=True, help="Add the address as typed, without a request.")
@click.option("--reasons", is_flag=True, help="Show for each link of a site why it is taken or not.")
@click.option("--json", "as_objects", is_flag=True, help="Print the result for each address as JSON.")
def command(
    addresses: tuple[str, ...],
    spider: str | None,
    arguments: tuple[str, ...],
    spider_settings: tuple[str, ...],
    take_all: bool,
    yes: bool,
    kind: SourceKind | None,
    name: str | None,
    force: bool,
    reasons: bool,
    as_objects: bool,
    **options: Any,
) -> None:
    """Add feeds by their addresses, or by the address of a site.

    ADDRESS is a feed, a sitemap, a home page or a bare host. On a page newsdesk looks for feeds: first those
    that the page names (Link header, link tags, links), then well-known paths; then for the news sitemap of
    the site. It reads each candidate and adds the best one; on a terminal it asks when there are several.
    A site with neither is added itself, by its page that links stories. Stories are stored by `newsdesk
    crawl` only.

    --spider runs the spider NAME in the folder of the setting spiders.folder, on a schedule as any source; --arg
    and --set are what `scrapy crawl` has as -a and -s. See docs/spiders.md.

    --auth, --header and --cookies name secrets in newsdesk.secrets.toml. A secret is sent to the origin of
    ADDRESS only (same scheme, host and port), and to no other after a redirect.

    \b
    newsdesk add news.example
    newsdesk add https://news.example/sport/ --tag sport --every 30m
    newsdesk add news.example --all
    newsdesk add news.example --kind sitemap
    newsdesk add https://news.example/local --kind site --reasons
    newsdesk add https://down.example/feed --force
    newsdesk add https://paper.example/subscribers.xml --auth paper
    newsdesk add --spider quotes --arg tag=humor --every 6h
    """
    _refuse_mixture(
        addresses,
        spider,
        spider_only=bool(arguments or spider_settings),
        others=take_all or force or kind or reasons,
    )
    if name is not None and (len(addresses) > 1 or take_all):
        raise Refused("--name is for one source; give one address with it, and no --all")
    if options["every_s"] is not None and options["cron"] is not None:
        raise Refused("--every and --cron exclude each other; give one of them")
    options["name"] = name
    if spider is not None:
        add_spider(spider, arguments, spider_settings, options, as_objects=as_objects)
        return
    names = names_given(options)
    requests = [_request(address, kind, take_all, names) for address in addresses]
    settings = read_settings()
    check_certificates(settings)
    found: Sequence[Discovery | None] = [None] * len(requests) if force else _discover(requests, settings)
    prepare(settings.db)
    asking = not (yes or take_all or as_objects) and sys.stdin.isatty() and sys.stdout.isatty()
    objects = []
    ids: list[int] = []
    refused = down = new = 0
    with Writer(settings.db) as writer:
        for one, discovery in zip(requests, found, strict=True):
            chosen: Sequence[FoundFeed | None] = (None,)  # the address as typed
            if discovery is not None:
                chosen = _chosen(discovery, take_all=take_all, asking=asking)
                if asking and chosen and chosen[0] is not None and chosen[0].source_kind == "site":
                    chosen = chosen if _confirmed(discovery, chosen[0], reasons=reasons) else ()
                writer.do(
                    partial(keep_host_updates, host_updates=discovery.host_updates, now=datetime.now(UTC))
                )
                refused += not discovery.feeds
                down += not discovery.feeds and discovery.outcome.category in _DOWN
            added = [_add(writer, feed, one, options, settings.runner) for feed in chosen]
            ids += (each.source_id for each in added)
            new += sum(each.result != "known" for each in added)
            if as_objects:
                objects.append(added_object(one, discovery, added))
            else:
                print_added(one, discovery, added, reasons=reasons)
    for warning in warnings(settings.runner.session.client.secrets, [names] if force else []):
        click.echo(warning, err=True)
    if as_objects:
        print_json(objects)
    elif down:
        click.echo("a feed that cannot be read now can be added with --force", err=True)
    if options["full_text"] and not as_objects:
        _print_estimate(settings, ids)
    if refused:
        raise SystemExit(1)
    if not as_objects and new:
        _print_schedule(options["every_s"], options["cron"])


def _refuse_mixture(
    addresses: Sequence[str], spider: str | None, *, spider_only: bool, others: bool | str | None
) -> None:
    """Raises Refused where neither or both of an address and a spider are given, or options of the other."""
    if spider is None and not addresses:
        raise Refused("give an address, or a spider of yours with --spider NAME")
    if spider is None and spider_only:
        raise Refused("--arg and --set are for a spider; give its name with --spider")
    if spider is not None and (addresses or others):
        raise Refused(
            "--spider takes no ADDRESS, --all, --kind, --force or --reasons: the spider knows its addresses"
        )


def _request(address: str, kind: SourceKind | None, take_all: bool, names: SecretNames) -> DiscoveryRequest:
    """What discovery looks up. An address without a scheme means https, and http if that is unreachable."""
    try:
        absolute, _ = check_address(address)
    except ValueError as error:
        raise Refused(f"{address!r}: {error}") from None
    fallback = None if "://" in address else f"http{absolute.removeprefix('https')}"
    return DiscoveryRequest(address=absolute, kind=kind, fallback=fallback, all=take_all, secrets=names)


def _discover(requests: Sequence[DiscoveryRequest], settings: Settings) -> list[Discovery]:
    host_updates: Sequence[HostUpdate] = ()
    if settings.db.exists():
        prepare(settings.db)
        with reading(settings.db) as db:
            host_updates = find_pausing_hosts(db, now=datetime.now(UTC))
    out = console(stderr=True)
    message = f"looking for feeds at {', '.join(redact(one.address) for one in requests[:3])}"
    with out.status(line(message)) if out.is_terminal else nullcontext():
        return asyncio.run(find_feeds(requests, settings.runner, host_updates=host_updates))


def _chosen(found: Discovery, *, take_all: bool, asking: bool) -> Sequence[FoundFeed]:
    worth = feeds_to_add(found.feeds)
    if take_all or not asking or len(worth) < 2:
        return worth if take_all else worth[:1]
    now = datetime.now(UTC)
    click.echo(f"{len(worth)} feeds at {line(redact(found.address))}:")
    for number, feed in enumerate(worth, 1):
        click.echo(f"{number:>3}  {line(choice(feed, now=now))}")
    return click.prompt(
        "which feeds? Numbers, all or none",
        default="1",
        value_proc=lambda typed: _picked(typed, worth),
    )


def _confirmed(found: Discovery, site: FoundFeed, *, reasons: bool) -> bool:
    """Whether a person takes a site, after the stories that it would bring."""
    click.echo(
        f"no feed and no news sitemap at {line(redact(found.address))}; its page links {site.entries} stories:"
    )
    for text in link_lines(found.links, reasons=reasons, most=LINKS_SHOWN):
        click.echo(f"     {line(text)}")
    return click.confirm("visit this page for its stories?", default=True)


def _picked(typed: str, worth: Sequence[FoundFeed]) -> Sequence[FoundFeed]:
    """`1`, `1 3`, `1,3`, `all` or `none`."""
    parts = typed.replace(",", " ").lower().split()
    if parts in (["all"], ["none"]):
        return worth if parts == ["all"] else ()
    if not parts or not all(part.isdecimal() and 1 <= int(part[:9]) <= len(worth) for part in parts):
        raise click.UsageError(f"type numbers from 1 to {len(worth)}, all or none")
    return [worth[place] for place in dict.fromkeys(int(part) - 1 for part in parts)]


def _add(
    writer: Writer,
    feed: FoundFeed | None,
    request: DiscoveryRequest,
    options: dict[str, Any],
    settings: RunSettings,
) -> AddedFeed:
    """A feed that a page of a site links belongs to that site, on any host. But secrets are for the typed origin
    only: otherwise a page could link a feed on another site and have the secrets sent there. The given options
    are applied to a known source, too."""
    address = canonical_spelling(feed.address) if feed else request.address
    owner = feed.page if feed and feed.found_by != "given" else address
    same_origin = origin_of(address) == origin_of(request.address)
    way, page = found_by(feed)
    kind = feed.source_kind if feed else request.kind or "feed"
    source = NewSource(
        kind=kind,
        address=address,
        host=host_of(address),
        site=site_of(owner),
        found_by=way,
        found_on=None if page is None else redact(page),
        secrets=request.secrets if same_origin else SecretNames(proxy=request.secrets.proxy),
        **{**options, "full_text": options["full_text"] or kind == "sitemap"},
    )
    source_id, result = writer.do(partial(add_source, new=source, now=datetime.now(UTC)))
    changed: dict[str, Any] = {}
    report = ""
    given = given_settings(options, source.secrets)
    if result == "known" and (given or source.tags):
        row = writer.do(partial(show_source, source_id=source_id))
        changed = find_changes(row, given, tags=source.tags)
        report = make_changes(writer, row, changed, settings)
    return AddedFeed(
        source=source, source_id=source_id, result=result, feed=feed, changed=changed, report=report
    )


def _print_estimate(settings: Settings, ids: Sequence[int]) -> None:
    now = datetime.now(UTC)
    with reading(settings.db) as db:
        ahead = estimate_pages(
            db,
            Wanted(requested_at=now, sources=tuple(ids)),
            backlog=settings.runner.backlog,
            delay_s=settings.runner.session.rate_limits.common.mean_s,
            now=now,
        )
    if (estimate := pages_words(ahead)) is not None:
        click.echo(estimate)


def _print_schedule(every_s: int | None, cron: str | None) -> None:
    if every_s is not None or cron is not None:
        when = f"every {format_duration(every_s)}" if every_s is not None else f"by {cron!r}, in UTC"
        click.echo(f"due {when}; `newsdesk crawl --due` and `newsdesk serve` visit it when it is due")
