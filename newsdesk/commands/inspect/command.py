"""`newsdesk inspect FILE-or-ADDRESS`: the command, and what the store knows of the document."""

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

from newsdesk.commands.inspect.document import inspect_address, inspect_bytes
from newsdesk.commands.inspect.links import inspect_links, link_verdicts, links_report, print_links
from newsdesk.commands.inspect.output import print_inspection
from newsdesk.commands.inspect.report import inspection_report
from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.crawler.http.target import AddressError, canonical_spelling, host_of
from newsdesk.crawler.models import Page
from newsdesk.crawler.normalise.urls.canonical import KEY_VERSION, absolute_url, address_key
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.inspect_task import Inspection, InspectTask
from newsdesk.output.terminal import Refused, print_json
from newsdesk.regular_files import read_regular
from newsdesk.settings.reader import Settings, check_certificates, read_settings
from newsdesk.sources.option_types import checked
from newsdesk.sources.values import check_country, check_language, check_timezone
from newsdesk.storage.db.database import reading, unreadable_reason
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.maintenance.rekey import keys_are_of
from newsdesk.storage.pages.claims import settle_claims
from newsdesk.storage.pages.due import page_as_claimed
from newsdesk.storage.pages.known import read_page_facts
from newsdesk.storage.pages.verdict import decide_page
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.rights.site import NO_SITE_RIGHTS, SiteRights
from newsdesk.storage.records.visits import ClaimedVisit
from newsdesk.storage.rights.reserved import without_reserved_text
from newsdesk.storage.sources.moves import Store, source_at_address
from newsdesk.storage.sources.sources import find_sources, source_as_claimed
from newsdesk.storage.stories.decisions import decide_entry_at, read_source
from newsdesk.storage.stories.verdict import Decision

_PUBLISHED = frozenset(("title", "summary", "text"))  # text of the publisher, not redacted
_NO_ADDRESS = "https://file.invalid/"  # the address of a file without --address (RFC 2606)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What is known of the document before it is read. `is_source`: it is the feed of the source."""

    visit: ClaimedVisit
    page: ClaimedPage
    is_source: bool


