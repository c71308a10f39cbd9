"""The page reader: the bytes of an article page to the candidates of each field, each with its origin.

Pure, never raises on any page. `pages.merge.PRECEDENCE` says which candidate is chosen;
`normalise.dates.precedence` says it for the date of publication.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import unescape
from itertools import islice

from lxml import html

from newsdesk.crawler.documents.html import decode_html, parse_html
from newsdesk.crawler.models import FieldCandidate, PageCandidates, SiteFields
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.paywall import MAX_PREVIEW
from newsdesk.crawler.normalise.text.html import html_of_text
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.crawler.pages import json_ld, kind_and_access, layout
from newsdesk.crawler.pages.article_page import prose_in_one_part, why_no_article
from newsdesk.crawler.pages.bylines.bold_names import find_bold_names
from newsdesk.crawler.pages.bylines.by_position import bylines_by_position
from newsdesk.crawler.pages.bylines.machine_only import mark_machine_only
from newsdesk.crawler.pages.bylines.visible import find_bylines
from newsdesk.crawler.pages.dates import candidates as date_candidates
from newsdesk.crawler.pages.dates.visible import find_headline
from newsdesk.crawler.pages.metadata import Metadata, first_content, read_metadata
from newsdesk.crawler.pages.rights import access_statements, page_statements
from newsdesk.crawler.pages.text.reader import find_body

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|p|div|h1)\b", re.IGNORECASE)
_TEXT_TAG = re.compile(r"<(?:p|div|br|h[1-6]|li|section|article)\b[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")

# names of meta elements in the order of trust
_TITLES = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "sailthru.title",
    "parsely-title",
    "title",
    "headline",
)
_SUMMARIES = (
    "og:description",
    "description",
    "twitter:description",
    "dc.description",
    "sailthru.description",
)
_AUTHORS = (
    "author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "byline",
    "article:author_name",
    "citation_author", "creator", "authors", "cxenseparse:author", "article.author", "vr:author",
    "article:author",
    "og:article:author", "twitter:creator:name",
)  # fmt: skip
_SITES = (
    "og:site_name",
    "application-name",
    "publisher",
    "dc.publisher",
    "apple-mobile-web-app-title",
    "cre",
    "al:ios:app_name",
)
_LANGUAGES = ("og:locale", "inlanguage", "content-language", "dc.language", "language")
_IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")


# A tree and its base address → what the site file of the page gives. It may take parts out of the tree.
ReadSite = Callable[[html.HtmlElement, str], SiteFields]
KEPT = 50_000  # elements whose Python objects are kept while a page is read: the tree is walked a dozen times


def read_page(
    body: bytes,
    *,
    address: str,
    content_type: str | None,
    charset: str | None,
    wants_text: bool = True,
    linked: bool = False,
    read_site: ReadSite | None = None,
) -> PageCandidates:
    """Read the page that `address` returned. The text takes as long as everything else together; without
    `wants_text` it is not read. The candidates of `read_site`, the page's site file, come first in their fields."""
    if content_type and not ("html" in content_type or "xml" in content_type or content_type == "text/plain"):
        return PageCandidates(address=address, problem=f"this is {content_type}, not a web page")
    if not _HTML.search(body):
        return PageCandidates(address=address, problem="there is no HTML in this document")
    text, _, doubts = decode_html(body, charset)
    tree = parse_html(text)
    if tree is None:
        return PageCandidates(address=address, problem="this HTML cannot be parsed", doubts=doubts)
    kept = [*islice(tree.iter(), KEPT)]
    base = _base(tree, address)
    site = read_site(tree, base) if read_site is not None else None
    of_site = site.fields if site is not None else {}
    nodes, metadata = json_ld.read_json_ld(tree), read_metadata(tree)
    canonical = _canonical(tree, metadata, base)
    page_addresses = frozenset(json_ld.bare_address(one) for one in (address, canonical) if one)
    article = json_ld.article_node(nodes, page_addresses=page_addresses)
    page = json_ld.page_node(nodes)
    node = article if article is not None else page
    titles = _titles(tree, article, metadata)
    metadata_titles = tuple(one.value for one in titles if not one.origin.startswith("headline"))
    dates = date_candidates.find_dates(tree, article, page, metadata, address, titles=metadata_titles)
    headline = find_headline(tree, metadata_titles)
    rights = page_statements(tree, node, nodes, metadata, page=text)
    summaries = _summaries(node, metadata)
    languages = _languages(tree, node, metadata)
    prose = prose_in_one_part(tree) if linked else 0
    fields = {
        "title": titles,
        "summary": summaries,
        "updated": _with_origins(date_candidates.find_updates(node, metadata)),
        "authors": _authors(
            tree, article, nodes, metadata, headline=headline, language=_first_language(languages)
        ),
        "language": languages,
        "image": _images(node, metadata, base),
        "categories": tuple(
            FieldCandidate(origin="meta", value=one) for one in metadata.get("article:section", ())[:5]
        ),
        "kind": _with_origins(
            kind_and_access.stated_kinds(article, nodes, metadata, page_addresses=page_addresses)
        ),
        "corrections": _candidates("json-ld", json_ld.corrections_in(article, nodes)),
        # last, since it may take the tree apart
        "text": _texts(tree, article, metadata_titles, [one.value for one in summaries])
        if wants_text and "text" not in of_site
        else (),
    }
    kept.clear()
    fields = _with_site(fields, of_site)
    fields["access"] = _with_origins(kind_and_access.stated_access(article, page, metadata)) or (
        _access_by_layout(text, fields["text"]) if wants_text else ()
    )
    return PageCandidates(
        address=address,
        base=base,
        fields={name: found for name, found in fields.items() if found},
        dates=(*site.dates, *dates) if site is not None else dates,
        sites=_sites(nodes, article, metadata),
        canonical=canonical,
        rights=(*rights, *access_statements(fields["access"])),
        doubts=doubts,
        site_file=site.name if site is not None else None,
        timezone=site.timezone if site is not None else None,
        failure=site.failure if site is not None else None,
        no_article=why_no_article(
            nodes=nodes,
            page_addresses=page_addresses,
            canonical=canonical,
            dates=dates,
            prose=prose,
        )
        if linked and "text" not in of_site
        else None,
    )


