"""The demo's awkward page, end to end: each of its demands, and the same page awkward in other ways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsdesk.crawler.workers.page_task import PageTask, read_order
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
def room() -> Iterator[Newsroom]:
    with newsroom_in_thread() as room:
        yield room


def test_the_awkward_page_from_its_address_to_the_story(room: Newsroom, tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    (tmp_path / "newsdesk.toml").write_text(room.settings_toml())
    shell.run("crawl", "--url", f"http://{awkward.HOST}:{room.port}{awkward.PATH}")
    [story] = json.loads(shell.run("stories", "--json"))
    told = json.loads(shell.run("story", str(story["id"]), "--json"))
    assert told["title"] == awkward.HEADLINE  # the first headline
    assert (told["published_day"], told["precision"]) == ("2024-01-21", "day")
    assert told["authors"] == []
    assert told["text"] == TEXT  # the label gone, the second headline once, nothing of "Latest stories"


def read(page: str) -> Story:
    address = "http://harbour-gazette.test/archive/lamp-room"
    claimed = ClaimedPage(page_id=1, url=address, host="harbour-gazette.test")
    order = PageTask(
        body=page.encode(),
        address=address,
        content_type="text/html",
        charset="utf-8",
        claimed=claimed,
        now=NOW,
    )
    own = read_order(order).own
    assert own is not None
    return own


OTHERWISE = [  # how, what is written instead of what
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
    ("other stories in another tongue", "Latest stories", "Das könnte Sie auch interessieren"),
    ("other stories by another name", "Latest stories", "More from The Harbour Gazette"),
]


@pytest.mark.parametrize(("how", "instead_of", "written"), OTHERWISE, ids=[row[0] for row in OTHERWISE])
def test_awkward_in_other_ways(how: str, instead_of: str, written: str) -> None:
    assert instead_of in PAGE
    story = read(PAGE.replace(instead_of, written) if instead_of else PAGE)
    assert story.title == awkward.HEADLINE
    assert (story.published_day, story.precision, story.authors) == ("2024-01-21", "day", ())
    assert story.text == TEXT