@click.command()
@click.argument("what", metavar="FILE-or-ADDRESS")
@click.option("--address", help="The address of a FILE.")
@click.option("--charset", help="The charset of a FILE, as in its Content-Type.")
@click.option(
    "--entry", metavar="N", help="Inspect this entry of a feed: its number, GUID or link. [default: 1]"
)
@click.option(
    "--source", metavar="SOURCE", help="Use the name, language, country and time zone of this source."
)
@click.option("--outlet", metavar="NAME", help="Use this name of the outlet.")
@click.option("--language", callback=checked(check_language), metavar="TAG", help="Use this language.")
@click.option(
    "--country", callback=checked(check_country), metavar="CC", help="Use this country, two letters."
)
@click.option("--timezone", callback=checked(check_timezone), metavar="ZONE", help="Use this time zone.")
@click.option("--links", is_flag=True, help="Show the links of a page, as a site source takes them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    what: str, address: str | None, charset: str | None, entry: str | None, source: str | None,
    links: bool, as_json: bool, **hints: str | None,
) -> None:  # fmt: skip
    """Show how newsdesk reads one document, step by step. Writes nothing.

    Shows the response, every candidate of every field with its origin, the chosen value, the parsed value and
    the rule that parsed it, and the verdict that keeping it would give, with the reason. Requests an ADDRESS
    once, if robots.txt allows it, within the rate limit of its host. A FILE is a page or an RSS, Atom or JSON
    feed; - reads standard input.

    Of the page of a site source, and with --links of any page, it shows every link: its score with the reasons,
    and for a link to a story the verdict that keeping it would give.

    Exit code 1: the document could not be read.

    \b
    newsdesk inspect https://harbour.example/2026/ferry
    newsdesk inspect feed.xml --address https://harbour.example/feed.xml --entry 3
    newsdesk inspect page.html --source "Harbour Gazette" --json
    newsdesk inspect https://harbour.example/local --links
    """
    settings = read_settings()
    now = datetime.now(UTC)
    body, url = _body(what, address, settings)
    if body is None and (address or charset):
        raise Refused("--address and --charset describe a FILE; leave them out for an ADDRESS")
    why_none = unreadable_reason(settings.db)
    if why_none is None:
        with reading(settings.db) as store:
            if not keys_are_of(store, KEY_VERSION):
                why_none = f"the keys of {settings.db} are old; the next crawl computes them again"
    if source is not None and why_none is not None:
        raise Refused(f"--source: {why_none}")
    with ExitStack() as stack:
        db = stack.enter_context(reading(settings.db)) if why_none is None else None
        context = _context(db, url, source, hints, settings, now)
        if links or (context.is_source and context.visit.kind == "site"):
            file = None if body is None else (what, _file_page(url, body, charset, now))
            _show_links(db, file, context, settings, as_json=as_json, now=now)
            return

        def task_of(page: Page) -> InspectTask:
            return InspectTask(
                document=Document(
                    body=page.body,
                    address=page.address,
                    fetched_at=now,
                    content_type=page.content_type,
                    charset=page.charset,
                    content_location=page.content_location,
                    rights_headers=Document.of(page).rights_headers,
                ),
                site_rights=_site_rights(context, page.address),
                visit=context.visit,
                page=context.page,
                entry=entry,
            )

        if body is None:
            check_certificates(settings)
            page, inspected = asyncio.run(
                inspect_address(context.page, settings.runner, is_source=context.is_source, task_of=task_of)
            )
            response = _response(page)
        else:
            response = {**_file_response(what, body), "charset": charset}
            task = task_of(_file_page(url, body, charset, now))
            inspected = asyncio.run(inspect_bytes(task, settings.runner))
        if inspected is not None and not settings.runner.store_reserved_text:
            inspected = _without_reserved_text(inspected)
        verdict = _decide(db, inspected, context, now) if db is not None and inspected is not None else None
    store_name = str(settings.db) if verdict is not None else why_none or "there is no story to keep"
    report = inspection_report(response, inspected, verdict, store=store_name)
    rows = [row if row["field"] in _PUBLISHED else redact_all(row) for row in report.get("fields", ())]
    report = {**redact_all(report, keep=_PUBLISHED), **({"fields": rows} if rows else {})}
    if as_json:
        print_json(report)
    else:
        print_inspection(report)
    if inspected is None or inspected.problem is not None:
        raise SystemExit(1)


def _show_links(
    db: Store | None,
    file: tuple[str, Page] | None,
    context: _Context,
    settings: Settings,
    *,
    as_json: bool,
    now: datetime,
) -> None:
    """Print the links of the page: the one in a file, else the one at the address."""
    if file is None:
        check_certificates(settings)
    page, read = asyncio.run(
        inspect_links(None if file is None else file[1], context.page, context.visit, settings.runner)
    )
    response = (
        _response(page) if file is None else {**_file_response(file[0], page.body), "charset": page.charset}
    )
    report: dict[str, Any] = {"page": redact_all(response)}
    if read is not None:
        backlog = settings.runner.backlog
        verdicts = {} if db is None else link_verdicts(db, context.visit, read, backlog=backlog, now=now)
        report |= links_report(read, verdicts)
    if as_json:
        print_json(report)
    else:
        print_inspection({"page": report["page"]})
        if read is not None:
            print_links(report)
    if read is None or read.problem is not None:
        raise SystemExit(1)


def _body(what: str, address: str | None, settings: Settings) -> tuple[bytes | None, str]:
    """The bytes of a file (None: an address to request) and the address. Raises Refused."""
    if "://" in what:
        return None, _checked(what)
    url = _checked(address) if address is not None else f"{_NO_ADDRESS}{quote(Path(what).name)}"
    most = settings.runner.limits.body_bytes
    try:
        body = sys.stdin.buffer.read(most + 1) if what == "-" else read_regular(what, most=most + 1)
    except OSError as error:
        raise Refused(
            f"{what!r} cannot be read ({error.strerror or error}); an address begins with https:// or http://"
        ) from None
    if len(body) > most:
        raise Refused(
            f"{what!r} has more than the {most:,} bytes of network.max_body_mib; raise that setting, or cut the file"
        )
    return body, url


