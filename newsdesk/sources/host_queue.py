"""A source among the others of its host: one queue for a platform, intervals that its pace stretches.

In numbers for `newsdesk why --json`, and in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.scheduler.cadence.policy import PolicyInputs, interval_without_news_s
from newsdesk.scheduler.cadence.threshold import HOST_SHARE
from newsdesk.scheduler.durations import format_duration
from newsdesk.storage.queries.lookup import count_beside
from newsdesk.storage.records.publication_profile import PublicationProfile
from newsdesk.storage.records.rate_limits import RateLimit
from newsdesk.storage.sources.next_visit import Store


def crowd_of(
    db: Store,
    source: Mapping[str, Any],
    profile: PublicationProfile | None,
    terms: PolicyInputs,
    *,
    common_threshold: float,
    rate_limit: RateLimit,
    now: datetime,
) -> dict[str, Any]:
    """`terms` with the price by which the source is visited. `stretched`: its usual interval by that price
    and by the common one; None where its host needs no price of its own, or that changes nothing."""
    sources, before = count_beside(db, source["id"], now=now)
    stretched = None
    if profile is not None and terms.threshold > common_threshold:
        after_s, common_s = (
            interval_without_news_s(profile, terms),
            interval_without_news_s(profile, replace(terms, threshold=common_threshold)),
        )
        stretched = {"after_s": after_s, "without_s": common_s} if after_s > common_s else None
    return {
        "platform": source["host"] != host_of(source["address"]),
        "sources": sources,
        "due_before": before,
        "mean_s": rate_limit.mean_s,
        "stretched": stretched,
    }


def crowd_words(crowd: Mapping[str, Any], host: str) -> Iterator[str]:
    """The same in sentences; nothing for a source that is alone on its host."""
    count = crowd["sources"]
    if crowd["platform"]:
        yield f"{host} is a shared platform: the hosts below it are asked as one, {_sources(count)} of yours"
    elif count > 1:
        yield f"{_sources(count)} of yours are asked one after another at {host}"
    if crowd["stretched"] is not None:
        after_s, without_s = (format_duration(round(crowd["stretched"][name])) for name in ("after_s", "without_s"))
        yield (
            f"their intervals are stretched, this one's from {without_s} to {after_s}: they take no more than"
            f" {HOST_SHARE:.0%} of the requests that its pace allows"
        )
    if crowd["due_before"]:
        wait_s = format_duration(max(1, round(crowd["due_before"] * crowd["mean_s"])))
        yield f"{_sources(crowd['due_before'])} of it fell due before this one, which waits about {wait_s}"


def _sources(count: int) -> str:
    return f"{count} source" if count == 1 else f"{count:,} sources"
