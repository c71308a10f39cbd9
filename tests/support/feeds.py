"""Feeds for tests: RSS like that of a newspaper, with the parts that a test is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True, kw_only=True)
class Item:
    title: str = "Ferry timetable changes on Monday"
    link: str | None = "http://daily.test/ferry"
    guid: str | None = None
    permalink: bool = False
    text: str = "<p>The first boat leaves at six.</p>"
    author: str | None = "Ann Hill"
    date: str | None = "Tue, 24 Nov 2026 05:36:00 GMT"


def rss(*items: Item, title: str = "The Daily") -> bytes:
    """An RSS 2.0 document of these items."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(title)}</title><link>http://daily.test/</link><language>en</language>"
        f"{''.join(_items(items))}</channel></rss>"
    ).encode()


def _items(items: Iterable[Item]) -> Iterable[str]:
    for item in items:
        yield "<item>"
        if item.title:
            yield f"<title>{escape(item.title)}</title>"
        if item.link:
            yield f"<link>{escape(item.link)}</link>"
        if item.guid is not None:
            yield f"<guid isPermaLink={quoteattr(str(item.permalink).lower())}>{escape(item.guid)}</guid>"
        if item.author:
            yield f"<dc:creator>{escape(item.author)}</dc:creator>"
        if item.date:
            yield f"<pubDate>{escape(item.date)}</pubDate>"
        if item.text:
            yield f"<content:encoded>{escape(item.text)}</content:encoded>"
        yield "</item>"


def many(count: int, *, site: str = "daily.test", start: int = 0) -> tuple[Item, ...]:
    """`count` different stories of one site."""
    return tuple(
        Item(
            title=f"Story number {number} of {site}",
            link=f"http://{site}/stories/{number}",
            guid=f"{site}-{number}",
            text=f"<p>What happened in story {number}, told at some length.</p>",
        )
        for number in range(start, start + count)
    )
