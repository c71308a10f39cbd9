"""Pages that are read by a site file: the selected values come first, all after that is the same path."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from newsdesk.crawler.session_settings import SiteFileSettings
from newsdesk.crawler.site_files.index import find_site_files
from newsdesk.crawler.workers.readers.snapshots import reparse_snapshot
from newsdesk.crawler.workers.reparse_task import SnapshotToReparse
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Author, Story
from tests.crawler.site_files.own_files import NOW, read_by, write_site_file
from tests.support.articles import PARAGRAPHS, json_ld

# A hard page: the newsletter's name is the h1, JSON-LD names the desk and the day of a move, a box is longer than
# the story.
HEAD = json_ld(
    headline="The Daily: Morning",
    datePublished="2026-11-20T00:00:00+00:00",
    author=[{"@type": "Person", "name": "Web Desk"}],
)
BOX = "".join(f"<p>{one} {one}</p>" for one in reversed(PARAGRAPHS))
PAGE = f"""<!doctype html><html lang="en"><head><title>The Daily</title>{HEAD}</head><body>
<h1>The Daily: Morning</h1><div class="story"><div class="kop">Ferry timetable changes on Monday</div>
<div class="who">Words: <b>Cem Aksoy</b></div><div class="when" title="24.11.2026 07:36">today</div>
<div class="txt"><p>{PARAGRAPHS[0]}</p><div class="promo"><p>Read our other stories about boats today.</p></div>
<ul><li>{PARAGRAPHS[1]}</li></ul></div></div>
<div class="box">{BOX}</div></body></html>""".encode()
LAYOUT = """
    title=".kop", byline=".who b", date=".when::attr(title)", body=".txt", drop=".promo"
