"""The shipped site files, each on a page written by hand in the shape of its site."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsdesk.captures.capture import captures_in, load
from newsdesk.captures.reading import differences, reading_of
from newsdesk.captures.site_file_text import file_name
from newsdesk.crawler.session_settings import SiteFileSettings
from newsdesk.crawler.site_files.index import find_site_files
from newsdesk.crawler.site_files.loading import load as load_site_file
from newsdesk.crawler.site_files.site_file import SiteFileRef
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.records.pages import ClaimedPage
from tests.support.paths import ROOT

FILES = find_site_files(SiteFileSettings())
CAPTURES = sorted(captures_in(ROOT / "tests" / "fixtures" / "sites"))


def reading(path: Path, ref: SiteFileRef | None) -> dict[str, object]:
    document = load(path).document
    claimed = ClaimedPage(page_id=0, url=document.address, host="")
    return reading_of(read_page_task(PageTask(document=document, claimed=claimed, site_file=ref)))


def test_there_are_ten_and_each_has_a_page() -> None:
    assert len(FILES.refs) >= 10
    assert FILES.problems == ()
    assert {FILES.find(path.parent.name) for path in CAPTURES} == set(FILES.refs)


@pytest.mark.parametrize("ref", FILES.refs, ids=lambda ref: ref.name)
def test_each_file_runs(ref: SiteFileRef) -> None:
    assert ref.name == file_name(ref.hosts[0])
    loaded = load_site_file(ref)
    assert loaded.site.hosts == ref.hosts
    assert loaded.site.layouts or loaded.read is not None


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.parent.name)
def test_a_page_is_read_right_by_its_file_and_wrong_without(path: Path) -> None:
    right = load(path).reading
    assert [*differences(right, reading(path, FILES.find(path.parent.name)))] == []
    assert [*differences(right, reading(path, None))] != []
