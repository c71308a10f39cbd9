"""From one article page to its Story: parsed, merged with the feed's entry, normalised. Pure; runs in a worker."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from functools import partial

from newsdesk.crawler.models import Article, FieldCandidate, PageCandidates, PrintedDate
from newsdesk.crawler.normalise.bylines.parser import parse_byline
from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.normalise.field_limits import limit_fields
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.story import normalise_story
from newsdesk.crawler.normalise.text.scripts import SAMPLE_LENGTH, contradicts
from newsdesk.crawler.normalise.urls.canonical import address_key, is_front_page, is_redirector
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.pages.merge import merge
from newsdesk.crawler.pages.reader import ReadSite, read_page
from newsdesk.crawler.pages.snapshot import write_page_snapshot
from newsdesk.crawler.workers.page_task import PageTask, PageTaskResult
from newsdesk.crawler.workers.readers.rights import page_with_rights
from newsdesk.storage.records.addresses.areas import same_family
from newsdesk.storage.records.digests import unpack_sentences
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Address, Author, Story


def read_page_task(task: PageTask) -> PageTaskResult:
    """Parse one page. Raises MemoryError where a parser exceeds the limit."""
    candidates = read_candidates(task)
    if candidates.problem is not None:
        return PageTaskResult(problem=candidates.problem)
    return replace(normalise_page(candidates, task), failure=candidates.failure)


def read_candidates(task: PageTask) -> PageCandidates:
    """The candidates of a page, read with the site file of its host where it has one; and what its response and host
    state about its use."""
    return page_with_rights(_candidates(task), task.document, task.site_rights)


def _candidates(task: PageTask) -> PageCandidates:
    if task.site_file is None:
        return _read(task, None)
    from newsdesk.crawler.workers.readers.site_page import read_with_site_file  # few pages have a site file

    return read_with_site_file(task, task.site_file, partial(_read, task))


def _read(task: PageTask, read_site: ReadSite | None) -> PageCandidates:
    return read_page(
        task.document.body,
        address=task.document.address,
        content_type=task.document.content_type,
        charset=task.document.charset,
        linked=task.claimed.linked,
        read_site=read_site,
    )


def normalise_page(candidates: PageCandidates, task: PageTask) -> PageTaskResult:
    """The story of a page alone, and merged with its stored story."""
    text = task.claimed.link_text
    link = (("title", FieldCandidate(origin="link", value=text)),) if text is not None else ()
    own = normalise_page_article(candidates, merged_article(candidates, link, task), task)
    own = replace(own, published_values={**own.published_values, "page": write_page_snapshot(candidates)})
    if own.text is None:
        return PageTaskResult(problem="no article text was found on this page")
    if task.claimed.linked and candidates.no_article is not None:
        return PageTaskResult(problem=f"this page is no article: {candidates.no_article}")
    stored = task.claimed.stored_story
    if stored is None:
        return PageTaskResult(own=own, story=own)
    return PageTaskResult(
        own=own,
        story=normalise_page_article(
            candidates, merged_article(candidates, (*stored_story_candidates(stored), *link), task), task
        ),
    )


def merged_article(
    candidates: PageCandidates, feed: tuple[tuple[str, FieldCandidate], ...], task: PageTask
) -> Article:
    """The Article merged from page and feed."""
    claimed = task.claimed
    outlet = _outlet(candidates, claimed)
    language = claimed.language or _language(candidates)

    def is_date(printed: str) -> bool:
        found = parse_date(
            printed,
            language=_language(candidates) or claimed.language,
            country=claimed.country,
            timezone=claimed.timezone or candidates.timezone,
            now=task.document.fetched_at,
        )
        return found is not None

    def names_of(printed: str) -> tuple[Author, ...]:
        return () if "://" in printed else parse_byline(printed, language=language, outlet=outlet)

    article: Article = limit_fields(
        merge(_with_header(candidates, task), feed, is_date=is_date, names_of=names_of)
    )
    return article


def normalise_page_article(candidates: PageCandidates, article: Article, task: PageTask) -> Story:
    """The Story of a merged Article."""
    claimed = task.claimed
    story = normalise_story(
        article,
        addresses=_addresses(task, candidates.canonical),
        outlet=_outlet(candidates, claimed),
        language=claimed.language,
        country=claimed.country,
        timezone=claimed.timezone or candidates.timezone,
        learned=claimed.learned,
        feed_language=claimed.stored_story.language if claimed.stored_story else None,
        now=task.document.fetched_at,
        boilerplate=unpack_sentences(claimed.boilerplate),
    )
    return replace(story, other_canonical=_other_canonical(candidates.canonical, story.addresses[0]))


def _with_header(candidates: PageCandidates, task: PageTask) -> PageCandidates:
    """The page with the header Last-Modified among its dates."""
    if task.document.last_modified is None:
        return candidates
    return replace(
        candidates, dates=(*candidates.dates, PrintedDate(origin="header", value=task.document.last_modified))
    )


def _language(candidates: PageCandidates) -> str | None:
    """The first declared language of a page that its text does not contradict, normalised."""
    stored = (*candidates.fields.get("title", ())[:1], *candidates.fields.get("text", ())[:1])
    text = " ".join(one.value[:SAMPLE_LENGTH] for one in stored)
    tags = (normalise_language(one.value) for one in candidates.fields.get("language", ()))
    return next((tag for tag in tags if tag and not contradicts(text, tag)), None)


def _outlet(candidates: PageCandidates, claimed: ClaimedPage) -> str | None:
    """The outlet's name: the one that is in a byline, where the page has several names of its site."""
    bylines = {one.value.strip().casefold() for one in candidates.fields.get("authors", ())}
    signed = (site for site in candidates.sites if site.casefold() in bylines)
    return next(signed, None) or claimed.name or next(iter(candidates.sites), None)


