"""The result of feedparser as Articles, for documents that no other parser can read.

Pure; `feeds.reader` calls feedparser. feedparser is set not to resolve links and not to clean HTML, so links are
joined here. Its keys `published` and `updated` hold the printed strings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newsdesk.crawler.documents.links import Scope, is_web_address, join
from newsdesk.crawler.feeds.entry import distinct_categories
from newsdesk.crawler.feeds.people import distinct, read_person
from newsdesk.crawler.models import Article, Enclosure, FeedReading, Markup, Person
from newsdesk.crawler.rights.stated import stated
from newsdesk.storage.records.rights.stated import Stated
from newsdesk.storage.records.visits import FeedFacts

Parsed = Mapping[str, Any]
_FORMATS = {
    "rss090": "rss 0.90 (rdf)",
    "rss091n": "rss 0.91",
    "rss091u": "rss 0.91",
    "rss092": "rss 0.92",
    "rss093": "rss 0.93",
    "rss094": "rss 0.94",
    "rss10": "rss 1.0 (rdf)",
    "rss20": "rss 2.0",
    "atom03": "atom 0.3",
    "atom10": "atom 1.0",
}


def read_parsed(parsed: Parsed, base: str) -> FeedReading:
    """A FeedReading of feedparser's result. The document may not be a feed."""
    feed: Parsed = parsed.get("feed") or {}
    version = str(parsed.get("version") or "")
    home = join(base, _text(feed, "link"))
    scope = Scope(base=base if version.startswith("atom") else home or base, language=_text(feed, "language"))
    feed_rights = _rights(feed, "feed")
    feed_people = _people(feed) if version.startswith("atom") else ()
    return FeedReading(
        facts=FeedFacts(
            title=_text(feed, "title"),
            home=home,
            language=scope.language,
            format=_FORMATS.get(version, version or None),
            parser="feedparser",
        ),
        articles=tuple(
            _article(entry, scope, feed_people, feed_rights) for entry in parsed.get("entries") or ()
        ),
    )


def _article(
    entry: Parsed, scope: Scope, feed_people: tuple[Person, ...], feed_rights: tuple[Stated, ...]
) -> Article:
    guid = _text(entry, "id")
    link = join(scope.base, _text(entry, "link"))
    inside = scope._replace(base=link or scope.base)
    contents = [markup for one in entry.get("content") or () if (markup := _markup(one, inside))]
    summary = _markup(entry.get("summary_detail"), inside)
    if contents and summary and summary.value == contents[0].value:
        summary = None  # feedparser copies the content into an empty summary
    published, updated = _text(entry, "published"), _own_text(entry, "updated")
    enclosures = tuple(_enclosures(entry, scope))
    return Article(
        guid=guid,
        guid_link=guid if guid and is_web_address(guid) and (entry.get("guidislink") or not link) else None,
        link=link,
        original_link=join(scope.base, _text(entry, "feedburner_origlink")),
        title=_markup(entry.get("title_detail"), inside),
        summary=summary,
        content=contents[0] if contents else None,
        published=published or _text(entry, "created"),
        updated=updated,
        authors=_people(entry) or feed_people,
        categories=distinct_categories(
            str(tag.get("term") or tag.get("label") or "") for tag in entry.get("tags") or ()
        ),
        language=scope.language,
        image=_image(entry, enclosures, scope),
        enclosures=enclosures,
        rights=_rights(entry, "entry") or feed_rights,
    )


def _rights(holder: Parsed, where: str) -> tuple[Stated, ...]:
    licences = (link.get("href") for link in holder.get("links") or () if link.get("rel") == "license")
    found = (
        stated("copyright", where, _text(holder, "rights")),
        *(stated("licence", where, one) for one in licences),
    )
    return tuple(one for one in found if one)


def _own_text(holder: Parsed, field: str) -> str | None:
    # feedparser returns `published` for entry["updated"] if there is no update, and warns.
    return _text(holder, field) if field in holder else None


def _text(holder: Parsed, field: str) -> str | None:
    value = holder.get(field)
    return value.strip() or None if isinstance(value, str) else None


def _markup(detail: Parsed | None, scope: Scope) -> Markup | None:
    value = _text(detail, "value") if detail else None
    if detail is None or value is None:
        return None
    plain = detail.get("type") == "text/plain"
    return Markup(
        value=value,
        kind="text" if plain else "html",
        base=join(scope.base, detail.get("base")) or scope.base,
        language=detail.get("language") or scope.language,
    )


def _people(holder: Parsed) -> tuple[Person, ...]:
    people = distinct(
        Person(name=_text(author, "name"), email=_text(author, "email"), uri=_text(author, "href"))
        for author in holder.get("authors") or ()
    )
    return people or distinct([read_person(_text(holder, "author"))])


def _enclosures(entry: Parsed, scope: Scope) -> Iterator[Enclosure]:
    for link in entry.get("links") or ():
        url = join(scope.base, _text(link, "href")) if link.get("rel") == "enclosure" else None
        if url:
            yield Enclosure(url=url, type=_text(link, "type"), length=_text(link, "length"))


def _image(entry: Parsed, enclosures: tuple[Enclosure, ...], scope: Scope) -> str | None:
    candidates = [file.url for file in enclosures if (file.type or "").startswith("image/")]
    candidates += [_text(thumbnail, "url") or "" for thumbnail in entry.get("media_thumbnail") or ()]
    return next((joined for url in candidates if (joined := join(scope.base, url))), None)
