"""What an entry or page printed, as it is kept beside what was understood; and back, to be read again. Pure.

Bodies are not in it: those are kept cleaned, with the story.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from newsdesk.crawler.models import Article, Enclosure, Markup, Person, PrintedDate
from newsdesk.crawler.normalise.text.html import clean_controls

MAX_SAID = 500  # a printed field that is longer is told by its beginning
MAX_CATEGORIES = 50
MAX_DATES = 30
_MAX_PEOPLE = _MAX_MEDIA = 20
_PERSON = ("name", "email", "uri")
_MEDIUM = ("url", "type", "length")


def said_of_article(
    article: Article, *, published: str | None, feed_language: str | None
) -> Mapping[str, Any]:
    """The fields as printed, JSON-like, without those that are not there. `published`: of several dates the
    one that was believed; `feed_language`: what the document says of itself."""
    bodies = (article.content, article.title, article.summary)
    said: dict[str, Any] = {
        "guid": article.guid,
        "link": article.link,
        "guid_link": article.guid_link if article.link is None else None,
        "original_link": article.original_link,
        "title": article.title.value if article.title else None,
        "title_kind": "text" if article.title and article.title.kind == "text" else None,
        "published": published,
        "updated": article.updated,
        "language": article.language,
        "body_language": next((body.language for body in bodies if body and body.language), None),
        "feed_language": feed_language,
        "image": article.image,
    }
    kept: dict[str, Any] = {
        name: clean_controls(text[: 4 * MAX_SAID]) for name, text in said.items() if text is not None
    }
    if article.dates:
        kept["dates"] = [[one.origin, _cut(one.value)] for one in article.dates[:MAX_DATES]]
    if article.authors:
        kept["authors"] = [
            {part: _cut(value) for part in _PERSON if (value := getattr(person, part))}
            for person in article.authors[:_MAX_PEOPLE]
        ]
    if article.categories:
        kept["categories"] = [_cut(one) for one in article.categories[:MAX_CATEGORIES]]
    if article.enclosures:
        kept["enclosures"] = [
            {part: _cut(value, 4 * MAX_SAID) for part in _MEDIUM if (value := getattr(medium, part))}
            for medium in article.enclosures[:_MAX_MEDIA]
        ]
    return kept


def article_of_said(said: Mapping[str, Any], *, html: str | None, summary: str | None) -> Article:
    """The Article that printed `said`, as far as it was kept. `html` is its cleaned body, `summary` the line
    that was read of its summary."""
    title, language = said.get("title"), said.get("body_language")
    kind: Literal["text", "html"] = "text" if said.get("title_kind") == "text" else "html"
    link = said.get("link")
    return Article(
        guid=said.get("guid"),
        guid_link=said.get("guid_link"),
        link=link,
        original_link=said.get("original_link"),
        title=None if title is None else Markup(value=title, kind=kind, language=language),
        summary=None if summary is None else Markup(value=summary, kind="text"),
        content=None if html is None else Markup(value=html, base=link),
        published=said.get("published"),
        updated=said.get("updated"),
        dates=tuple(PrintedDate(origin=origin, value=printed) for origin, printed in said.get("dates", ())),
        authors=tuple(
            Person(**{part: person.get(part) for part in _PERSON}) for person in said.get("authors", ())
        ),
        categories=tuple(said.get("categories", ())),
        language=said.get("language"),
        image=said.get("image"),
        enclosures=tuple(
            Enclosure(url=medium["url"], type=medium.get("type"), length=medium.get("length"))
            for medium in said.get("enclosures", ())
            if medium.get("url")
        ),
    )


def _cut(text: str, most: int = MAX_SAID) -> str:
    return clean_controls(text[:most])
