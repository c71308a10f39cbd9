"""JSON Feed 1.0 and 1.1 (jsonfeed.org): text to Articles.

Pure. Numbers stay as printed (an id may be one). A truncated document is read to its last complete item. The names
that converters take from RSS (`link`, `pubDate`) are read too, and JSON inside the call of a function (JSONP).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from newsdesk.crawler.documents.links import Scope, is_web_address, join, not_a_web_address
from newsdesk.crawler.feeds.entry import distinct_categories
from newsdesk.crawler.feeds.people import distinct
from newsdesk.crawler.models import Article, Enclosure, FeedReading, Markup, Person
from newsdesk.storage.records.visits import FeedFacts

Json = Mapping[str, Any]
_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/([0-9.]{1,9})")
_ITEMS = re.compile(r'"items"\s{0,100}:\s{0,100}\[')
_NEXT = re.compile(r"[\s,]{0,1000}")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST_NAME = 1_000
_OWN_FIELDS = ("content_html", "content_text", "date_published", "date_modified", "external_url")
# The first that is a string counts. The second ones are those of RSS.
_LINKS = ("url", "link")
_GUIDS = ("id", "guid")
_SUMMARIES = ("summary", "description")
_HTML = ("content_html", "content")
_PUBLISHED = ("date_published", "pubDate", "published")
_UPDATED = ("date_modified", "updated")
_PICTURES = ("image", "banner_image", "thumbnail")
_ITEM_FIELDS = frozenset(
    (*_OWN_FIELDS, *_LINKS, *_GUIDS, *_SUMMARIES, *_HTML, *_PUBLISHED, *_UPDATED, *_PICTURES)
) | {"title", "author", "authors", "tags", "categories", "language", "attachments", "enclosure"}
_TELLING = ("title", *_LINKS, *_SUMMARIES, *_HTML)
_CALL = re.compile(r"(?:/\*\*/)?\s{0,99}[\w.$]{1,100}\s{0,9}\(\s{0,99}(?=[{\[])")
# strict=False allows line breaks inside strings. Numbers of any length are kept as printed.
_DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)


def looks_like_json(text: str) -> bool:
    begin = text[:1_000].lstrip("\ufeff \t\r\n")
    return begin[:1] in ("{", "[") or _CALL.match(begin) is not None


def read_json_feed(text: str, base: str) -> FeedReading:
    """The feed, or its problem if this is other JSON or not JSON."""
    document, complete = _load(text)
    if document is None:
        return _refused("this begins like JSON, but is not well-formed")
    if not isinstance(document, dict) or not _is_feed(document):
        return _refused(f"this is JSON, but not a JSON Feed: {_describe(document)}")
    inner = document.get("feed")  # of converters: `{"feed": {"title": …}, "items": […]}`
    document = {**inner, **document} if isinstance(inner, dict) else document
    home = join(base, _text(document, "home_page_url", "link"))
    language = _text(document, "language")
    scope = Scope(base=home or base, language=language)
    people = _people(document)
    items = document.get("items")
    read = [
        _article(item, scope, people)
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict)
    ]
    left_out = len(items) - len(read) if isinstance(items, list) else 0
    return FeedReading(
        facts=FeedFacts(
            title=_text(document, "title"),
            home=home,
            language=language,
            format=_format(_text(document, "version")),
            parser="json",
            left_out=left_out,
            repairs=() if complete else ("closed after the last complete item",),
        ),
        articles=tuple(read),
        older=(("next", older),) if (older := join(base, _text(document, "next_url"))) else (),
        complete=complete,
        doubts=(f"{left_out} {'item is not an object' if left_out == 1 else 'items are not objects'}",)
        if left_out
        else (),
    )


def _format(version: str | None) -> str:
    found = _VERSION.match(version or "")
    if not found:
        return "json feed"
    return f"json feed {found[1]}" if "." in found[1] else f"json feed {found[1]}.0"


def _refused(problem: str) -> FeedReading:
    return FeedReading(facts=FeedFacts(parser="json"), problem=problem)


def _load(text: str) -> tuple[Any, bool]:
    """The document, None if it cannot be read, and whether it is complete."""
    text = text.lstrip("\ufeff \t\r\n")
    call = _CALL.match(text)
    text = text[call.end() :] if call else text
    try:
        document, end = _DECODER.raw_decode(text)
    except RecursionError:  # nested some thousand levels deep: no feed
        return None, True
    except ValueError:
        return _load_broken(text), False
    return (
        (document, True)
        if len(text[end:].strip(" \t\r\n\x00;" + (")" if call else ""))) == 0
        else (None, True)
    )


def _load_broken(text: str) -> Json | None:
    """The fields before `items` and the complete items of a truncated document."""
    found = _ITEMS.search(text)
    if not found:
        return None
    items: list[Any] = []
    at = found.end()
    try:
        head = _DECODER.raw_decode(text[: found.end()] + "]}")[0]
        while True:
            item, at = _DECODER.raw_decode(text, _skip(text, at))
            items.append(item)
    except RecursionError:
        return None
    except ValueError:
        if _skip(text, at) < len(text) and text[_skip(text, at)] == "]":
            pass  # the list of items ended; the text after it is broken
        return {**head, "items": items} if items and isinstance(head, dict) else None


def _skip(text: str, at: int) -> int:
    found = _NEXT.match(text, at)
    return found.end() if found else at


def _is_feed(document: Json) -> bool:
    if _VERSION.match(_text(document, "version") or ""):
        return True
    items = document.get("items")
    first = items[0] if isinstance(items, list) and items else None
    if not isinstance(first, dict):
        return False
    if any(field in first for field in _OWN_FIELDS):
        return True
    known = all(field in _ITEM_FIELDS or field.startswith("_") for field in first)
    return known and any(isinstance(first.get(field), str) for field in _TELLING)


def _describe(document: object) -> str:
    if isinstance(document, dict):
        return "an object with " + (
            ", ".join(_clean(key)[:40] for key in list(document)[:5]) or "nothing in it"
        )
    return "a list" if isinstance(document, list) else "a single value"


def _article(item: Json, scope: Scope, feed_people: tuple[Person, ...]) -> Article:
    doubts: list[str] = []
    link = _link(item, _LINKS, scope, doubts)
    external = _link(item, ("external_url",), scope, doubts)
    guid = _text(item, *_GUIDS)
    language = _text(item, "language") or scope.language
    inside = Scope(base=link or scope.base, language=language)
    attachments = tuple(_attachments(item, scope))
    pictures = tuple(_text(item, name) for name in _PICTURES)
    return Article(
        guid=guid,
        guid_link=guid if guid and is_web_address(guid) else None,
        link=link or external,
        title=_markup(_text(item, "title"), "text", inside),
        summary=_markup(_text(item, "summary"), "text", inside)
        or _markup(_text(item, "description"), "html", inside),
        content=_markup(_text(item, "content_html"), "html", inside)
        or _markup(_text(item, "content_text"), "text", inside)
        or _markup(_text(item, "content"), "html", inside),
        published=_text(item, *_PUBLISHED),
        updated=_text(item, *_UPDATED),
        authors=_people(item) or feed_people,
        categories=distinct_categories(_strings(item.get("tags") or item.get("categories"))),
        language=language,
        image=next((joined for picture in pictures if (joined := join(scope.base, picture))), None)
        or next((file.url for file in attachments if (file.type or "").startswith("image/")), None),
        enclosures=attachments,
        doubts=tuple(doubts),
    )


def _link(item: Json, fields: tuple[str, ...], scope: Scope, doubts: list[str]) -> str | None:
    value = _text(item, *fields)
    joined = join(scope.base, value)
    if value and joined is None:
        doubts.append(not_a_web_address(fields[0], value))
    return joined


def _people(holder: Json) -> tuple[Person, ...]:
    """`authors` of version 1.1, else `author` of 1.0, which 1.1 keeps for old readers."""
    authors = holder.get("authors")
    for values in (authors if isinstance(authors, list) else [authors], [holder.get("author")]):
        people = distinct(_person(value) for value in values)
        if people:
            return people
    return ()


def _person(value: object) -> Person | None:
    if isinstance(value, str):
        return Person(name=_clean(value)[:_LONGEST_NAME] or None)
    if not isinstance(value, dict):
        return None
    name, url = _text(value, "name"), _text(value, "url")
    mail = url.removeprefix("mailto:") if url and url.startswith("mailto:") else None
    return Person(name=name[:_LONGEST_NAME] if name else None, email=mail, uri=None if mail else url)


def _attachments(item: Json, scope: Scope) -> Iterator[Enclosure]:
    attachments = item.get("attachments")
    for file in attachments if isinstance(attachments, list) else []:
        url = join(scope.base, _text(file, "url")) if isinstance(file, dict) else None
        if url:
            yield Enclosure(url=url, type=_text(file, "mime_type"), length=_text(file, "size_in_bytes"))


def _strings(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield _clean(one)


def _text(holder: Json, *fields: str) -> str | None:
    """The first of these fields that is a string with any text."""
    values = (holder.get(field) for field in fields)
    return next((text for value in values if isinstance(value, str) and (text := _clean(value))), None)


def _clean(text: str) -> str:
    """Trimmed, without lone surrogates, which cannot be stored, and controls that XML does not allow."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", text).strip()


def _markup(value: str | None, kind: str, scope: Scope) -> Markup | None:
    if not value:
        return None
    return Markup(
        value=value, kind="html" if kind == "html" else "text", base=scope.base, language=scope.language
    )
