"""All that a page says of when its story was published: to machines, in its address, to people.

Pure. Strings as printed, each with its origin; which is believed is decided by `normalise.dates.precedence`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from lxml import html

from newsdesk.crawler.models import PrintedDate
from newsdesk.crawler.pages import layout, structured_data, visible_dates

Metas = Mapping[str, tuple[str, ...]]

# meta names that say publication, in the order of trust; behind them those that say only "date"
PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued",
    "article.published", "published-date", "publish-date", "publish_date", "publishdate", "pubdate",
    "published_at", "publication_date", "prism.publicationdate", "citation_publication_date",
    "citation_online_date", "originalpublicationdate", "article_date_original", "bt:pubdate", "og:pubdate",
    "og:published_time", "pdate", "vr:published_time", "rnews:datepublished", "lastpubdate-original",
    "shareaholic:article_published_time",
)  # fmt: skip
OTHERS = (
    "dcterms.date", "dc.date", "date", "datecreated", "dc.date.created", "dcterms.created", "article.created",
    "created", "release_date", "analyticsattributes.articledate", "timestamp",
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
_LOOSE = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=/|$)")
_TURNED = re.compile(r"(?<![0-9-])(0?[1-9]|[12]\d|3[01])([-_.])(0?[1-9]|1[0-2])\2((?:19|20)\d\d)(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(
    rf"/((?:19|20)\d\d)/({'|'.join(_MONTHS)})[a-z]*/(0?[1-9]|[12]\d|3[01])(?=/|$)", re.IGNORECASE
)
_IN_SCRIPT = re.compile(
    r"""\b(?:(?:first|original|article)_?)?(?:date_?publi(?:shed|cation)|pub_?date|post_?date"""
    r"""|publi(?:shed|cation|sh)_?(?:at|on|date(?:time)?|time(?:stamp)?)?)["']?\s*[:=]\s*["']([^"'<>]{8,40})["']""",
    re.IGNORECASE,
)
_SCRIPTS = 500_000  # characters of scripts that are searched
_MARKED = 1_000  # elements of microdata that are looked at
_MOST = 3  # of a kind of mark
_LONGEST = 300  # characters; what is longer is no date


def dates(
    tree: html.HtmlElement,
    article: structured_data.Node | None,
    page: structured_data.Node | None,
    said: Metas,
    address: str,
    *,
    titles: tuple[str, ...],
) -> tuple[PrintedDate, ...]:
    """Every date of publication that the page names, `titles` are what it calls its story. Where machines are
    told none, its scripts are searched; where its address has none either, the whole page."""
    top = visible_dates.headline(tree, titles)
    told = [
        *_of("json-ld", (structured_data.text_in(article, "datePublished"),)),
        *_of("meta", _first(said, PUBLISHED)),
        *_of("microdata", _microdata(tree, top)),
    ]
    told = told or _of("script", _scripts(tree, broken=article is None and page is None))
    near = [PrintedDate(origin=origin, value=one) for origin, one in visible_dates.near(tree, top)]
    others = [
        *_of("address", (day_in(address),)),
        *_of(
            "json-ld page",
            (structured_data.text_in(page, "datePublished"), structured_data.text_in(article, "dateCreated")),
        ),
        *_of("other meta", _first(said, OTHERS)),
    ]
    everywhere = not (told or others or any(one.origin == "time" for one in near))
    return (
        *told,
        *near,
        *others,
        *(
            PrintedDate(origin=origin, value=one)
            for origin, one in (visible_dates.far(tree, top) if everywhere else ())
        ),
        *_of("updated", (one for _, one in updates(article, said))),
    )


def updates(node: structured_data.Node | None, said: Metas) -> tuple[tuple[str, str], ...]:
    """(origin, printed) of when the page was changed last."""
    modified = structured_data.text_in(node, "dateModified")
    told = [("json-ld", modified)] if modified else []
    return (*told, *(("meta", one) for one in _first(said, UPDATED)))


def _of(origin: str, values: Iterable[str | None]) -> list[PrintedDate]:
    said = (" ".join(value[: 2 * _LONGEST].split()) for value in values if value)
    return [PrintedDate(origin=origin, value=one) for one in said if 0 < len(one) <= _LONGEST]


def _first(said: Metas, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(said[name][0] for name in names if name in said)[:_MOST]


def _microdata(tree: html.HtmlElement, top: html.HtmlElement | None) -> list[str]:
    found: list[str] = []
    frame = visible_dates.frame_of(top)
    for element in islice((one for one in tree.iter() if one.get("itemprop")), _MARKED):
        said = (element.get("itemprop") or "").lower().split()
        if "datepublished" in said and not layout.is_beside(element, frame):
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
    """What the page's own scripts call its date of publication; JSON-LD too, where it is `broken`."""
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


def day_in(address: str) -> str | None:
    """The day that stands in an address, as YYYY-MM-DD."""
    path = re.sub(r"^[a-z]+://[^/]*", "", address.partition("?")[0].partition("#")[0], flags=re.IGNORECASE)
    for found in (*_NUMERIC.finditer(path), *_LOOSE.finditer(path)):
        year, *_, month, day = found.groups()
        if found.re is _LOOSE or found[2] or _stands_alone(path, found):
            return f"{year}-{int(month):02d}-{int(day):02d}"
    if turned := _TURNED.search(path):
        return f"{turned[4]}-{int(turned[3]):02d}-{int(turned[1]):02d}"
    if named := _NAMED.search(path):
        return f"{named[1]}-{_MONTHS.index(named[2][:3].lower()) + 1:02d}-{int(named[3]):02d}"
    return None


def _stands_alone(path: str, found: re.Match[str]) -> bool:
    """Eight figures are a day only between separators: longer runs are numbers of articles."""
    before, behind = path[: found.start()][-1:], path[found.end() :][:1]
    return before in ("/", "-", "_", "") and behind in ("/", "-", "_", ".", "")
