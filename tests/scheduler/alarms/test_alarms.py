"""Alarms: when they open and when they are resolved, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsdesk.scheduler.alarms.alarms import FAILING, decide_changes, fell, usual_pause
from newsdesk.scheduler.alarms.outbox import next_try_at
from newsdesk.storage.records.alarms import KINDS, Change, HostStatus, Kind, OpenAlarm, Share, WatchedSource
from newsdesk.storage.records.outcomes import OutcomeCategory

T = datetime(2026, 11, 24, 12, tzinfo=UTC)
H, D = timedelta(hours=1), timedelta(days=1)
WELL = WatchedSource(
    source_id=1, name="Harbour Gazette", host="gazette.test", category="ok", last_ok_at=T, last_new_at=T
)
UP = {"gazette.test": HostStatus(sources=1, failing=0)}


def failing(category: OutcomeCategory, failures: int, span: timedelta, **fields: object) -> WatchedSource:
    source = replace(
        WELL, category=category, failures=failures, failing_since=T - span, message="it answered 500"
    )
    return replace(source, **fields)  # type: ignore[arg-type]


def check(
    *sources: WatchedSource,
    alarms: Sequence[OpenAlarm] = (),
    host_statuses: dict[str, HostStatus] | None = None,
    kinds: Sequence[Kind] = KINDS,
    now: datetime = T,
) -> list[Change]:
    return decide_changes(
        sources, UP if host_statuses is None else host_statuses, alarms, kinds=kinds, now=now
    )


def states(changes: Sequence[Change]) -> list[tuple[str, str | None]]:
    return [(change.kind, change.state) for change in changes]


def opened(kind: Kind, *, ago: timedelta = D, **known: object) -> OpenAlarm:
    return OpenAlarm(kind=kind, opened_at=T - ago, **{"source_id": 1, **known})  # type: ignore[arg-type]


FAILURES: list[tuple[OutcomeCategory, int, timedelta, bool]] = [
    ("temporary", 4, 2 * D, False),
    ("temporary", 5, 5 * H, False),
    ("temporary", 5, 6 * H, True),
    ("unreadable", 5, 6 * H, True),
    ("rate-limited", 9, 23 * H, False),
    ("rate-limited", 5, 24 * H, True),
    ("forbidden", 3, 30 * H, True),
    ("challenge", 1, 7 * H, False),
    ("challenge", 2, 7 * H, True),
    ("not-found", 3, 7 * H, False),
    ("not-found", 4, 31 * H, True),
    ("gone", 1, 30 * D, False),
    ("gone", 2, 23 * H, True),
    ("tls", 2, 23 * H, True),
    ("not-allowed", 2, 23 * H, True),
    ("internal-error", 3, H, True),
]


@pytest.mark.parametrize(("category", "failures", "span", "opens"), FAILURES, ids=str)
def test_failures_open_an_alarm_by_outcome_category(
    category: OutcomeCategory, failures: int, span: timedelta, opens: bool
) -> None:
    changes = check(failing(category, failures, span))
    assert states(changes) == ([("failing", "open")] if opens else [])
    assert set(FAILING) == {row[0] for row in FAILURES}


def test_failing_is_reported_once_and_once_when_resolved() -> None:
    [change] = check(failing("temporary", 7, 8 * H))
    assert change.message == "7 failures in a row over 8 h, last success on 2026-11-24: it answered 500"
    never = check(failing("not-found", 4, 31 * H, last_ok_at=None))
    assert "it has never succeeded" in never[0].message
    alarm = [opened("failing")]
    assert check(failing("temporary", 99, 9 * D), alarms=alarm) == []
    [change] = check(WELL, alarms=alarm)
    assert (change.state, change.message) == ("resolved", "it works again, after 1 d")


def test_a_host_has_one_alarm_for_all_its_sources() -> None:
    sources = [failing("temporary", 5, 6 * H, source_id=number) for number in range(5)]
    down = {"gazette.test": HostStatus(sources=5, failing=5)}
    [change] = check(*sources, host_statuses=down)
    assert (change.source_id, change.host, change.detail["sources"]) == (None, "gazette.test", 5)
    assert change.message == "all 5 sources of gazette.test fail, 5 times in a row: it answered 500"
    alarm = opened("failing", source_id=None, host="gazette.test")
    assert check(*sources, host_statuses=down, alarms=[alarm]) == []
    partly = check(
        *sources[1:], host_statuses={"gazette.test": HostStatus(sources=5, failing=4)}, alarms=[alarm]
    )
    assert states(partly) == [("failing", "resolved"), *[("failing", "open")] * 4]
    assert [change.source_id for change in partly] == [None, 1, 2, 3, 4]
    one_well = {"gazette.test": HostStatus(sources=6, failing=5)}
    assert len(check(*sources, host_statuses=one_well)) == 5


def test_a_network_that_is_down_has_one_alarm_for_all_hosts() -> None:
    hosts = [f"h{number}.test" for number in range(20)]
    sources = [
        failing("temporary", 5, 6 * H, source_id=number, host=host) for number, host in enumerate(hosts)
    ]
    down = {host: HostStatus(sources=1, failing=int(number < 15)) for number, host in enumerate(hosts)}
    [change] = check(*sources[:15], host_statuses=down)
    assert (change.source_id, change.host) == (None, None)
    assert change.message == "15 of 20 hosts fail: is this machine's own network down?"
    alarm = opened("failing", source_id=None)
    assert check(*sources[:15], host_statuses=down, alarms=[alarm]) == []
    half = {host: HostStatus(sources=1, failing=int(number < 10)) for number, host in enumerate(hosts)}
    changes = check(*sources[:10], host_statuses=half, alarms=[alarm])
    assert states(changes) == [("failing", "resolved"), *[("failing", "open")] * 10]


def every(pause: timedelta, count: int, *, last: timedelta) -> tuple[float, ...]:
    return tuple((T - last - number * pause).timestamp() for number in range(count))


WEEKENDS = tuple(  # ten stories a weekday, none at weekends; T is a Tuesday
    (T - timedelta(days=day, hours=hour)).timestamp()
    for day in range(28)
    for hour in range(10)
    if (T - timedelta(days=day, hours=hour)).weekday() < 5
)
SILENCES: list[tuple[str, tuple[float, ...], timedelta, float, bool]] = [
    ("a day of an hourly source", every(H, 200, last=D), D, 20, False),
    ("more than a day", every(H, 200, last=25 * H), 25 * H, 20, True),
    ("its profile expects little", every(H, 200, last=25 * H), 25 * H, 4, False),
    ("a weekly that is late", every(7 * D, 30, last=20 * D), 20 * D, 1, False),
    ("a weekly that has stopped", every(7 * D, 30, last=22 * D), 22 * D, 1, True),
    ("few stories", every(H, 7, last=30 * D), 30 * D, 20, False),
    ("all of one moment", (T.timestamp(),) * 50, 30 * D, 20, False),
    ("a pinned story", (*every(H, 50, last=2 * D), (T - 999 * D).timestamp()), 2 * D, 20, True),
    ("a weekday's paper after four days", WEEKENDS, 4 * D, 20, False),
]


@pytest.mark.parametrize(
    ("moments", "quiet", "finds", "opens"), [row[1:] for row in SILENCES], ids=[row[0] for row in SILENCES]
)
def test_silence_is_measured_by_a_sources_own_pauses(
    moments: tuple[float, ...], quiet: timedelta, finds: float, opens: bool
) -> None:
    source = replace(WELL, published_times=moments, last_new_at=T - quiet, expected_finds=finds)
    assert states(check(source)) == ([("silent", "open")] if opens else [])
    assert check(replace(source, failures=1, category="temporary", failing_since=T)) == []
    assert check(source, alarms=[opened("silent", ago=H)]) == []


def test_silence_ends_with_a_story_and_is_not_measured_without_visits() -> None:
    source = replace(
        WELL, published_times=every(H, 200, last=60 * D), last_new_at=T - 60 * D, expected_finds=20
    )
    assert check(replace(source, last_ok_at=T - 59.5 * D)) == []
    [change] = check(replace(WELL, last_new_at=T), alarms=[opened("silent")])
    assert (change.state, change.message) == ("resolved", "it has new stories again, after 1 d")
    assert usual_pause(()) is None


SHARES: list[tuple[Share, bool]] = [
    (Share(latest=20, with_field=0, before=200, before_with_field=180), True),
    (Share(latest=20, with_field=8, before=200, before_with_field=180), True),
    (Share(latest=20, with_field=9, before=200, before_with_field=180), False),  # half
    (Share(latest=20, with_field=0, before=200, before_with_field=79), False),  # chance may explain it
    (Share(latest=20, with_field=0, before=40, before_with_field=16), True),
    (Share(latest=20, with_field=0, before=39, before_with_field=39), False),
    (Share(latest=19, with_field=0, before=0, before_with_field=0), False),
    (Share(latest=20, with_field=20, before=200, before_with_field=0), False),
]


@pytest.mark.parametrize(("share", "opens"), SHARES, ids=str)
def test_a_missing_field_is_measured_by_a_sources_own_stories(share: Share, opens: bool) -> None:
    assert fell(share) is opens
    changes = check(replace(WELL, shares={"no-bylines": share}))
    assert states(changes) == ([("no-bylines", "open")] if opens else [])


def test_a_missing_field_is_resolved_when_most_have_it_again() -> None:
    share = Share(latest=20, with_field=2, before=200, before_with_field=180)
    [change] = check(replace(WELL, shares={"no-dates": share}))
    assert change.message == (
        "2 of its latest 20 stories have a date, 90% of the earlier ones had one: its layout may have changed"
    )
    alarm = [opened("no-dates", detail=change.detail)]
    for with_it, back in ((2, False), (13, False), (14, True)):  # three quarters of 0.9 are 13.5 of 20
        source = replace(WELL, shares={"no-dates": replace(share, with_field=with_it)})
        assert states(check(source, alarms=alarm)) == ([("no-dates", "resolved")] if back else [])


def test_a_gap_is_reported_once_however_often_it_repeats_within_a_day() -> None:
    [change] = check(replace(WELL, gaps=1, gap_message="closed by page 2; 9 missed entries found"))
    assert change.message.endswith("its feed; closed by page 2; 9 missed entries found")
    assert (change.state, change.detail["count"]) == ("open", 1)
    alarm = opened("gap", detail=change.detail)
    again = check(replace(WELL, gaps=3, gaps_reported=1), alarms=[alarm])
    assert [(one.state, one.detail["count"]) for one in again] == [(None, 3)]
    quiet = replace(WELL, gaps=3, gaps_reported=3)
    alarm = opened("gap", detail=again[0].detail)
    assert check(quiet, alarms=[alarm], now=T + 23 * H) == []
    assert states(check(quiet, alarms=[alarm], now=T + 24 * H)) == [("gap", "resolved")]
    assert check(quiet) == []


def test_alarms_of_paused_sources_are_resolved_and_other_kinds_do_not_open() -> None:
    [change] = check(replace(failing("gone", 9, 99 * D), active=False), alarms=[opened("failing")])
    assert (change.state, change.message) == ("resolved", "it is no longer visited")
    assert check(failing("gone", 9, 99 * D), kinds=("gap",)) == []
    assert states(check(WELL, alarms=[opened("failing")], kinds=("gap",))) == [("failing", "resolved")]


def test_attempts_wait_longer_each_time_and_end_after_days() -> None:
    waits = [next_try_at(T, tries, T) for tries in (1, 2, 3, 9, 10, 4000)]
    assert [wait - T for wait in waits if wait] == [
        timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=256), 6 * H, 6 * H
    ]  # fmt: skip
    assert next_try_at(T, 20, T + 3 * D) is None
