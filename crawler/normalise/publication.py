"""When a story was published and changed, of all that feed and page print, with the evidence. Pure.

Reads each printed date with what is known of its outlet, lets `choice` say which is believed, and writes down
why. A date that is missing stays None and is never `now`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from newsdesk.crawler.models import Article
from newsdesk.crawler.normalise.countries import country_of_address, country_of_language, zone_of_country
from newsdesk.crawler.normalise.dates.parser import DateReading, parse_date
from newsdesk.crawler.normalise.dates.precedence import ONLY_UPDATED, Chosen, choose
from newsdesk.crawler.normalise.dates.publisher_clock import PublisherClock, with_publisher_day
from newsdesk.crawler.normalise.text.html import clean_controls

MAX_VALUE = 500  # a printed date that is longer is told by its beginning
BEFORE = "earlier than the publication"
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletHints:
    """What a person says of an outlet's dates, or its earlier ones showed (`learned`, an IANA name), and the
    `address` of the story, whose end names a country."""

    country: str | None = None
    timezone: str | None = None
    learned: str | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDates:
    """The two dates, what was printed of the first, and per field the evidence."""

    published: DateReading | None
    updated: DateReading | None
    printed: str | None
    evidence: dict[str, dict[str, Any]]


def normalise_dates(
    article: Article, *, language: str | None, outlet: OutletHints, now: datetime
) -> StoryDates:
    """The dates of `article`, of which `language` is known."""
    country = outlet.country or country_of_address(outlet.address)
    read = partial(
        _read,
        language=language,
        country=country,
        timezone=outlet.timezone,
        learned=outlet.learned,
        now=now,
    )
    clock = PublisherClock(
        zone=outlet.timezone or outlet.learned,
        hint=zone_of_country(country or country_of_language(language)),
    )
    evidence: dict[str, dict[str, Any]] = {}
    if article.dates:
        chosen = choose(article.dates, read=read, clock=clock, now=now)
        published = chosen.reading if chosen else None
        printed: str | None = chosen.printed if chosen else None
        if chosen:
            evidence["published"] = _evidence_of(chosen.printed, chosen.reading) | _candidates(chosen)
    else:
        published, printed = _of_feed(article, read, clock, evidence)
    updated = read(article.updated) if article.updated else None
    if article.updated:
        evidence["updated"] = _evidence_of(article.updated, updated)
    if updated is not None and published is not None and _is_before(updated, published):
        evidence["updated"].setdefault("doubts", []).append(BEFORE)
        updated = None
    return StoryDates(published=published, updated=updated, printed=printed, evidence=evidence)


@lru_cache(maxsize=64)
def _read(
    printed: str,
    *,
    language: str | None,
    country: str | None,
    timezone: str | None,
    learned: str | None,
    now: datetime,
) -> DateReading | None:
    """A page's dates are read twice in a row, alone and beside those of its feed."""
    return parse_date(
        printed, language=language, country=country, timezone=timezone, learned=learned, now=now
    )


def _of_feed(
    article: Article,
    read: partial[DateReading | None],
    clock: PublisherClock,
    evidence: dict[str, dict[str, Any]],
) -> tuple[DateReading | None, str | None]:
    """A feed's own dates: the published one; where none is printed that of the update, with a doubt."""
    published = read(article.published) if article.published else None
    if published is not None:
        published = with_publisher_day(published, visible=(), stated=(), clock=clock)
    if article.published:
        evidence["published"] = _evidence_of(article.published, published)
    elif article.updated and (updated := read(article.updated)) is not None:
        published = with_publisher_day(updated, visible=(), stated=(), clock=clock)
        published = replace(published, doubts=(ONLY_UPDATED, *published.doubts))
        evidence["published"] = _evidence_of(article.updated, published)
    return published, article.published


def _evidence_of(printed: str, reading: DateReading | None) -> dict[str, Any]:
    printed = clean_controls(printed[:MAX_VALUE])
    if reading is None:
        return {"printed": printed, "rule": None, "doubts": ["not parsed"]}
    evidence: dict[str, Any] = {"printed": printed, "rule": reading.rule, "zone": reading.zone}
    if reading.doubts:
        evidence["doubts"] = list(reading.doubts)
    return evidence


def _candidates(chosen: Chosen) -> dict[str, Any]:
    """Where the date stood, which origins agree with it, which were doubted and why."""
    evidence: dict[str, Any] = {"origin": chosen.origin}
    if chosen.agreeing:
        evidence["agreeing"] = list(chosen.agreeing)
    if chosen.rejected:
        evidence["rejected"] = [
            {"origin": origin, "printed": clean_controls(printed[:MAX_VALUE]), "why": why}
            for origin, printed, why in chosen.rejected
        ]
    return evidence


def _is_before(updated: DateReading, published: DateReading) -> bool:
    """Whether the change lies before the publication, by more than the two can tell apart."""
    if "day" in (updated.precision, published.precision):
        return updated.local_day < published.local_day
    return updated.instant < published.instant - _MINUTE
