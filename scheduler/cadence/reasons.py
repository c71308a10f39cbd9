"""Why a source is visited when it is, in words and numbers: each limit's own say, and what was learned.

Pure: `now` is an argument. What is kept with a source (its rhythm, hints, failures) and the planner's price
are put through the policy once more, as if its last visit had seen nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from newsdesk.scheduler.cadence.hourly_profile import DAY_S, HOUR_S
from newsdesk.scheduler.cadence.policy import Limit, Terms, limits, usual_plan
from newsdesk.scheduler.cadence.publication_profile import fast_factor, level, rates
from newsdesk.scheduler.durations import in_words
from newsdesk.storage.records.publication_profile import PublicationProfile
from newsdesk.storage.records.server_hints import Hints

_BARS = "▁▂▃▄▅▆▇█"

_SAYS: dict[Limit, str] = {
    "price": "its stories will have waited as long as a visit may cost",
    "newcomer": "until its rhythm is known, no later",
    "window": "its document is then half new: later, some may fall out unseen",
    "shortest": "no source sooner (schedule.shortest)",
    "longest": "no source later that had a story in 30 days",
    "silent": "no source later that is silent for 30 days",
    "wish": "no sooner, as {who} wishes; up to 6 h, and not beyond its window",
    "rests": "its feed rests until then (skipHours, skipDays)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One limit alone: `after_s` after the last good visit, what it means, and whether it is the one that
    the policy would go by now."""

    limit: Limit
    after_s: float
    words: str
    decides: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What visits taught. `weekday`, `weekend`: the stories expected in each hour, UTC. `fast_factor`: over
    1 when more came of late than its level foretells. `window`: entries that its document holds, None not
    known. `days`: how long it was watched, as far as that is not forgotten."""

    stories_a_day: float
    fast_factor: float
    days: float
    window: int | None
    weekday: tuple[float, ...]
    weekend: tuple[float, ...]


def learned(profile: PublicationProfile, pool: Sequence[float]) -> Learned:
    by_slot = [rate * HOUR_S for rate in rates(profile, pool=pool)]
    return Learned(
        stories_a_day=level(profile) * fast_factor(profile) * DAY_S,
        fast_factor=fast_factor(profile),
        days=profile.days,
        window=profile.window or None,
        weekday=tuple(by_slot[:24]),
        weekend=tuple(by_slot[24:]),
    )


def bounds(profile: PublicationProfile, terms: Terms) -> tuple[Bound, ...]:
    """What each limit says of a visit at `terms.now`, in the order in which they are asked, each stronger
    than those before it."""
    said = limits(profile, terms)
    decides = usual_plan(profile, terms).limit
    return tuple(
        Bound(
            limit=limit,
            after_s=after_s,
            words=_SAYS[limit].format(who=terms.parsed_hints.why),
            decides=limit == decides,
        )
        for limit, after_s in said
    )


def threshold_text(threshold: float) -> str:
    """A price as people think of it: what one visit may let all stories of a source wait, together."""
    daily = 2 * threshold * DAY_S / HOUR_S**2
    every = in_words(round(sqrt(2 * threshold / (10 / DAY_S))))
    return f"one hour for {daily:.3g} stories a day; so 10 stories a day, spread evenly, are worth {every}"


def hour_bars(hours: Sequence[float], most: float) -> str:
    """A line of 24 bars, one an hour, against the `most` that any hour has."""
    if most <= 0:
        return _BARS[0] * len(hours)
    return "".join(_BARS[min(int(value / most * len(_BARS)), len(_BARS) - 1)] for value in hours)


_TRIED: dict[str, str] = {  # by the class of failure, as `scheduler.cadence.failures` tries again
    "temporary": "after a minute or three, then ever later, up to 6 h",
    "unreadable": "after a minute or three, then ever later, up to 6 h",
    "internal-error": "after a minute or three, then ever later, up to 6 h",
    "rate-limited": "when the host said so, else after 30 min or more",
    "forbidden": "after 6 h and a day, then daily; after a week weekly",
    "not-found": "after 1 h, 6 h and a day, then daily; after two weeks weekly",
    "gone": "twice a day apart, then monthly",
    "tls": "daily",
    "not-allowed": "daily",
}


def tried_words(group: str) -> str:
    """When sources that fail like this are tried again."""
    return _TRIED.get(group, "later")


_PRINTED = {
    "cache_control": "Cache-Control", "age": "Age", "expires": "Expires", "date": "Date", "ttl": "ttl",
    "update_period": "sy:updatePeriod", "update_frequency": "sy:updateFrequency",
    "update_base": "sy:updateBase", "skip_hours": "skipHours", "skip_days": "skipDays",
}  # fmt: skip


def as_printed(hints: Hints) -> dict[str, str]:
    """The hints under the names by which servers and feeds print them; what was not said is not there. Age
    and Date wish nothing by themselves."""
    if hints.cache_control is None and hints.expires is None:
        hints = replace(hints, age=None, date=None)
    said = {name: getattr(hints, field) for field, name in _PRINTED.items()}
    return {name: ", ".join(told) if isinstance(told, tuple) else told for name, told in said.items() if told}
