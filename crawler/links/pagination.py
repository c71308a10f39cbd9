"""The further pages of a list: its next page, and the ones that its page numbers name. Pure.

Never leads to another site or another list. How far to go is the caller's decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.links.address_form import is_page_parameter
from newsdesk.crawler.links.models import PageLink
from newsdesk.crawler.links.tables.anchor_texts import NEXT
from newsdesk.crawler.normalise.urls.canonical import canonical_url

_LAST_NUMBER = re.compile(r"(?<!\d)\d{1,5}\Z")
_NUMBER = re.compile(r"\d{1,5}")
_ARROWS = frozenset(("›", "»", ">", ">>", "→", "▶", "❯", "⟩"))
_ENDING = re.compile(r"\.[a-z]{3,5}\Z")
_PAGE_OF_PATH = re.compile(
    r"(?:/(?:page|pagina|seite|p|pg|strona|sayfa|trang|sida|side|stranica)[/_-]?\d{1,5}"
    r"|/(?:index|list|default)?[_-]?\d{1,5}|[_-]p?\d{1,5}|/(?:index|default))\Z"
)
MOST = 20


def next_pages(links: Iterable[PageLink], *, address: str, most: int = 1) -> tuple[str, ...]:
    """Up to `most` addresses that continue the list at `address`, the next page first."""
    page = canonical_url(address)
    number = page_number(page) or 1
    declared: list[str] = []
    named: list[str] = []
    numbered: dict[int, str] = {}
    for link in links:
        if not _same_list(link.canonical, page):
            continue
        text = link.text.strip()
        if "next" in link.rel:
            declared.append(link.address)
        elif text in _ARROWS or folded(text) in NEXT:
            named.append(link.address)
        elif (
            _NUMBER.fullmatch(text) and (at := int(text)) > number and page_number(link.canonical) is not None
        ):
            numbered.setdefault(at, link.address)
    following = [numbered[number + 1]] if number + 1 in numbered else []
    first = (declared or named or following)[:1]
    rest = [numbered[at] for at in sorted(numbered)]
    seen: dict[str, str] = {}
    for one in (*first, *rest):
        seen.setdefault(canonical_url(one), one)
    return tuple(seen.values())[: min(most, MOST)]


def page_number(canonical: str) -> int | None:
    """The number of a page of a list, by its address: `?page=3`, `/page/3`, `/index_3.html`; None without one."""
    parts = urlsplit(canonical)
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        if is_page_parameter(name.lower()) and _NUMBER.fullmatch(value):
            return int(value)
    found = _LAST_NUMBER.search(_ENDING.sub("", parts.path))
    return int(found[0]) if found else None


def _same_list(canonical: str, page: str) -> bool:
    """Whether two addresses differ in what numbers the pages of a list only."""
    if canonical == page:
        return False
    one, two = urlsplit(canonical), urlsplit(page)
    if one.netloc != two.netloc or _list_path(one.path) != _list_path(two.path):
        return False
    return _list_query(one.query) == _list_query(two.query)


def _list_path(path: str) -> str:
    return _PAGE_OF_PATH.sub("", _ENDING.sub("", path.rstrip("/")))


def _list_query(query: str) -> frozenset[str]:
    return frozenset(
        pair for pair in query.split("&") if pair and not is_page_parameter(pair.partition("=")[0].lower())
    )
