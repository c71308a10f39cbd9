"""Each visit accounts for everything that its document lists: listed = seen + waiting, and seen = new + changed + same
+ duplicate + refused. `listed` is counted from the document, apart from the verdicts, and the file itself refuses a
visit that loses an entry."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newsdesk.storage.records.visits import Limits
from tests.support.feeds import Item, rss
from tests.support.papers.paper import Paper
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

VISITS = (
    "SELECT outcome, listed, waiting, seen, new, changed, same, duplicate, refused FROM visit"
    " WHERE source_id IS NOT NULL ORDER BY id DESC LIMIT 1"
)
READ = ("read", "partly-read", "daily-limit")
Serve = Callable[[Web, random.Random, int], int]  # sets the document of a round; how much it lists


def feed(web: Web, dice: random.Random, number: int) -> int:
    """Entries of every kind: new, edited, repeated, without a link or GUID, of another site, without anything."""
    items = []
    for _ in range(dice.randrange(1, 40)):
        name = dice.randrange(30 + 10 * number)
        items.append(
            Item(
                title=dice.choice(("", f"What happened in ward {name}", f"What happened in ward {name}, edited")),
                link=dice.choice((None, f"http://daily.test/{name}", f"http://daily.test/{name}", "http://daily.test/",
                                  f"http://other.test/{name}", "javascript:void(0)")),
                guid=dice.choice((None, f"g{name}", f"g{name}", "the same")),
                text=dice.choice(("", f"<p>The story of ward {name}.</p>")),
                date=dice.choice((None, "Tue, 24 Nov 2026 05:36:00 GMT", "no date")),
            )
        )  # fmt: skip
    web.serve("/feed.xml", rss(*items), host="daily.test")
    return len(items)


def sitemap(web: Web, dice: random.Random, number: int) -> int:
    """A news sitemap whose addresses have titles, or not; each address once."""
    names = dice.sample(range(60), dice.randrange(1, 40))
    now = utc_now()
    rows = []
    for name in names:
        title = f"<news:title>What happened in ward {name}</news:title>"
        news = (
            "<news:news><news:publication><news:name>The Daily</news:name><news:language>en</news:language>"
            f"</news:publication><news:publication_date>{(now - timedelta(hours=name)).isoformat()}"
            f"</news:publication_date>{title}</news:news>"
        )
        rows.append(f"<url><loc>{web.url('daily.test', f'/news/{name}')}</loc>{news}</url>")
    body = (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(rows)}</urlset>'
    )
    web.serve("/sitemap.xml", body, host="daily.test", type="application/xml")
    return len(names)


def check(row: tuple[Any, ...]) -> None:
    outcome, listed, waiting, seen, *verdicts = row
    assert seen == sum(verdicts) and listed == seen + waiting, row
    assert outcome in (*READ, "same-document", "unchanged"), row


async def visits(runner: TestRunner, web: Web, serve: Serve, seed: int, rounds: int) -> list[tuple[Any, ...]]:
    dice = random.Random(seed)
    rows = []
    for number in range(rounds):
        listed = serve(web, dice, number)
        await runner.crawl()
        row = runner.rows(VISITS)[0]
        check(row)
        if row[0] in READ:
            assert row[1] == listed, (row, listed)
        rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "limits", [Limits(visit_s=5.0), Limits(visit_s=5.0, entries=12, new_per_day=20)], ids=["", "limits"]
)
async def test_feeds(tmp_path: Path, web: Web, seed: int, limits: Limits) -> None:
    async with open_runner(tmp_path, web, limits=limits) as runner:
        runner.add("daily.test")
        rows = await visits(runner, web, feed, seed, rounds=5)
        assert any(row[2] for row in rows) == (limits.entries == 12)


@pytest.mark.parametrize("seed", range(3))
async def test_sitemaps(tmp_path: Path, web: Web, seed: int) -> None:
    web.serve_all("daily.test", b"", status=404)
    async with open_runner(tmp_path, web, limits=Limits(visit_s=5.0, new_per_day=40)) as runner:
        runner.add("daily.test", "/sitemap.xml", kind="sitemap")
        await visits(runner, web, sitemap, seed, rounds=4)


async def test_pages_of_sites(tmp_path: Path, web: Web) -> None:
    """Links wait for their pages, which count them."""
    paper = Paper(web, "daily.test")
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", "/", kind="site")
        for count in (4, 3, 0, 5):
            paper.publish(utc_now().date(), count)
            paper.print_home()
            await runner.crawl()
            row = runner.rows(VISITS)[0]
            check(row)
            assert row[0] not in READ or row[1] > 0
        assert runner.rows(
            "SELECT count(*) FROM visit WHERE seen <> new + changed + same + duplicate + refused"
        ) == [0]


async def test_the_file_refuses_a_visit_that_loses_an_entry(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        web.serve("/feed.xml", rss(Item()), host="daily.test")
        await runner.crawl()
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            runner.writer.do(lambda db: db.conn.execute("UPDATE visit SET listed = listed + 1"))