"""
SITE = f"""
SITE = SiteFile(hosts=("daily.test",), timezone="Europe/Berlin", layouts=(Layout({LAYOUT}),))
"""


def story_of(path: Path | None, page: bytes = PAGE, **options: str) -> Story:
    story = read_by(path, page, **options).story
    assert story is not None
    return story


def test_the_general_reader_has_this_page_wrong() -> None:
    story = story_of(None)
    assert story.title != "Ferry timetable changes on Monday"
    assert story.published_day != "2026-11-24"
    assert story.text != "\n\n".join(PARAGRAPHS[:2])


def test_selected_values_come_first_and_evidence_says_so(tmp_path: Path) -> None:
    story = story_of(write_site_file(tmp_path / "sites", SITE))
    assert story.title == "Ferry timetable changes on Monday"
    assert [one.name for one in story.authors] == ["Cem Aksoy"]
    assert story.published is not None
    assert story.published.isoformat() == "2026-11-24T06:36:00+00:00"  # in the time zone of the site
    assert story.text == "\n\n".join(PARAGRAPHS[:2])
    assert story.html is not None and "<ul><li>" in story.html
    for name in ("title", "authors", "published", "text"):
        assert story.evidence[name]["origin"] == "site file", name


@pytest.mark.parametrize(
    ("timezone", "instant"),
    [(None, "2026-11-24T06:36:00+00:00"), ("America/New_York", "2026-11-24T12:36:00+00:00")],
)
def test_the_time_zone_of_the_source_comes_before_that_of_the_file(
    tmp_path: Path, timezone: str | None, instant: str
) -> None:
    story = read_by(write_site_file(tmp_path / "sites", SITE), PAGE, timezone=timezone).story
    assert story is not None and story.published is not None
    assert story.published.isoformat() == instant


def test_the_feed_is_asked_for_a_text_only_if_it_has_much_more(tmp_path: Path) -> None:
    path = write_site_file(tmp_path / "sites", SITE)
    own = story_of(path)
    stored = replace(
        own,
        title="The title of the feed",
        authors=(Author(name="Desk", kind="person"),),
        html=f"{BOX}{BOX}{BOX}",
        published_values={},
    )
    story = read_by(path, PAGE, stored=stored).story
    assert story is not None
    assert (story.title, [one.name for one in story.authors]) == (own.title, ["Cem Aksoy"])
    assert story.text != own.text and story.evidence["text"]["origin"] == "feed"
    story = read_by(path, PAGE, stored=replace(stored, html=f"<p>{PARAGRAPHS[2]}</p>")).story
    assert story is not None and story.text == own.text


@pytest.mark.parametrize(
    ("selector", "value"),
    [
        ("//div[@class='kop']", "Ferry timetable changes on Monday"),
        ((".headline", ".kop"), "Ferry timetable changes on Monday"),  # in turn
        (".kop::text", "Ferry timetable changes on Monday"),
        ("(//h1)[1]", "The Daily: Morning"),
    ],
)
def test_css_and_xpath(tmp_path: Path, selector: str | tuple[str, ...], value: str) -> None:
    source = f'SITE = SiteFile(hosts=("daily.test",), layouts=(Layout(title={selector!r}, body=".txt"),))'
    story = story_of(write_site_file(tmp_path / "sites", source))
    assert (story.title, story.evidence["title"]["origin"]) == (value, "site file")


def test_a_field_without_a_selection_is_read_as_on_any_page(tmp_path: Path) -> None:
    path = write_site_file(tmp_path / "sites", SITE.replace(".kop", ".gone").replace(".when", ".gone"))
    story, general = story_of(path), story_of(None)
    assert (story.title, story.published) == (general.title, general.published)
    assert story.evidence["title"]["origin"] != "site file"
    assert [one.name for one in story.authors] == ["Cem Aksoy"]


OLD = """SITE = SiteFile(hosts=("daily.test",), layouts=(
    Layout(title=".new", body=".txt"),
    Layout(title=".middle", body=".txt", until="2020-06-30"),
    Layout(title=".old", body=".txt", until="2010-12-31"),
))"""
TITLES = (
    '<b class="new">The new title</b><b class="middle">The middle title</b><b class="old">The old title</b>'
)


@pytest.mark.parametrize(
    ("url", "printed", "title"),
    [
        ("https://daily.test/2026/11/24/ferry", "", "The new title"),
        ("https://daily.test/2020/07/01/ferry", "", "The new title"),
        ("https://daily.test/2020/06/30/ferry", "", "The middle title"),
        ("https://daily.test/2011/01/01/ferry", "", "The middle title"),
        ("https://daily.test/2010/12/31/ferry", "", "The old title"),
        ("https://daily.test/1999/01/01/ferry", "", "The old title"),
        ("https://daily.test/ferry", "2015-03-01T10:00:00Z", "The middle title"),
        ("https://daily.test/ferry", "", "The new title"),  # without a day
    ],
)
def test_a_page_is_read_by_the_layout_of_its_day(tmp_path: Path, url: str, printed: str, title: str) -> None:
    head = json_ld(datePublished=printed) if printed else ""
    page = PAGE.replace(HEAD.encode(), head.encode()).replace(
        b'<div class="who"', f'{TITLES}<div class="who"'.encode()
    )
    assert story_of(write_site_file(tmp_path / "sites", OLD), page, url=url).title == title


READ = (
    SITE
    + """
def read(page):
    assert page.address == "https://daily.test/ferry"
    return {"title": page.css(".kop::text").get() + "!", "byline": ["Ann Hill", "Bo Lind"]}
