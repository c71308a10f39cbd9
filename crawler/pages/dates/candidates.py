"""Every date of publication on a page: in JSON-LD, metadata, microdata, scripts, the address and visible text.

Pure. Strings as printed, each with its origin. Which one is chosen is decided by `normalise.dates.precedence`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from lxml import html

from newsdesk.crawler.models import PrintedDate
from newsdesk.crawler.pages import json_ld, layout
from newsdesk.crawler.pages.dates import visible
from newsdesk.crawler.pages.metadata import Metadata

# names of meta elements for the publication, in the order of trust; then those that only say "date"
PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued",
    "article.published", "published-date", "publish-date", "publish_date", "publishdate", "pubdate",
    "published_at", "publication_date", "prism.publicationdate", "citation_publication_date",
    "citation_online_date", "originalpublicationdate", "article_date_original", "bt:pubdate", "og:pubdate",
    "og:published_time", "pdate", "vr:published_time", "rnews:datepublished", "lastpubdate-original",
    "shareaholic:article_published_time", "published", "published_on", "published-on", "publishedon",
    "publishedat", "published_time", "published_date", "publisheddate", "date_published", "date-published",
    "publication-date", "publicationdate", "pub_date", "pub-date", "post_date", "post-date",
    "article:publish_date", "article:published_date", "article:publication_date", "article:published_on",
    "article:publishedtime", "og:article:published", "dcterms.published", "dc.date.published", "dcterms.available",
    "sailthru.published", "first_published", "firstpublished",
)  # fmt: skip
OTHERS = (
    "dcterms.date", "dc.date", "date", "datecreated", "dc.date.created", "dcterms.created", "article.created",
    "created", "release_date", "analyticsattributes.articledate", "timestamp",
    "uploaded", "uploaddate", "article_date", "article-date", "articledate", "news_date",
)  # fmt: skip
UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "lastmod",
    "last-modified",
)
_NUMERIC = re.compile(r"(?<![0-9])((?:19|20)\d\d)([/_-]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?![0-9])")
_WITHOUT_ZEROS = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=/|$)")
_DAY_FIRST = re.compile(r"(?<![0-9-])(0?[1-9]|[12]\d|3[01])([-_.])(0?[1-9]|1[0-2])\2((?:19|20)\d\d)(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = re.compile(
    rf"/((?:19|20)\d\d)/({'|'.join(_MONTHS)})[a-z]*/(0?[1-9]|[12]\d|3[01])(?=/|$)", re.IGNORECASE
)
_IN_SCRIPT = re.compile(
    r"""\b(?:(?:first|original|article)_?)?(?:date_?publi(?:shed|cation)|pub_?date|post_?date"""
    r"""|publi(?:shed|cation|sh)_?(?:at|on|date(?:time)?|time(?:stamp)?)?)["']?\s*[:=]\s*["']([^"'<>]{8,40})["']""",
    re.IGNORECASE,
)
_SCRIPTS = 500_000  # characters of scripts that are searched
_MARKED = 1_000  # elements of microdata that are searched
_MOST = 3  # dates of one origin
_LONGEST = 300  # characters of a date


def find_dates(
    tree: html.HtmlElement,
    article: json_ld.Node | None,
    page: json_ld.Node | None,
    metadata: Metadata,
    address: str,
    *,
    titles: tuple[str, ...],
) -> tuple[PrintedDate, ...]:
    """Every date of publication of the page. `titles` are its titles by its metadata. Scripts are searched only
    if no structured data has a date; all visible text only if the address and the headline have none either."""
    headline = visible.find_headline(tree, titles)
    structured = [
        *_printed("json-ld", (json_ld.text_in(article, "datePublished"),)),
        *_printed("meta", _contents(metadata, PUBLISHED)),
        *_printed("microdata", _microdata(tree, headline)),
    ]
    structured = structured or _printed("script", _scripts(tree, broken=article is None and page is None))
    near = [PrintedDate(origin=origin, value=one) for origin, one in visible.dates_near(tree, headline)]
    others = [
        *_printed("address", (day_in_address(address),)),
        *_printed(
            "json-ld page",
            (json_ld.text_in(page, "datePublished"), json_ld.text_in(article, "dateCreated")),
        ),
        *_printed("other meta", _contents(metadata, OTHERS)),
    ]
    search_all = not (structured or others or any(one.origin == "time" for one in near))
    return (
        *structured,
        *near,
        *others,
        *(
            PrintedDate(origin=origin, value=one)
            for origin, one in (visible.dates_elsewhere(tree, headline) if search_all else ())
        ),
        *_printed("updated", (one for _, one in find_updates(article, metadata))),
    )


