"""The fields of an Article as printed, as JSON for storage, and the Article made from them again. Pure.

Bodies are not included: they are stored cleaned, with the story.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from newsdesk.crawler.models import Article, Enclosure, Markup, Person, PrintedDate
from newsdesk.crawler.normalise.text.html import clean_controls

MAX_VALUE = 500  # characters stored of a printed field
MAX_CATEGORIES = 50
MAX_DATES = 30
_MAX_PEOPLE = _MAX_MEDIA = 20
_PERSON = ("name", "email", "uri")
_MEDIUM = ("url", "type", "length")


def published_values_of(
    article: Article, *, published: str | None, feed_language: str | None
) -> Mapping[str, Any]:
    """The fields as printed, as JSON values; missing fields are left out.

    `published` is the chosen one of several dates, `feed_language` the language that the document states.
    """
    bodies = (article.content, article.title, article.summary)
    values: dict[str, Any] = {
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
    stored: dict[str, Any] = {
        name: clean_controls(text[: 4 * MAX_VALUE]) for name, text in values.items() if text is not None
    }
    if article.dates:
        stored["dates"] = [[one.origin, _cut(one.value)] for one in article.dates[:MAX_DATES]]
    if article.authors:
        stored["authors"] = [
            {part: _cut(value) for part in _PERSON if (value := getattr(person, part))}
            for person in article.authors[:_MAX_PEOPLE]
        ]
    if article.categories:
        stored["categories"] = [_cut(one) for one in article.categories[:MAX_CATEGORIES]]
    if article.enclosures:
        stored["enclosures"] = [
            {part: _cut(value, 4 * MAX_VALUE) for part in _MEDIUM if (value := getattr(medium, part))}
            for medium in article.enclosures[:_MAX_MEDIA]
        ]
    return stored


def article_from_published_values(
    values: Mapping[str, Any], *, html: str | None, summary: str | None
) -> Article:
    """The Article that printed `values`, as far as they were stored.

    `html` is its cleaned body, `summary` its parsed summary.
    """
    title, language = values.get("title"), values.get("body_language")
    kind: Literal["text", "html"] = "text" if values.get("title_kind") == "text" else "html"
    link = values.get("link")
    return Article(
        guid=values.get("guid"),
        guid_link=values.get("guid_link"),
        link=link,
        original_link=values.get("original_link"),
        title=None if title is None else Markup(value=title, kind=kind, language=language),
        summary=None if summary is None else Markup(value=summary, kind="text"),
        content=None if html is None else Markup(value=html, base=link),
        published=values.get("published"),
        updated=values.get("updated"),
        dates=tuple(PrintedDate(origin=origin, value=printed) for origin, printed in values.get("dates", ())),
        authors=tuple(
            Person(**{part: person.get(part) for part in _PERSON}) for person in values.get("authors", ())
        ),
        categories=tuple(values.get("categories", ())),
        language=values.get("language"),
        image=values.get("image"),
        enclosures=tuple(
            Enclosure(url=medium["url"], type=medium.get("type"), length=medium.get("length"))
            for medium in values.get("enclosures", ())
            if medium.get("url")
        ),
    )


def _cut(text: str, limit: int = MAX_VALUE) -> str:
    return clean_controls(text[:limit])
