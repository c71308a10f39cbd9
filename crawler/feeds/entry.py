"""Fields of an entry that RSS and Atom share: for each field the elements that may hold it, in order of precedence.

Pure. A field is the first element of its list that is not empty; elements are not merged.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping

from lxml import etree

from newsdesk.crawler.documents.links import Scope, inner_scope, join
from newsdesk.crawler.documents.xml import Group, html_in, text_in
from newsdesk.crawler.feeds.people import read_person
from newsdesk.crawler.models import Markup, Person

# `?` stands for every namespace that is neither known nor declared on the root.
MODULE_TITLES = ("dc:title", "dcterms:title", "itunes:title", "media:title", "?:title")
MODULE_SUMMARIES = (
    *("dc:description", "dcterms:description", "dcterms:abstract", "prism:teaser", "itunes:summary"),
    *("googleplay:description", "media:description", "itunes:subtitle", "?:description", "?:summary"),
)
FULL_TEXTS = ("content:encoded", "xhtml:body", "xhtml:div", "yandex:full-text")
MODULE_CONTENTS = ("?:content", "?:encoded")
# A caption is not about the entry, but better than nothing (`media.open_media`).
CAPTION_TITLES = ("caption:media:title",)
CAPTION_TEXTS = ("caption:media:description",)
# dc:date is the only date of most RDF feeds and means publication there. Beside another date of publication it is
# the update, as in feedparser.
DC_DATES = ("dc:date", "dcterms:date", "date")
MODULE_PUBLISHED = ("dcterms:issued", "dcterms:available")
# PRISM's date is the day of an issue, less exact than the dc:date beside it.
MODULE_PUBLISHED_LAST = ("dcterms:created", "created", "prism:publicationdate", "prism:coverdate")
MODULE_UPDATED = ("dcterms:modified", "prism:modificationdate", "prism:updated")
CREATORS = ("dc:creator", "dcterms:creator", "dc:author")
CREATORS_LAST = ("itunes:author", "googleplay:author")
ORIGINAL_LINKS = ("feedburner:origlink", "pheedo:origlink")
_KEYWORDS = ("itunes:keywords", "media:keywords", "keywords", "tags")
_SUBJECTS = ("dc:subject", "dcterms:subject", "media:category", "prism:keyword")
_ESCAPED = re.compile(r"</[A-Za-z]|<(?:p|br|img)\b|&(?:#[0-9]{1,7}|[A-Za-z]{2,20});", re.IGNORECASE)
_LONGEST_FIELD = 1_000  # characters of a date, a name or a category


def entries_below(
    root: etree._Element, names: Mapping[str, str], wanted: Container[str]
) -> Iterator[etree._Element]:
    """Entries anywhere below `root`, but none inside another: for a feed with an unknown element around them."""
    found: set[etree._Element] = set()
    for element in root.iterdescendants(etree.Element):
        if names[element.tag] in wanted and found.isdisjoint(element.iterancestors()):
            found.add(element)
            yield element


def first_text(group: Group, names: Iterable[str]) -> str | None:
    """The text of the first of these elements that has any."""
    for name in names:
        for element in group.get(name, ()):
            if text := text_in(element):
                return text
    return None


def first_date(group: Group, names: Iterable[str]) -> str | None:
    text = first_text(group, names)
    return text[:_LONGEST_FIELD] if text else None


def dates(group: Group, published: Iterable[str], updated: Iterable[str]) -> tuple[str | None, str | None]:
    """(published, updated) as printed. Dublin Core's date is used for whichever of the two is missing."""
    first = first_date(group, published)
    dublin_core = first_date(group, DC_DATES)
    last = first_date(group, updated)
    if first is None:
        first = dublin_core or first_date(group, MODULE_PUBLISHED_LAST)
    elif last is None and dublin_core != first:
        last = dublin_core
    return first, last


def scope_inside(element: etree._Element, outer: Scope) -> Scope:
    return inner_scope(element, outer) if element.attrib else outer


def markup_html(element: etree._Element, scope: Scope) -> Markup | None:
    """A field of HTML, which is escaped (usually) or has its tags as elements."""
    value = (
        html_in(element, texts_are_html=_is_mixed(element)) if len(element) else (element.text or "").strip()
    )
    if not value:
        return None
    inside = scope_inside(element, scope)
    return Markup(value=value, kind="html", base=inside.base, language=inside.language)


def _is_mixed(element: etree._Element) -> bool:
    """Whether there are escaped tags or references beside elements: then the texts are HTML too (reddit)."""
    texts = (element.text, *(child.tail for child in element))
    return any(text and _ESCAPED.search(text) for text in texts)


def first_html(group: Group, names: Iterable[str], scope: Scope) -> Markup | None:
    for name in names:
        for element in group.get(name, ()):
            if markup := markup_html(element, scope):
                return markup
    return None


def person_in(element: etree._Element) -> Person | None:
    """A person as text, or as in Atom with elements for name, email and uri."""
    if len(element) == 0:
        return read_person(element.text)
    parts: dict[str, str] = {}
    for child in element:
        part = child.tag.rpartition("}")[2].lower()
        parts.setdefault({"url": "uri", "homepage": "uri"}.get(part, part), text_in(child)[:_LONGEST_FIELD])
    name, mail, uri = (parts.get(part) or None for part in ("name", "email", "uri"))
    if name or mail or uri:
        return Person(name=name, email=mail, uri=uri)
    return read_person(text_in(element))


def people_in(group: Group, names: Iterable[str]) -> Iterator[Person | None]:
    for name in names:
        for element in group.get(name, ()):
            yield person_in(element)


def subjects(group: Group) -> Iterator[str]:
    """Categories of the modules. Keywords are one string, separated by commas."""
    for name in _SUBJECTS:
        for element in group.get(name, ()):
            yield text_in(element) or element.get("label") or ""
    for element in group.get("itunes:category", ()):
        yield element.get("text") or ""
    for name in _KEYWORDS:
        for element in group.get(name, ()):
            yield from text_in(element).split(",")


def distinct_categories(categories: Iterable[str]) -> tuple[str, ...]:
    """Each category once, as printed, in order."""
    trimmed = (category.strip() for category in categories)
    return tuple(dict.fromkeys(category[:_LONGEST_FIELD] for category in trimmed if category))


def language_of(group: Group, scope: Scope) -> str | None:
    language = first_text(group, ("dc:language", "dcterms:language", "language"))
    return language[:_LONGEST_FIELD] if language else scope.language


def base_for_markup(scope: Scope, link: str | None) -> Scope:
    """Relative links in an entry's HTML are joined to the entry's page, for which they were written, unless the feed
    prints a base (xml:base). miniflux does the same."""
    return scope._replace(base=link) if link and not scope.printed else scope


def original_link(group: Group, scope: Scope) -> str | None:
    return join(scope.base, first_text(group, ORIGINAL_LINKS))
