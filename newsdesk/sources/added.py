"""The result of `newsdesk add` for one address: for people, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from newsdesk.crawler.credentials.redaction import redact, redact_all
from newsdesk.crawler.credentials.secrets import origin_of
from newsdesk.crawler.discovery.candidates import FoundFeed, feeds_to_add
from newsdesk.crawler.discovery.search import Discovery, DiscoveryRequest
from newsdesk.output.discovery import as_json, link_lines, links_as_json, why_none, why_this
from newsdesk.output.terminal import line
from newsdesk.storage.plurals import count
from newsdesk.storage.sources.sources import NewSource

LINKS_SHOWN = 10  # stories of a site
_INDENT = " " * 11  # below the address of the line before


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFeed:
    """One feed of an address, as it is stored. `result`: added, known or revived. Of a known one: the settings
    that were `changed`, and `report`, the line that says so; empty when no setting was given."""

    source: NewSource
    source_id: int
    result: str
    feed: FoundFeed | None
    changed: Mapping[str, Any]
    report: str


def print_added(
    request: DiscoveryRequest, found: Discovery | None, added: Sequence[AddedFeed], *, reasons: bool = False
) -> None:
    """The feeds of one address, or why there is none. Of a site the stories that it links, with `reasons` all links and
    why each is taken or not."""
    if found is not None and not found.feeds:
        reason, *more = why_none(found)
        click.echo(f"not added  {line(redact(request.address))}: {line(reason)}", err=True)
        for detail in (*found.notes, *more):
            click.echo(f"{_INDENT}{line(detail)}", err=True)
        if reasons:
            _print_links(found, reasons=True)
        return
    now = datetime.now(UTC)
    for one in added:
        title = one.source.name or (one.feed.title if one.feed else None)
        address = redact(one.source.address)
        label = f"{title} <{address}>" if title else address
        unchanged = "; its settings stay unchanged" if one.result == "known" and not one.report else ""
        click.echo(f"{one.result:<9}  {one.source_id}  {line(label)}{unchanged}")
        if one.report:
            click.echo(f"{_INDENT}{one.report}")
        if one.feed is not None and (one.feed.found_by != "given" or not one.feed.entries):
            click.echo(f"{_INDENT}{line(why_this(one.feed, now=now))}")
        if one.result != "known" and one.source.kind == "sitemap":
            click.echo(
                f"{_INDENT}a sitemap has no texts, so the pages of its new stories are read;"
                f" `newsdesk sources edit {one.source_id} --no-full-text` turns it off"
            )
        if found is not None and one.source.kind == "site":
            _print_links(found, reasons=reasons)
        if one.source.secrets != request.secrets:
            click.echo(
                f"{_INDENT}{one.result} without the secrets, which are for {origin_of(request.address)} only;"
                f" if you trust this address too: `newsdesk sources edit {one.source_id} --auth NAME`"
            )
    for detail in found.notes if found else ():
        click.echo(f"{_INDENT}{line(detail)}")
    rest = len(feeds_to_add(found.feeds)) - len(added) + found.unread if found and added else 0
    if rest > 0:
        them = "it" if rest == 1 else "them"
        click.echo(f"{_INDENT}{count(rest, 'more feed')} found; `--all` adds {them}")


def _print_links(found: Discovery, *, reasons: bool) -> None:
    for text in link_lines(found.links, reasons=reasons, most=None if reasons else LINKS_SHOWN):
        click.echo(f"{_INDENT}{line(text)}")


def added_object(
    request: DiscoveryRequest, found: Discovery | None, added: Sequence[AddedFeed]
) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "requested": redact(request.address),
        "added": [
            {
                "id": one.source_id,
                "result": one.result,
                "address": redact(one.source.address),
                "name": one.source.name,
                "kind": one.source.kind,
                "changed": dict(one.changed),
                "evidence": as_json(one.feed) if one.feed else None,
            }
            for one in added
        ],
        "refused": found.outcome.message if found and not found.feeds else None,
        "tried": [
            {"address": redact(one.address), "found_by": one.found_by, "message": one.message}
            for one in (found.tried if found else ())
        ],
        "sitemaps": redact_all(found.sitemaps) if found else [],
        "links": links_as_json(found.links) if found else [],
    }
