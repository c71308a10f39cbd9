"""The demo's newsroom: what its feeds say to feedparser, strict lxml and json, and how it is served."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations

import feedparser
import pytest
from click.testing import CliRunner
from lxml import etree, html

from newsdesk.commands import demo
from newsdesk.demo.formats import feed_of
from newsdesk.demo.live import live_number, live_pieces
from newsdesk.demo.newsroom import Piece, Site, load_sites
from newsdesk.demo.serve import Newsroom, newsroom_in_thread

OPENED = datetime(2031, 3, 9, 14, 30, 20, tzinfo=UTC)
SITES = {site.host: site for site in load_sites(OPENED)}
OPEN = [site for site in SITES.values() if site.state == "open" and site.feed]
WITHOUT_FEED = [site for site in SITES.values() if site.feed is None]
BASE = "http://x.test:1"
WIRE = "Joren Haveland"

# host, format, language, stories
TABLE = [
    ("al-manara.test", "rss", "ar", 9),
    ("gaviota-del-sur.test", "rss-plain", "es", 10),
    ("harbour-gazette.test", "rss", "en-GB", 13),
    ("nordlicht-kurier.test", "atom", "de", 10),
    ("sextant-weekly.test", "json", "en", 10),
    ("shiosai-shimbun.test", "rdf", "ja", 10),
]


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with newsroom_in_thread(opened_at=OPENED) as room:
        yield room


def ask(
    room: Newsroom, host: str, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", room.port, timeout=5)
    connection.request(method, path, headers={"Host": f"{host}:{room.port}", **(headers or {})})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def entries_of(site: Site, document: bytes) -> list[tuple[str, datetime, str, str]]:
    """(title, published, byline, link) of each entry: by feedparser, JSON by json."""
    if site.format == "json":
        return [
            (
                item["title"],
                datetime.fromisoformat(item["date_published"]),
                site.joined(tuple(author["name"] for author in item.get("authors", ()))),
                item["url"],
            )
            for item in json.loads(document)["items"]
        ]
    feed = feedparser.parse(document)
    assert not feed.bozo
    rows = []
    for entry in feed.entries:
        printed = entry.get("published_parsed") or entry.updated_parsed
        names = site.joined(tuple(author["name"] for author in entry.get("authors", ()) if author))
        rows.append((entry.title, datetime(*printed[:6], tzinfo=UTC), names, entry.link))
    return rows


def three_words(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return set(zip(words, words[1:], words[2:], strict=False))


def test_the_table_of_sites() -> None:
    assert sorted((s.host, s.format, s.language, len(s.pieces)) for s in OPEN) == TABLE
    assert sorted(s.state for s in SITES.values() if s.feed and s not in OPEN) == [
        "broken",
        "challenged",
        "gone",
    ]
    assert [(s.host, s.sitemap, len(s.pieces)) for s in WITHOUT_FEED] == [
        ("gazzetta-del-molo.test", "/news-sitemap.xml", 4),
        ("tidewater-bulletin.test", None, 5),
    ]
    assert 60 <= sum(len(site.pieces) for site in OPEN) <= 65
    assert {site.format for site in OPEN} == {"rss", "rss-plain", "atom", "rdf", "json"}


def test_titles_and_addresses_differ_everywhere() -> None:
    pieces = [(site, piece) for site in OPEN for piece in site.pieces]
    assert len({piece.title for _, piece in pieces}) == len(pieces)
    assert len({(site.host, piece.path) for site, piece in pieces}) == len(pieces)


def test_dates_are_fresh_and_the_same_for_the_same_opening() -> None:
    ages = [OPENED - piece.published for site in OPEN for piece in site.pieces]
    assert timedelta(minutes=2) < min(ages) < timedelta(minutes=10)
    assert timedelta(days=8) < max(ages) < timedelta(days=11)
    assert len({piece.published.utcoffset() for site in OPEN for piece in site.pieces}) >= 6
    assert load_sites(OPENED) == load_sites(OPENED)


def test_bylines_of_every_kind() -> None:
    bylines = [(site, piece.authors) for site in OPEN for piece in site.pieces]
    assert {len(names) for _, names in bylines} >= {1, 2, 3}
    assert all(set(site.desks) & {n for s, names in bylines if s is site for n in names} for site in OPEN)


@pytest.mark.parametrize("site", OPEN, ids=lambda site: site.host)
def test_a_feed_has_the_stories_of_its_site(site: Site) -> None:
    to_the_minute = site.format == "rdf"
    expected = [
        (
            piece.title,
            piece.published.astimezone(UTC).replace(second=0 if to_the_minute else piece.published.second),
            site.joined(piece.authors),
            BASE + piece.path,
        )
        for piece in site.pieces
    ]
    assert entries_of(site, feed_of(site, site.pieces, BASE)) == expected


@pytest.mark.parametrize("site", OPEN, ids=lambda site: site.host)
def test_a_feed_is_well_formed(site: Site) -> None:
    document = feed_of(site, site.pieces, BASE)
    if site.format == "json":
        assert json.loads(document)["version"] == "https://jsonfeed.org/version/1.1"
    else:
        etree.fromstring(document, etree.XMLParser(recover=False, resolve_entities=False))


@pytest.mark.parametrize(
    ("host", "script"),
    [
        ("al-manara.test", r"[\u0600-\u06ff]"),
        ("shiosai-shimbun.test", r"[\u3040-\u30ff\u4e00-\u9fff]"),
        ("gaviota-del-sur.test", r"[ñáéíóú¿]"),
        ("nordlicht-kurier.test", r"[äöüß„]"),
    ],
)
def test_scripts(host: str, script: str) -> None:
    text = " ".join(p.title + " ".join(p.paragraphs) for p in SITES[host].pieces)
    assert len(re.findall(script, text)) > 40
    if host == "shiosai-shimbun.test":
        assert not any(" " in paragraph for p in SITES[host].pieces for paragraph in p.paragraphs)
    assert SITES[host].right_to_left == (host == "al-manara.test")


def test_three_sites_carry_the_wire_story() -> None:
    carriers = [p for site in OPEN for p in site.pieces if WIRE in " ".join(p.paragraphs)]
    assert len(carriers) == 3
    for one, other in combinations(carriers, 2):
        a, b = (three_words(" ".join(p.paragraphs)) for p in (one, other))
        assert 0.85 < len(a & b) / len(a | b) < 1
        assert one.title != other.title
    assert {piece.language for piece in carriers} == {"en", "en-GB"}


@pytest.mark.parametrize("site", [s for s in SITES.values() if s.feed], ids=lambda site: site.host)
def test_feeds_as_served(room: Newsroom, site: Site) -> None:
    status, headers, body = ask(room, site.host, site.feed)
    assert status == (410 if site.state == "gone" else 200)
    assert f"{room.base(site)}{site.feed}" in room.feeds
    if site.state != "open":
        assert body.startswith(b"<!DOCTYPE html>") and "ETag" not in headers
        return
    assert len(entries_of(site, body)) == len(site.pieces)
    if site.corrections:
        return
    for validator in (
        {"If-None-Match": headers["ETag"]},
        {"If-None-Match": f'"other", {headers["ETag"].removeprefix("W/")}'},
        {"If-Modified-Since": headers["Last-Modified"]},
        {"If-None-Match": headers["ETag"], "If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):
        status, again, rest = ask(room, site.host, site.feed, validator)
        assert (status, rest, again["ETag"]) == (304, b"", headers["ETag"])
    for stale in (
        {"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]},
        {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):
        assert ask(room, site.host, site.feed, stale)[0] == 200


def test_the_correction_comes_with_the_second_serving() -> None:
    (site,) = (site for site in OPEN if site.corrections)
    (corrected,) = site.corrections
    with newsroom_in_thread(opened_at=OPENED) as room:
        _, first, early = ask(room, site.host, site.feed)
        status, second, late = ask(room, site.host, site.feed, {"If-None-Match": first["ETag"]})
        assert status == 200 and first["ETag"] != second["ETag"]
        assert first["Last-Modified"] != second["Last-Modified"]
        assert ask(room, site.host, site.feed, {"If-None-Match": second["ETag"]})[0] == 304
        page = ask(room, site.host, corrected.path)[2].decode()
    before, after = ({row[3]: row[0] for row in entries_of(site, document)} for document in (early, late))
    differing_fields = [link for link in before if before[link] != after[link]]
    assert [link.endswith(corrected.path) for link in differing_fields] == [True]
    assert "3.7 million" in page and "3.1 million" not in page and b"3.1 million" not in late


def test_without_a_count_the_correction_waits_for_a_reader_who_comes_back() -> None:
    (site,) = (site for site in OPEN if site.corrections)
    with newsroom_in_thread(opened_at=OPENED, correct_after=None) as room:
        tags = [ask(room, site.host, site.feed)[1]["ETag"] for _ in range(3)]
        assert len(set(tags)) == 1
        since = ask(room, site.host, site.feed, method="HEAD")[1]["Last-Modified"]
        status, headers, _ = ask(room, site.host, site.feed, {"If-Modified-Since": since})
        assert status == 200 and headers["ETag"] != tags[0]


def test_gzip_is_the_same_document_under_the_same_tag(room: Newsroom) -> None:
    site = SITES["nordlicht-kurier.test"]
    _, plain, body = ask(room, site.host, site.feed)
    _, packed, short = ask(room, site.host, site.feed, {"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip" and packed["ETag"] == plain["ETag"]
    assert gzip.decompress(short) == body and len(short) < len(body) / 2


@pytest.mark.parametrize("site", OPEN, ids=lambda site: site.host)
def test_pages(room: Newsroom, site: Site) -> None:
    front = html.fromstring(ask(room, site.host, "/")[2])
    assert front.xpath("//link[@rel='alternate']/@href") == [room.base(site) + site.feed]
    assert front.xpath("//li/a/@href") == [piece.path for piece in site.pieces]
    for piece in site.pieces:
        status, _, body = ask(room, site.host, piece.path)
        page = html.fromstring(body)
        assert status == 200 and page.xpath("string(//h1)") == piece.title
        assert page.xpath("//article/p[not(@class)]/text()") == list(piece.paragraphs)
        assert page.xpath("string(//time/@datetime)") == piece.published.isoformat()
        (json_ld,) = page.xpath("//script[@type='application/ld+json']/text()")
        assert json.loads(json_ld)["headline"] == piece.title
        assert tuple(author["name"] for author in json.loads(json_ld)["author"]) == piece.authors
    assert page.get("dir") == ("rtl" if site.right_to_left else "ltr")
    assert ask(room, site.host, "/nowhere")[0] == 404


def test_pages_of_a_site_without_a_feed(room: Newsroom) -> None:
    """A menu, a card for each story on the front page and in its sections; a script in place of the stories where a
    sitemap names them."""
    molo, tidewater = WITHOUT_FEED
    assert b"<a " not in ask(room, molo.host, "/")[2]
    assert f"Sitemap: {room.base(molo)}/news-sitemap.xml".encode() in ask(room, molo.host, "/robots.txt")[2]
    sitemap = ask(room, molo.host, "/news-sitemap.xml")[2].decode()
    assert all(f"{room.base(molo)}{piece.path}" in sitemap for piece in molo.pieces)
    front = html.fromstring(ask(room, tidewater.host, "/")[2])
    assert not front.xpath("//link[@rel='alternate']")
    assert front.xpath("//article/h2/a/@href") == [piece.path for piece in tidewater.pieces]
    menu = front.xpath("//nav/a/@href")
    assert menu[0] == "/" and menu[-1] == "/about" and len(menu) == 2 + len(tidewater.sections)
    for path in menu:
        assert ask(room, tidewater.host, path)[0] == 200
    assert ask(room, tidewater.host, tidewater.pieces[0].path)[0] == 200


def test_robots_and_unknown_hosts(room: Newsroom) -> None:
    assert ask(room, "al-manara.test", "/robots.txt")[2].startswith(b"User-agent: *")
    status, _, body = ask(room, "localhost", "/")
    assert status == 200 and all(address.encode() in body for address in (*room.feeds, *room.bare_names))
    assert ask(room, "localhost", "/feed.xml")[0] == 404


def test_the_live_desk_never_repeats_a_title_or_an_address() -> None:
    site = next(site for site in OPEN if site.live)
    pieces = live_pieces(site, OPENED, 1, 7_000, 7_000)
    assert len({piece.title for piece in pieces}) == len({piece.path for piece in pieces}) == 7_000
    for one, other in combinations(pieces[:60], 2):
        a, b = (three_words(" ".join(p.paragraphs)) for p in (one, other))
        assert len(a & b) / len(a | b) < 0.8
    assert pieces[0].published - pieces[-1].published == timedelta(seconds=6_999)
    assert live_number(pieces[0].path) == 6_999 and live_number("/notices/x") is None


async def test_the_live_desk_publishes_while_the_room_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    site = next(site for site in OPEN if site.live)
    async with Newsroom(opened_at=OPENED, every_s=5) as room:
        now = room._started_s
        counts = []
        for later in (4, 11, 5000):
            monkeypatch.setattr("newsdesk.demo.serve.time.monotonic", lambda at=now + later: at)
            counts.append(len(room._pieces(site, corrected=False)))
        assert counts == [13, 15, 100]
        old: Piece | None = room._live_piece("/notices/notice-1", site)
        assert old is not None and room._live_piece("/notices/notice-1001", site) is None
        monkeypatch.undo()


def test_settings_and_the_command_that_writes_them(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed: list[tuple[str, ...]] = []
    monkeypatch.setattr(demo, "_type", lambda folder, *words, may_end=(0,): typed.append(words) or 1)
    folder = tmp_path / "room"
    first = CliRunner().invoke(demo.command, ["--folder", str(folder), "--port", "0"])
    assert first.exit_code == 0, first.output
    assert [words[0] for words in typed] == ["add", "add", "add", "crawl", "crawl", "stories"]
    assert len(typed[0]) == 9 and "on purpose" in first.output
    settings = tomllib.loads((folder / "newsdesk.toml").read_text("utf-8"))
    port = typed[0][1].split(":")[2].split("/")[0]
    assert settings == {
        "db": "newsdesk.db",
        "network": {"allow": [f"127.0.0.1:{port}"], "resolve": ["*.test=127.0.0.1"]},
        "politeness": {"delay_s": 0, "per_minute": 100_000},
    }
    (folder / "newsdesk.toml").write_text("db = 'mine.db'\n")
    second = CliRunner().invoke(demo.command, ["--folder", str(folder), "--port", "0"])
    assert second.exit_code == 1 and "use another --folder" in second.output
    assert (folder / "newsdesk.toml").read_text() == "db = 'mine.db'\n"


def test_a_port_in_use_is_reported(room: Newsroom, tmp_path) -> None:
    ended = CliRunner().invoke(demo.command, ["--folder", str(tmp_path), "--port", str(room.port)])
    assert ended.exit_code == 1 and "--port 0" in ended.output
