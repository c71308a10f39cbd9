"""`newsdesk capture` and `newsdesk sites`, typed in a folder with site files, against the local server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsdesk.command_line import newsdesk
from newsdesk.crawler.site_files.index import read_ref
from newsdesk.crawler.site_files.site_file import SiteFileRef
from tests.crawler.site_files.own_files import write_site_file
from tests.crawler.site_files.test_reading import PAGE, SITE
from tests.support.articles import PARAGRAPHS, article, json_ld
from tests.support.feeds import many, rss
from tests.support.web import Web, web_in_thread

TITLE = "Ferry timetable changes on Monday"
HTML = "text/html; charset=utf-8"


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.chdir(tmp_path)
    with web_in_thread() as served:
        config = f"[politeness]\ndelay_s = 0\nper_minute = 100000\n{served.config()}"
        (tmp_path / "newsdesk.toml").write_text(config)
        served.serve("/ferry", PAGE, type=HTML)
        yield served


def typed(*words: str) -> Result:
    return CliRunner().invoke(newsdesk, list(words), catch_exceptions=False)


def ended(code: int, *words: str) -> Result:
    result = typed(*words)
    assert result.exit_code == code, result.output
    return result


def as_json(code: int, *words: str) -> Any:
    return json.loads(ended(code, *words, "--json").stdout)


def test_a_capture_is_reviewed_and_tested(tmp_path: Path, web: Web) -> None:
    address = web.url("daily.test", "/ferry")
    dry = ended(0, "capture", address, "--dry-run")
    assert "would save" in dry.stdout and "read by the general rules" in dry.stdout
    assert not (tmp_path / "newsdesk-sites").exists()

    (saved,) = as_json(0, "capture", address)
    path = Path(saved["path"])
    assert saved["saved"] and path.parent == Path("newsdesk-sites/captures/daily.test")
    record = json.loads(Path(f"{path}.json").read_bytes())
    assert record["address"] == address
    assert record["reading"]["title"] != TITLE
    assert (tmp_path / "newsdesk-sites").stat().st_mode & 0o777 == 0o700
    again = ended(1, "capture", address)
    assert "is there already, captured today" in again.stderr

    assert "1 capture: 1 same, 0 changed" in ended(0, "sites", "test").stdout
    write_site_file(tmp_path / "newsdesk-sites", SITE)
    changed = ended(1, "sites", "test")
    assert "changed  daily.test/" in changed.stdout and "read by daily_test.py" in changed.stdout
    assert f"→ {TITLE}" in changed.stdout and "text: " in changed.stdout
    rows = as_json(1, "sites", "test", "daily.test")["captures"]
    assert rows[0]["changes"]["title"][1] == TITLE
    assert "accepted" in ended(0, "sites", "test", "--accept").stdout
    assert json.loads(Path(f"{path}.json").read_bytes())["reading"]["title"] == TITLE
    assert "1 same, 0 changed" in ended(0, "sites", "test").stdout
    assert len([request for request in web.log if request.path == "/ferry"]) == 3  # tests send no requests


def test_captures_of_other_folders_and_broken_ones(tmp_path: Path, web: Web) -> None:
    ended(0, "capture", web.url("daily.test", "/ferry"), "--to", "review")
    assert "there are no captures" in ended(2, "sites", "test").stderr
    assert "1 same" in ended(0, "sites", "test", "--captures", "review").stdout
    (json_file,) = (tmp_path / "review").rglob("*.json")
    json_file.write_text("{}")
    assert "is no capture" in ended(1, "sites", "test", "--captures", "review").stderr


def test_what_cannot_be_captured(web: Web) -> None:
    web.serve("/gone", b"", status=404)
    (row,) = as_json(1, "capture", web.url("daily.test", "/gone"))
    assert not row["saved"] and "404" in row["problem"]
    web.serve("/feed.xml", rss(*many(2)), type="application/rss+xml")
    (row,) = as_json(1, "capture", web.url("daily.test", "/feed.xml"))
    assert row["problem"] == "this is application/rss+xml, not a web page"
    assert "is not an address" in ended(2, "capture", "daily").stderr


def test_the_list_says_what_is_used_and_what_is_wrong(tmp_path: Path, web: Web) -> None:
    folder = tmp_path / "newsdesk-sites"
    write_site_file(folder, SITE)
    assert "yours" in ended(0, "sites").stdout
    bad = write_site_file(
        folder, "SITE = SiteFile(hosts=('b.test',), layouts=(Layout(title='h1['),))", name="b.py"
    )
    listed = ended(1, "sites", "list")
    name = bad.relative_to(tmp_path)
    assert listed.stderr.count(f"site file not used: {name}:2: the selector 'h1['") == 1
    found = as_json(1, "sites")
    (own,) = (row for row in found["files"] if row["own"])
    assert (own["hosts"], own["used"], own["layouts"]) == (["daily.test"], True, ["current"])
    assert found["problems"][0]["line"] == 2
    bad.unlink()
    assert "1 file of yours" in typed("doctor").stdout
    folder.chmod(0o777)
    assert "others may write to this folder" in typed("doctor").stdout
    assert "chmod go-w" in ended(1, "sites").stderr


def story(number: int) -> bytes:
    """A page of which the general rules take the wrong byline."""
    names = ("Cem Aksoy", "Ann Hill", "Bo Lind")
    return article(
        f"The ferry is late for the {number + 2}th time",
        *(f"{text} It was day {number}." for text in PARAGRAPHS),
        head=json_ld(
            headline=f"The ferry is late for the {number + 2}th time",
            datePublished=f"2026-11-2{number}T07:36:00+01:00",
            author={"@type": "Person", "name": "Otto Webmaster"},
        ),
        above=f'<div class="kopf"><span class="who">{names[number]}</span> <time datetime="2026-11-2{number}">'
        f"2{number} November 2026</time></div><p class='by'>Otto Webmaster</p>",
    )


def test_a_new_file_is_proposed_from_a_few_pages(tmp_path: Path, web: Web) -> None:
    for number in range(3):
        web.serve(f"/{number}", story(number), type=HTML)
    addresses = [web.url("paper.test", f"/{number}") for number in range(3)]
    path = tmp_path / "newsdesk-sites" / "paper_test.py"
    dry = ended(0, "sites", "new", "paper.test", *addresses, "--byline", "Cem Aksoy", "--dry-run")
    assert "would write" in dry.stdout and not path.exists()
    found = as_json(0, "sites", "new", "www.paper.test", *addresses, "--byline", "Cem Aksoy")
    fields = {row["field"]: row for row in found["fields"]}
    assert fields["byline"]["selector"] == ".who"
    assert fields["byline"]["values"] == ["Cem Aksoy", "Ann Hill", "Bo Lind"]
    assert (fields["title"]["selector"], fields["title"]["right"]) == ("h1", 3)
    assert fields["date"]["selector"] == "time"
    assert fields["body"]["selector"] == "main > p"
    assert isinstance(read_ref(path, path.read_bytes(), own=True), SiteFileRef)
    assert path.stat().st_mode & 0o777 == 0o600
    (saved,) = as_json(0, "capture", addresses[1])
    assert saved["reading"]["site_file"] == "paper_test.py"
    assert [one["name"] for one in saved["reading"]["authors"]] == ["Ann Hill"]
    assert "is there already" in ended(2, "sites", "new", "paper.test", addresses[0]).stderr


def test_pages_of_another_host_are_refused(web: Web) -> None:
    refused = ended(2, "sites", "new", "other.test", web.url("paper.test", "/1"))
    assert "is not on other.test; name the host of the pages: paper.test" in refused.stderr
    refused = ended(2, "sites", "new", "paper.test", web.url("paper.test", "/1"), "--date", "24.11.")
    assert "write it like 2026-11-24" in refused.stderr


def test_a_published_value_in_a_comment_is_never_code(tmp_path: Path, web: Web) -> None:
    title = 'One"""\nimport os; os.remove("newsdesk.toml")\u2028# "'
    web.serve("/0", article(title, above="<time datetime='2026-11-24'>24 November 2026</time>"), type=HTML)
    ended(0, "sites", "new", "paper.test", web.url("paper.test", "/0"))
    path = tmp_path / "newsdesk-sites" / "paper_test.py"
    assert isinstance(read_ref(path, path.read_bytes(), own=True), SiteFileRef)
    assert not [line for line in path.read_text().splitlines() if line.startswith("import")]
    ended(0, "sites")
    assert (tmp_path / "newsdesk.toml").exists()
