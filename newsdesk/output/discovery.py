"""The result of feed discovery for people and as JSON: why a feed was chosen, or what was tried in vain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from newsdesk.crawler.credentials.redaction import redact, redact_all
from newsdesk.crawler.discovery.candidates import FoundFeed
from newsdesk.crawler.discovery.search import Discovery
from newsdesk.crawler.links.models import StoryLink
from newsdesk.output.times import ago
from newsdesk.storage.db.timestamps import to_iso

_FOUND = {
    "link header": "found by a Link header of {page}",
    "link tag": "found by a link tag of {page}",
    "anchor": "found by a link on {page}",
    "robots.txt": "named by {page}",
    "well-known path": "found at a well-known path",
    "story links": "the page itself is visited",
}
_MOST_NAMED = 6


def why_this(feed: FoundFeed, *, now: datetime) -> str:
    """`found by a link tag of https://…/, 30 entries, newest 2 h ago, full text`."""
    parts = [_FOUND[feed.found_by].format(page=feed.page)] if feed.found_by in _FOUND else []
    if feed.found_by not in _FOUND and feed.format:
        parts.append(feed.format)
    return redact(", ".join((*parts, *_measures(feed, now))))


def found_by(feed: FoundFeed | None) -> tuple[str, str | None]:
    """How an address was found, and on which page, as it is stored with its source; None was not requested."""
    if feed is None:
        return "typed, not requested", None
    return ("typed", None) if feed.found_by == "given" else (feed.found_by, feed.page)


def choice(feed: FoundFeed, *, now: datetime) -> str:
    """A feed as a line to choose from: title, kind, number of entries, newest entry, address."""
    title = feed.title or feed.link_title or ""
    kinds = [one for one in (feed.kind, feed.source_kind) if one not in ("main", "feed")]
    return f"{title} ({', '.join((*kinds, *_measures(feed, now)))}) <{redact(feed.address)}>".strip()


def _measures(feed: FoundFeed, now: datetime) -> tuple[str, ...]:
    if feed.source_kind == "site":
        return (f"{feed.entries} {'link' if feed.entries == 1 else 'links'} to stories",)
    if not feed.entries:
        return ("no entries yet",)
    count = f"{feed.entries} {'entry' if feed.entries == 1 else 'entries'}"
    newest = f"newest {ago(to_iso(feed.newest), now=now)}" if feed.newest else "undated"
    return count, newest, feed.carries


def why_none(found: Discovery) -> list[str]:
    """Why no feed was added: the reason, then the addresses that were tried and the sitemaps of robots.txt."""
    lines = [found.outcome.message]
    tried = [one for one in found.tried if one.found_by != "given"]
    named = [one for one in tried if one.found_by != "well-known path"]
    guessed = [urlsplit(one.address).path for one in tried if one.found_by == "well-known path"]
    lines += [f"{one.found_by} {one.address}: {one.message}" for one in named[:_MOST_NAMED]]
    if len(named) > _MOST_NAMED:
        lines.append(f"and {len(named) - _MOST_NAMED} more links, none of them a feed")
    elif not named and found.outcome.code == "not-a-feed" and guessed:
        lines.append("the page links no feed")
    if guessed:
        lines.append(f"no feed at {', '.join(guessed)}")
    if found.sitemaps:
        more = f" and {len(found.sitemaps) - 1} more" if len(found.sitemaps) > 1 else ""
        lines.append(f"robots.txt names the sitemap {found.sitemaps[0]}{more}")
    return list(map(redact, lines))


def link_lines(links: Sequence[StoryLink], *, reasons: bool, most: int | None) -> Iterator[str]:
    """The stories that a page links, best first in the order of the page; with `reasons` every link, and why it is
    taken or not."""
    shown = [link for link in links if reasons or link.is_story]
    for link in shown if most is None else shown[:most]:
        title = link.title or "(no text)"
        if not reasons:
            yield f"{title} <{redact(link.address)}>"
            continue
        mark = "story" if link.is_story else "no story"
        why = ", ".join(f"{one.name} {one.weight:+g}" for one in link.reasons)
        yield f"{mark} {link.score:+g}  {title} <{redact(link.address)}>: {why}"
    if most is not None and len(shown) > most:
        yield f"and {len(shown) - most} more"


def links_as_json(links: Sequence[StoryLink]) -> list[dict[str, Any]]:
    """Every link of a page with its score and reasons."""
    return [
        {
            "address": redact(link.address),
            "title": link.title,
            "date": link.date,
            "story": link.is_story,
            "score": link.score,
            "reasons": [{"reason": one.name, "weight": one.weight} for one in link.reasons],
        }
        for link in links
    ]


def as_json(feed: FoundFeed) -> dict[str, Any]:
    """The evidence as `newsdesk add --json` prints it."""
    return {
        "found_by": feed.found_by,
        "page": redact(feed.page) if feed.page else feed.page,
        "kind": feed.kind,
        "source_kind": feed.source_kind,
        "title": feed.title,
        "format": feed.format,
        "language": feed.language,
        "entries": feed.entries,
        "newest": to_iso(feed.newest) if feed.newest else None,
        "carries": feed.carries,
        "also": redact_all(feed.also),
    }
