"""Limit the length of the fields of an Article before anything parses them. Pure.

The work of the parsers grows with the text, and every text is stored. Longer values are cut, or left out where
a part would mean something else; the doubts of the entry say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from newsdesk.crawler.models import Article, Enclosure, Markup, Person
from newsdesk.storage.records.digests import digest

# In characters. The feed parsers cut names, dates and categories at 1,000; each limit here is lower, so that no
# cut is silent.
MARKUP = {"title": 4_000, "summary": 1_000_000, "content": 1_000_000}
TEXT = {"published": 300, "updated": 300, "language": 100}  # the date parser refuses more than 200
ADDRESS = {"link": 8_000, "guid_link": 8_000, "original_link": 8_000, "image": 8_000}
GUID = 2_000
PERSON = {"name": 900, "email": 320, "uri": 900}
CATEGORY = 400
ENCLOSURE = {"type": 200, "length": 40}
MAX_COUNT = {"authors": 50, "categories": 100, "enclosures": 100}


def limit_fields(article: Article) -> Article:
    """The article with every field within its limit; the same object if nothing is too long."""
    if _fits(article):
        return article
    changed: dict[str, Any] = {}
    doubts: list[str] = []

    def cut(name: str, text: str | None, limit: int) -> str | None:
        if text is None or len(text) <= limit:
            return text
        doubts.append(f"{name} cut at {limit:,} of {len(text):,} characters")
        return text[:limit]

    for name, limit in MARKUP.items():
        markup: Markup | None = getattr(article, name)
        if markup is not None and len(markup.value) > limit:
            changed[name] = replace(markup, value=cut(name, markup.value, limit) or "")
    for name, limit in TEXT.items():
        text: str | None = getattr(article, name)
        if text is not None and len(text) > limit:
            changed[name] = cut(name, text, limit)
    for name, limit in ADDRESS.items():
        address: str | None = getattr(article, name)
        if address is not None and len(address) > limit:
            doubts.append(f"{name} left out, an address of {len(address):,} characters")
            changed[name] = None
    if article.guid is not None and len(article.guid) > GUID:
        doubts.append(f"guid of {len(article.guid):,} characters kept as its digest")
        changed["guid"] = digest("g1", article.guid)
    people = tuple(_person(person, cut) for person in article.authors[: MAX_COUNT["authors"]])
    categories = tuple(
        cut("category", one, CATEGORY) for one in article.categories[: MAX_COUNT["categories"]]
    )
    enclosures = tuple(_enclosures(article.enclosures[: MAX_COUNT["enclosures"]], cut, doubts))
    for name, kept in (("authors", people), ("categories", categories), ("enclosures", enclosures)):
        value = getattr(article, name)
        if len(value) > MAX_COUNT[name]:
            doubts.append(f"{len(value):,} {name}, the first {MAX_COUNT[name]} kept")
        if kept != value:
            changed[name] = kept
    if not doubts:
        return article
    return replace(article, **changed, doubts=(*article.doubts, *dict.fromkeys(doubts)))


def _fits(article: Article) -> bool:
    """Whether every field is within its limit. Called for every entry, so it is written without loops."""
    for value, limit in (
        (article.published, TEXT["published"]),
        (article.updated, TEXT["updated"]),
        (article.language, TEXT["language"]),
        (article.link, ADDRESS["link"]),
        (article.guid_link, ADDRESS["guid_link"]),
        (article.original_link, ADDRESS["original_link"]),
        (article.image, ADDRESS["image"]),
        (article.guid, GUID),
    ):
        if value is not None and len(value) > limit:
            return False
    for name, limit in MARKUP.items():
        markup: Markup | None = getattr(article, name)
        if markup is not None and len(markup.value) > limit:
            return False
    if article.enclosures or len(article.authors) > MAX_COUNT["authors"]:
        return False  # enclosures are rare: `limit_fields` checks each
    if len(article.categories) > MAX_COUNT["categories"]:
        return False
    if any(len(category) > CATEGORY for category in article.categories):
        return False
    return not any(
        len(value) > PERSON[part]
        for person in article.authors
        for part, value in (("name", person.name), ("email", person.email), ("uri", person.uri))
        if value is not None
    )


def _person(person: Person, cut: Any) -> Person:
    parts = {part: getattr(person, part) for part in PERSON}
    kept = {part: cut(f"author's {part}", value, PERSON[part]) for part, value in parts.items()}
    return person if kept == parts else Person(**kept)


def _enclosures(value: Iterable[Enclosure], cut: Any, doubts: list[str]) -> Iterable[Enclosure]:
    for medium in value:
        if len(medium.url) > ADDRESS["link"]:
            doubts.append(f"enclosure left out, an address of {len(medium.url):,} characters")
            continue
        parts = {
            part: cut(f"enclosure's {part}", getattr(medium, part), limit)
            for part, limit in ENCLOSURE.items()
        }
        yield replace(medium, **parts)
