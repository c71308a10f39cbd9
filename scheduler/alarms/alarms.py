"""Which alarms open and resolve, decided from the status of the sources. Each is reported once when it opens
and once when it is resolved.

Pure; `now` is an argument.

    failing     a number of failures in a row over a number of hours, by outcome category (`FAILING`). A host
                all of whose sources fail has one alarm instead of theirs. When more than half of ten or more
                hosts fail, there is one alarm for the network
    silent      visits succeed and find nothing new for longer than a day and longer than three times the
                source's second longest pause among its latest stories. Where that pause is under three days,
                its publication profile must also expect five finds: a weekday paper is not silent at a weekend
    layout      a site that had links to stories has none any more, or has lost more than half of those that it had
                with its last new one, and has no new one six hours later; or the pages of its links are no longer read
                as articles, five in a row
    no-titles   less than half as many of the latest 20 new stories have a title as of the 200 before them, and
    no-dates …  at least 8 fewer than those predict; there must be at least 40 earlier stories
    dormant, gone, proposed, moved: `scheduler.alarms.source_status`
                (silences that a person set: `scheduler.alarms.silence`)
    gap         no known entry was left in the feed; the message says how the backfill ended

A failing or silent source, or one with another layout, is resolved by its first successful visit or new story, a
missing field at three quarters of its former share, a gap after a day without another one. Paused and retired sources
are not watched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from newsdesk.scheduler.alarms.source_status import dormant_or_gone, layout, moved, proposed, resolved
from newsdesk.scheduler.durations import format_span
from newsdesk.storage.records.alarms import (
    DRIFTS,
    Change,
    Drift,
    HostStatus,
    Kind,
    OpenAlarm,
    Share,
    WatchedSource,
)
from newsdesk.storage.records.outcomes import OutcomeCategory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAILING: dict[OutcomeCategory, tuple[int, timedelta]] = {
    "temporary": (5, 6 * HOUR),
    "unreadable": (5, 6 * HOUR),
    "rate-limited": (5, DAY),
    "forbidden": (3, DAY),
    "challenge": (2, 6 * HOUR),  # only a person can help: by asking the publisher
    "not-found": (3, DAY),
    "gone": (2, 20 * HOUR),  # requested daily, with jitter some minutes sooner
    "tls": (2, 20 * HOUR),
    "not-allowed": (2, 20 * HOUR),
    "internal-error": (3, HOUR),
}
NETWORK_HOSTS, NETWORK_SHARE = 10, 0.5
FEWEST_STORIES = 8  # with fewer, the usual pause of a source is not known
OF_HOSTS: tuple[Kind, ...] = ("failing", "dormant", "gone")  # one alarm for a host all of whose sources fail
PAUSES, LONG_PAUSE = 3.0, 3 * DAY
EXPECTED_FINDS = 5.0
LATEST, FEWEST_BEFORE, FEWER = 20, 40, 8  # at a share of 0.4, all of 20 lack the field once in 27,000 times
HALF, RECOVERED = 0.5, 0.75

_FIELDS: dict[Drift, str] = {
    "no-titles": "a title",
    "no-dates": "a date",
    "no-bylines": "a byline",
    "no-texts": "a text",
}


def decide_changes(
    sources: Iterable[WatchedSource],
    host_statuses: Mapping[str, HostStatus],
    alarms: Sequence[OpenAlarm],
    *,
    kinds: Sequence[Kind],
    now: datetime,
) -> list[Change]:
    """The changes of one check of `sources`. `host_statuses`: of every host; `alarms`: all that are open;
    `kinds`: those that may open. An open alarm of any kind is resolved."""
    of_source: dict[int, dict[Kind, OpenAlarm]] = {}
    for alarm in alarms:
        if alarm.source_id is not None and alarm.topic is None:
            of_source.setdefault(alarm.source_id, {})[alarm.kind] = alarm
    watched = list(sources)
    changes, covered = _of_hosts(watched, host_statuses, alarms, now)
    for source in watched:
        known = of_source.get(source.source_id, {})
        changes += moved(source)
        if not source.active:
            changes += [resolved(source, kind, "it is no longer visited") for kind in known]
            continue
        for change in (
            *_failing(source, known, now),
            *dormant_or_gone(source, known, now),
            *proposed(source, known),
            *_silent(source, known),
            *layout(source, known),
            *_gap(source, known, now),
        ):
            if change.kind not in OF_HOSTS or change.state != "open" or source.host not in covered:
                changes.append(change)
        changes += [change for drift in DRIFTS for change in _drift(source, drift, known)]
    return [change for change in changes if change.state != "open" or change.kind in kinds]


def _of_hosts(
    sources: Sequence[WatchedSource],
    host_statuses: Mapping[str, HostStatus],
    alarms: Sequence[OpenAlarm],
    now: datetime,
) -> tuple[list[Change], set[str]]:
    """The changes of the alarms of hosts and of the network, and the hosts whose sources have none of their
    own."""
    shared = [alarm for alarm in alarms if alarm.source_id is None and alarm.topic is None]
    open_hosts = {alarm.host: alarm for alarm in shared if alarm.host is not None}
    network = next((alarm for alarm in shared if alarm.host is None), None)
    down = {host for host, status in host_statuses.items() if status.down}
    all_down = len(host_statuses) >= NETWORK_HOSTS and len(down) > NETWORK_SHARE * len(host_statuses)
    changes = _hosts_resolved(open_hosts, network, down, all_down=all_down, now=now)
    failing = (
        {source.host: source for source in sources if source.active and _fails(source, now)} if down else {}
    )
    if all_down:
        if network is None and len(down & set(failing)) >= NETWORK_HOSTS // 2:
            message = f"{len(down)} of {len(host_statuses)} hosts fail: is this machine's own network down?"
            detail = {"hosts": len(host_statuses), "down": len(down)}
            changes.append(Change(kind="failing", state="open", message=message, detail=detail))
            return changes, down
        if network is not None:
            return changes, down
    covered = {host for host in down if host_statuses[host].sources > 1}
    for host in sorted(covered & set(failing) - set(open_hosts)):
        count, source = host_statuses[host].sources, failing[host]
        message = f"all {count} sources of {host} fail, {source.failures} times in a row: {source.message}"
        detail = {"sources": count, "failures": source.failures}
        changes.append(Change(kind="failing", state="open", message=message, host=host, detail=detail))
    return changes, covered


def _hosts_resolved(
    open_hosts: Mapping[str, OpenAlarm],
    network: OpenAlarm | None,
    down: set[str],
    *,
    all_down: bool,
    now: datetime,
) -> list[Change]:
    changes = []
    for host, alarm in open_hosts.items():
        if host not in down:
            message = f"at least one source of {host} works again, after {format_span(now - alarm.opened_at)}"
            changes.append(Change(kind="failing", state="resolved", message=message, host=host))
    if network is not None and not all_down:
        message = f"most hosts respond again, after {format_span(now - network.opened_at)}"
        changes.append(Change(kind="failing", state="resolved", message=message))
    return changes


def _fails(source: WatchedSource, now: datetime) -> bool:
    if source.failures == 0 or source.category is None or source.failing_since is None:
        return False
    least, span = FAILING.get(source.category, FAILING["temporary"])
    return source.failures >= least and now - source.failing_since >= span


def _failing(source: WatchedSource, known: Mapping[Kind, OpenAlarm], now: datetime) -> list[Change]:
    alarm = known.get("failing")
    if alarm is not None and source.failures == 0:
        return [resolved(source, "failing", f"it works again, after {format_span(now - alarm.opened_at)}")]
    if alarm is not None or not _fails(source, now):
        return []
    assert source.failing_since is not None
    before = (
        f"last success on {source.last_ok_at:%Y-%m-%d}" if source.last_ok_at else "it has never succeeded"
    )
    span = format_span(now - source.failing_since)
    return [
        Change(
            kind="failing",
            state="open",
            message=f"{source.failures} failures in a row over {span}, {before}: {source.message}",
            source_id=source.source_id,
            detail={"failures": source.failures, "category": source.category},
        )
    ]


def usual_pause(moments: Sequence[float]) -> timedelta | None:
    """The second longest pause between stories, None for a source of few stories. The longest one may end
    with a pinned story that is three years old."""
    times = sorted(set(moments))
    if len(times) < FEWEST_STORIES:
        return None
    pauses = sorted(later - sooner for sooner, later in pairwise(times))
    return timedelta(seconds=pauses[-2])


def _silent(source: WatchedSource, known: Mapping[Kind, OpenAlarm]) -> list[Change]:
    alarm, news_at = known.get("silent"), source.last_new_at
    if alarm is not None:
        if news_at is None or news_at <= alarm.opened_at:
            return []
        span = format_span(news_at - alarm.opened_at)
        return [resolved(source, "silent", f"it has new stories again, after {span}")]
    pause = usual_pause(source.published_times)
    if pause is None or source.failures or source.last_ok_at is None or news_at is None:
        return []
    quiet = source.last_ok_at - news_at  # not until now: nothing is known of the time after the last visit
    if quiet <= max(DAY, PAUSES * pause) or (pause < LONG_PAUSE and source.expected_finds < EXPECTED_FINDS):
        return []
    return [
        Change(
            kind="silent",
            state="open",
            message=f"nothing new for {format_span(quiet)} though its visits succeed; it usually pauses for "
            f"{format_span(pause)} at most",
            source_id=source.source_id,
            detail={"quiet_s": round(quiet.total_seconds()), "pause_s": round(pause.total_seconds())},
        )
    ]


def _drift(source: WatchedSource, drift: Drift, known: Mapping[Kind, OpenAlarm]) -> list[Change]:
    share, alarm = source.shares.get(drift), known.get(drift)
    if share is None or share.latest < LATEST:
        return []
    now = share.with_field / share.latest
    if alarm is not None:
        if now < RECOVERED * float(alarm.detail.get("usual", 0)):
            return []
        return [resolved(source, drift, f"{now:.0%} of its latest stories have {_FIELDS[drift]} again")]
    if not fell(share):
        return []
    usual = share.before_with_field / share.before
    message = (
        f"{share.with_field} of its latest {share.latest} stories have {_FIELDS[drift]}, {usual:.0%} of the "
        "earlier ones had one: its layout may have changed"
    )
    detail = {"usual": round(usual, 3), "now": round(now, 3)}
    return [Change(kind=drift, state="open", message=message, source_id=source.source_id, detail=detail)]


def fell(share: Share) -> bool:
    """Whether a field is missing recently more often than chance explains."""
    if share.latest < LATEST or share.before < FEWEST_BEFORE:
        return False
    expected = share.latest * share.before_with_field / share.before
    return share.with_field < HALF * expected and expected - share.with_field >= FEWER


def _gap(source: WatchedSource, known: Mapping[Kind, OpenAlarm], now: datetime) -> list[Change]:
    alarm, grown = known.get("gap"), source.gaps > source.gaps_reported
    detail = {"count": source.gaps, "seen_at": now.timestamp()}
    if alarm is None:
        if not grown:
            return []
        message = f"no known entry was left in its feed; {source.gap_message}"
        return [Change(kind="gap", state="open", message=message, source_id=source.source_id, detail=detail)]
    if grown:
        return [Change(kind="gap", state=None, source_id=source.source_id, detail=detail)]
    if source.failures or now.timestamp() - float(alarm.detail.get("seen_at", 0)) < DAY.total_seconds():
        return []
    return [resolved(source, "gap", "a day without another gap", detail={"count": source.gaps})]
