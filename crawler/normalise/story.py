"""Normalise an Article (as published) to a Story (parsed). Pure: `now` is an argument.

Parses every field by the rules of its file, records as evidence what was printed and which rule read it, and
computes the digest that shows a material change.
"""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import datetime
from functools import lru_cache
from typing import Any

from newsdesk.crawler.models import Article, Markup, Person
from newsdesk.crawler.normalise.agencies import find_agency
from newsdesk.crawler.normalise.bylines.parser import parse_byline
from newsdesk.crawler.normalise.bylines.roles import authors_by_role
from newsdesk.crawler.normalise.dates.parser import DateReading
from newsdesk.crawler.normalise.kind import kind_from_address_or_title
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.paywall import ends_at_paywall
from newsdesk.crawler.normalise.publication import OutletHints, normalise_dates
from newsdesk.crawler.normalise.published_values import MAX_CATEGORIES, MAX_VALUE, published_values_of
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.text.boilerplate import Body, cut_boilerplate
from newsdesk.crawler.normalise.text.corrections import find_corrections
from newsdesk.crawler.normalise.text.html import clean_controls, clean_html, html_of_text, plain_text, text_of
from newsdesk.crawler.normalise.text.scripts import SAMPLE_LENGTH, contradicts, language_by_script
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.rights.terms import rights_of
from newsdesk.storage.records.changes.compared import compared_line, digest_of_text
from newsdesk.storage.records.copies.keys import copy_keys
from newsdesk.storage.records.digests import digest
from newsdesk.storage.records.stories import FROM_VISIT, Access, Address, Author, Correction, Kind, Story

MAX_SUMMARY = 2_000
SHORT_SUMMARY = 500
# Images one pixel wide or high only count readers.
_IMAGE = re.compile(r"<img (?![^<>]*(?:width|height)=\"[01](?:px)?\")[^<>]*?src=\"(https?://[^\"]+)\"")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")
_ENDS_OF_CUT = ("…", "...", "]")  # of a summary, which has no space at its end

_Evidence = dict[str, dict[str, Any]]


def normalise_story(
    article: Article,
    *,
    addresses: tuple[Address, ...],
    outlet: str | None,
    language: str | None,
    country: str | None,
    timezone: str | None,
    learned: str | None = None,
    feed_language: str | None,
    now: datetime,
    boilerplate: Set[int] = frozenset(),
) -> Story:
    """The Story of `article`. `addresses` are the keys of the story (see `identity`), its identity first.

    `outlet` is the name of the newspaper. `language`, `country` and `timezone` are settings of the source,
    `learned` is the zone inferred from its earlier dates, `feed_language` the language that the document
    states. `boilerplate` holds the digests of the sentences to cut off both ends of the text. A missing date
    stays None and never becomes `now`; a missing title stays None.
    """
    evidence: _Evidence = {}
    parsed_language = _language(article, language, feed_language, evidence)
    title = plain_text(article.title)
    html, full_text = _body(article, evidence)
    text_digest = digest_of_text(full_text, html)
    body = _without_boilerplate(full_text, title, boilerplate, evidence)
    summary = _summary(article, full_text, evidence)
    hints = OutletHints(
        country=country,
        timezone=timezone,
        learned=learned,
        address=addresses[0].url if addresses and addresses[0].found_in != "none" else "",
    )
    dates = normalise_dates(article, language=parsed_language, outlet=hints, now=now)
    evidence |= dates.evidence
    published = dates.published
    authors = _authors(article, parsed_language, outlet, evidence)
    image = _image(article, html, evidence)
    kind, access = _kind_and_access(article, addresses, title, full_text, parsed_language, evidence)
    if article.doubts:
        evidence["entry"] = {"doubts": list(article.doubts)}
    for name, origin in article.origins:
        evidence.setdefault(name, {})["origin"] = origin
    site = site_of(addresses[0].url) if addresses and addresses[0].found_in != "none" else ""
    return Story(
        addresses=addresses,
        site=site,
        title=title,
        summary=summary,
        text=body.text if body else None,
        cut_start=body.start if body else "",
        cut_end=body.end if body else "",
        edges=body.edges if body else (),
        copy_keys=copy_keys(title, body.text if body else None),
        html=html,
        language=parsed_language,
        authors=authors,
        agency=find_agency(site, (author.name for author in authors), full_text),
        published=published.instant if published else None,
        published_offset_min=published.offset_min if published else None,
        published_day=published.local_day if published else None,
        precision=published.precision if published else None,
        updated=dates.updated.instant if dates.updated else None,
        image=image,
        categories=_categories(article),
        kind=kind,
        access=access,
        published_values=published_values_of(article, published=dates.printed, feed_language=feed_language),
        evidence=evidence,
        digest=_digest(title, text_digest, summary, published, authors),
        text_digest=text_digest,
        corrections=_corrections(article, full_text),
        rights=rights_of(article.rights) if article.rights else None,
        reader_version=READER_VERSION,
    )


def _language(
    article: Article, language: str | None, feed_language: str | None, evidence: _Evidence
) -> str | None:
    """The first of the language labels that the script of the text does not contradict."""
    parts = [markup for markup in (article.content, article.title, article.summary) if markup]
    bodies = [markup.language for markup in parts]
    text = " ".join(markup.value[:SAMPLE_LENGTH] for markup in reversed(parts))
    contradicted: list[str] = []
    for printed, origin in (
        (article.language, "entry"),
        *((of_body, "markup") for of_body in bodies),
        (language, "source"),
        (feed_language, "feed"),  # last: publishing systems send their default, "en-US"
    ):
        parsed = normalise_language(printed)
        if parsed and contradicts(text, parsed):
            contradicted.append(parsed)
        elif parsed:
            evidence["language"] = {"origin": origin}
            return parsed
    if not contradicted:
        return None
    doubt = f"labelled {', '.join(dict.fromkeys(contradicted))}, but written in another script"
    evidence["language"] = {"rule": "script", "doubts": [doubt]}
    return language_by_script(text)


