"""The kind of a page (article, live blog, video …) and its access (free or paywalled), as the page states them.

Pure, never raises on any page. Structured data first, then the layout. Which candidate is chosen is decided by
`pages.merge`.
"""

# ruff: noqa: SIM905  (tables of words are easier to read and edit as text)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import html

from newsdesk.crawler.normalise.paywall import is_paywall_line
from newsdesk.crawler.pages import json_ld
from newsdesk.crawler.pages.layout import is_aside, text_of
from newsdesk.crawler.pages.metadata import Metadata, first_content
from newsdesk.storage.records.stories import Access, Kind

# The type of an article's node; the first row that applies.
_KINDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("liveblog", frozenset(("liveblogposting",))),
    ("opinion", frozenset(("opinionnewsarticle",))),
    ("review", frozenset(("review", "reviewnewsarticle", "criticreview", "employerreview"))),
)
# Of a page without an article.
_MEDIA: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("gallery", frozenset(("imagegallery", "mediagallery"))),
    ("video", frozenset(("videoobject", "movieclip", "tvepisode"))),
    ("audio", frozenset(("audioobject", "podcastepisode", "radioepisode"))),
)
_OG_TYPES: tuple[tuple[str, Kind], ...] = (("video.", "video"), ("video", "video"), ("music.song", "audio"))
_TIERS = (
    "article:content_tier", "og:article:content_tier", "content_tier", "content-tier", "article.content_tier",
    "article:access", "article_access", "content_access", "isaccessibleforfree", "accessibleforfree",
)  # fmt: skip
_PAID = (
    "paywall",
    "premium",
    "is_premium",
    "article:premium",
    "ispremium",
    "paid_content",
    "is_paid",
    "locked",
)
_FREE_WORDS = frozenset("free open true yes 1 public unlocked".split())
_PAID_WORDS = frozenset(
    "locked metered paid premium subscriber subscribers subscription subscriber-only registered registration "
    "member members false no 0 closed paywall paywalled plus".split()
)
_YES = frozenset("true yes 1 on premium locked paid hard metered".split())
_PAYWALL_CLASS = re.compile(
    r"(?:^|[\s_-])(?:pay-?wall\w*|reg-?wall\w*|subscriber-?wall|subscribe-?wall|premium-?wall|article-?wall|"
    r"content-?gate|article-?gate|gated-content|piano-(?:offer|paywall|container|inline)\w*|tp-container-inner|"
    r"(?:is|article)-?locked|locked-(?:article|content))(?:$|[\s_-])",
    re.IGNORECASE,
)
_LINES = ("p", "div", "span", "h2", "h3", "h4", "strong", "b", "a", "button", "li", "label")
_SHORTEST_LINE, _LONGEST_LINE = 5, 250  # characters
_SHORTEST_PAYWALL, _LONGEST_PAYWALL = 30, 2_000  # characters of a paywall's text: "Log in" is a button
_BEGINNING = 40  # characters by which a text is recognised
_MOST_LINES = 5_000  # elements of a page that are searched


def stated_kinds(
    article: json_ld.Node | None,
    nodes: Sequence[json_ld.Node],
    metadata: Metadata,
    *,
    page_addresses: frozenset[str],
) -> Iterator[tuple[str, Kind]]:
    """(origin, kind) as the page states it. `page_addresses` are bare, see `json_ld.bare_address`."""
    own = [node for node in nodes if node is article or json_ld.addresses_of(node) & page_addresses]
    for kind, types in _KINDS:
        if any(types & set(json_ld.types_of(node)) for node in own):
            yield "json-ld", kind
    if any("liveBlogUpdate" in node for node in own):
        yield "json-ld", "liveblog"
    og = (first_content(metadata, "og:type") or "").lower()
    for kind, types in _MEDIA if article is None else ():
        # an article with a video may have a node for the video only
        if (kind == "gallery" or og != "article") and any(
            types & set(json_ld.types_of(node)) for node in nodes
        ):
            yield "json-ld", kind
    yield from (("meta", kind) for start, kind in _OG_TYPES if og.startswith(start))


def stated_access(
    article: json_ld.Node | None, page: json_ld.Node | None, metadata: Metadata
) -> Iterator[tuple[str, Access]]:
    """(origin, access) as the page states it."""
    for node in (article, page):
        if node is not None and (free := _is_free(node)) is not None:
            yield "json-ld", "free" if free else "paywalled"
    for name in _TIERS:
        for value in metadata.get(name, ())[:3]:
            word = value.strip().lower().rpartition("/")[2]
            if word in _FREE_WORDS | _PAID_WORDS:
                yield "meta", "free" if word in _FREE_WORDS else "paywalled"
    if any(value.strip().lower() in _YES for name in _PAID for value in metadata.get(name, ())[:3]):
        yield "meta", "paywalled"


def _is_free(node: json_ld.Node) -> bool | None:
    """`isAccessibleForFree` of a node; a part of it that is not free makes it not free."""
    parts = node.get("hasPart")
    values = [_yes_or_no(node.get("isAccessibleForFree"))]
    values += [
        _yes_or_no(part.get("isAccessibleForFree"))
        for part in (parts if isinstance(parts, list) else [parts])[:20]
        if isinstance(part, dict)
    ]
    return None if all(one is None for one in values) else False not in values


def _yes_or_no(value: Any) -> bool | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower().rpartition("/")[2] if isinstance(value, str | int) else ""
    return True if word in ("true", "yes", "1") else False if word in ("false", "no", "0") else None


def is_paywalled(tree: html.HtmlElement, *, text: str) -> bool:
    """Whether a page whose `text` is short has a paywall: an element with such a class whose text is not the
    story's, or a line outside the text that asks to subscribe or log in to go on reading."""
    beginning = " ".join(text.split())[:_BEGINNING]
    for seen, element in enumerate(tree.iter(*_LINES)):
        if seen == _MOST_LINES:
            break
        if _PAYWALL_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            inside = text_of(element, most=_LONGEST_PAYWALL)
            is_story = bool(beginning) and beginning in inside
            if len(inside) >= _SHORTEST_PAYWALL and not is_story and not is_aside(element):
                return True
        elif len(element) <= 4 and len((element.text or "").strip()) >= _SHORTEST_LINE:
            line = text_of(element, most=_LONGEST_LINE)
            if len(line) <= _LONGEST_LINE and is_paywall_line(line) and not is_aside(element):
                return True
    return False
