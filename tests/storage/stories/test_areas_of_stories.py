"""Two sources in different folders of one domain: neither changes the stories of the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsdesk.storage.records.addresses.areas import area_of
from newsdesk.storage.stories.matching import KnownStory, Owner, authority_of, match_story, may_change
from tests.storage.stories.test_verdict import STORY
from tests.support.feeds import Item, rss
from tests.support.runner import open_runner
from tests.support.web import Web

A, B = area_of("http://blogs.test/a/feed"), area_of("http://blogs.test/b/feed")
ANN = Owner(site="blogs.test", area=A, others=(B,))
ALONE = Owner(site="blogs.test", area=A)


def known(path: str) -> KnownStory:
    return KnownStory(
        story_id=7, url=f"http://blogs.test{path}", site="blogs.test", title=STORY.title, published=None,
        first_seen_at="2026-11-24T07:00:00.000Z", authority="site", first_source=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("owner", "path", "owns"),
    [(ANN, "/a/1", True), (ANN, "/b/1", False), (ANN, "/2026/1", True), (ALONE, "/b/1", True)],
)
def test_a_source_changes_stories_outside_the_area_of_another(owner: Owner, path: str, owns: bool) -> None:
    story = known(path)
    assert may_change(story, owner) is owns
    assert authority_of(owner, story.url, story.site) == ("site" if owns else "source")
    match = match_story(
        STORY, by_address=None, by_entry=story, former_key=False, date_is_unique=False, owner=owner
    )
    assert (match.story_id == 7) is owns


async def test_the_address_of_another_source_is_not_taken_beforehand(tmp_path: Path, web: Web) -> None:
    """By a GUID that is an address: the other source's story would be taken for this one."""
    own, other = web.url("blogs.test", "/a/1"), web.url("blogs.test", "/b/1")
    web.serve("/a/feed", rss(Item(title="EVIL", link=own, guid=other, permalink=True)))
    web.serve("/b/feed", rss(Item(title="Bridge", link=other, guid="1")))
    async with open_runner(tmp_path, web) as runner:
        for folder in "ab":
            runner.add("blogs.test", f"/{folder}/feed")
        await runner.crawl(1)
        await runner.crawl(2)
        assert runner.rows("SELECT title, url FROM story ORDER BY id") == [("EVIL", own), ("Bridge", other)]
