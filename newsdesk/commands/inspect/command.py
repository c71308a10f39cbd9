"""`newsdesk inspect FILE-or-ADDRESS`: one document at each station of a story's way; nothing is written."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.crawler.http.target import AddressError, one_spelling
from newsdesk.crawler.models import Page
from newsdesk.crawler.normalise.urls.canonical import KEY_VERSION, absolute_url, address_key
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.crawler.workers.inspect_task import Inspection, InspectTask
from newsdesk.commands.inspect.output import print_stations, stations
from newsdesk.output.terminal import Refused, print_json
from newsdesk.commands.inspect.document import walk_address, walk_document
from newsdesk.settings.reader import Settings, check_certificates, read_settings
from newsdesk.sources.option_types import checked
from newsdesk.sources.values import check_country, check_language, check_timezone
from newsdesk.storage.db.database import not_ready, reading
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.maintenance.rekey import keys_are_of
from newsdesk.storage.pages.due import page_as_claimed
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.visits import ClaimedVisit
from newsdesk.storage.sources.moves import Store, address_taken
from newsdesk.storage.sources.sources import find_sources, source_as_claimed
from newsdesk.storage.stories.judging import Judged, judge_entry, judge_page

_WORDS = frozenset(("title", "summary", "text"))  # the publisher's own, shown as they are
_NOWHERE = "https://file.invalid/"  # where a file was answered of which no address was given (RFC 2606)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What is known of the document before it is read. `source_id`: the source whose feed it is."""

    visit: ClaimedVisit
    page: ClaimedPage
    is_source: bool


@click.command()
@click.argument("what", metavar="FILE-or-ADDRESS")
@click.option("--address", help="Where a FILE was answered.")
@click.option("--charset", help="The charset that a FILE's server told.")
@click.option("--entry", metavar="N", help="Which entry of a feed: its number, GUID or link; else the first.")
@click.option("--source", metavar="SOURCE", help="As this source's: its name, language, country, zone.")
@click.option("--outlet", metavar="NAME", help="The paper's name.")
@click.option("--language", callback=checked(check_language), metavar="TAG", help="Its language.")
@click.option("--country", callback=checked(check_country), metavar="CC", help="Its country, two letters.")
@click.option("--timezone", callback=checked(check_timezone), metavar="ZONE", help="Its zone.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(
    what: str, address: str | None, charset: str | None, entry: str | None, source: str | None,
    as_json: bool, **hints: str | None,
) -> None:  # fmt: skip
    """Walk one document through the stations of a story, and write nothing.

    Shown are what was got, every candidate of every field with its place (a page) or every printed field (a
    feed's entry), what was chosen, what it means and by which rule, and what keeping it would decide against
    the store, and why. An ADDRESS is asked once, within its robots.txt and its host's pace; a FILE is a page,
    an RSS, Atom or JSON feed, - is what is piped in.

    Exit code 1: there is nothing to read, in words.

    \b
    newsdesk inspect https://harbour.example/2026/ferry
    newsdesk inspect feed.xml --address https://harbour.example/feed.xml --entry 3
    newsdesk inspect page.html --source "Harbour Gazette" --json
    """
    settings = read_settings()
    now = datetime.now(UTC)
    body, url = _got(what, address, settings)
    if body is None and (address or charset):
        raise Refused("--address and --charset tell of a FILE; an ADDRESS tells them itself")
    why_none = not_ready(settings.db)
    if why_none is None:
        with reading(settings.db) as looked_at:
            if not keys_are_of(looked_at, KEY_VERSION):
                why_none = f"the keys of {settings.db} are of former rules: the next crawl makes them anew"
    if source is not None and why_none is not None:
        raise Refused(f"--source: {why_none}")
    with ExitStack() as stack:
        db = stack.enter_context(reading(settings.db)) if why_none is None else None
        context = _context(db, url, source, hints, settings, now)

        def order_of(page: Page) -> InspectTask:
            return InspectTask(
                body=page.body,
                address=page.address,
                content_type=page.content_type,
                charset=page.charset,
                content_location=page.content_location,
                visit=context.visit,
                page=context.page,
                entry=entry,
                now=now,
            )

        if body is None:
            check_certificates(settings)
            page, walked = asyncio.run(
                walk_address(context.page, settings.runner, is_source=context.is_source, order_of=order_of)
            )
            got = _told(page)
        else:
            got = {**_of_file(what, body), "charset": charset}
            order = replace(order_of(_as_page(url, body, now)), charset=charset)
            walked = asyncio.run(walk_document(order, settings.runner))
        judged = _judge(db, walked, context, now) if db is not None and walked is not None else None
    store = str(settings.db) if judged is not None else why_none or "there is no story to keep"
    told = stations(got, walked, judged, store=store)
    rows = [row if row["field"] in _WORDS else redact_all(row) for row in told.get("fields", ())]
    told = {**redact_all(told, keep=_WORDS), **({"fields": rows} if rows else {})}
    if as_json:
        print_json(told)
    else:
        print_stations(told)
    if walked is None or walked.problem is not None:
        raise SystemExit(1)


