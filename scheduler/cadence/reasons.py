"""Explains when a source is visited: the time and meaning of each limit, and the learned profile.

Pure: `now` is an argument. The stored profile, hints and threshold go through the policy once more, as if the last
visit had found nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from newsdesk.scheduler.cadence.hourly_profile import DAY_S, HOUR_S
from newsdesk.scheduler.cadence.policy import (
    Limit,
    PolicyInputs,
    is_slow,
    limit_times,
    plan_without_news,
)
from newsdesk.scheduler.cadence.publication_profile import fast_factor, first_share, level, rates
from newsdesk.scheduler.durations import format_duration
from newsdesk.storage.plurals import stories_a_day
from newsdesk.storage.records.publication_profile import PublicationProfile
from newsdesk.storage.records.server_hints import Hints

_BARS = "▁▂▃▄▅▆▇█"

_MEANINGS: dict[Limit, str] = {
    "threshold": "the expected waiting of its stories reaches the threshold",
    "new-source": "no later, until its profile is known",
    "window": "half of its document is new by then: later, stories may be dropped unseen",
    "shortest": "no source is visited sooner (schedule.min_interval)",
    "longest": "no later, for a source with a story in the last 30 days",
    "silent": "no later, for a source without a story in the last 30 days",
    "server-hint": "no sooner, by the hint of {who}; up to 6 h, and not beyond the window",
    "skip-hours": "its feed asks for no visits until then (skipHours, skipDays)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitExplanation:
    """One limit alone: its time `after_s` the last successful visit, its meaning, and whether it is the limit that
    decides now."""

    limit: Limit
    after_s: float
    message: str
    decides: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSummary:
    """How often a source is first to bring its stories: `brought` and `brought_first`, weighted by age; its
    `first_share` u. `after_s`: when its expected waiting reaches the threshold, and `without_s` when that would be if
    all of its stories counted. `message`, `effect`: the same for people."""

    brought: float
    brought_first: float
    share: float
    after_s: float
    without_s: float
    message: str
    effect: str


def summarise_first(profile: PublicationProfile, inputs: PolicyInputs) -> FirstSummary:
    """What `schedule.count_once` changes for a source; as if it were on."""
    after_s, without_s = (
        limit_times(profile, replace(inputs, count_once=once))[0][1] for once in (True, False)
    )
    brought, first = _number(profile.brought), _number(profile.brought_first)
    message, effect = "nothing since its first document: all of its stories count", "none"
    if brought != "0":
        message = f"{brought} stories, {first} of them before any other source (recent ones count most)"
    if after_s > without_s * 1.01:
        times = _number(1 / first_share(profile))
        spans = [format_duration(round(seconds)) for seconds in (after_s, without_s)]
        effect = f"due at {times} times the threshold: {spans[0]} in place of {spans[1]}"
        if is_slow(profile):
            effect += ", at most twice as long since it has under one story a day"
    return FirstSummary(
        brought=profile.brought,
        brought_first=profile.brought_first,
        share=first_share(profile),
        after_s=after_s,
        without_s=without_s,
        message=message,
        effect=effect,
    )


def _number(value: float) -> str:
    """`1,234`, `41`, `3.2`, `0`."""
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSummary:
    """The learned profile. `weekday`, `weekend`: the stories expected in each hour, UTC. `fast_factor`: over 1 when
    more stories were published recently than usual. `window`: the number of entries of its feed, None not known.
    `days`: how long it was observed, weighted by age."""

    stories_a_day: float
    fast_factor: float
    days: float
    window: int | None
    weekday: tuple[float, ...]
    weekend: tuple[float, ...]


def summarise_profile(profile: PublicationProfile, mean_profile: Sequence[float]) -> ProfileSummary:
    by_slot = [rate * HOUR_S for rate in rates(profile, mean_profile=mean_profile)]
    return ProfileSummary(
        stories_a_day=level(profile) * fast_factor(profile) * DAY_S,
        fast_factor=fast_factor(profile),
        days=profile.days,
        window=profile.feed_size or None,
        weekday=tuple(by_slot[:24]),
        weekend=tuple(by_slot[24:]),
    )


def explain_limits(profile: PublicationProfile, inputs: PolicyInputs) -> tuple[LimitExplanation, ...]:
    """Explain each limit after a visit at `inputs.now`, in the order in which they apply, each stronger than
    those before it."""
    times = limit_times(profile, inputs)
    decides = plan_without_news(profile, inputs).limit
    return tuple(
        LimitExplanation(
            limit=limit,
            after_s=after_s,
            message=_MEANINGS[limit].format(who=inputs.parsed_hints.why),
            decides=limit == decides,
        )
        for limit, after_s in times
    )


def threshold_text(threshold: float) -> str:
    """The threshold in terms of an example: the total waiting of a source's stories at which it is visited."""
    daily = 2 * threshold * DAY_S / HOUR_S**2
    every = format_duration(round(sqrt(2 * threshold / (10 / DAY_S))))
    example = f"a source of 10 stories a day, spread evenly, is visited every {every}"
    return f"one hour for {stories_a_day(daily)}; {example}"


def hour_bars(hours: Sequence[float], most: float) -> str:
    """A line of 24 bars, one an hour; `most` is the largest value of all lines."""
    if most <= 0:
        return _BARS[0] * len(hours)
    return "".join(_BARS[min(int(value / most * len(_BARS)), len(_BARS) - 1)] for value in hours)


_RETRY_RULES: dict[str, str] = {  # by outcome category, as in `scheduler.cadence.failures`
    "temporary": "after 1 to 3 min, then at growing intervals up to 6 h",
    "unreadable": "after 1 to 3 min, then at growing intervals up to 6 h",
    "internal-error": "after 1 to 3 min, then at growing intervals up to 6 h",
    "rate-limited": "when the host asked for it, else after 30 min or more",
    "forbidden": "after 6 h and 24 h, then daily; after a week weekly",
    "challenge": "after 6 h, 12 h and 24 h, then daily; after a week weekly",
    "not-found": "after 1 h, 6 h and 24 h, then daily; after two weeks weekly",
    "gone": "twice a day apart, then monthly",
    "tls": "daily",
    "not-allowed": "daily",
}


def retry_rule(category: str) -> str:
    """When sources that fail with this outcome category are visited again."""
    return _RETRY_RULES.get(category, "later")


_PRINTED = {
    "cache_control": "Cache-Control", "age": "Age", "expires": "Expires", "date": "Date", "ttl": "ttl",
    "update_period": "sy:updatePeriod", "update_frequency": "sy:updateFrequency",
    "update_base": "sy:updateBase", "skip_hours": "skipHours", "skip_days": "skipDays",
}  # fmt: skip


def printed_hints(hints: Hints) -> dict[str, str]:
    """The hints under the names of their headers and elements, without those that are missing. Age and Date alone
    are no hints."""
    if hints.cache_control is None and hints.expires is None:
        hints = replace(hints, age=None, date=None)
    values = {name: getattr(hints, field) for field, name in _PRINTED.items()}
    return {
        name: ", ".join(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value
    }