"""
)


def test_a_function_replaces_what_the_selectors_give(tmp_path: Path) -> None:
    story = story_of(write_site_file(tmp_path / "sites", READ))
    assert story.title == "Ferry timetable changes on Monday!"
    assert [one.name for one in story.authors] == ["Ann Hill", "Bo Lind"]
    assert story.published_day == "2026-11-24"  # by its selector


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return page.css('.kop')[9].get()", "read(page) raised IndexError: list index out of range"),
        (
            "return {'headline': 'A'}",
            "read(page) raised ValueError: read(page) returned 'headline'; the fields are",
        ),
        ("return {'title': 3}", "read(page) raised TypeError"),
        ("return 'A title'", "read(page) raised TypeError: read(page) returned str; return a dict, or None"),
        ("raise SystemError('broken')", "read(page) raised SystemError: broken"),
    ],
)
def test_a_function_that_fails_leaves_the_page_to_selectors(tmp_path: Path, body: str, message: str) -> None:
    path = write_site_file(tmp_path / "sites", f"{SITE}\ndef read(page):\n    {body}\n")
    found = read_by(path, PAGE)
    assert found.story is not None and found.story.title == "Ferry timetable changes on Monday"
    assert found.failure is not None
    assert message in found.failure[0]
    assert "Traceback" in found.failure[1]
    if body.startswith(("return page", "raise")):
        assert found.failure[0].startswith(f"{path}:8: ") and f'"{path}", line 8' in found.failure[1]


def test_a_page_is_parsed_again_by_its_stored_values(tmp_path: Path) -> None:
    story = story_of(write_site_file(tmp_path / "sites", SITE))
    url = "https://daily.test/ferry"
    again = reparse_snapshot(
        SnapshotToReparse(
            by=ClaimedPage(page_id=1, url=url, host="daily.test"),
            printed=story.published_values,
            html=story.html,
            summary=story.summary,
            text_origin=story.evidence["text"]["origin"],
            addresses=story.addresses,
            at=NOW,
        )
    )
    assert again is not None
    for name in ("title", "authors", "published", "published_day", "text"):
        assert getattr(again.own, name) == getattr(story, name), name


def site(fields: str) -> str:
    return f"SITE = SiteFile(hosts=('daily.test',), {fields})"


def layout(fields: str) -> str:
    return site(f"layouts=(Layout({fields}),)")


WRONG = [  # site file → line, message; lines count from the import
    (site("layouts=(\n    Layout(tittle='h1'),)"), 3, "Layout has no field 'tittle'; did you mean title?"),
    ("SITE = SiteFile(hosts=('daily.test',)", 2, "this is no Python: '(' was never closed"),
    ("HOSTS = ('daily.test',)\nSITE = SiteFile(hosts=HOSTS)", 3, "hosts must be written out as text"),
    ("SITE = SiteFile(hosts=('https://daily.test/',))", 2, "'https://daily.test/' is no host; write"),
    ("SITE = SiteFile(layouts=())", 2, "hosts must be written out as text"),
    ("A = 1", None, "there is no SiteFile in it"),
]


@pytest.mark.parametrize(("source", "line", "message"), WRONG)
def test_a_wrong_file_is_found_without_running_it(
    tmp_path: Path, source: str, line: int | None, message: str
) -> None:
    write_site_file(tmp_path / "sites", "SITE = SiteFile(hosts=('other.test',))", name="other.py")
    path = write_site_file(tmp_path / "sites", source)
    found = find_site_files(SiteFileSettings(folder=str(tmp_path / "sites"), shipped=False))
    (problem,) = found.problems
    assert (problem.path, problem.line) == (str(path), line)
    assert message in problem.message
    assert [one.name for one in found.refs] == ["other.py"]  # the others are used


WRONG_WHEN_RUN = [
    (layout("\n    title='h1',\n    body='div[',\n"), 4, "the selector 'div[' of body cannot be used"),
    (layout("\n    date='//time[',\n"), 3, "the selector '//time[' of date cannot be used"),
    (layout("title='string(//h1)'"), 2, "the selector 'string(//h1)' of title"),
    (
        layout("title='//h1[f()]'"),
        None,
        "the selector '//h1[f()]' cannot be used: Unregistered function",
    ),
    (layout("until='31.5.2024'"), 2, "until = '31.5.2024' is no day"),
    (site("timezone='Berlin'"), 2, "'Berlin' is no time zone"),
    (site("language='deutsch!'"), 2, "'deutsch!' is no language"),
    (layout("title=3"), 2, "title must be a selector"),
    (site("layouts=(Layout(), Layout())"), 2, "two layouts have no until"),
    (site("layouts=Layout()"), 2, "layouts must be a tuple"),
    (site("") + "\nx = 1\nx / 0", 4, "ZeroDivisionError"),
    (site("").replace("SITE", "site"), None, "SITE is no SiteFile"),
]


@pytest.mark.parametrize(("source", "line", "message"), WRONG_WHEN_RUN)
def test_a_wrong_file_leaves_its_pages_to_the_general_reader(
    tmp_path: Path, source: str, line: int | None, message: str
) -> None:
    path = write_site_file(tmp_path / "sites", source)
    found = read_by(path, PAGE)
    general = read_by(None, PAGE)
    assert found.failure is not None
    assert found.failure[0].startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert message in found.failure[0]
    assert found.story is not None and general.story is not None
    assert (found.story.title, found.story.text) == (general.story.title, general.story.text)
