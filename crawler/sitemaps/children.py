"""Which sitemaps of an index to read, and in which order: by the words and dates of their names, then by `lastmod`.

Pure; imports no parser. A date in the name says what a sitemap lists. `lastmod` is a hint only: some sites print the
present time for all.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import unquote, urlsplit

from newsdesk.crawler.sitemaps.listed import ListedAddress, lastmod_moment

# A year with a month and a day, in the forms 2026-11-30, 2026/11, 202611, ?yyyy=2026&mm=11&dd=30.
_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)"
    r"(?:(?P<gap>[-_./]|(?:&|&amp;)?(?:mm?|mon|month)=|)(?P<month>0[1-9]|1[0-2]|[1-9](?!\d))"
    r"(?:(?:[-_./]|(?:&|&amp;)?(?:dd?|day)=|)(?P<day>0[1-9]|[12]\d|3[01]|[1-9](?!\d)))?)?(?!\d)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[a-z]+|[^\W\d_a-z]+", re.IGNORECASE)
_NEWS = frozenset(
    "news newest latest recent nouvelles noticias nachrichten notizie aktuell actualites".split()
)
_STORIES = frozenset(
    "article articles story stories post posts content artikel noticia beitrag archive archives".split()
)
# What most publishing systems list beside the stories.
_OTHERS = frozenset(
    "image images photo photos picture pictures video videos gallery galleries author authors user users people"
    " tag tags category categories topic topics taxonomies taxonomy section sections page pages static product"
    " products event events job jobs recipe recipes static misc attachment attachments term terms keyword"
    " keywords forum forums comment comments podcast podcasts".split()
)
_FAR = timedelta(days=400)  # a later date in a name is a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days that a name stands for, both included."""

    first: date
    last: date


def span_of(address: str) -> Span | None:
    """The latest date in the path or query of an address, as days: a year, a month or a day."""
    parts = urlsplit(address)
    text = unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    spans = (_span(found) for found in _DATE.finditer(text))
    return max((one for one in spans if one is not None), key=lambda one: (one.last, one.first), default=None)


def _span(found: re.Match[str]) -> Span | None:
    year = int(found["year"])
    if found["month"] is None:
        return Span(first=date(year, 1, 1), last=date(year, 12, 31))
    month = int(found["month"])
    if found["day"] is None:
        return Span(first=date(year, month, 1), last=date(year, month, monthrange(year, month)[1]))
    try:
        day = date(year, month, int(found["day"]))
    except ValueError:
        return None
    return Span(first=day, last=day)


def name_rank(address: str) -> int:
    """0: the name has a word for news, 1: for stories, or none we know, 2: for pictures, authors, tags …"""
    path = urlsplit(address).path
    words = [word.lower() for word in _WORDS.findall(path.rpartition("/")[2] or path)]
    if any(word in _NEWS for word in words):
        return 0
    if any(word in _STORIES for word in words):
        return 1
    return 2 if any(word in _OTHERS for word in words) else 1


def order_children(children: Iterable[ListedAddress], *, now: datetime) -> tuple[ListedAddress, ...]:
    """Each once, the most likely to list new stories first: by the words of the name, by the date in it, by `lastmod`.
    Of those that have neither, the last and the first in turn, because indexes grow at either end."""
    once: dict[str, ListedAddress] = {}
    for child in children:
        once.setdefault(child.address, child)
    turns = {child.address: turn for turn, child in enumerate(_ends_first(list(once.values())))}
    return tuple(sorted(once.values(), key=lambda child: _key(child, now, turns[child.address])))


def _key(child: ListedAddress, now: datetime, turn: int) -> tuple[object, ...]:
    span = span_of(child.address)
    if span is not None and span.first > (now + _FAR).date():
        span = None
    modified = lastmod_moment(child.lastmod)
    modified_s = min(modified, now).timestamp() if modified is not None else 0.0
    last = min(span.last, now.date()).toordinal() if span is not None else None
    if last is None:  # without a date in its name it may list anything up to its last change
        last = int(modified_s // 86_400) + date(1970, 1, 1).toordinal() if modified is not None else 0
    return name_rank(child.address), -last, -modified_s, turn


def _ends_first(children: list[ListedAddress]) -> Iterable[ListedAddress]:
    low, high = 0, len(children) - 1
    while low <= high:
        yield children[high]
        if low < high:
            yield children[low]
        low, high = low + 1, high - 1


def may_list(child: ListedAddress, *, since: date) -> bool:
    """Whether it may list stories published since that day: by the date in its name, else by `lastmod`. What was not
    changed since then lists nothing newer."""
    span = span_of(child.address)
    if span is not None:
        return span.last >= since
    modified = lastmod_moment(child.lastmod)
    return modified is None or modified.date() >= since