def _got(what: str, address: str | None, settings: Settings) -> tuple[bytes | None, str]:
    """The bytes of a file (None: an address is to be asked) and the address. Raises Refused."""
    if "://" in what:
        return None, _checked(what)
    url = _checked(address) if address is not None else f"{_NOWHERE}{quote(Path(what).name)}"
    most = settings.runner.limits.body_bytes
    try:
        if what == "-":
            body = sys.stdin.buffer.read(most + 1)
        else:
            with Path(what).open("rb") as file:
                body = file.read(most + 1)
    except OSError as error:
        raise Refused(
            f"{what!r} cannot be read ({error.strerror or error}); an address begins with https:// or http://"
        ) from None
    if len(body) > most:
        raise Refused(f"{what!r} has more than the {most:,} bytes of network.max_body_mib; raise that, or cut it")
    return body, url


def _checked(said: str) -> str:
    address = absolute_url(said, base=None)
    if address is None:
        raise Refused(f"{said!r} is no address; write it like https://news.example/story")
    try:
        return one_spelling(address)
    except AddressError as error:
        raise Refused(f"{said!r}: {error}") from None


def _context(
    db: Store | None,
    url: str,
    source: str | None,
    hints: dict[str, str | None],
    settings: Settings,
    now: datetime,
) -> _Context:
    """What source and options tell: an option goes before the source, the source before what is stored of
    the page's story."""
    host = queue_of(host_of(url))
    visit = ClaimedVisit(
        source_id=0, address=url, host=host, site=site_of(url), limits=settings.runner.limits
    )
    rate_limit = settings.runner.session.rate_limits.of(host)
    page = ClaimedPage(
        page_id=0,
        url=url,
        host=host,
        delay_s=rate_limit.delay_s,
        per_minute=rate_limit.per_minute,
        limits=visit.limits,
    )
    of_source = False
    if db is not None:
        rate_limits, limits = settings.runner.session.rate_limits, settings.runner.limits
        page = page_as_claimed(db, url, key=address_key(url), now=now, rate_limits=rate_limits, limits=limits)
        at = address_taken(db, url)
        source_id = find_sources(db, (source,))[0] if source is not None else at
        if source_id is not None:
            visit = source_as_claimed(db, source_id, rate_limits=rate_limits, limits=limits, now=now)
            of_source = at == source_id
            page = replace(
                page,
                **{name: getattr(visit, name) for name in ("name", "language", "country", "timezone")},
                secrets=visit.secrets,
                bound_to=visit.address,
            )
    said: dict[str, Any] = {
        "name" if name == "outlet" else name: value for name, value in hints.items() if value is not None
    }
    return _Context(visit=replace(visit, **said), page=replace(page, **said), is_source=of_source)


def _judge(db: Store, walked: Inspection, context: _Context, now: datetime) -> Judged | None:
    if walked.kind == "page":
        if walked.own is None or walked.story is None:
            return None
        return judge_page(db, walked.own, walked.story, url=context.page.url, now=to_iso(now))
    if walked.article is None:
        return None
    return judge_entry(
        db,
        walked.entries,
        walked.at,
        source_id=context.visit.source_id,
        site=context.visit.site,
        scheme_changed=walked.scheme_changed,
        whole=walked.whole,
        now=to_iso(now),
    )


def _told(page: Page) -> dict[str, Any]:
    """What an address answered."""
    return {
        "asked": page.requested,
        "led_to": list(page.redirects),
        "outcome": page.outcome.code,
        "status": page.outcome.status,
        "words": page.outcome.message,
        "type": page.content_type,
        "charset": page.charset,
        "bytes": len(page.body),
        "wire_bytes": page.wire_bytes,
    }


def _of_file(what: str, body: bytes) -> dict[str, Any]:
    return {
        "asked": what, "led_to": [], "outcome": None, "status": None, "words": None, "type": None,
        "bytes": len(body), "wire_bytes": None,
    }  # fmt: skip


def _as_page(url: str, body: bytes, now: datetime) -> Page:
    fine = Outcome(code="fetched", category="ok", message="a file")
    return Page(requested=url, address=url, outcome=fine, fetched_at=now, body=body)