def _body(article: Article, evidence: _Evidence) -> tuple[str | None, str | None]:
    """Cleaned HTML and text of the content, or else of the summary; (None, None) without either."""
    for markup, origin in ((article.content, "content"), (article.summary, "summary")):
        if markup is None or not markup.value.strip():
            continue
        as_html = markup.kind == "html" and _MARKUP.search(markup.value)
        html = clean_html(markup.value if as_html else html_of_text(markup.value), base=markup.base)
        text = text_of(html)
        if text or "<img" in html:
            evidence["text"] = {"origin": origin}
            return html, text or None
    return None, None


def _without_boilerplate(
    full_text: str | None, title: str | None, known: Set[int], evidence: _Evidence
) -> Body | None:
    if full_text is None:
        return None
    body = cut_boilerplate(full_text, title=title, known=known)
    if any(body.sentences):
        evidence["text"]["boilerplate"] = {"start": body.sentences[0], "end": body.sentences[1]}
    return body


def _summary(article: Article, text: str | None, evidence: _Evidence) -> str | None:
    """The summary as one line; None when it is missing or only repeats the beginning of the text.

    Many feeds print the whole story as its summary, and lists should not carry it twice.
    """
    summary = plain_text(article.summary, limit=MAX_SUMMARY)
    if summary is None or text is None or len(summary) <= SHORT_SUMMARY:
        return summary
    begins = " ".join(text[: 2 * len(summary) + 200].split())
    if begins.startswith(_ELLIPSIS.sub("", summary) if summary.endswith(_ENDS_OF_CUT) else summary):
        evidence["summary"] = {"rule": "beginning of the text"}
        return None
    return summary


def _parse_authors(
    people: tuple[Person, ...], language: str | None, outlet: str | None
) -> tuple[Author, ...]:
    return authors_by_role(parse_byline(people, language=language, outlet=outlet))


_parse_authors_cached = lru_cache(maxsize=512)(_parse_authors)  # the same bylines recur in a newspaper


def _authors(
    article: Article, language: str | None, outlet: str | None, evidence: _Evidence
) -> tuple[Author, ...]:
    if not article.authors:
        return ()
    parse = _parse_authors_cached if len(article.authors) == 1 else _parse_authors
    authors = parse(article.authors, language, outlet)
    printed = [person.name or person.email or person.uri for person in article.authors]
    evidence["authors"] = {
        "printed": [clean_controls((name or "")[:MAX_VALUE]) for name in printed[:20]],
        "rule": "byline",
    }
    if not authors:
        evidence["authors"]["doubts"] = ["no author named"]
    return authors


def _image(article: Article, html: str | None, evidence: _Evidence) -> str | None:
    in_body = _IMAGE.search(html) if html and "<img" in html else None
    enclosed = next((medium.url for medium in article.enclosures if _is_image(medium.type, medium.url)), None)
    base = article.link or article.guid_link
    for printed, origin in (
        (article.image, "entry"),
        (enclosed, "enclosure"),
        (in_body[1].replace("&amp;", "&") if in_body else None, "text"),
    ):
        image = absolute_url(printed, base=base) if printed else None
        if image:
            evidence["image"] = {"origin": origin}
            return image
    return None


def _is_image(kind: str | None, url: str) -> bool:
    if kind:
        return kind.strip().lower().startswith("image/")
    return url.partition("?")[0].lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"))


def _kind_and_access(
    article: Article,
    addresses: tuple[Address, ...],
    title: str | None,
    full_text: str | None,
    language: str | None,
    evidence: _Evidence,
) -> tuple[Kind, Access | None]:
    """Kind and access: as the page states them, else by address, title and text."""
    kind, access = article.kind, article.access
    if kind is not None:
        evidence["kind"] = {"origin": "page"}
    elif (kind := kind_from_address_or_title(addresses[0].url if addresses else "", title)) is not None:
        evidence["kind"] = {"rule": "address or title"}
    if access is not None:
        evidence["access"] = {"origin": "page"}
    elif ends_at_paywall(full_text, language=language):
        access = "paywalled"
        evidence["access"] = {"rule": "text"}
    return kind or "article", access


def _categories(article: Article) -> tuple[str, ...]:
    printed = (
        plain_text(Markup(value=category), limit=200) for category in article.categories[: 2 * MAX_CATEGORIES]
    )
    once: dict[str, str] = {}
    for category in printed:
        if category:
            once.setdefault(category.casefold(), category)
    return tuple(once.values())[:MAX_CATEGORIES]


def _digest(
    title: str | None,
    text_digest: str | None,
    summary: str | None,
    published: DateReading | None,
    authors: tuple[Author, ...],
) -> str:
    """`s2:…` over the parsed material fields, as they are compared.

    Markup, whitespace, quotation marks, clocks, counters and the format of a date do not change it.
    """
    dates = None
    if published is not None and FROM_VISIT not in published.doubts:
        day = published.precision in ("year", "month", "day")
        dates = published.local_day if day else published.instant.isoformat(timespec="minutes")
    names = (compared_line(author.name) for author in authors)
    return digest("s2", compared_line(title), text_digest, compared_line(summary), dates, *names)


def _corrections(article: Article, text: str | None) -> tuple[Correction, ...]:
    stated = (plain_text(Markup(value=one)) for one in article.corrections)
    return find_corrections(text, [one for one in stated if one])
