"""What a page says of itself beside its story: of what kind it is, and whether one must pay to read it.

Pure, never raises on what a page holds. Structured statements, then signs; which of several is believed is
decided by `pages.merge`.
"""

# ruff: noqa: SIM905  (tables of words are read and mended as text)

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import html

from newsdesk.crawler.normalise.paywall import is_wall
from newsdesk.crawler.pages import structured_data
from newsdesk.crawler.pages.layout import is_aside, text_of
from newsdesk.storage.records.stories import Access, Kind

Metas = Mapping[str, tuple[str, ...]]

# A story's own type; the first of a page's that stands here.
_KINDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("liveblog", frozenset(("liveblogposting",))),
    ("opinion", frozenset(("opinionnewsarticle",))),
    ("review", frozenset(("review", "reviewnewsarticle", "criticreview", "employerreview"))),
)
# Of a page that tells no article.
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
_WALL_CLASS = re.compile(
    r"(?:^|[\s_-])(?:pay-?wall\w*|reg-?wall\w*|subscriber-?wall|subscribe-?wall|premium-?wall|article-?wall|"
    r"content-?gate|article-?gate|gated-content|piano-(?:offer|paywall|container|inline)\w*|tp-container-inner|"
    r"(?:is|article)-?locked|locked-(?:article|content))(?:$|[\s_-])",
    re.IGNORECASE,
)
_LINES = ("p", "div", "span", "h2", "h3", "h4", "strong", "b", "a", "button", "li", "label")
_SHORTEST_LINE, _LONGEST_LINE = 5, 250  # characters
_SHORTEST_WALL, _LONGEST_WALL = 30, 2_000  # characters of what a wall says: "Log in" is a button
_BEGINNING = 40  # characters by which a text is known
_MOST_LINES = 5_000  # of a page that are looked at


def kinds(
    article: structured_data.Node | None,
    nodes: Sequence[structured_data.Node],
    said: Metas,
    *,
    is_this: frozenset[str],
) -> Iterator[tuple[str, Kind]]:
    """(origin, kind) as the page states it. `is_this`: the page's addresses, bare."""
    own = [node for node in nodes if node is article or structured_data.names_of(node) & is_this]
    for kind, types in _KINDS:
        if any(types & set(structured_data.types_of(node)) for node in own):
            yield "json-ld", kind
    if any("liveBlogUpdate" in node for node in own):
        yield "json-ld", "liveblog"
    og = (structured_data.first_meta(said, "og:type") or "").lower()
    for kind, types in _MEDIA if article is None else ():
        # an article that carries a film may be told by the film alone
        if (kind == "gallery" or og != "article") and any(
            types & set(structured_data.types_of(node)) for node in nodes
        ):
            yield "json-ld", kind
    yield from (("meta", kind) for start, kind in _OG_TYPES if og.startswith(start))


def accesses(
    article: structured_data.Node | None, page: structured_data.Node | None, said: Metas
) -> Iterator[tuple[str, Access]]:
    """(origin, access) as the page states it."""
    for node in (article, page):
        if node is not None and (told := _free(node)) is not None:
            yield "json-ld", "free" if told else "paywalled"
    for name in _TIERS:
        for value in said.get(name, ())[:3]:
            word = value.strip().lower().rpartition("/")[2]
            if word in _FREE_WORDS | _PAID_WORDS:
                yield "meta", "free" if word in _FREE_WORDS else "paywalled"
    if any(value.strip().lower() in _YES for name in _PAID for value in said.get(name, ())[:3]):
        yield "meta", "paywalled"


def _free(node: structured_data.Node) -> bool | None:
    """`isAccessibleForFree` of a node; a part of it that is not free makes it not free."""
    parts = node.get("hasPart")
    told = [_yes_or_no(node.get("isAccessibleForFree"))]
    told += [
        _yes_or_no(part.get("isAccessibleForFree"))
        for part in (parts if isinstance(parts, list) else [parts])[:20]
        if isinstance(part, dict)
    ]
    return None if all(one is None for one in told) else False not in told


def _yes_or_no(value: Any) -> bool | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower().rpartition("/")[2] if isinstance(value, str | int) else ""
    return True if word in ("true", "yes", "1") else False if word in ("false", "no", "0") else None


def is_walled(tree: html.HtmlElement, *, text: str) -> bool:
    """Whether a page whose `text` is short shows a wall: an element that is called so and says something else
    than the text, or a line beside the text that says that the reader is stopped here."""
    begins = " ".join(text.split())[:_BEGINNING]
    for seen, element in enumerate(tree.iter(*_LINES)):
        if seen == _MOST_LINES:
            break
        if _WALL_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            said = text_of(element, most=_LONGEST_WALL)
            if len(said) >= _SHORTEST_WALL and not (begins and begins in said) and not is_aside(element):
                return True
        elif len(element) <= 4 and len((element.text or "").strip()) >= _SHORTEST_LINE:
            line = text_of(element, most=_LONGEST_LINE)
            if len(line) <= _LONGEST_LINE and is_wall(line) and not is_aside(element):
                return True
    return False
