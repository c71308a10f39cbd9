"""How long the fields of an Article may be, before anything looks into them. Pure.

Dates, bylines, addresses and markup are read by parsers whose work grows with the text, and every text is
kept. What is longer is cut, or left out where a part would mean something else, and the entry says so among
its doubts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from newsdesk.crawler.models import Article, Enclosure, Markup, Person
from newsdesk.storage.records.digests import digest

# Characters. Readers themselves cut names, dates and categories at 1,000: each limit here is below, so that
# no cut is silent.
MARKUP = {"title": 4_000, "summary": 1_000_000, "content": 1_000_000}
TEXT = {"published": 300, "updated": 300, "language": 100}  # a date of more than 200 is not understood
ADDRESS = {"link": 8_000, "guid_link": 8_000, "original_link": 8_000, "image": 8_000}
GUID = 2_000
PERSON = {"name": 900, "email": 320, "uri": 900}
CATEGORY = 400
ENCLOSURE = {"type": 200, "length": 40}
MOST = {"authors": 50, "categories": 100, "enclosures": 100}


def limit_fields(article: Article) -> Article:
    """The article with no field beyond its limit; itself when there is none, which is nearly always."""
    if _fits(article):
        return article
    changed: dict[str, Any] = {}
    doubts: list[str] = []

    def cut(name: str, text: str | None, most: int) -> str | None:
        if text is None or len(text) <= most:
            return text
        doubts.append(f"{name} cut at {most:,} of {len(text):,} characters")
        return text[:most]

    for name, most in MARKUP.items():
        markup: Markup | None = getattr(article, name)
        if markup is not None and len(markup.value) > most:
            changed[name] = replace(markup, value=cut(name, markup.value, most) or "")
    for name, most in TEXT.items():
        text: str | None = getattr(article, name)
        if text is not None and len(text) > most:
            changed[name] = cut(name, text, most)
    for name, most in ADDRESS.items():
        address: str | None = getattr(article, name)
        if address is not None and len(address) > most:
            doubts.append(f"{name} left out, an address of {len(address):,} characters")
            changed[name] = None
    if article.guid is not None and len(article.guid) > GUID:
        doubts.append(f"guid of {len(article.guid):,} characters kept as its digest")
        changed["guid"] = digest("g1", article.guid)
    people = tuple(_person(person, cut) for person in article.authors[: MOST["authors"]])
    categories = tuple(cut("category", one, CATEGORY) for one in article.categories[: MOST["categories"]])
    enclosures = tuple(_enclosures(article.enclosures[: MOST["enclosures"]], cut, doubts))
    for name, kept in (("authors", people), ("categories", categories), ("enclosures", enclosures)):
        said = getattr(article, name)
        if len(said) > MOST[name]:
            doubts.append(f"{len(said):,} {name}, the first {MOST[name]} kept")
        if kept != said:
            changed[name] = kept
    if not doubts:
        return article
    return replace(article, **changed, doubts=(*article.doubts, *dict.fromkeys(doubts)))


def _fits(article: Article) -> bool:
    """Whether nothing is beyond its limit. Asked of every entry, so it is written out."""
    for said, most in (
        (article.published, TEXT["published"]),
        (article.updated, TEXT["updated"]),
        (article.language, TEXT["language"]),
        (article.link, ADDRESS["link"]),
        (article.guid_link, ADDRESS["guid_link"]),
        (article.original_link, ADDRESS["original_link"]),
        (article.image, ADDRESS["image"]),
        (article.guid, GUID),
    ):
        if said is not None and len(said) > most:
            return False
    for name, most in MARKUP.items():
        markup: Markup | None = getattr(article, name)
        if markup is not None and len(markup.value) > most:
            return False
    if article.enclosures or len(article.authors) > MOST["authors"]:
        return False  # media are few: they are looked through one by one
    if len(article.categories) > MOST["categories"]:
        return False
    if any(len(category) > CATEGORY for category in article.categories):
        return False
    return not any(
        len(said) > PERSON[part]
        for person in article.authors
        for part, said in (("name", person.name), ("email", person.email), ("uri", person.uri))
        if said is not None
    )


def _person(person: Person, cut: Any) -> Person:
    parts = {part: getattr(person, part) for part in PERSON}
    kept = {part: cut(f"author's {part}", said, PERSON[part]) for part, said in parts.items()}
    return person if kept == parts else Person(**kept)


def _enclosures(said: Iterable[Enclosure], cut: Any, doubts: list[str]) -> Iterable[Enclosure]:
    for medium in said:
        if len(medium.url) > ADDRESS["link"]:
            doubts.append(f"enclosure left out, an address of {len(medium.url):,} characters")
            continue
        parts = {
            part: cut(f"enclosure's {part}", getattr(medium, part), most) for part, most in ENCLOSURE.items()
        }
        yield replace(medium, **parts)
