"""From the bytes of one article page to its Story: read, merged with what the feed said, normalised. Pure.

This is what runs in the pool (`crawler.workers.pool`) for a page: the task goes in, the PageReading comes
out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta, timezone

from newsdesk.crawler.models import Article, FieldCandidate, PageCandidates, PrintedDate
from newsdesk.crawler.normalise.bylines.parser import parse_byline
from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.normalise.field_limits import limit_fields
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.story import AUTHOR_ROLES, normalise_story
from newsdesk.crawler.normalise.text.scripts import SAMPLE_LENGTH, contradicts
from newsdesk.crawler.normalise.urls.canonical import address_key, is_front_page, is_redirector
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.pages.merge import merge
from newsdesk.crawler.pages.reader import read_page
from newsdesk.crawler.pages.snapshot import write_page_snapshot
from newsdesk.crawler.pages.text.reader import load
from newsdesk.crawler.workers.document import Document
from newsdesk.storage.records.digests import unpack_sentences
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Address, Author, Story
from newsdesk.storage.records.visits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTask:
    """A page to read, with what the claim knows of its story. `address` is where it was answered,
    `last_modified` the header of the answer."""

    document: Document
    claimed: ClaimedPage

    @property
    def limits(self) -> Limits:
        return self.claimed.limits

    @property
    def weight(self) -> int:
        """One story is what comes of it, little beside the page; but reading it takes much."""
        return 8 * len(self.document.body)

    def load(self) -> None:
        """Before its limits are set."""
        load()

    def read(self) -> PageTaskResult:
        """What the pool does with it."""
        return read_page_task(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTaskResult:
    """`own`: what the page alone says; `story`: page and feed together. `problem`: why there is neither."""

    own: Story | None = None
    story: Story | None = None
    problem: str | None = None


def read_page_task(task: PageTask) -> PageTaskResult:
    """Read one page. Raises MemoryError where a parser met its limit."""
    said = read_page(
        task.document.body,
        address=task.document.address,
        content_type=task.document.content_type,
        charset=task.document.charset,
    )
    if said.problem is not None:
        return PageTaskResult(problem=said.problem)
    return normalise_page(said, task)


def normalise_page(said: PageCandidates, task: PageTask) -> PageTaskResult:
    """What a page says, understood alone and together with what the feed said."""
    own = normalise_page_article(said, merged_article(said, (), task), task)
    own = replace(own, published_values={**own.published_values, "page": write_page_snapshot(said)})
    if own.text is None:
        return PageTaskResult(problem="no story's text was found on this page")
    told = task.claimed.stored_story
    if told is None:
        return PageTaskResult(own=own, story=own)
    return PageTaskResult(
        own=own,
        story=normalise_page_article(said, merged_article(said, stored_story_candidates(told), task), task),
    )


def merged_article(
    said: PageCandidates, feed: tuple[tuple[str, FieldCandidate], ...], task: PageTask
) -> Article:
    """The Article that page and feed tell together."""
    claimed = task.claimed
    outlet = _outlet(said, claimed)
    language = claimed.language or _language(said)

    def is_date(printed: str) -> bool:
        found = parse_date(
            printed,
            language=_language(said) or claimed.language,
            country=claimed.country,
            timezone=claimed.timezone,
            now=task.document.fetched_at,
        )
        return found is not None

    def names_of(printed: str) -> tuple[Author, ...]:
        named = () if "://" in printed else parse_byline(printed, language=language, outlet=outlet)
        return tuple(author for author in named if author.role in AUTHOR_ROLES)

    article: Article = limit_fields(merge(_with_header(said, task), feed, is_date=is_date, names_of=names_of))
    return article


def normalise_page_article(said: PageCandidates, article: Article, task: PageTask) -> Story:
    """The Story of an Article that was chosen from what the page says."""
    claimed = task.claimed
    return normalise_story(
        article,
        addresses=_addresses(task, said.canonical),
        outlet=_outlet(said, claimed),
        language=claimed.language,
        country=claimed.country,
        timezone=claimed.timezone,
        learned=claimed.learned,
        feed_language=claimed.stored_story.language if claimed.stored_story else None,
        now=task.document.fetched_at,
        boilerplate=unpack_sentences(claimed.boilerplate),
    )


def _with_header(said: PageCandidates, task: PageTask) -> PageCandidates:
    """The page with its last change as the server tells it, among its dates."""
    if task.document.last_modified is None:
        return said
    return replace(said, dates=(*said.dates, PrintedDate(origin="header", value=task.document.last_modified)))


def _language(said: PageCandidates) -> str | None:
    """What the page first says of its language, normalised, and its text does not contradict."""
    told = (*said.fields.get("title", ())[:1], *said.fields.get("text", ())[:1])
    text = " ".join(one.value[:SAMPLE_LENGTH] for one in told)
    tags = (normalise_language(one.value) for one in said.fields.get("language", ()))
    return next((tag for tag in tags if tag and not contradicts(text, tag)), None)


def _outlet(said: PageCandidates, claimed: ClaimedPage) -> str | None:
    """The outlet's name: the one that a byline says, where the page calls its site by several."""
    bylines = {one.value.strip().casefold() for one in said.fields.get("authors", ())}
    signed = (site for site in said.sites if site.casefold() in bylines)
    return next(signed, None) or claimed.name or next(iter(said.sites), None)


def _addresses(task: PageTask, canonical: str | None) -> tuple[Address, ...]:
    """The page's own address first, then where it redirected to and what it calls its canonical address:
    those of its own site that are no front page. An address that is there to lead elsewhere (`t.co`,
    feedproxy) comes after the one to which it led."""
    claimed = task.claimed
    asked = Address(key=address_key(claimed.url), url=claimed.url, found_in="entry")
    answered = Address(key=address_key(task.document.address), url=task.document.address, found_in="redirect")
    led = is_redirector(claimed.url) and not is_redirector(task.document.address)
    first, *further = (answered, asked) if led else (asked, answered)
    if canonical is not None:
        further.append(Address(key=address_key(canonical), url=canonical, found_in="canonical"))
    site = site_of(first.url)
    names = {first.key: first}
    for address in further:
        own = site_of(address.url) == site and not is_front_page(address.url)
        if own or address is asked:
            names.setdefault(address.key, address)
    return tuple(names.values())


def stored_story_candidates(told: Story) -> tuple[tuple[str, FieldCandidate], ...]:
    """A stored story as candidates beside the page's own."""
    published = None
    if told.published is not None:
        by_publisher = timezone(timedelta(minutes=told.published_offset_min or 0))
        instant = told.published.astimezone(by_publisher).isoformat()
        published = told.published_day if told.precision == "day" else instant
    fields = (
        ("title", told.title),
        ("summary", told.summary),
        ("published", published),
        ("updated", told.updated.isoformat() if told.updated else None),
        ("language", told.language),
        ("image", told.image),
        ("text", told.html),
        ("kind", told.kind if told.kind != "article" else None),
        ("access", told.access),
        *(("authors", author.name) for author in told.authors),
        *(("categories", category) for category in told.categories),
    )
    return tuple((name, FieldCandidate(origin="feed", value=value)) for name, value in fields if value)
