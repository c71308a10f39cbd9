"""`newsdesk audit` as it is typed: a site with known gaps gives the exact numbers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from newsdesk.storage.db.database import reading
from newsdesk.storage.queries.nearest import nearest_story, title_similarity
from tests.support.feeds import Item, rss
from tests.support.shell import Shell
from tests.support.web import Web, web_in_thread

HTML = "text/html; charset=utf-8"
TOPICS = (
    "ferry",
    "harbour",
    "school",
    "council",
    "library",
    "bridge",
    "market",
    "museum",
    "orchard",
    "tramway",
)
TITLES = [
    f"The {topic} of ward {number} gets a new roof before winter" for number in range(3) for topic in TOPICS
]


def address(web: Web, number: int) -> str:
    return web.url("daily.test", f"/news/{number}")


def item(web: Web, number: int, at: datetime) -> Item:
    return Item(
        title=TITLES[number],
        link=address(web, number),
        guid=f"g{number}",
        text=f"<p>What the {TITLES[number]} means for those who live there.</p>",
        date=format_datetime(at),
    )


def sitemap(*rows: tuple[str, str, datetime]) -> bytes:
    urls = "".join(
        f"<url><loc>{escape(url)}</loc><news:news><news:publication><news:name>The Daily</news:name>"
        f"<news:language>en</news:language></news:publication><news:title>{escape(title)}</news:title>"
        f"<news:publication_date>{at.isoformat()}</news:publication_date></news:news></url>"
        for url, title, at in rows
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    ).encode()


def publish(web: Web, now: datetime) -> None:
    """A feed of 20 stories, all of the last day; a sitemap of 18 of them, with 4 more that the feed never had, a copy
    of one under another address, and 2 of last week; a home page that links 10 of the 20."""
    stories = range(20)
    at = {number: now - timedelta(hours=1 + number) for number in range(30)}
    feed = rss(*(item(web, number, at[number]) for number in stories))
    web.serve("/feed.xml", feed.replace(b"http://daily.test/<", f"{web.url('daily.test')}<".encode()))
    listed = [(address(web, number), TITLES[number], at[number]) for number in range(2, 24)]
    listed.append((web.url("daily.test", "/news/copy-of-7"), TITLES[7], now - timedelta(hours=1)))
    listed += [(address(web, number), TITLES[number], now - timedelta(days=7)) for number in (24, 25)]
    web.serve("/sitemap-news.xml", sitemap(*listed), type="application/xml")
    web.serve(
        "/robots.txt",
        f"User-agent: *\nSitemap: {web.url('daily.test', '/sitemap-news.xml')}\n",
        type="text/plain",
    )
    links = "".join(
        f'<li><h3><a href="/news/{number}">{TITLES[number]}</a></h3></li>' for number in range(10)
    )
    head = "<!doctype html><html><head><title>The Daily</title></head>"
    page = f"{head}<body><main><ul>{links}</ul></main></body></html>"
    web.serve("/", page.encode(), type=HTML, host="daily.test")


def test_a_site_with_known_gaps_gives_the_exact_numbers(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        publish(web, now)
        shell.run("add", "--force", web.url("daily.test", "/feed.xml"))
        shell.run("crawl")
        before = shell.rows("SELECT count(*) FROM story") + shell.rows("SELECT count(*) FROM visit")
        found = json.loads(shell.run("audit", "1", "--json", code=1))
        assert shell.rows("SELECT count(*) FROM story") + shell.rows("SELECT count(*) FROM visit") == before
        by_address = {one["address"].rpartition("/")[2]: one for one in found["references"]}
        news = by_address["sitemap-news.xml"]
        assert (news["ok"], news["listed"], news["held"], news["lacks"]) == (True, 23, 18, 2)
        assert round(news["recall"], 4) == round(18 / 23, 4)
        home = by_address[""]
        assert (home["ok"], home["held"], home["listed"]) == (True, home["listed"], home["listed"])
        missing = {one["url"].rpartition("/")[2]: one["code"] for one in found["stories"]}
        assert missing == {
            "20": "too-old",
            "21": "too-old",
            "22": "too-old",
            "23": "too-old",
            "copy-of-7": "duplicate",
        }
        output = shell.run("audit", "1", code=1)
        assert (
            "    23    18   78.3%      2  http://daily.test" in output.replace("%  ", "%  ")
            or "78.3%" in output
        )
        assert "most likely a duplicate of story" in output and "too old: published before" in output
        rows = shell.run("audit", "1", "--csv", code=1).splitlines()
        assert rows[0].startswith("result,code,reason,url") and len(rows) == 6
        assert len(shell.run("audit", "1", "--csv", "--all", code=1).splitlines()) >= 24
        one_day = json.loads(shell.run("audit", "1", "--days", "9", "--json", code=1))
        assert {one["url"].rpartition("/")[2] for one in one_day["stories"]} >= {"24", "25"}


def test_nothing_missing_and_nothing_to_compare_with(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        publish(web, now)
        shell.run("add", "--force", web.url("daily.test", "/feed.xml"))
        shell.run("crawl")
        web.serve(
            "/all.xml",
            sitemap(*[(address(web, n), TITLES[n], now) for n in range(5)]),
            type="application/xml",
        )
        output = shell.run("audit", "1", "--with", web.url("daily.test", "/all.xml"))
        assert "nothing is missing" in output and "100.0%" in output
        output = shell.run("audit", "1", "--with", web.url("daily.test", "/gone.xml"), code=2)
        assert "nothing to compare with" in output and "404" in output and "--with" in output
        assert "give a SOURCE, or --against FILE" in shell.run("audit", code=2)
        assert "not both" in shell.run("audit", "1", "--against", "x", code=2)


def test_a_list_of_addresses_and_titles(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        publish(web, now)
        shell.run("add", "--force", web.url("daily.test", "/feed.xml"))
        shell.run("crawl")
        (tmp_path / "list.txt").write_text(
            f"{address(web, 3)}?utm_source=x\n{TITLES[4].upper()}\nThe ferry of ward 0 gets an old roof after winter\n"
            f"{web.url('elsewhere.test', '/1')}\nNothing like this was ever written about anybody\n"
        )
        found = json.loads(shell.run("audit", "--against", "list.txt", "--all", "--json", code=1))
        assert (found["lines"], found["found"], found["found_by_title"], found["missing"]) == (5, 2, 1, 3)
        rows = {one["line"]: one for one in found["list"]}
        titles = dict(shell.rows("SELECT id, title FROM story"))
        assert titles[rows[1]["story"]] == TITLES[3] and rows[1]["by"] == "address"
        assert titles[rows[2]["story"]] == TITLES[4] and rows[2]["by"] == "title"
        assert rows[3]["result"] == "missing" and rows[3]["nearest_title"] == TITLES[0]
        assert rows[3]["similarity"] == 0.73
        assert (rows[4]["nearest"], rows[5]["nearest"]) == (None, None)
        output = shell.run("audit", "--against", "list.txt", code=1)
        assert output.startswith("5 lines: 2 found (40.0%), 1 of them by title; 3 missing")
        assert "(73%): The ferry of ward 0" in output
        (tmp_path / "held.csv").write_text(f"title,url\n{TITLES[1]},\n,{address(web, 2)}\n")
        assert "2 lines: 2 found (100.0%)" in shell.run("audit", "--against", "held.csv")
        assert shell.run("audit", "--against", "list.txt", "--csv", code=1).count("\n") == 4
        assert "cannot read" in shell.run("audit", "--against", "none.txt", code=2)
        (tmp_path / "empty.txt").write_text("\n")
        assert "no address and no title" in shell.run("audit", "--against", "empty.txt", code=2)


NEAREST: list[tuple[str, float | None]] = [
    ("Night ferry to Gull Island returns after eleven years", 1.0),
    ("NIGHT FERRY to Gull Island returns after eleven years!", 1.0),
    ("Night ferry to Gull Island is back after eleven years", 0.84),
    ("終電で売り切れる駅弁、青浜駅に夜だけの小さな店", 1.0),
    ("終電で売り切れる駅弁、青浜駅の小さな店", 0.8),
    ("سوق الزيتونة يفتح ليلاً للمرة الأولى منذ أربعين عاماً", 1.0),
    ("A sentence about none of these", None),
    ("", None),
    ('"', None),
    ("ferry AND OR NOT (", None),
]


def test_the_nearest_title(tmp_path: Path) -> None:
    held = [NEAREST[0][0], NEAREST[3][0], NEAREST[5][0]]
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        items = [Item(title=one, link=address(web, number)) for number, one in enumerate(held)]
        web.serve("/feed.xml", rss(*items))
        shell.run("add", "--force", web.url("daily.test", "/feed.xml"))
        shell.run("crawl")
    with reading(shell.db) as db:
        for title, least in NEAREST:
            found = nearest_story(db, title)
            if least is None:
                assert found is None, title
            else:
                assert found is not None and round(found.similarity, 2) >= least, title
                assert found.similarity == title_similarity(title, found.title)