def _addresses(task: PageTask, canonical: str | None) -> tuple[Address, ...]:
    """The page's own address first, then the one that it redirected to and its canonical address: those of its own
    site that are not front pages. The address of a redirector (`t.co`, feedproxy) comes after its target."""
    claimed = task.claimed
    requested = Address(key=address_key(claimed.url), url=claimed.url, found_in="entry")
    final = Address(key=address_key(task.document.address), url=task.document.address, found_in="redirect")
    redirected = is_redirector(claimed.url) and not is_redirector(task.document.address)
    if site_of(final.url) == site_of(requested.url) and not is_front_page(final.url):
        # The page at the end of the redirect is the one that was read, so its address is the main one.
        redirected |= not same_family(requested.url, final.url)
    first, *further = (final, requested) if redirected else (requested, final)
    if canonical is not None:
        further.append(Address(key=address_key(canonical), url=canonical, found_in="canonical"))
    site = site_of(first.url)
    names = {first.key: first}
    for address in further:
        own = site_of(address.url) == site and not is_front_page(address.url)
        if own or address is requested:
            names.setdefault(address.key, address)
    return tuple(names.values())


def _other_canonical(canonical: str | None, own: Address) -> Address | None:
    """The canonical address of a page, where it is a story's address of another site."""
    if canonical is None or is_front_page(canonical) or site_of(canonical) in ("", site_of(own.url)):
        return None
    return Address(key=address_key(canonical), url=canonical, found_in="canonical")


def stored_story_candidates(stored: Story) -> tuple[tuple[str, FieldCandidate], ...]:
    """A stored story as candidates beside the page's own."""
    published = None
    if stored.published is not None:
        by_publisher = timezone(timedelta(minutes=stored.published_offset_min or 0))
        instant = stored.published.astimezone(by_publisher).isoformat()
        published = stored.published_day if stored.precision == "day" else instant
    fields = (
        ("title", stored.title),
        ("summary", stored.summary),
        ("published", published),
        ("updated", stored.updated.isoformat() if stored.updated else None),
        ("language", stored.language),
        ("image", stored.image),
        ("text", stored.html),
        ("kind", stored.kind if stored.kind != "article" else None),
        ("access", stored.access),
        *(("authors", author.name) for author in stored.authors),
        *(("categories", category) for category in stored.categories),
    )
    return tuple((name, FieldCandidate(origin="feed", value=value)) for name, value in fields if value)
