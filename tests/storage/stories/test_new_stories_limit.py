"""More new stories than a source may bring on one day: refused, recorded, and taken when their day comes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from newsdesk.scheduler.run.runner import Runner
from newsdesk.scheduler.run.summary import RunSummary
from newsdesk.storage.hosts.leases import Wanted
from newsdesk.storage.records.visits import Counts, Limits
from newsdesk.storage.stories.verdict import NEW_LIMIT
from tests.support.feeds import many, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

LIMITS = Limits(visit_s=5.0, new_per_day=4)


async def crawl(runner: TestRunner, *, days: int) -> RunSummary:
    def now() -> object:
        return utc_now() + timedelta(days=days)

    return await Runner(runner.writer, runner.settings, now=now).run(Wanted(requested_at=now()))  # type: ignore[arg-type]


async def test_stories_over_the_daily_limit_are_refused_recorded_and_kept_later(
    tmp_path: Path, web: Web
) -> None:
    async with open_runner(tmp_path, web, limits=LIMITS) as runner:
        runner.add("daily.test")
        web.serve("/feed.xml", rss(*many(6)), etag='"1"')
        assert (await crawl(runner, days=0)).counts == Counts(new=6), (
            "the limit does not count what was there before"
        )
        web.serve("/feed.xml", rss(*many(9)), etag='"2"')
        assert (await crawl(runner, days=1)).counts == Counts(new=3, same=6)
        web.serve("/feed.xml", rss(*many(12)), etag='"3"')
        assert (await crawl(runner, days=1)).counts == Counts(new=1, same=9, refused=2)
        assert runner.rows("SELECT outcome, outcome_category FROM source") == [("daily-limit", "ok")]
        [message] = runner.rows("SELECT outcome_message FROM source")
        assert message.endswith("; 2 new ones refused: the daily limit is 4 for each source")
        assert (
            runner.rows("SELECT verdict, reason FROM entry WHERE story_id IS NULL")
            == [("refused", NEW_LIMIT)] * 2
        )
        assert (await crawl(runner, days=1)).counts == Counts(same=10, refused=2), "still the same day"
        assert (await crawl(runner, days=2)).counts == Counts(new=2, same=10), (
            "though the document is the same"
        )
        assert runner.rows("SELECT verdict, count(*) FROM entry GROUP BY verdict") == [("new", 12)]
        assert (await crawl(runner, days=2)).counts == Counts(), "304"
        assert runner.rows("SELECT outcome FROM visit ORDER BY id") == [
            "read", "read", "daily-limit", "daily-limit", "read", "unchanged",
        ]  # fmt: skip


async def test_each_source_has_its_own_day(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web, limits=LIMITS) as runner:
        for host in ("daily.test", "gazette.test"):
            runner.add(host)
            web.serve("/feed.xml", rss(*many(1, site=host)), host=host)
        await crawl(runner, days=0)
        for host in ("daily.test", "gazette.test"):
            web.serve("/feed.xml", rss(*many(8, site=host)), host=host)
        assert (await crawl(runner, days=0)).counts == Counts(new=8, same=2, refused=6)
