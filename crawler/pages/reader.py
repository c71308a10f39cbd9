"""An article page's bytes to what it says: for each field the candidates, each with its origin.

Pure, never raises on what a page holds. Which candidate is believed is one table, `pages.merge`. Called
by `crawler.workers.page_task`, in the pool.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from itertools import islice

from lxml import etree, html

from newsdesk.crawler.documents.charset import decode
from newsdesk.crawler.models import FieldCandidate, PageCandidates
from newsdesk.crawler.normalise.paywall import SHORT
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.crawler.pages import date_candidates, kind_and_access, layout, structured_data, visible_dates
from newsdesk.crawler.pages.machine_only_names import with_hidden
from newsdesk.crawler.pages.text.reader import find_body
from newsdesk.crawler.pages.unmarked_bylines import signatures
from newsdesk.crawler.pages.visible_bylines import bylines

_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|p|div|h1)\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
LONGEST = 4_000_000  # characters of a page that are parsed

# meta names in the order of trust
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


# Control characters are blanks: with one of them trafilatura finds no text at all.
_PLAIN = bytes(32 if code < 32 and code not in b"\t\n\r" else code for code in range(256))
# A tag with a megabyte of attributes loses them: libxml2 compares each attribute of a tag with all before it,
# 50,000 of them hold the reader for minutes. Embedded pictures are as long, and not kept either.
_LONG_TAG = re.compile(rb"<([a-zA-Z][a-zA-Z0-9:-]{0,40})\s[^<>]{20000,}>")
_SPAN = 10_000  # bytes; where none without an angle lies at a multiple of itself, no tag is twice as long
_ANGLE = re.compile(rb"[<>]")
KEPT = 50_000  # elements whose Python side is kept while a page is read, since it is walked a dozen times


def read_page(
    body: bytes,
    *,
    address: str,
    content_type: str | None,
    charset: str | None,
    wants_text: bool = True,
) -> PageCandidates:
    """Read one page that was answered at `address`; without its text, which takes as long as all the rest,
    when that is not wanted."""
    if content_type and not ("html" in content_type or "xml" in content_type or content_type == "text/plain"):
        return PageCandidates(address=address, problem=f"this is {content_type}, not a web page")
    if not _HTML.search(body):
        return PageCandidates(address=address, problem="there is no HTML in this document")
    declared = _META_CHARSET.search(body[:4_096])
    text, _, doubts = decode(body, charset or (declared[1].decode("ascii") if declared else None))
    tree = _tree(text)
    if tree is None:
        return PageCandidates(address=address, problem="this HTML cannot be parsed", doubts=doubts)
    kept = [*islice(tree.iter(), KEPT)]
    base = _base(tree, address)
    nodes, said = structured_data.json_ld(tree), structured_data.metas(tree)
    canonical = _canonical(tree, said, base)
    is_this = frozenset(structured_data.bare_address(one) for one in (address, canonical) if one)
    article = structured_data.article_node(nodes, is_this=is_this)
    page = structured_data.page_node(nodes)
    node = article if article is not None else page
    titles = _titles(tree, article, said)
    named = tuple(one.value for one in titles if one.origin != "headline")
    dates = date_candidates.dates(tree, article, page, said, address, titles=named)
    fields = {
        "title": titles,
        "summary": _summaries(node, said),
        "updated": tuple(
            FieldCandidate(origin=origin, value=value)
            for origin, value in date_candidates.updates(node, said)
        ),
        "authors": _authors(tree, article, nodes, said, top=visible_dates.headline(tree, named)),
        "language": _languages(tree, node, said),
        "image": _images(node, said, base),
        "categories": tuple(
            FieldCandidate(origin="meta", value=one) for one in said.get("article:section", ())[:5]
        ),
        "kind": tuple(
            FieldCandidate(origin=origin, value=kind)
            for origin, kind in kind_and_access.kinds(article, nodes, said, is_this=is_this)
        ),
        "text": _texts(tree, article, said) if wants_text else (),  # last: it may take the tree apart
    }
    kept.clear()
    fields["access"] = tuple(
        FieldCandidate(origin=origin, value=access)
        for origin, access in kind_and_access.accesses(article, page, said)
    ) or (_walled(text, fields["text"]) if wants_text else ())
    return PageCandidates(
        address=address,
        base=base,
        fields={name: found for name, found in fields.items() if found},
        dates=dates,
        sites=_sites(nodes, article, said),
        canonical=canonical,
        doubts=doubts,
    )


def _walled(page: str, texts: tuple[FieldCandidate, ...]) -> tuple[FieldCandidate, ...]:
    """A page whose text is short is parsed anew for what stands beside it."""
    text = unescape(_ANY_TAG.sub(" ", texts[0].value)) if texts else ""
    if len(text) > SHORT:
        return ()
    tree = _tree(page)
    return (
        _of("layout", ("paywalled",))
        if tree is not None and kind_and_access.is_walled(tree, text=text)
        else ()
    )


def _tree(text: str) -> html.HtmlElement | None:
    data = text[:LONGEST].encode("utf-8", "replace").translate(_PLAIN, b"\0")
    if not all(_ANGLE.search(data, at, at + _SPAN) for at in range(0, len(data) - _SPAN, _SPAN)):
        data = _LONG_TAG.sub(rb"<\1>", data)
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        tree = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return tree if isinstance(tree.tag, str) else None


def _base(tree: html.HtmlElement, address: str) -> str:
    for element in tree.iter("base"):
        return _joined(address, element.get("href")) or address
    return address


def _joined(base: str, href: str | None) -> str | None:
    return absolute_url(href, base=base) if href and href.strip() else None


def _canonical(tree: html.HtmlElement, said: Mapping[str, tuple[str, ...]], base: str) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            found = _joined(base, link.get("href"))
            if found:
                return found
    return _joined(base, structured_data.first_meta(said, "og:url"))


def _of(origin: str, values: Iterable[str | None]) -> tuple[FieldCandidate, ...]:
    return tuple(
        FieldCandidate(origin=origin, value=value)
        for value in dict.fromkeys(values)
        if value and value.strip()
    )


def _from_meta(said: Mapping[str, tuple[str, ...]], names: tuple[str, ...]) -> tuple[FieldCandidate, ...]:
    return _of("meta", (said[name][0] for name in names if name in said))


def _titles(
    tree: html.HtmlElement, article: structured_data.Node | None, said: Mapping[str, tuple[str, ...]]
) -> tuple[FieldCandidate, ...]:
    document = next((layout.text_of(element) for element in tree.iter("title")), None)
    return (
        *_of("headline", layout.headlines(tree)),
        *_of(
            "json-ld",
            (structured_data.text_in(article, "headline"), structured_data.text_in(article, "name")),
        ),
        *_from_meta(said, _TITLES),
        *_of("document", (document,)),
    )


def _summaries(
    node: structured_data.Node | None, said: Mapping[str, tuple[str, ...]]
) -> tuple[FieldCandidate, ...]:
    return (*_of("json-ld", (structured_data.text_in(node, "description"),)), *_from_meta(said, _SUMMARIES))


def _authors(
    tree: html.HtmlElement,
    article: structured_data.Node | None,
    nodes: tuple[structured_data.Node, ...],
    said: Mapping[str, tuple[str, ...]],
    *,
    top: html.HtmlElement | None,
) -> tuple[FieldCandidate, ...]:
    people = structured_data.people_in(article, nodes, "author", "creator")
    first = next((name for name in _AUTHORS if name in said), None)
    metas = [one for name in _AUTHORS if name != first for one in said.get(name, ())[:20]]
    found = (
        *(FieldCandidate(origin="json-ld", value=person.name or "", typed=typed) for person, typed in people),
        *_of("meta", said.get(first, ())[:20] if first else ()),
        *_of("other meta", metas),
        *_of("byline", bylines(tree, top)),
        *_of("line", signatures(tree, top)),
    )
    return with_hidden(found, tree)


def _languages(
    tree: html.HtmlElement, node: structured_data.Node | None, said: Mapping[str, tuple[str, ...]]
) -> tuple[FieldCandidate, ...]:
    root = next(iter(tree.iter("html")), tree)
    return (
        *_of(
            "html",
            (root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), root.get("xml:lang")),
        ),
        *_of("json-ld", (structured_data.text_in(node, "inLanguage"),)),
        *_from_meta(said, _LANGUAGES),
    )


def _images(
    node: structured_data.Node | None, said: Mapping[str, tuple[str, ...]], base: str
) -> tuple[FieldCandidate, ...]:
    found = (
        *_from_meta(said, _IMAGES),
        *_of(
            "json-ld", (structured_data.text_in(node, "image"), structured_data.text_in(node, "thumbnailUrl"))
        ),
    )
    absolute = ((one.origin, _joined(base, one.value)) for one in found)
    return tuple(FieldCandidate(origin=origin, value=url) for origin, url in absolute if url)


def _sites(
    nodes: tuple[structured_data.Node, ...],
    article: structured_data.Node | None,
    said: Mapping[str, tuple[str, ...]],
) -> tuple[str, ...]:
    """What the site is called; an agency that stands as the article's author is not the site."""
    told = article.get("author") if article is not None else None
    signs = {id(one) for one in (told if isinstance(told, list) else [told])}
    publishers = [structured_data.text_in(article, "publisher")]
    publishers += [
        structured_data.text_in(node, "name")
        for node in nodes
        if {"organization", "newsmediaorganization", "website"} & set(structured_data.types_of(node))
        and id(node) not in signs
    ]
    names = [*publishers, *(one.value for one in _from_meta(said, _SITES))]
    return tuple(dict.fromkeys(name for name in names if name))[:20]


def _texts(
    tree: html.HtmlElement, article: structured_data.Node | None, said: Mapping[str, tuple[str, ...]]
) -> tuple[FieldCandidate, ...]:
    titles = [one.value for one in _titles(tree, article, said) if one.origin != "headline"]
    body = find_body(tree, titles=titles)
    told = structured_data.text_in(article, "articleBody")
    return (*_of(body.by if body else "", (body.html if body else None,)), *_of("json-ld", (told,)))