def _with_site(
    fields: Mapping[str, tuple[FieldCandidate, ...]], of_site: Mapping[str, tuple[FieldCandidate, ...]]
) -> dict[str, tuple[FieldCandidate, ...]]:
    """The candidates of a page's site file before the others."""
    return {name: (*of_site.get(name, ()), *fields.get(name, ())) for name in (*fields, *of_site)}


def _access_by_layout(page: str, texts: tuple[FieldCandidate, ...]) -> tuple[FieldCandidate, ...]:
    """A page whose text is short is parsed again and searched for a paywall beside the text."""
    text = unescape(_ANY_TAG.sub(" ", texts[0].value)) if texts else ""
    if len(text) > MAX_PREVIEW:
        return ()
    tree = parse_html(page)
    paywalled = tree is not None and kind_and_access.is_paywalled(tree, text=text)
    return _candidates("layout", ("paywalled",)) if paywalled else ()


def _base(tree: html.HtmlElement, address: str) -> str:
    for element in tree.iter("base"):
        return _joined(address, element.get("href")) or address
    return address


def _joined(base: str, href: str | None) -> str | None:
    return absolute_url(href, base=base) if href and href.strip() else None


def _canonical(tree: html.HtmlElement, metadata: Metadata, base: str) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            found = _joined(base, link.get("href"))
            if found:
                return found
    return _joined(base, first_content(metadata, "og:url"))


def _candidates(origin: str, values: Iterable[str | None]) -> tuple[FieldCandidate, ...]:
    return tuple(
        FieldCandidate(origin=origin, value=value)
        for value in dict.fromkeys(values)
        if value and value.strip()
    )


def _with_origins(found: Iterable[tuple[str, str]]) -> tuple[FieldCandidate, ...]:
    return tuple(FieldCandidate(origin=origin, value=value) for origin, value in found)


def _from_metadata(metadata: Metadata, names: tuple[str, ...]) -> tuple[FieldCandidate, ...]:
    return _candidates("meta", (metadata[name][0] for name in names if name in metadata))


