"""`newsdesk why`: the time of each limit, the limit that decides, and the output."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsdesk.command_line import newsdesk
from newsdesk.commands.why.host_queue import host_queue_lines
from newsdesk.crawler.session_settings import SessionSettings
from newsdesk.scheduler.cadence.policy import PolicyInputs, plan_without_news
from newsdesk.scheduler.cadence.reasons import (
    explain_limits,
    hour_bars,
    printed_hints,
    retry_rule,
    threshold_text,
)
from newsdesk.scheduler.cadence.server_hints import NO_PARSED_HINTS, ParsedHints
from newsdesk.storage.records.outcomes import OutcomeCategory
from newsdesk.storage.records.publication_profile import PublicationProfile
from newsdesk.storage.records.server_hints import Hints
from tests.support.feeds import Item, many, rss
from tests.support.runner import open_runner
from tests.support.web import Web

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
BUSY = PublicationProfile(read_at=NOW, stories=400.0, days=10.0, finds=300.0, feed_size=200, new_at=NOW)
TTL = ParsedHints(floor_s=7200.0, why="its feed (ttl)")
SKIP = ParsedHints(hours=frozenset(range(12, 20)))


@pytest.mark.parametrize(
    ("changes", "threshold", "parsed_hints", "decides", "names"),
    [
        ({}, 5e3, NO_PARSED_HINTS, "threshold", "threshold window shortest longest"),
        ({}, 1e-3, NO_PARSED_HINTS, "shortest", "threshold window shortest longest"),
        ({"feed_size": 20}, 1e9, NO_PARSED_HINTS, "window", "threshold window shortest longest"),
        ({"feed_size": 0}, 1e9, NO_PARSED_HINTS, "longest", "threshold shortest longest"),
        ({"feed_size": 0, "new_at": None}, 1e9, NO_PARSED_HINTS, "silent", "threshold shortest silent"),
        (
            {"days": 0.0, "stories": 0.0},
            1e9,
            NO_PARSED_HINTS,
            "new-source",
            "new-source window shortest longest",
        ),
        ({}, 5e3, TTL, "server-hint", "threshold window shortest longest server-hint"),
        ({}, 5e3, SKIP, "skip-hours", "threshold window shortest longest skip-hours"),
    ],
)
def test_each_limit_is_explained_and_one_decides(
    changes: dict[str, float | None], threshold: float, parsed_hints: ParsedHints, decides: str, names: str
) -> None:
    profile = PublicationProfile(**{name: changes.get(name, getattr(BUSY, name)) for name in BUSY.__slots__})
    inputs = PolicyInputs(now=NOW, threshold=threshold, parsed_hints=parsed_hints)
    explained = explain_limits(profile, inputs)
    assert " ".join(limit.limit for limit in explained) == names
    [decisive] = [limit for limit in explained if limit.decides]
    assert decisive.limit == decides
    assert "{" not in decisive.message
    assert plan_without_news(profile, inputs).after_s == pytest.approx(decisive.after_s, rel=0.06)


def test_numbers_as_text() -> None:
    assert threshold_text(0.5 * 20 / 86400 * 3600**2).startswith("one hour for 20 stories a day; ")
    assert hour_bars((0.0, 1.0, 2.0), 2.0) == "▁▅█" and hour_bars((0.0,), 0.0) == "▁"
    hints = Hints(ttl="60", skip_hours=("1", "2"), cache_control="max-age=60")
    assert printed_hints(hints) == {"Cache-Control": "max-age=60", "ttl": "60", "skipHours": "1, 2"}
    categories = OutcomeCategory.__args__  # type: ignore[attr-defined]  # the values of a Literal
    assert [category for category in categories if retry_rule(category) == "later"] == ["ok"]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a command prints about the store in `tmp_path`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    def run(*words: str) -> str:
        ended = CliRunner().invoke(newsdesk, words)
        assert ended.exit_code == 0, ended.output
        return ended.output

    return run


async def test_why_shows_when_and_why(
    tmp_path: Path, web: Web, typed: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    items = [
        Item(title=f"Story {hours}", link=f"http://daily.test/{hours}", guid=str(hours),
             date=format_datetime(now - timedelta(hours=hours)))
        for hours in range(1, 21)
    ]  # fmt: skip
    changes = {"Cache-Control": "max-age=10800, \x1b[2J"}
    web.serve("/feed", rss(*items, title="The \u202eDaily"), host="daily.test", headers=changes, etag='"1"')
    web.serve("/feed", status=404, host="lost.test")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/feed")
        runner.add("lost.test", "/feed")
        before = typed("why", "1")
        assert "none yet" in before and "never visited" in before
        await runner.crawl()
        words = typed("why", "daily.test")
        assert "20 entries in its last document, 0 gaps" in words and "Cache-Control: max-age=10800" in words
        assert "at least 3 h between visits" in words and "recognised by etag" in words
        assert "* server-hint  3 h" in words and "sources edit 1 --every 30m" in words
        assert "\x1b" not in words and "\u202e" not in words
        seen = json.loads(typed("why", "1", "--json"))
        assert seen["next_visit"]["why"].endswith("its server (Cache-Control) asks for 3 h between visits")
        assert len(seen["profile"]["weekday"]) == 24
        [decisive] = [bound for bound in seen["limits"] if bound["decides"]]
        assert decisive["limit"] == "server-hint" and decisive["after_s"] == pytest.approx(10800, abs=60)
        words = typed("why", "2")
        assert "1 in a row since" in words and "retries for not-found: after 1 h" in words

        runner.writer.do(lambda db: db.conn.execute("UPDATE source SET status = 'dormant' WHERE id = 2"))
        assert "status      dormant: " in typed("why", "2")

        again = [
            replace(item, title=f"{item.title}, later", guid=f"{item.guid}l", link=f"{item.link}/l",
                    text=f"<p>Words of {item.guid}.</p>", date=format_datetime(now))
            for item in items
        ]  # fmt: skip
        web.serve("/feed", rss(*again), host="daily.test")
        await runner.crawl(1)
        ended = "the document held no known entry; not closed: page 2"
        assert ended in typed("why", "1")
        seen = json.loads(typed("why", "1", "--json"))
        assert seen["profile"]["last_gap"]["message"].startswith("not closed: page 2")
        assert "1 gap," in typed("why", "1") and "hints       none" in typed("why", "1")
        assert (
            "brought     20 stories, 20 of them before any other source (recent ones count most)\n"
            in typed("why", "1")
        )
        counted = "UPDATE source SET profile_brought = 99, profile_brought_first = 4 WHERE id = 1"
        runner.writer.do(lambda db: db.conn.execute(counted))
        assert (
            "brought     99 stories, 4 of them before any other source (recent ones count most); due at 20 times"
            in typed("why", "1")
        )
        seen = json.loads(typed("why", "1", "--json"))["first"]
        assert seen["applies"] and seen["share"] == 0.05 and seen["after_s"] > seen["without_s"]
        monkeypatch.setenv("NEWSDESK_SCHEDULE_COUNT_ONCE", "false")
        assert "(recent ones count most); without effect: schedule.count_once is false" in typed("why", "1")
        typed("sources", "edit", "1", "--every", "3h")
        assert "; without effect: it is visited by its interval" in typed("why", "1")
        words = typed("why", "1")
        assert "every 3 h, in place of its profile" in words and "edit 1 --no-every" in words
        typed("sources", "pause", "1")
        assert "never: the source is paused" in typed("why", "1")


ALONE = {"platform": False, "sources": 1, "due_before": 0, "mean_s": 2.0, "stretched": None}
HOST_QUEUES = [
    # the queue, parts of its lines
    ({}, []),
    ({"platform": True}, ["blogspot.com is a shared platform: its subdomains share one rate limit"]),
    ({"sources": 2000}, ["2,000 sources of yours share the rate limit of blogspot.com"]),
    ({"sources": 9, "due_before": 4}, ["9 sources", "4 sources of this host became due earlier"]),
    (
        {"sources": 9, "stretched": {"after_s": 7200.0, "without_s": 1800.0}},
        ["9 sources", "this one's 2 h in place of 30 min: together they use at most 80%"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("known", "words"), HOST_QUEUES)
def test_the_host_queue_of_a_source(known: dict[str, object], words: list[str]) -> None:
    explained = list(host_queue_lines({**ALONE, **known}, "blogspot.com"))
    assert len(explained) == len(words)
    for sentence, part in zip(explained, words, strict=True):
        assert part in sentence


async def test_why_shows_the_platform_and_longer_intervals(
    tmp_path: Path, web: Web, typed: Callable[..., str]
) -> None:
    web.serve("/feed.xml", rss(*many(20)))
    client = web.settings(resolve=("*.blogspot.com=127.0.0.1",))
    session = SessionSettings(client=client, workers=1, delay_s=0.0, per_minute=None)
    async with open_runner(tmp_path, web, session=session) as runner:
        for name in ("one", "two", "three"):
            runner.add(f"{name}.blogspot.com", now=datetime.now(UTC) - timedelta(minutes=5))
        words = typed("why", "3")
        assert "blogspot.com is a shared platform" in words and "3 sources of yours" in words
        assert "2 sources of this host became due earlier" in words
        await runner.crawl()
        words = typed("why", "3")
        assert "3 sources of yours" in words and "became due" not in words and "are longer" not in words
        assert "then 5% more or less at random" in words
        raised = '{"blogspot.com": 1e9}'
        runner.writer.do(
            lambda db: db.conn.execute("UPDATE threshold_state SET host_thresholds = ?", (raised,))
        )
        assert "their intervals are longer, this one's" in typed("why", "3")
        queue = json.loads(typed("why", "3", "--json"))["host_queue"]
        assert queue["platform"] and queue["stretched"]["after_s"] > queue["stretched"]["without_s"]
        runner.writer.do(
            lambda db: db.conn.execute("UPDATE source SET proposed_addresses = '[\"http://b.test/\"]'")
        )
        assert "proposed    the feed may have moved to http://b.test/" in typed("why", "3")
