"""Feeds in two versions: RSS 2.0, Atom, RDF and JSON Feed, each with thirty entries of a few kB of HTML.

A feed's second version has one to three new entries at the top and lacks as many at the end. One feed in fifty is
not well-formed, in ways that every reader repairs. Of a hundred entries eight are in several feeds, under other
addresses.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from benchmarks.peers.language import Text, choose_language

ENTRIES = 30
FORMATS = {"rss": 70, "atom": 22, "rdf": 8}  # of a hundred feeds
SYNDICATED = 0.08
BROKEN_EVERY = 50
SUMMARIES_EVERY = 5  # one feed in so many has summaries only
NEWEST = datetime(2026, 11, 20, 12, tzinfo=UTC)
CONTENT_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True)
class Entry:
    guid: str
    link: str
    title: str
    author: str
    html: str
    summary: str
    at: datetime
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Feed:
    """`fresh`: how many entries are new in the second version."""

    content_type: str
    versions: tuple[bytes, bytes]
    fresh: int


def make_feed(number: int, text: Text, *, base: str, feeds: int, form: str | None = None) -> Feed:
    """Feed `number` of `feeds`, at `base`; `form` None for one of FORMATS."""
    chance = random.Random(f"feed {number}")
    language = choose_language(chance).tag
    if is_broken(number):
        form = "rss"  # JSON has no such errors
    form = form or chance.choices(list(FORMATS), list(FORMATS.values()))[0]
    fresh = 1 + number % 3
    short = number % SUMMARIES_EVERY == 0
    entries = [
        _entry(at, number, chance, text, language=language, base=base, feeds=feeds, short=short)
        for at in range(ENTRIES + fresh)
    ][::-1]
    write = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json}[form]
    title = f"{text.headline(chance, language)[:30]} {number}"
    versions = [
        _broken(write(part, title, base, language), number) for part in (entries[fresh:], entries[:ENTRIES])
    ]
    return Feed(CONTENT_TYPES[form], (versions[0], versions[1]), fresh)


def _entry(
    at: int,
    feed: int,
    chance: random.Random,
    text: Text,
    *,
    language: str,
    base: str,
    feeds: int,
    short: bool,
) -> Entry:
    link, guid = f"{base}/story/{feed}/{at}", f"urn:story:{feed}:{at}"
    own = chance
    if chance.random() < SYNDICATED:  # the same text in other feeds, too
        number = chance.randrange(max(1, feeds * ENTRIES // 60))
        link, guid, own = f"{link}/agency-{number}", f"{guid}:{number}", random.Random(f"agency {number}")
        language = choose_language(own).tag
    title, author = text.headline(own, language), text.name(own)
    length = 300 if short else own.randint(2000, 10_000 if own.random() < 0.5 else 4500)
    html, first = make_body(own, text, language, length=length, base=base)
    byline = own.choices(
        (author, f"By {author}", author.upper(), f"{author} and {text.name(own)}"), (70, 15, 5, 10)
    )[0]
    return Entry(
        guid=guid,
        link=link + ("?utm_source=rss" if chance.random() < 0.3 else ""),
        title=title,
        author=byline,
        html=html,
        summary=first[:220],
        at=NEWEST - timedelta(minutes=40 * (ENTRIES + 3 - at) + feed % 30),
        categories=tuple(text.headline(own, language).split(" ")[0][:12] for _ in range(own.randint(0, 4))),
    )


def make_body(chance: random.Random, text: Text, language: str, *, length: int, base: str) -> tuple[str, str]:
    """The HTML of an article with the markup that content systems put in, and its first paragraph as text."""
    parts, first, size = [], "", 0
    while size < length:
        sentences = text.sentences(chance, language, chance.randint(3, 6))
        first = first or " ".join(sentences)
        kind = chance.random()
        if kind < 0.25:
            number = chance.randrange(1000)
            sentences[-1] = (
                f'<a href="{base}/topic/{number}" class="link" onclick="track({number})">{sentences[-1]}</a>'
            )
        elif kind < 0.4:
            sentences[-1] = f"&quot;<em>{sentences[-1]}</em>&quot;"
        part = f"<p>{' '.join(sentences)}</p>\n"
        kind = chance.random()
        if kind < 0.12:
            part += (
                f'<figure><img src="/image/{chance.randrange(9999)}.jpg" alt="photo" width="800" height="450"'
                ' style="width:100%"/><figcaption>Photo &amp; caption</figcaption></figure>'
            )
        elif kind < 0.16:
            part += '<script>var seen=1;if(seen<2){track("x")}</script><img src="/pixel.gif" width="1" height="1"/>'
        elif kind < 0.22:
            part += f"<ul><li>{sentences[0]}</li><li>{sentences[1]}</li></ul>"
        parts.append(part)
        size += len(part)
    return "".join(parts), first


def _cdata(html: str) -> str:
    return f"<![CDATA[{html}]]>"


def _rss(entries: Sequence[Entry], title: str, base: str, language: str) -> str:
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>{escape(one.link)}</link>"
        f'<guid isPermaLink="false">{one.guid}</guid><pubDate>{format_datetime(one.at)}</pubDate>'
        f"<dc:creator>{_cdata(one.author)}</dc:creator>"
        + "".join(f"<category>{escape(category)}</category>" for category in one.categories)
        + f"<description>{escape(one.summary)}</description>"
        f"<content:encoded>{_cdata(one.html)}</content:encoded></item>\n"
        for one in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>{escape(title)}</title><link>{base}/</link><description>{escape(title)}</description>"
        f"<language>{language}</language>{items}</channel></rss>\n"
    )


def _atom(entries: Sequence[Entry], title: str, base: str, language: str) -> str:
    items = "".join(
        f'<entry><title type="html">{escape(escape(one.title))}</title><id>{one.guid}</id>'
        f'<link rel="alternate" type="text/html" href="{escape(one.link)}"/>'
        f"<published>{one.at.isoformat()}</published><updated>{one.at.isoformat()}</updated>"
        f"<author><name>{escape(one.author)}</name></author>"
        + "".join(f'<category term="{escape(category)}"/>' for category in one.categories)
        + f'<summary>{escape(one.summary)}</summary><content type="html">{escape(one.html)}</content></entry>\n'
        for one in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}"><title>{escape(title)}</title>'
        f'<id>{base}/</id><link href="{base}/"/><updated>{NEWEST.isoformat()}</updated>{items}</feed>\n'
    )


def _rdf(entries: Sequence[Entry], title: str, base: str, language: str) -> str:
    items = "".join(
        f'<item rdf:about="{escape(one.link)}"><title>{escape(one.title)}</title><link>{escape(one.link)}</link>'
        f"<dc:date>{one.at.isoformat()}</dc:date><dc:creator>{escape(one.author)}</dc:creator>"
        f"<description>{escape(one.summary)}</description>"
        f"<content:encoded>{_cdata(one.html)}</content:encoded></item>\n"
        for one in entries
    )
    listed = "".join(f'<rdf:li rdf:resource="{escape(one.link)}"/>' for one in entries)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f'<channel rdf:about="{base}/"><title>{escape(title)}</title><link>{base}/</link>'
        f"<description>{escape(title)}</description><dc:language>{language}</dc:language>"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>{items}</rdf:RDF>\n"
    )


def _json(entries: Sequence[Entry], title: str, base: str, language: str) -> str:
    items = [
        {
            "id": one.guid,
            "url": one.link,
            "title": one.title,
            "content_html": one.html,
            "summary": one.summary,
            "date_published": one.at.isoformat(),
            "authors": [{"name": one.author}],
            "tags": one.categories,
        }
        for one in entries
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": f"{base}/"}
    return json.dumps({**head, "language": language, "items": items}, ensure_ascii=False)


def is_broken(number: int) -> bool:
    """Whether a feed is not well-formed: one in BROKEN_EVERY."""
    return number % BROKEN_EVERY == BROKEN_EVERY // 2


def _broken(document: str, number: int) -> bytes:
    """With a bare ampersand and an HTML entity, or without its last end tag, if the feed is not well-formed."""
    if is_broken(number):
        if number // BROKEN_EVERY % 2:
            document = document.rsplit("</", 1)[0]
        else:
            for tag in ("description", "summary"):
                document = document.replace(f"<{tag}>", f"<{tag}>Arts & more,&nbsp;", 3)
    return document.encode()