def _titles(
    tree: html.HtmlElement, article: json_ld.Node | None, metadata: Metadata
) -> tuple[FieldCandidate, ...]:
    document = next((layout.text_of(element) for element in tree.iter("title")), None)
    headlines = layout.headlines(tree)
    return (
        *_candidates("headline", map(layout.text_of, headlines)),
        *_candidates("headline part", (part for one in headlines for part in layout.parts_of(one))),
        *_candidates("json-ld", (json_ld.text_in(article, "headline"), json_ld.text_in(article, "name"))),
        *_from_metadata(metadata, _TITLES),
        *_candidates("document", (document,)),
    )


def _summaries(node: json_ld.Node | None, metadata: Metadata) -> tuple[FieldCandidate, ...]:
    return (
        *_candidates("json-ld", (json_ld.text_in(node, "description"),)),
        *_from_metadata(metadata, _SUMMARIES),
    )


def _authors(
    tree: html.HtmlElement,
    article: json_ld.Node | None,
    nodes: tuple[json_ld.Node, ...],
    metadata: Metadata,
    *,
    headline: html.HtmlElement | None,
    language: str | None,
) -> tuple[FieldCandidate, ...]:
    people = json_ld.people_in(article, nodes, "author", "creator")
    first = next((name for name in _AUTHORS if name in metadata), None)
    others = [one for name in _AUTHORS if name != first for one in metadata.get(name, ())[:20]]
    beside, at_end = bylines_by_position(tree, headline, language)
    found = (
        *(FieldCandidate(origin="json-ld", value=person.name or "", typed=typed) for person, typed in people),
        *_candidates("meta", metadata.get(first, ())[:20] if first else ()),
        *_candidates("other meta", others),
        *_candidates("byline", find_bylines(tree, headline)),
        *_candidates("line", (*find_bold_names(tree), *beside)),
        *_candidates("signature", at_end),
    )
    return mark_machine_only(found, tree)


def _languages(
    tree: html.HtmlElement, node: json_ld.Node | None, metadata: Metadata
) -> tuple[FieldCandidate, ...]:
    root = next(iter(tree.iter("html")), tree)
    return (
        *_candidates(
            "html",
            (root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), root.get("xml:lang")),
        ),
        *_candidates("json-ld", (json_ld.text_in(node, "inLanguage"),)),
        *_from_metadata(metadata, _LANGUAGES),
    )


def _first_language(languages: tuple[FieldCandidate, ...]) -> str | None:
    return next((tag for one in languages if (tag := normalise_language(one.value))), None)


def _images(node: json_ld.Node | None, metadata: Metadata, base: str) -> tuple[FieldCandidate, ...]:
    found = (
        *_from_metadata(metadata, _IMAGES),
        *_candidates("json-ld", (json_ld.text_in(node, "image"), json_ld.text_in(node, "thumbnailUrl"))),
    )
    absolute = ((one.origin, _joined(base, one.value)) for one in found)
    return _with_origins((origin, url) for origin, url in absolute if url)


def _sites(
    nodes: tuple[json_ld.Node, ...], article: json_ld.Node | None, metadata: Metadata
) -> tuple[str, ...]:
    """The names of the site. An agency that is the article's author is not the site."""
    author = article.get("author") if article is not None else None
    authors = {id(one) for one in (author if isinstance(author, list) else [author])}
    publishers = [json_ld.text_in(article, "publisher")]
    publishers += [
        json_ld.text_in(node, "name")
        for node in nodes
        if {"organization", "newsmediaorganization", "website"} & set(json_ld.types_of(node))
        and id(node) not in authors
    ]
    names = [*publishers, *(one.value for one in _from_metadata(metadata, _SITES))]
    return tuple(dict.fromkeys(name for name in names if name))[:20]


def _texts(
    tree: html.HtmlElement,
    article: json_ld.Node | None,
    titles: Sequence[str],
    summaries: Sequence[str],
) -> tuple[FieldCandidate, ...]:
    body = find_body(tree, titles=titles, summaries=summaries)
    return (
        *_candidates(body.parser if body else "", (body.html if body else None,)),
        *_candidates("json-ld", (_as_html(json_ld.text_in(article, "articleBody")),)),
    )


def _as_html(text: str | None) -> str | None:
    """The text of JSON-LD as HTML; it is HTML already if it has elements that hold text."""
    return text if text is None or _TEXT_TAG.search(text) else html_of_text(unescape(text))