def _checked(text: str) -> str:
    address = absolute_url(text, base=None)
    if address is None:
        raise Refused(f"{text!r} is not an address; write it like https://news.example/story")
    try:
        return canonical_spelling(address)
    except AddressError as error:
        raise Refused(f"{text!r}: {error}") from None


def _context(
    db: Store | None,
    url: str,
    source: str | None,
    hints: dict[str, str | None],
    settings: Settings,
    now: datetime,
) -> _Context:
    """What options, source and store know: an option takes precedence over the source, the source over the
    stored story of the page."""
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
    is_source = False
    if db is not None:
        rate_limits, limits = settings.runner.session.rate_limits, settings.runner.limits
        page = page_as_claimed(db, url, key=address_key(url), now=now, rate_limits=rate_limits, limits=limits)
        at = source_at_address(db, url)
        source_id = find_sources(db, (source,))[0] if source is not None else at
        if source_id is not None:
            visit = source_as_claimed(db, source_id, rate_limits=rate_limits, limits=limits, now=now)
            is_source = at == source_id
            page = replace(
                page,
                **{name: getattr(visit, name) for name in ("name", "language", "country", "timezone")},
                secrets=visit.secrets,
                bound_to=visit.address,
            )
    given: dict[str, Any] = {
        "name" if name == "outlet" else name: value for name, value in hints.items() if value is not None
    }
    return _Context(visit=replace(visit, **given), page=replace(page, **given), is_source=is_source)


def _decide(db: Store, inspected: Inspection, context: _Context, now: datetime) -> Decision | None:
    """What keeping the document would decide of the page, or of the chosen entry."""
    moment = to_iso(now)
    if inspected.kind == "page":
        if inspected.own is None or inspected.story is None:
            return None
        settled = settle_claims(inspected.own, inspected.story, ())  # no further request is made
        return decide_page(settled, read_page_facts(db, context.page.page_id, settled, now=moment))
    if inspected.article is None:
        return None
    source = read_source(
        db,
        context.visit.source_id,
        site=context.visit.site,
        scheme_changed=inspected.scheme_changed,
        new_per_day=context.visit.limits.new_per_day,
        now=moment,
    )
    return decide_entry_at(
        db, inspected.entries, inspected.at, source=source, whole=inspected.whole, now=moment
    )


def _site_rights(context: _Context, address: str) -> SiteRights:
    """What is stored of what the host of the document states."""
    known = (one for one in (*context.page.robots, *context.visit.robots) if one.host == host_of(address))
    return next((one.rights for one in known), NO_SITE_RIGHTS)


def _without_reserved_text(inspected: Inspection) -> Inspection:
    """The stories as they would be kept."""
    return replace(
        inspected,
        own=inspected.own and without_reserved_text(inspected.own),
        story=inspected.story and without_reserved_text(inspected.story),
        entries=tuple(
            replace(one, story=one.story and without_reserved_text(one.story)) for one in inspected.entries
        ),
    )


def _response(page: Page) -> dict[str, Any]:
    """The response to the request, as JSON."""
    return {
        "requested": page.requested,
        "redirects": list(page.redirects),
        "outcome": page.outcome.code,
        "status": page.outcome.status,
        "message": page.outcome.message,
        "content_type": page.content_type,
        "charset": page.charset,
        "bytes": len(page.body),
        "wire_bytes": page.wire_bytes,
    }


def _file_response(what: str, body: bytes) -> dict[str, Any]:
    return {
        "requested": what, "redirects": [], "outcome": None, "status": None, "message": None, "content_type": None,
        "bytes": len(body), "wire_bytes": None,
    }  # fmt: skip


def _file_page(url: str, body: bytes, charset: str | None, now: datetime) -> Page:
    outcome = Outcome(code="fetched", category="ok", message="a file")
    return Page(requested=url, address=url, outcome=outcome, fetched_at=now, body=body, charset=charset)
