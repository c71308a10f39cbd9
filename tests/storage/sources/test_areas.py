"""Areas of sources on one domain, and the proof that two sources are one."""

from __future__ import annotations

import pytest

from newsdesk.storage.records.addresses.areas import area_of, is_foreign
from newsdesk.storage.sources.merge_proof import merge_proof
from newsdesk.storage.sources.moves import MergeEvidence

B = "https://blogs.example"
AREAS = [
    (f"{B}/a/feed.xml", "/a"),
    (f"{B}/a/feed/", "/a"),
    (f"{B}/a/?feed=rss2", "/a"),
    (f"{B}/a/posts.xml", "/a"),
    (f"{B}/a", "/a"),
    (f"{B}/feeds/a.xml", "/a"),
    (f"{B}/feed/@a", "/@a"),
    (f"{B}/users/a/rss", "/users /a"),
    (f"{B}/rss.xml", ""),
    (f"{B}/feed/", ""),
    (f"{B}/news.xml", ""),
    ("https://www.blogs.example/atom.xml", ""),
    ("https://feeds.blogs.example/a.xml", ""),
    ("http://m.blogs.example/a/feed", "/a"),
    ("https://ann.blogs.example/feed", "ann"),
]


@pytest.mark.parametrize(("address", "folders"), AREAS)
def test_the_area_of_a_source(address: str, folders: str) -> None:
    assert area_of(address) == ("", "example", "blogs", *folders.split())


FOREIGN = [
    # address, source, other source, whether it belongs to the other one
    (f"{B}/b/1", f"{B}/a/feed", f"{B}/b/feed", True),
    (f"{B}/b", f"{B}/a/feed", f"{B}/b/feed", True),
    (f"{B}/bb/1", f"{B}/a/feed", f"{B}/b/feed", False),
    (f"{B}/a/1", f"{B}/a/feed", f"{B}/b/feed", False),
    (f"{B}/2026/1", f"{B}/a/feed", f"{B}/b/feed", False),
    (f"{B}/users/b/1", f"{B}/users/a/feed", f"{B}/users/b/feed", True),
    (f"{B}/b/1", f"{B}/feeds/a.xml", f"{B}/feeds/b.xml", True),
    (f"{B}/b/1", f"{B}/rss.xml", f"{B}/b/feed", False),  # the whole domain's own feed
    (f"{B}/1", f"{B}/a/feed", f"{B}/rss.xml", False),  # a section links to common folders
    ("https://bob.blogs.example/1", "https://ann.blogs.example/feed", "https://bob.blogs.example/feed", True),
    ("https://daily.example/1", f"{B}/a/feed", "https://daily.example/feed", True),
    ("https://other.example/1", f"{B}/a/feed", f"{B}/b/feed", False),
    ("urn:newsdesk:1", f"{B}/a/feed", f"{B}/b/feed", False),
]


@pytest.mark.parametrize(("url", "mine", "other", "foreign"), FOREIGN)
def test_addresses_in_the_area_of_another_source(url: str, mine: str, other: str, foreign: bool) -> None:
    assert is_foreign(url, area_of(mine), [area_of(other)]) is foreign


PROOFS = [
    # source, other source, latest stories, those in the other, proven
    (f"{B}/rss.xml", f"{B}/feed/", 20, 0, True),
    ("http://blogs.example/a/rss", f"{B}/a/feed", 20, 0, True),
    (f"{B}/rss.xml", f"{B}/a/feed", 20, 0, True),  # who has the domain has its folders
    (f"{B}/a/feed", f"{B}/rss.xml", 20, 10, False),
    (f"{B}/a/feed", f"{B}/rss.xml", 20, 11, True),
    (f"{B}/a/feed", f"{B}/b/feed", 20, 0, False),
    ("https://old.example/feed", f"{B}/a/feed", 0, 0, True),
    ("https://old.example/feed", f"{B}/a/feed", 1, 0, False),
]


@pytest.mark.parametrize(("address", "other", "own", "shared", "proven"), PROOFS)
def test_proof_that_two_sources_are_one(
    address: str, other: str, own: int, shared: int, proven: bool
) -> None:
    evidence = MergeEvidence(address=address, other=2, other_address=other, own=own, shared=shared)
    assert merge_proof(evidence)[0] is proven
