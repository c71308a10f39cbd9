"""Which alarms are raised and which recover, from how sources stand: once each, and once when it is over.

Pure; `now` is an argument.

    failing     so many failures in a row over so many hours, by their class (`FAILING`). A host all of whose
                sources fail has one alarm, and so has a network: more than half of ten or more hosts
    silent      visits go well, and nothing new for longer than a day and than three times its second longest
                pause among the latest stories. Where that pause is under three days, its rhythm must have
                foretold five finds besides: the weekend of a weekday's paper is no silence
    no-titles   of the latest 20 new stories less than half as many have one as of the 200 before them, and at
    no-dates …  least 8 fewer than those foretell; they must be 40 at least
    dormant, gone, proposed, moved: `scheduler.alarms.source_status`
    gap         no entry known before was left in its document; how the search for what came between ended

A failing or silent source recovers with its first good visit or new story, a field at three quarters of what
it was, a gap after a day without another. A source that is paused or retired is watched no longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from newsdesk.scheduler.alarms.source_status import lost, moved, proposed
from newsdesk.scheduler.durations import in_words
from newsdesk.storage.records.alarms import DRIFTS, Change, Drift, Kind, OpenAlarm, Share, Stand, Watched
from newsdesk.storage.records.outcomes import OutcomeCategory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAILING: dict[OutcomeCategory, tuple[int, timedelta]] = {
    "temporary": (5, 6 * HOUR),
    "unreadable": (5, 6 * HOUR),
    "rate-limited": (5, DAY),
    "forbidden": (3, DAY),
    "not-found": (3, DAY),
    "gone": (2, 20 * HOUR),  # asked daily, by chance some minutes sooner
    "tls": (2, 20 * HOUR),
    "not-allowed": (2, 20 * HOUR),
    "internal-error": (3, HOUR),
}
NETWORK_HOSTS, NETWORK_SHARE = 10, 0.5
FEWEST_STORIES = 8  # below, nobody knows how long a source rests
OF_HOSTS: tuple[Kind, ...] = ("failing", "dormant", "gone")  # one alarm for all of a host that fails
PAUSES, FOR_SURE = 3.0, 3 * DAY
FORETOLD_FINDS = 5.0
LATEST, FEWEST_BEFORE, FEWER = 20, 40, 8  # of 20 at 0.4, nobody has a field by chance once in 27,000
HALF, WELL = 0.5, 0.75

_FIELDS: dict[Drift, str] = {
    "no-titles": "a title",
    "no-dates": "a date",
    "no-bylines": "a byline",
    "no-texts": "a text",
}


def judge(
    sources: Iterable[Watched],
    stands: Mapping[str, Stand],
    alarms: Sequence[OpenAlarm],
    *,
    kinds: Sequence[Kind],
    now: datetime,
) -> list[Change]:
    """The changes of one look at `sources`. `stands`: of every host; `alarms`: all that are open; `kinds`:
    those that are raised. What recovers is told whatever its kind."""
    of_source: dict[int, dict[Kind, OpenAlarm]] = {}
    for alarm in alarms:
        if alarm.source_id is not None:
            of_source.setdefault(alarm.source_id, {})[alarm.kind] = alarm
    watched = list(sources)
    changes, covered = _together(watched, stands, alarms, now)
    for source in watched:
        known = of_source.get(source.source_id, {})
        changes += moved(source)
        if not source.active:
            changes += [_over(source, kind, "it is visited no longer") for kind in known]
            continue
        for change in (
            *_failing(source, known, now),
            *lost(source, known, now),
            *proposed(source, known),
            *_silent(source, known),
            *_gap(source, known, now),
        ):
            if change.kind not in OF_HOSTS or change.state != "raised" or source.host not in covered:
                changes.append(change)
        changes += [change for drift in DRIFTS for change in _drift(source, drift, known)]
    return [change for change in changes if change.state != "raised" or change.kind in kinds]


def _together(
    sources: Sequence[Watched], stands: Mapping[str, Stand], alarms: Sequence[OpenAlarm], now: datetime
) -> tuple[list[Change], set[str]]:
    """What is told of hosts and of the network in place of their sources, and of which hosts."""
    alone = [alarm for alarm in alarms if alarm.source_id is None]
    open_hosts = {alarm.host: alarm for alarm in alone if alarm.host is not None}
    network = next((alarm for alarm in alone if alarm.host is None), None)
    down = {host for host, stand in stands.items() if stand.down}
    all_down = len(stands) >= NETWORK_HOSTS and len(down) > NETWORK_SHARE * len(stands)
    changes = []
    for host, alarm in open_hosts.items():
        if host not in down:
            words = f"not all sources of {host} fail any more, after {_span(now - alarm.opened_at)}"
            changes.append(Change(kind="failing", state="recovered", message=words, host=host))
    if network is not None and not all_down:
        words = f"most hosts answer again, after {_span(now - network.opened_at)}"
        changes.append(Change(kind="failing", state="recovered", message=words))
    troubled = (
        {source.host: source for source in sources if source.active and _fails(source, now)} if down else {}
    )
    if all_down:
        if network is None and len(down & set(troubled)) >= NETWORK_HOSTS // 2:
            words = f"{len(down)} of {len(stands)} hosts fail: is this machine's own network down?"
            detail = {"hosts": len(stands), "down": len(down)}
            changes.append(Change(kind="failing", state="raised", message=words, detail=detail))
            return changes, down
        if network is not None:
            return changes, down
    covered = {host for host in down if stands[host].sources > 1}
    for host in sorted(covered & set(troubled) - set(open_hosts)):
        count, source = stands[host].sources, troubled[host]
        words = f"all {count} sources of {host} fail, {source.failures} times in a row: {source.message}"
        detail = {"sources": count, "failures": source.failures}
        changes.append(Change(kind="failing", state="raised", message=words, host=host, detail=detail))
    return changes, covered


def _fails(source: Watched, now: datetime) -> bool:
    if source.failures == 0 or source.category is None or source.failing_since is None:
        return False
    least, span = FAILING.get(source.category, FAILING["temporary"])
    return source.failures >= least and now - source.failing_since >= span


def _failing(source: Watched, known: Mapping[Kind, OpenAlarm], now: datetime) -> list[Change]:
    alarm = known.get("failing")
    if alarm is not None and source.failures == 0:
        return [_over(source, "failing", f"it goes well again, after {_span(now - alarm.opened_at)}")]
    if alarm is not None or not _fails(source, now):
        return []
    assert source.failing_since is not None
    before = (
        f"it went well last on {source.last_ok_at:%Y-%m-%d}" if source.last_ok_at else "it never went well"
    )
    return [
        Change(
            kind="failing",
            state="raised",
            message=f"{source.failures} failures in a row over {_span(now - source.failing_since)}, {before}: "
            f"{source.message}",
            source_id=source.source_id,
            detail={"failures": source.failures, "class": source.category},
        )
    ]


def usual_pause(moments: Sequence[float]) -> timedelta | None:
    """The second longest pause between stories, None for a source of a few: the longest may be a pinned
    story of three years ago."""
    times = sorted(set(moments))
    if len(times) < FEWEST_STORIES:
        return None
    pauses = sorted(later - sooner for sooner, later in pairwise(times))
    return timedelta(seconds=pauses[-2])


def _silent(source: Watched, known: Mapping[Kind, OpenAlarm]) -> list[Change]:
    alarm, news_at = known.get("silent"), source.news_at
    if alarm is not None:
        if news_at is None or news_at <= alarm.opened_at:
            return []
        return [_over(source, "silent", f"it has news again, after {_span(news_at - alarm.opened_at)}")]
    pause = usual_pause(source.moments)
    if pause is None or source.failures or source.last_ok_at is None or news_at is None:
        return []
    quiet = source.last_ok_at - news_at  # not until now: who is not asked says nothing
    if quiet <= max(DAY, PAUSES * pause) or (pause < FOR_SURE and source.quiet_finds < FORETOLD_FINDS):
        return []
    words = (
        f"nothing new for {_span(quiet)}, though its visits go well; its pauses are of {_span(pause)} at most"
    )
    return [
        Change(
            kind="silent",
            state="raised",
            message=words,
            source_id=source.source_id,
            detail={"quiet_s": round(quiet.total_seconds()), "pause_s": round(pause.total_seconds())},
        )
    ]


def _drift(source: Watched, drift: Drift, known: Mapping[Kind, OpenAlarm]) -> list[Change]:
    share, alarm = source.shares.get(drift), known.get(drift)
    if share is None or share.latest < LATEST:
        return []
    now = share.with_it / share.latest
    if alarm is not None:
        if now < WELL * float(alarm.detail.get("usual", 0)):
            return []
        return [_over(source, drift, f"{_percent(now)} of its latest stories have {_FIELDS[drift]} again")]
    if not fell(share):
        return []
    usual = share.before_with_it / share.before
    words = (
        f"{share.with_it} of its latest {share.latest} stories have {_FIELDS[drift]}, of those before "
        f"{_percent(usual)} had one: its layout may have changed"
    )
    detail = {"usual": round(usual, 3), "now": round(now, 3)}
    return [Change(kind=drift, state="raised", message=words, source_id=source.source_id, detail=detail)]


def fell(share: Share) -> bool:
    """Whether a field went missing of late, more than chance explains."""
    if share.latest < LATEST or share.before < FEWEST_BEFORE:
        return False
    foretold = share.latest * share.before_with_it / share.before
    return share.with_it < HALF * foretold and foretold - share.with_it >= FEWER


def _gap(source: Watched, known: Mapping[Kind, OpenAlarm], now: datetime) -> list[Change]:
    alarm, grown = known.get("gap"), source.gaps > source.gaps_told
    detail = {"count": source.gaps, "seen_at": now.timestamp()}
    if alarm is None:
        if not grown:
            return []
        words = f"no entry known before was left in its document; {source.gap_words}"
        return [Change(kind="gap", state="raised", message=words, source_id=source.source_id, detail=detail)]
    if grown:
        return [Change(kind="gap", state=None, source_id=source.source_id, detail=detail)]
    if source.failures or now.timestamp() - float(alarm.detail.get("seen_at", 0)) < DAY.total_seconds():
        return []
    return [_over(source, "gap", "a day without another gap", detail={"count": source.gaps})]


def _over(source: Watched, kind: Kind, words: str, *, detail: Mapping[str, object] | None = None) -> Change:
    return Change(
        kind=kind, state="recovered", message=words, source_id=source.source_id, detail=detail or {}
    )


def _span(span: timedelta) -> str:
    return in_words(max(1, round(span.total_seconds())))


def _percent(share: float) -> str:
    return f"{share:.0%}"
