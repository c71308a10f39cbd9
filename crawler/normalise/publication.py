"""When a story was published and updated, by all dates that feed and page print, with evidence. Pure.

Parses each printed date with what is known of its outlet; `dates.precedence` chooses one. A missing date stays
None and never becomes `now`.
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

MAX_VALUE = 500  # characters of a printed date in the evidence
BEFORE = "earlier than the publication"
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletHints:
    """What is known about the dates of an outlet.

    `country` and `timezone` are settings of the source, `learned` is the zone (IANA name) inferred from its
    earlier dates. The top-level domain of the story's `address` names a country.
    """

    country: str | None = None
    timezone: str | None = None
    learned: str | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDates:
    """Both dates, the printed form of the first, and the evidence for each field."""

    published: DateReading | None
    updated: DateReading | None
    printed: str | None
    evidence: dict[str, dict[str, Any]]


def normalise_dates(
    article: Article, *, language: str | None, outlet: OutletHints, now: datetime
) -> StoryDates:
    """The dates of `article`; `language` is the parsed language of the story."""
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
    """Cached, because the dates of a page are parsed twice: alone and together with those of its feed."""
    return parse_date(
        printed, language=language, country=country, timezone=timezone, learned=learned, now=now
    )


def _of_feed(
    article: Article,
    read: partial[DateReading | None],
    clock: PublisherClock,
    evidence: dict[str, dict[str, Any]],
) -> tuple[DateReading | None, str | None]:
    """The dates of a feed entry: the published one, or else the updated one with a doubt."""
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
    """Where the date was found, which origins agree with it, and which were rejected and why."""
    evidence: dict[str, Any] = {"origin": chosen.origin}
    if chosen.agreeing:
        evidence["agreeing"] = list(chosen.agreeing)
    if chosen.rejected:
        evidence["rejected"] = [
            {"origin": origin, "printed": clean_controls(printed[:MAX_VALUE]), "reason": reason}
            for origin, printed, reason in chosen.rejected
        ]
    return evidence


def _is_before(updated: DateReading, published: DateReading) -> bool:
    """Whether the update is earlier than the publication, by more than their precision."""
    if "day" in (updated.precision, published.precision):
        return updated.local_day < published.local_day
    return updated.instant < published.instant - _MINUTE
