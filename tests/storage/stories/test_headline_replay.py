"""A front page every 15 minutes for three days: exactly the changes of its headlines are revisions, and returns to an
earlier headline are bounded."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.crawler.workers.readers.feed import read_feed_task
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.queries.history import find_alternations, find_returns
from newsdesk.storage.records.visits import ClaimedVisit
from newsdesk.storage.sources.sources import NewSource, add_source
from newsdesk.storage.stories.decisions import read_source
from newsdesk.storage.stories.keep import keep_entries
from newsdesk.storage.stories.revisions import MOST_REVERSALS, MOST_TITLES_PER_DAY
from tests.support.feeds import Item, rss

ADDRESS = "http://daily.test/feed.xml"
BEGAN = datetime(2026, 11, 24, tzinfo=UTC)
STEP, DAY = timedelta(minutes=15), timedelta(days=1)
STEPS, STORIES, TESTED = 288, 40, 3


def front_pages(seed: int) -> list[dict[int, str]]:
    """For each moment the titles on the page by story. A title is changed, taken back or tested against another; a
    story is off the page for a while, and its title may change meanwhile."""
    chance = random.Random(seed)
    titles = {story: [f"Story {story} begins"] for story in range(STORIES)}
    pages = []
    for _ in range(STEPS):
        page = {}
        for story, known in titles.items():
            if story < TESTED:  # two headlines are tested against each other
                known.append(chance.choice((known[0], f"Story {story}: the other one")))
            elif chance.random() < 0.03:
                known.append(known[0] if chance.random() < 0.2 else f"Story {story}, {len(known)}")
            if chance.random() < 0.9:
                page[story] = known[-1]
        pages.append(page)
    return pages


def expected(pages: list[dict[int, str]]) -> dict[int, list[tuple[str, str]]]:
    """For each story the changes [old, new] that are to be kept."""
    present: dict[int, str] = {}
    kept: dict[int, list[tuple[datetime, str, str, bool]]] = defaultdict(list)
    for number, page in enumerate(pages):
        now = BEGAN + number * STEP
        for story, title in page.items():
            old = present.setdefault(story, title)
            if old == title:
                continue
            today = [one for one in kept[story] if one[0] >= now - DAY]
            again = title in [one[1] for one in kept[story]]
            if len(today) >= MOST_TITLES_PER_DAY or (
                again and sum(one[3] for one in today) >= MOST_REVERSALS
            ):
                continue
            kept[story].append((now, old, title, again))
            present[story] = title
    return {story: [(old, new) for _, old, new, _ in changes] for story, changes in kept.items() if changes}


def keep(db: Database, body: bytes, *, source_id: int, now: datetime) -> None:
    claimed = ClaimedVisit(
        source_id=source_id, address=ADDRESS, host="daily.test", site="daily.test", name="The Daily"
    )
    document = Document(body=body, address=ADDRESS, fetched_at=now)
    entries = read_feed_task(FeedTask(document=document, claimed=claimed)).entries
    moment = to_iso(now)
    source = read_source(db, source_id, site="daily.test", scheme_changed=False, new_per_day=None, now=moment)
    keep_entries(db, entries, source=source, whole=True, now=moment)


def test_each_change_of_a_headline_is_one_revision(tmp_path: Path) -> None:
    path, pages = tmp_path / "newsdesk.db", front_pages(1)
    prepare(path)
    with Writer(path) as writer:
        new = NewSource(address=ADDRESS, host="daily.test", site="daily.test")
        source_id, _ = writer.do(lambda db: add_source(db, new, now=BEGAN))
        for number, page in enumerate(pages):
            items = [
                Item(title=title, link=f"http://daily.test/{story}", text="", author=None, date=None)
                for story, title in page.items()
            ]
            writer.do(partial(keep, body=rss(*items), source_id=source_id, now=BEGAN + number * STEP))
    with reading(path) as db:
        rows = db.conn.execute(
            "SELECT url, found_at, fields FROM revision JOIN story ON story.id = story_id ORDER BY revision.id"
        ).fetchall()
    kept = defaultdict(list)
    for url, found_at, fields in rows:
        kept[int(url.rpartition("/")[2])].append((found_at, json.loads(fields)))
    changes = {story: [tuple(fields["title"]) for _, fields in made] for story, made in kept.items()}
    assert changes == expected(pages)

    assert sum(map(len, changes.values())) > 200
    for story, made in kept.items():
        returns = find_returns([fields for _, fields in made])
        before = [[old for old, _ in changes[story][: place + 1]] for place in range(len(made))]
        assert [bool(one) for one in returns] == [
            new in titles for (_, new), titles in zip(changes[story], before, strict=True)
        ]
        if story < TESTED:
            assert len(made) <= 4 * (MOST_REVERSALS + 1)
            (alternation,) = find_alternations(made)
            assert set(alternation["titles"]) == {f"Story {story} begins", f"Story {story}: the other one"}
            assert alternation["times"] == len(made)
