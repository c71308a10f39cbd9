"""Whether a page to which only a link led is a story, or an index, a profile, a page about the site. Pure.

What the page states about itself counts first, then its text: a story has prose of its own, an index has headlines
that are links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from newsdesk.crawler.models import PrintedDate
from newsdesk.crawler.normalise.urls.canonical import is_front_page
from newsdesk.crawler.pages import json_ld
from newsdesk.crawler.pages.metadata import Metadata, first_content

# Types of a page that is no story, unless it has an article of its own, too.
_NO_STORY = frozenset(
    (
        "collectionpage", "itemlist", "searchresultspage", "profilepage", "aboutpage", "contactpage", "faqpage",
        "checkoutpage", "medialist", "person", "jobposting",
    )
)  # fmt: skip
_NO_STORY_OG = frozenset(("website", "profile", "product", "business.business", "blog"))
# Origins that pages about the site have, too.
_NO_DATES = frozenset(("header", "updated", "json-ld page", "other meta", "far time", "far line"))
SHORTEST = 250  # characters of prose of a page that does not state what it is
PER_HEADLINE = 400  # characters of prose for each headline in the text that is a link; an index has fewer
FEW_HEADLINES = 3
LONGEST_SCAN = 400_000

_LINK = re.compile(r"<a\b[^<>]*>(.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(
    r"<(h[1-6]|li|p|div)\b[^<>]*>(?:(?!</\1).){0,80}?<a\b[^<>]*>(.{0,400}?)</a\s*>", re.I | re.S
)
_TAG = re.compile(r"<[^<>]*>")


def why_no_article(
    *,
    nodes: Sequence[json_ld.Node],
    metadata: Metadata,
    page_addresses: frozenset[str],
    canonical: str | None,
    dates: Sequence[PrintedDate],
    text: str | None,
) -> str | None:
    """Why a page is no story; None where it is one. `text`: the HTML of its main text; `page_addresses` are bare,
    see `json_ld.bare_address`."""
    if canonical is not None and is_front_page(canonical):
        return "its canonical address is the front page"
    articles = [node for node in nodes if json_ld.is_article(node)]
    own = [node for node in articles if json_ld.addresses_of(node) & page_addresses]
    types = {kind for node in nodes for kind in json_ld.types_of(node)}
    prose, headlines = measure(text or "")
    if own or (len(articles) == 1 and not types & _NO_STORY):
        return None if prose else "it has no text"
    stated = next(iter(sorted(types & _NO_STORY)), None)
    if stated is not None:
        return f"its JSON-LD says {stated}"
    if headlines >= FEW_HEADLINES and prose < PER_HEADLINE * headlines:
        return f"it is a list of {headlines} linked headlines"
    dated = any(one.origin not in _NO_DATES for one in dates)
    og = (first_content(metadata, "og:type") or "").lower()
    if og.startswith("article") and dated:
        return None
    if not dated:
        return "nothing on it says when it was published"
    if prose < SHORTEST:
        return f"it has {prose} characters of prose"
    if og in _NO_STORY_OG and not first_content(metadata, "article:published_time") and prose < 3 * SHORTEST:
        return f"its og:type is {og}"
    return None


def measure(markup: str) -> tuple[int, int]:
    """The characters of a text that are no links, letters of scripts without spaces counted twice; and how many of
    its headings and lines begin with a link of some words."""
    markup = markup[:LONGEST_SCAN]
    prose = unescape(_TAG.sub(" ", _LINK.sub(" ", markup)))
    length = sum(2 if letter > "\u2e7f" else 1 for letter in " ".join(prose.split()))
    headlines = sum(
        len(unescape(_TAG.sub(" ", found)).split()) >= 3 or len(found) >= 12
        for _, found in _HEADING.findall(markup)
    )
    return length, headlines
