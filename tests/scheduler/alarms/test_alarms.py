"""Alarms: when they are raised and when they recover, as tables; kept once, sent once, shown everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsdesk.scheduler.alarms.alarms import FAILING, fell, judge, usual_pause
from newsdesk.scheduler.alarms.outbox import try_again
from newsdesk.storage.records.alarms import KINDS, Change, Kind, OpenAlarm, Share, Stand, Watched
from newsdesk.storage.records.outcomes import OutcomeCategory

T = datetime(2026, 11, 24, 12, tzinfo=UTC)
H, D = timedelta(hours=1), timedelta(days=1)
WELL = Watched(
    source_id=1, name="Harbour Gazette", host="gazette.test", category="ok", last_ok_at=T, news_at=T
)
UP = {"gazette.test": Stand(sources=1, failing=0)}


def failing(group: OutcomeCategory, failures: int, span: timedelta, **told: object) -> Watched:
    source = replace(
        WELL, category=group, failures=failures, failing_since=T - span, message="it answered 500"
    )
    return replace(source, **told)  # type: ignore[arg-type]


def looked(
    *sources: Watched,
    alarms: Sequence[OpenAlarm] = (),
    stands: dict[str, Stand] | None = None,
    kinds: Sequence[Kind] = KINDS,
    now: datetime = T,
) -> list[Change]:
    return judge(sources, UP if stands is None else stands, alarms, kinds=kinds, now=now)


def told(changes: Sequence[Change]) -> list[tuple[str, str | None]]:
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
    ("not-found", 3, 7 * H, False),
    ("not-found", 4, 31 * H, True),
    ("gone", 1, 30 * D, False),
    ("gone", 2, 23 * H, True),
    ("tls", 2, 23 * H, True),
    ("not-allowed", 2, 23 * H, True),
    ("internal-error", 3, H, True),
]


@pytest.mark.parametrize(("group", "failures", "span", "raised"), FAILURES, ids=str)
def test_a_source_fails_by_its_class(
    group: OutcomeCategory, failures: int, span: timedelta, raised: bool
) -> None:
    changes = looked(failing(group, failures, span))
    assert told(changes) == ([("failing", "raised")] if raised else [])
    assert set(FAILING) == {row[0] for row in FAILURES}


def test_failing_is_told_once_and_once_when_it_is_over() -> None:
    [change] = looked(failing("temporary", 7, 8 * H))
    assert change.message == "7 failures in a row over 8 h, it went well last on 2026-11-24: it answered 500"
    never = looked(failing("not-found", 4, 31 * H, last_ok_at=None))
    assert "it never went well" in never[0].message
    alarm = [opened("failing")]
    assert looked(failing("temporary", 99, 9 * D), alarms=alarm) == []
    [over] = looked(WELL, alarms=alarm)
    assert (over.state, over.message) == ("recovered", "it goes well again, after 1 d")


def test_a_host_has_one_alarm_for_all_its_sources() -> None:
    sources = [failing("temporary", 5, 6 * H, source_id=number) for number in range(5)]
    down = {"gazette.test": Stand(sources=5, failing=5)}
    [change] = looked(*sources, stands=down)
    assert (change.source_id, change.host, change.detail["sources"]) == (None, "gazette.test", 5)
    assert change.message == "all 5 sources of gazette.test fail, 5 times in a row: it answered 500"
    alarm = opened("failing", source_id=None, host="gazette.test")
    assert looked(*sources, stands=down, alarms=[alarm]) == []
    partly = looked(*sources[1:], stands={"gazette.test": Stand(sources=5, failing=4)}, alarms=[alarm])
    assert told(partly) == [("failing", "recovered"), *[("failing", "raised")] * 4]
    assert [change.source_id for change in partly] == [None, 1, 2, 3, 4]
    one_well = {"gazette.test": Stand(sources=6, failing=5)}
    assert len(looked(*sources, stands=one_well)) == 5


def test_a_network_that_is_down_has_one_alarm_for_all_hosts() -> None:
    hosts = [f"h{number}.test" for number in range(20)]
    sources = [
        failing("temporary", 5, 6 * H, source_id=number, host=host) for number, host in enumerate(hosts)
    ]
    down = {host: Stand(sources=1, failing=int(number < 15)) for number, host in enumerate(hosts)}
    [change] = looked(*sources[:15], stands=down)
    assert (change.source_id, change.host) == (None, None)
    assert change.message == "15 of 20 hosts fail: is this machine's own network down?"
    alarm = opened("failing", source_id=None)
    assert looked(*sources[:15], stands=down, alarms=[alarm]) == []
    half = {host: Stand(sources=1, failing=int(number < 10)) for number, host in enumerate(hosts)}
    changes = looked(*sources[:10], stands=half, alarms=[alarm])
    assert told(changes) == [("failing", "recovered"), *[("failing", "raised")] * 10]


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
    ("its rhythm foretold little", every(H, 200, last=25 * H), 25 * H, 4, False),
    ("a weekly that is late", every(7 * D, 30, last=20 * D), 20 * D, 1, False),
    ("a weekly that is gone", every(7 * D, 30, last=22 * D), 22 * D, 1, True),
    ("few stories", every(H, 7, last=30 * D), 30 * D, 20, False),
    ("all of one moment", (T.timestamp(),) * 50, 30 * D, 20, False),
    ("a pinned story", (*every(H, 50, last=2 * D), (T - 999 * D).timestamp()), 2 * D, 20, True),
    ("a weekday's paper after four days", WEEKENDS, 4 * D, 20, False),
]


@pytest.mark.parametrize(
    ("moments", "quiet", "finds", "raised"), [row[1:] for row in SILENCES], ids=[row[0] for row in SILENCES]
)
def test_silence_is_measured_by_a_sources_own_rhythm(
    moments: tuple[float, ...], quiet: timedelta, finds: float, raised: bool
) -> None:
    source = replace(WELL, moments=moments, news_at=T - quiet, quiet_finds=finds)
    assert told(looked(source)) == ([("silent", "raised")] if raised else [])
    assert looked(replace(source, failures=1, category="temporary", failing_since=T)) == []
    assert looked(source, alarms=[opened("silent", ago=H)]) == []


def test_silence_ends_with_a_story_and_is_not_measured_while_nobody_asks() -> None:
    source = replace(WELL, moments=every(H, 200, last=60 * D), news_at=T - 60 * D, quiet_finds=20)
    assert looked(replace(source, last_ok_at=T - 59.5 * D)) == []
    [over] = looked(replace(WELL, news_at=T), alarms=[opened("silent")])
    assert (over.state, over.message) == ("recovered", "it has news again, after 1 d")
    assert usual_pause(()) is None


SHARES: list[tuple[Share, bool]] = [
    (Share(latest=20, with_it=0, before=200, before_with_it=180), True),
    (Share(latest=20, with_it=8, before=200, before_with_it=180), True),
    (Share(latest=20, with_it=9, before=200, before_with_it=180), False),  # half
    (Share(latest=20, with_it=0, before=200, before_with_it=79), False),  # chance may explain it
    (Share(latest=20, with_it=0, before=40, before_with_it=16), True),
    (Share(latest=20, with_it=0, before=39, before_with_it=39), False),
    (Share(latest=19, with_it=0, before=0, before_with_it=0), False),
    (Share(latest=20, with_it=20, before=200, before_with_it=0), False),
]


@pytest.mark.parametrize(("share", "raised"), SHARES, ids=str)
def test_a_field_goes_missing_against_a_sources_own_stories(share: Share, raised: bool) -> None:
    assert fell(share) is raised
    changes = looked(replace(WELL, shares={"no-bylines": share}))
    assert told(changes) == ([("no-bylines", "raised")] if raised else [])


def test_drift_is_over_when_most_have_the_field_again() -> None:
    share = Share(latest=20, with_it=2, before=200, before_with_it=180)
    [change] = looked(replace(WELL, shares={"no-dates": share}))
    assert change.message == (
        "2 of its latest 20 stories have a date, of those before 90% had one: its layout may have changed"
    )
    alarm = [opened("no-dates", detail=change.detail)]
    for with_it, over in ((2, False), (13, False), (14, True)):  # three quarters of 0.9 are 13.5 of 20
        source = replace(WELL, shares={"no-dates": replace(share, with_it=with_it)})
        assert told(looked(source, alarms=alarm)) == ([("no-dates", "recovered")] if over else [])


def test_a_gap_is_told_once_however_often_it_comes_back_within_a_day() -> None:
    [change] = looked(replace(WELL, gaps=1, gap_words="closed by page 2; 9 missed entries found"))
    assert change.message.endswith("its document; closed by page 2; 9 missed entries found")
    assert (change.state, change.detail["count"]) == ("raised", 1)
    alarm = opened("gap", detail=change.detail)
    again = looked(replace(WELL, gaps=3, gaps_told=1), alarms=[alarm])
    assert [(one.state, one.detail["count"]) for one in again] == [(None, 3)]
    quiet = replace(WELL, gaps=3, gaps_told=3)
    alarm = opened("gap", detail=again[0].detail)
    assert looked(quiet, alarms=[alarm], now=T + 23 * H) == []
    assert told(looked(quiet, alarms=[alarm], now=T + 24 * H)) == [("gap", "recovered")]
    assert looked(quiet) == []


def test_what_is_watched_no_longer_is_over_and_what_is_not_wanted_is_not_raised() -> None:
    [over] = looked(replace(failing("gone", 9, 99 * D), active=False), alarms=[opened("failing")])
    assert (over.state, over.message) == ("recovered", "it is visited no longer")
    assert looked(failing("gone", 9, 99 * D), kinds=("gap",)) == []
    assert told(looked(WELL, alarms=[opened("failing")], kinds=("gap",))) == [("failing", "recovered")]


def test_a_try_waits_longer_each_time_and_ends_after_days() -> None:
    waits = [try_again(T, tries, T) for tries in (1, 2, 3, 9, 10, 4000)]
    assert [wait - T for wait in waits if wait] == [
        timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=256), 6 * H, 6 * H
    ]  # fmt: skip
    assert try_again(T, 20, T + 3 * D) is None
