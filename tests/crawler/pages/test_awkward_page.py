"""The demo's awkward page, end to end: each of its difficulties, and variants of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.demo import awkward
from newsdesk.demo.newsroom import load_sites
from newsdesk.demo.serve import Newsroom, newsroom_in_thread
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story
from tests.support.shell import Shell

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SITE = next(site for site in load_sites(NOW) if site.host == awkward.HOST)
PAGE = awkward.awkward_page(SITE)
TEXT = "\n\n".join((awkward.SECOND, *awkward.PARAGRAPHS))


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with newsroom_in_thread() as newsroom:
        yield newsroom


def test_the_awkward_page_from_its_address_to_the_story(newsroom: Newsroom, tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    (tmp_path / "newsdesk.toml").write_text(newsroom.settings_toml())
    shell.run("crawl", "--url", f"http://{awkward.HOST}:{newsroom.port}{awkward.PATH}")
    [story] = json.loads(shell.run("stories", "--json"))
    shown = json.loads(shell.run("story", str(story["id"]), "--json"))
    assert shown["title"] == awkward.HEADLINE  # the first headline
    assert (shown["published_day"], shown["precision"]) == ("2024-01-21", "day")
    assert shown["authors"] == []
    assert shown["text"] == TEXT  # without the label and "Latest stories", the second headline only once


def read(page: str) -> Story:
    address = "http://harbour-gazette.test/archive/lamp-room"
    claimed = ClaimedPage(page_id=1, url=address, host="harbour-gazette.test")
    order = PageTask(
        document=Document(
            body=page.encode(), address=address, fetched_at=NOW, content_type="text/html", charset="utf-8"
        ),
        claimed=claimed,
    )
    own = read_page_task(order).own
    assert own is not None
    return own


VARIANTS = [  # variant, the replaced text, the new text
    ("as it is", "", ""),
    ("the site's name in the title", "</title>", " - The Harbour Gazette</title>"),
    ("no title", f"<title>{awkward.HEADLINE}</title>", ""),
    ("date as a paragraph", f"<div>{awkward.DATE}</div>", f"<p>{awkward.DATE}</p>"),
    ("date in bold", f"<div>{awkward.DATE}</div>", f"<p><b>{awkward.DATE}</b></p>"),
    ("label as a paragraph", "<div>Date:</div>", "<p>Date:</p>"),
    ("label in bold", "<div>Date:</div>", "<p><strong>Date:</strong></p>"),
    ("label of an author", "<div>Date:</div>", "<p>Author:</p>"),
    ("second headline as large", f"<h2>{awkward.SECOND}</h2>", f"<h1>{awkward.SECOND}</h1>"),
    ("other stories under h2", "<h3>Latest stories</h3>", "<h2>Latest stories</h2>"),
    ("other stories under a bold line", "<h3>Latest stories</h3>", "<p><b>Latest stories</b></p>"),
    ("other stories in another language", "Latest stories", "Das könnte Sie auch interessieren"),
    ("other stories by another name", "Latest stories", "More from The Harbour Gazette"),
]


@pytest.mark.parametrize(("variant", "replaced", "new"), VARIANTS, ids=[row[0] for row in VARIANTS])
def test_variants_of_the_awkward_page(variant: str, replaced: str, new: str) -> None:
    assert replaced in PAGE
    story = read(PAGE.replace(replaced, new) if replaced else PAGE)
    assert story.title == awkward.HEADLINE
    assert (story.published_day, story.precision, story.authors) == ("2024-01-21", "day", ())
    assert story.text == TEXT