def find_updates(node: json_ld.Node | None, metadata: Metadata) -> tuple[tuple[str, str], ...]:
    """(origin, printed) of the page's last change."""
    modified = json_ld.text_in(node, "dateModified")
    from_json_ld = [("json-ld", modified)] if modified else []
    return (*from_json_ld, *(("meta", one) for one in _contents(metadata, UPDATED)))


def _printed(origin: str, values: Iterable[str | None]) -> list[PrintedDate]:
    lines = (" ".join(value[: 2 * _LONGEST].split()) for value in values if value)
    return [PrintedDate(origin=origin, value=one) for one in lines if 0 < len(one) <= _LONGEST]


def _contents(metadata: Metadata, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(metadata[name][0] for name in names if name in metadata)[:_MOST]


def _microdata(tree: html.HtmlElement, headline: html.HtmlElement | None) -> list[str]:
    found: list[str] = []
    headline_ancestors = visible.ancestors_of(headline)
    for element in islice((one for one in tree.iter() if one.get("itemprop")), _MARKED):
        properties = (element.get("itemprop") or "").lower().split()
        if "datepublished" in properties and not layout.is_outside_story(element, headline_ancestors):
            found.append(
                element.get("content")
                or element.get("datetime")
                or element.get("title")
                or layout.text_of(element)
            )
            if len(found) == _MOST:
                break
    return found


def _scripts(tree: html.HtmlElement, *, broken: bool) -> list[str]:
    """Dates of publication in the page's scripts; in JSON-LD too, if it is `broken`."""
    found: list[str] = []
    left = _SCRIPTS
    for script in tree.iter("script"):
        if not broken and "ld+json" in (script.get("type") or "").lower():
            continue
        text = (script.text or "")[:left]
        left -= len(text)
        found += (one[1] for one in islice(_IN_SCRIPT.finditer(text), _MOST))
        if len(found) >= _MOST or left <= 0:
            break
    return found[:_MOST]


def day_in_address(address: str) -> str | None:
    """The day in an address, as YYYY-MM-DD."""
    path = re.sub(r"^[a-z]+://[^/]*", "", address.partition("?")[0].partition("#")[0], flags=re.IGNORECASE)
    for found in (*_NUMERIC.finditer(path), *_WITHOUT_ZEROS.finditer(path)):
        year, *_, month, day = found.groups()
        if found.re is _WITHOUT_ZEROS or found[2] or _stands_alone(path, found):
            return f"{year}-{int(month):02d}-{int(day):02d}"
    if day_first := _DAY_FIRST.search(path):
        return f"{day_first[4]}-{int(day_first[3]):02d}-{int(day_first[1]):02d}"
    if named := _MONTH_NAME.search(path):
        return f"{named[1]}-{_MONTHS.index(named[2][:3].lower()) + 1:02d}-{int(named[3]):02d}"
    return None


def _stands_alone(path: str, found: re.Match[str]) -> bool:
    """Eight digits are a day only between separators: longer runs are article numbers."""
    before, behind = path[: found.start()][-1:], path[found.end() :][:1]
    return before in ("/", "-", "_", "") and behind in ("/", "-", "_", ".", "")
