"""Feeds that were found, best first: the kind of each, which are the same, and their order. Pure.

The order is one visible tuple, `_rank`.
"""

# ruff: noqa: SIM905  (tables of words are read and edited as text)

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from newsdesk.crawler.discovery.home_page import FoundBy, comparable_address
from newsdesk.crawler.normalise.urls.canonical import canonical_url, is_front_page
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.workers.feed_task import FeedTaskResult
from newsdesk.storage.records.stories import Story
from newsdesk.storage.records.visits import SourceKind

Kind = Literal["main", "section", "podcast", "comments"]
Carries = Literal["full text", "summaries", "headlines", "addresses"]

KINDS: tuple[Kind, ...] = ("main", "section", "podcast", "comments")
CARRIES: tuple[Carries, ...] = ("full text", "summaries", "headlines", "addresses")
STALE = timedelta(days=90)  # a feed that the site abandoned
_FULL, _SUMMARY = 800, 40  # characters of the median entry
_SAME_SHARE = 0.8
_ENOUGH = 3  # entries by which two feeds can be compared

_COMMENTS_PATH = re.compile(
    r"(?:^|[/._=\-])(?:comments?|kommentar[e]?|commentaires?|comentarios?|commenti|crss)(?:[/._&]|-(?:rss|feed)|$)",
    re.I,
)
_COMMENTS = (
    r"comments|kommentar|commentaire|coment[aá]rio|commenti|reacties|коммент|комент|koment|yorum"
    r"|コメント|评论|評論|댓글|تعليق|σχολί"
)
_COMMENTS_TEXT = re.compile(rf"{_COMMENTS}|\bcomment feed", re.I)
_FEED_WORD = re.compile(
    r"feed|flux|flöde|fil rss|rss|atom|лент|стрічк|фид|フィード|kanał|kanál|akış|خلاصة|피드|ροή", re.I
)
# How publishing systems title the feed of an article's comments: "Comments on: …", "Kommentare zu: …".
_COMMENTS_TITLE = re.compile(
    rf"\s*comments? (?:for|on)\b|\s*(?:{_COMMENTS})\w*(?:\s\w{{1,8}}){{0,2}}\s?[:：]|.*へのコメント", re.I
)
_PODCAST = re.compile(r"podcast|\baudio\b", re.I)
_SECTION_PATH = re.compile(
    r"/(?:categor(?:y|ies|ia|ias|ie)|kategorien?|tags?|labels?|authors?|autor(?:es)?|auteurs?|users?|search|"
    r"topics?|sections?|rubri(?:k|ken|que|ques)|themen?|secci(?:on|ones)|temas?|columnists?)/[^/]",
    re.I,
)
_SECTION_QUERY = re.compile(r"(?:^|&)(?:cat|tag|author|category|topic|section|s|q)=[^&]", re.I)
_SECTION_TITLE = re.compile(r"\b(?:category|tag|author) feed\b|\bposts by\b|\bsearch results\b", re.I)
_WORDS = re.compile(r"[^\W_]+")
# Words in the titles of whole feeds; other words in a title name a part of the site.
_OF_THE_WHOLE = frozenset(
    "rss rss2 atom xml json feed feeds flux rdf news newsfeed latest recent all top stories story "
    "headlines headline home main front page homepage full text articles posts entries site blog "
    "website the a an and of for from on in by at to our 0 1 2 3 92 www com org net alle aktuell "
    "aktuelle nachrichten startseite schlagzeilen meldungen der die das und von le la les de du des "
    "un une actualités actualité dernières derniers accueil el los las noticias últimas portada "
    "titulares ultime notizie il lo gli nieuws het laatste nyheter nyheder seneste siste senaste "
    "новости главное лента новин últimas notícias haberler son ニュース 最新 新着 "
    "フィード 新闻 新聞 뉴스 أخبار".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed, or another source, that was parsed. `address` is the one to add, `page` where it was found. `own`: it
    names the requested page as its home, or is in the folder of that page. `also`: other addresses with the same
    entries. `order`: its position on the page. `keys` and `dates`: of its stories, in their order."""

    address: str
    found_by: FoundBy
    page: str
    order: int
    kind: Kind
    source_kind: SourceKind = "feed"
    title: str | None = None
    link_title: str | None = None
    format: str | None = None
    language: str | None = None
    entries: int = 0
    newest: datetime | None = None
    carries: Carries = "headlines"
    same_site: bool = True
    own: bool = False
    keys: tuple[str, ...] = ()
    dates: tuple[datetime | None, ...] = ()
    also: tuple[str, ...] = ()


def kind_of(address: str, *titles: str | None) -> Kind:
    """The kind by an address and its titles. Comments are recognised by their path, or by a title about a feed of
    comments: a section may also be called "Comment"."""
    path, query = urlsplit(address).path, urlsplit(address).query
    given = [title for title in titles if title]
    if _COMMENTS_PATH.search(f"{path}?{query}") or any(
        _COMMENTS_TITLE.match(one) or (_COMMENTS_TEXT.search(one) and _FEED_WORD.search(one)) for one in given
    ):
        return "comments"
    if _PODCAST.search(path) or any(map(_PODCAST.search, given)):
        return "podcast"
    if (
        _SECTION_PATH.search(path)
        or _SECTION_QUERY.search(query)
        or any(_SECTION_TITLE.search(one) for one in given)
    ):
        return "section"
    return "main"


def describe_feed(
    reading: FeedTaskResult,
    *,
    address: str,
    found_by: FoundBy,
    page: str,
    home: str,
    order: int,
    link_title: str | None = None,
) -> FoundFeed:
    """A parsed feed as a candidate. `home` is the address of the requested page."""
    stories = [entries.story for entries in reading.entries if entries.story is not None]
    facts = reading.facts
    own = (facts.home is not None and canonical_url(facts.home) == canonical_url(home)) or (
        not is_front_page(home) and _lies_in(address, home)
    )
    kind = kind_of(address, link_title, facts.title)
    if kind in ("main", "section"):
        if _is_podcast(stories):
            kind = "podcast"
        elif own:
            kind = "main"  # a section's own feed is the main one of the section's page
    dates = [story.published or story.updated for story in stories]
    identified = [story for story in stories if story.addresses]
    return FoundFeed(
        address=address,
        found_by=found_by,
        page=page,
        order=order,
        kind=kind,
        title=facts.title,
        link_title=link_title,
        format=facts.format,
        language=facts.language,
        entries=len(stories),
        newest=max((one for one in dates if one is not None), default=None),
        carries=_carries(stories),
        same_site=site_of(address) == site_of(home)
        or (facts.home is not None and site_of(facts.home) == site_of(home)),
        own=own,
        keys=tuple(story.addresses[0].key for story in identified),
        dates=tuple(story.published or story.updated for story in identified),
    )


def rank_feeds(feeds: Iterable[FoundFeed], *, page_title: str | None, now: datetime) -> tuple[FoundFeed, ...]:
    """Best first; feeds with the same entries are merged into the best of them."""
    best: list[FoundFeed] = []
    for feed in sorted(feeds, key=lambda one: _rank(one, page_title, now)):
        for place, known in enumerate(best):
            if _are_same_feed(known, feed):
                best[place] = replace(known, also=(*known.also, feed.address, *feed.also))
                break
        else:
            best.append(feed)
    return tuple(best)


def is_good(feed: FoundFeed) -> bool:
    """Whether no other feed needs to be looked for: the main feed of the site, with entries."""
    return feed.kind == "main" and feed.entries > 0


def feeds_to_add(feeds: Sequence[FoundFeed]) -> tuple[FoundFeed, ...]:
    """The feeds that `add --all` adds: no comments and no empty ones, unless there are no others."""
    for keep in (
        [one for one in feeds if one.kind != "comments" and one.entries],
        [one for one in feeds if one.kind != "comments"],
    ):
        if keep:
            return tuple(keep)
    return tuple(feeds)


def candidate_order(address: str, title: str | None, page_title: str | None) -> tuple[int, int]:
    """The order in which candidates are requested, by their addresses and titles alone."""
    return KINDS.index(kind_of(address, title)), unexpected_words(title, page_title)


def unexpected_words(title: str | None, page_title: str | None) -> int:
    """The number of words in a feed's title that are neither the site's nor usual for a whole feed."""
    if not title:
        return 0
    known = (page_title or "").casefold()
    words = (word.casefold() for word in _WORDS.findall(title))
    return sum(word not in _OF_THE_WHOLE and word not in known for word in words)


def _rank(feed: FoundFeed, page_title: str | None, now: datetime) -> tuple[object, ...]:
    age = now - feed.newest if feed.newest is not None else None
    return (
        feed.kind == "comments",
        feed.entries == 0,
        KINDS.index(feed.kind),
        age is not None and age > STALE,
        not feed.same_site,
        not feed.own,
        min(3, *(unexpected_words(one, page_title) for one in (feed.link_title or feed.title, feed.title))),
        CARRIES.index(feed.carries),
        2 if age is None else int(age > timedelta(days=2)) + int(age > timedelta(days=14)),
        -min(feed.entries, 50) // 10,
        feed.order,
    )


def _are_same_feed(one: FoundFeed, other: FoundFeed) -> bool:
    """The same address but for scheme and `www.`, or the same newest entries, in whatever format."""
    if comparable_address(one.address) == comparable_address(other.address):
        return True
    if "comments" in (one.kind, other.kind) and one.kind != other.kind:
        return False
    count = min(len(one.keys), len(other.keys))
    if count < _ENOUGH and (not count or len(one.keys) != len(other.keys)):
        return False
    return len({*one.keys[:count]} & {*other.keys[:count]}) >= _SAME_SHARE * count


def _carries(stories: Sequence[Story]) -> Carries:
    """By the median entry: most feeds have one or two without text."""
    lengths = sorted(max(len(story.text or ""), len(story.summary or "")) for story in stories)
    median = lengths[len(lengths) // 2] if lengths else 0
    return "full text" if median >= _FULL else "summaries" if median >= _SUMMARY else "headlines"


def _is_podcast(stories: Sequence[Story]) -> bool:
    audio = sum(
        any(
            str(file.get("type", "")).startswith("audio/")
            for file in story.published_values.get("enclosures", ())
        )
        for story in stories
    )
    return audio > len(stories) / 2


def _lies_in(address: str, page: str) -> bool:
    folder = urlsplit(page).path.rstrip("/")
    return bool(folder) and urlsplit(address).path.startswith(f"{folder}/")
