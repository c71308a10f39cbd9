"""Silences that a person set: of a source, a tag, a language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsdesk.scheduler.alarms.silence import decide_silences
from newsdesk.scheduler.alarms.watch import Watch
from newsdesk.scheduler.settings import AlarmSettings
from newsdesk.settings.values import silence_limits
from newsdesk.storage.db.database import reading
from newsdesk.storage.records.alarms import OpenAlarm, SilenceLimit, SilenceStatus
from tests.support.feeds import Item, many, rss
from tests.support.runner import open_runner, utc_now
from tests.support.web import Web

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
H = timedelta(hours=1)
WIRE = SilenceLimit(of="tag", name="wire", after_s=6 * 3600)


def status(
    *, sources: int = 2, since: timedelta = 99 * H, ok: timedelta | None = H, new: timedelta | None = None
) -> SilenceStatus:
    return SilenceStatus(
        limit=WIRE,
        sources=sources,
        since=NOW - since,
        last_ok_at=None if ok is None else NOW - ok,
        last_new_at=None if new is None else NOW - new,
    )


OPEN = OpenAlarm(kind="silent", opened_at=NOW - 3 * H, topic="tag wire")
CASES: list[tuple[str, SilenceStatus | None, bool, str | None]] = [
    ("quiet for longer", status(new=8 * H), False, "open"),
    ("quiet for so long as is allowed", status(new=7 * H), False, None),
    ("news", status(new=2 * H), False, None),
    ("never any news, but only for a while", status(since=5 * H), False, None),
    ("never any news for longer", status(since=9 * H), False, "open"),
    ("quiet, but visits fail", status(new=20 * H, ok=15 * H), False, None),
    ("never visited", status(ok=None), False, None),
    ("no source", status(sources=0), False, None),
    ("still quiet", status(new=8 * H), True, None),
    ("news again", status(new=H), True, "resolved"),
    ("no source any more", status(sources=0), True, "resolved"),
    ("no longer set", None, True, "resolved"),
]


@pytest.mark.parametrize(("now", "known", "state"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_silences(now: SilenceStatus | None, known: bool, state: str | None) -> None:
    changes = decide_silences([] if now is None else [now], [OPEN] if known else [])
    assert [one.state for one in changes] == ([] if state is None else [state])
    assert all((one.kind, one.topic, one.host) == ("silent", "tag wire", None) for one in changes)


def test_the_setting() -> None:
    assert silence_limits(("source:3=2d", "tag:local news=90m", "language:de=6h")) == (
        SilenceLimit(of="source", name="3", after_s=172800),
        SilenceLimit(of="tag", name="local news", after_s=5400),
        SilenceLimit(of="language", name="de", after_s=21600),
    )


@pytest.mark.parametrize(
    "text", ["3=2d", "source:three=2d", "tag:=2d", "tag:wire", "site:a.test=2d", "tag:wire=soon"]
)
def test_wrong_settings(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        silence_limits((text,))


def test_one_span_each() -> None:
    with pytest.raises(ValueError, match="two spans"):
        silence_limits(("tag:wire=2d", "tag:wire=3d"))


async def test_silences_from_end_to_end(tmp_path: Path, web: Web) -> None:
    """Each alarm opens once, beside the others, and is resolved by news."""
    web.serve("/feed.xml", rss(*many(3)), host="daily.test")
    clock = utc_now()
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", tags=("wire",), language="en")
        await runner.crawl()
        settings = AlarmSettings(
            silent_after=silence_limits(("source:1=2h", "tag:WIRE=2h", "language:en=2h", "language:fr=2h"))
        )
        watch = Watch(
            runner.path,
            runner.writer,
            settings,
            now=lambda: clock,
            on_event=lambda event: None,
            on_message=print,
        )
        assert await watch.check(everything=True) == []
        for table, column in (("source", "added_at"), ("source", "last_new_at"), ("story", "first_seen_at")):
            runner.writer.do(
                lambda db, table=table, column=column: db.conn.execute(
                    f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%fZ', {column}, '-3 hours')"
                )
            )
        opened = await watch.check(everything=True)
        assert [(one.kind, one.state, one.source_id, one.topic) for one in opened] == [
            ("silent", "open", 1, "source 1"),
            ("silent", "open", None, "tag WIRE"),
            ("silent", "open", None, "language en"),
            ("silent", "open", None, "language fr"),
        ]
        assert opened[1].message == (
            "nothing new of tag WIRE for 3 h though visits succeed; alarms.silent_after allows 2 h"
        )
        assert await watch.check(everything=True) == []
        clock = utc_now()
        web.serve(
            "/feed.xml",
            rss(Item(title="New", guid="new", link="http://daily.test/new"), *many(3)),
            host="daily.test",
        )
        await runner.crawl()
        resolved = await watch.check(everything=True)
        assert [(one.state, one.topic) for one in resolved] == [
            ("resolved", "source 1"), ("resolved", "tag WIRE"), ("resolved", "language en"),
        ]  # fmt: skip
        watch.reload(AlarmSettings())
        assert [one.topic for one in await watch.check(everything=True)] == ["language fr"]
        with reading(runner.path) as db:
            assert db.conn.execute(
                "SELECT count(*) FROM event WHERE state = 'open' AND ended_at IS NULL"
            ).fetchone() == (0,)
