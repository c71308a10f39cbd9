"""A source among the other sources of its host: its place in the host queue, and intervals that the rate limit
of the host makes longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from newsdesk.scheduler.cadence.policy import PolicyInputs, interval_without_news_s
from newsdesk.scheduler.cadence.threshold import HOST_SHARE
from newsdesk.scheduler.durations import format_duration
from newsdesk.storage.plurals import count
from newsdesk.storage.queries.lookup import count_host_queue
from newsdesk.storage.records.publication_profile import PublicationProfile
from newsdesk.storage.records.rate_limits import PLATFORMS, RateLimit
from newsdesk.storage.sources.next_visit import Store


def host_queue_of(
    db: Store,
    source: Mapping[str, Any],
    profile: PublicationProfile | None,
    inputs: PolicyInputs,
    *,
    common_threshold: float,
    rate_limit: RateLimit,
    now: datetime,
) -> dict[str, Any]:
    """`inputs` with the threshold that applies to the source. `stretched`: its usual interval by that threshold
    and by the common one; None where its host has no threshold of its own, or where it changes nothing."""
    sources, before = count_host_queue(db, source["id"], now=now)
    stretched = None
    if profile is not None and inputs.threshold > common_threshold:
        after_s, common_s = (
            interval_without_news_s(profile, inputs),
            interval_without_news_s(profile, replace(inputs, threshold=common_threshold)),
        )
        stretched = {"after_s": after_s, "without_s": common_s} if after_s > common_s else None
    return {
        "platform": source["host"] in PLATFORMS,
        "sources": sources,
        "due_before": before,
        "mean_s": rate_limit.mean_s,
        "stretched": stretched,
    }


def host_queue_lines(queue: Mapping[str, Any], host: str) -> Iterator[str]:
    """The host queue for people; nothing for a source that is alone on its host."""
    sources = queue["sources"]
    if queue["platform"]:
        yield f"{host} is a shared platform: its subdomains share one rate limit, {count(sources, 'source')} of yours"
    elif sources > 1:
        yield f"{count(sources, 'source')} of yours share the rate limit of {host}"
    if queue["stretched"] is not None:
        after_s, without_s = (
            format_duration(round(queue["stretched"][name])) for name in ("after_s", "without_s")
        )
        yield (
            f"their intervals are longer, this one's {after_s} in place of {without_s}: together they use at most"
            f" {HOST_SHARE:.0%} of the requests that the rate limit allows"
        )
    if queue["due_before"]:
        wait_s = format_duration(max(1, round(queue["due_before"] * queue["mean_s"])))
        before = count(queue["due_before"], "source")
        yield f"{before} of this host became due earlier; this one waits about {wait_s}"
