"""Lists of sources: what other programs, hostile and careless hands write; there and back again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsdesk.crawler.feeds.opml import NEWSDESK_NAMESPACE, NotAListError, read_sources
from newsdesk.crawler.http.target import host_of
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.scheduler.cadence.first_visits import spread
from newsdesk.scheduler.cadence.next_visit import changed_visit
from newsdesk.sources.import_list import check_sources
from newsdesk.sources.opml import to_list, to_opml
from newsdesk.sources.values import one_line
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.schema import migrations
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.sources.spiders import SpiderCall, spider_json
from newsdesk.storage.records.visits import SOURCE_KINDS, SourceKind
from newsdesk.storage.sources.sources import NewSource, add_source, list_sources
from newsdesk.storage.sources.subscriptions import SETTINGS, exported_sources
from tests.newsdesk.commands.test_commands import Runner, harmless
from tests.support.feeds import many, rss
from tests.support.paths import ROOT
from tests.support.shell import PATIENCE_S
from tests.support.web import Web, web_in_thread

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        yield web


@pytest.fixture
def runner(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(tmp_path, web, monkeypatch)


def opml(body: str, *, head: str = "", root: str = 'version="2.0"') -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<opml {root}><head>{head}</head><body>{body}</body></opml>'
    )


# What other programs write: written by hand in their shapes. (address, name, tags) of each source.

SHAPES: list[tuple[str, str, list[tuple[str, str | None, tuple[str, ...]]]]] = [
    (
        "feedly: the same feed in two folders",
        opml(
            """
        <outline text="Tech" title="Tech">
            <outline type="rss" text="The Daily" title="The Daily" xmlUrl="https://daily.test/feed" htmlUrl="https://daily.test"/>
        </outline>
        <outline text="Must reads" title="Must reads">
            <outline type="rss" text="The Daily" title="The Daily" xmlUrl="https://daily.test/feed" htmlUrl="https://daily.test"/>
        </outline>""",
            head="<title>Anna subscriptions in feedly Cloud</title>",
            root='version="1.0"',
        ),
        [("https://daily.test/feed", "The Daily", ("Tech", "Must reads"))],
    ),
    (
        "freshrss: own namespace, own options, a page read by XPath",
        opml(
            """
    <outline text="Presse">
      <outline text="Der Bote" type="rss" xmlUrl="https://bote.test/rss?a=1&amp;b=2" htmlUrl="https://bote.test/"
        description="Nachrichten" frss:cssFullContent="div.article" frss:priority="main"/>
    </outline>""",
            root='xmlns:frss="https://freshrss.org/opml" version="2.0"',
        ),
        [("https://bote.test/rss?a=1&b=2", "Der Bote", ("Presse",))],
    ),
    (
        "miniflux: title before text",
        opml(
            '<outline text="All"><outline title="Le Fil" text="Le Fil" xmlUrl="http://fil.test/atom.xml"'
            ' htmlUrl="http://fil.test" type="rss" description=""></outline></outline>'
        ),
        [("http://fil.test/atom.xml", "Le Fil", ("All",))],
    ),
    (
        "netnewswire: folders in folders, a version",
        opml(
            """<outline text="News" title="News"><outline text="Local" title="Local">
            <outline text="Gazette" title="Gazette" description="" type="rss" version="RSS"
              htmlUrl="https://gazette.test/" xmlUrl="https://gazette.test/feed.json"/></outline>
            <outline text="After" type="rss" xmlUrl="https://after.test/"/></outline>"""
        ),
        [
            ("https://gazette.test/feed.json", "Gazette", ("News", "Local")),
            ("https://after.test/", "After", ("News",)),
        ],
    ),
    (
        "opml 2.0: categories between commas and slashes, no name",
        opml(
            '<outline text="" type="rss" xmlUrl="https://x.test/f" category="/Boston/Weather, sea ,/Boston"/>'
        ),
        [("https://x.test/f", None, ("Boston", "Weather", "sea"))],
    ),
    (
        "old hands: attributes in capitals, feed: addresses, no type, a name that is the address",
        opml(
            '<outline TEXT="feed://old.test/x" XMLURL="feed://old.test/x"/><OUTLINE text="B" xmlurl="b.test/rss"/>'
        ),
        [("http://old.test/x", None, ()), ("https://b.test/rss", "B", ())],
    ),
    (
        "by hand: bare ampersands, HTML's entities, a prefix that nobody declared, a DOCTYPE",
        '<!DOCTYPE opml>\n<opml version="1.1"><body><outline text="Caf&eacute; & Bar" foo:bar="1"'
        ' type="rss" xmlUrl="https://cafe.test/f?a=1&b=2"/></body></opml>',
        [("https://cafe.test/f?a=1&b=2", "Café & Bar", ())],
    ),
    (
        "links and includes and empty folders are no sources",
        opml(
            '<outline text="L" type="link" url="https://l.test/"/><outline text="Empty"/>'
            '<outline text="I" type="include" url="https://i.test/list.opml"/>'
            '<outline text="S" type="rss" xmlUrl="https://s.test/"/>'
        ),
        [("https://s.test/", "S", ())],
    ),
    (
        "plain: names after a tab or a space, comments, blank lines, line ends of three systems",
        "\ufeff# my feeds\r\n\r\nhttps://a.test/feed\tThe A  Team\rhttps://b.test/f#top # why\n"
        "c.test\n  https://d.test/  Ünïcode Näme \n#https://e.test/\nhttps://a.test/feed\tAgain\n",
        [
            ("https://a.test/feed", "The A Team", ()),
            ("https://b.test/f", None, ()),
            ("https://c.test/", None, ()),
            ("https://d.test/", "Ünïcode Näme", ()),
        ],
    ),
]


@pytest.mark.parametrize(("text", "wanted"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES])
def test_shapes_of_other_programs(text: str, wanted: list[Any]) -> None:
    checked = check_sources(read_sources(text))
    assert checked.bad == ()
    assert [(one.new.address, one.new.name, one.new.tags) for one in checked.sources] == wanted


BAD: list[tuple[str, int, str]] = [
    (opml('\n<outline type="rss" text="x"/>'), 3, "the address is empty"),
    (opml('\n\n<outline type="rss" xmlUrl="ftp://x.test/f"/>'), 4, "is not an address"),
    (opml('<outline type="rss" xmlUrl="javascript:alert(1)"/>'), 2, "is not an address"),
    (opml('<outline type="rss" xmlUrl="file:///etc/passwd"/>'), 2, "is not an address"),
    (opml('<outline type="HTML+XPath" xmlUrl="https://x.test/"/>'), 2, "not a feed but a page"),
    (opml('<outline text="T" xmlUrl="https://me:secret@x.test/"/>'), 2, "user name or password"),
    (opml(f'<outline text="{"n" * 1001}" xmlUrl="https://x.test/"/>'), 2, "1001 characters"),
    ("https://good.test/\nhello world\n", 2, "is not an address"),
    (opml(f'<outline xmlUrl="x.test" category="{",".join(map(str, range(101)))}"/>'), 2, "100 tags"),
    ("http://0x7f.1/feed\n", 1, "unusual spelling"),
    ("https://x.test:99999/\n", 1, "is not an address"),
    ("https://[::1/\n", 1, "is not an address"),
    (f"https://x.test/{'a' * 9000}\n", 1, "is not an address"),
]
OWN_BAD = [
    ('newsdesk:language="klingon"', "not a language tag"),
    ('newsdesk:country="XX"', "two letters"),
    ('newsdesk:timezone="Europe/Berln"', "did you mean Europe/Berlin?"),
    ('newsdesk:every="often"', "30m, 2h or 1d"),
    ('newsdesk:cron="* *"', "five fields"),
    ('newsdesk:every="60s" newsdesk:cron="* * * * *"', "keep one of them"),
    ('newsdesk:fullText="perhaps"', "true or false"),
    ('newsdesk:state="asleep"', "active, paused, retired"),
]
BAD += [
    (opml(f'<outline xmlUrl="https://x.test/" {output}/>', root='xmlns:newsdesk="urn:newsdesk:opml"'), 2, why)
    for output, why in OWN_BAD
]


@pytest.mark.parametrize(("text", "line", "why"), BAD, ids=[row[2] for row in BAD])
def test_a_bad_line_is_reported_with_its_reason(text: str, line: int, why: str) -> None:
    checked = check_sources(read_sources(text))
    [bad] = checked.bad
    assert bad.line == line and why in bad.why
    assert "secret" not in bad.text


REFUSED = [
    ("<html><body>no</body></html>", "a web page"),
    ('<rss version="2.0"><channel/></rss>', "a feed"),
    ("<opml><body><outline></body>", "not well-formed XML"),
    ("<opml>" + "<outline>" * 1000 + "</outline>" * 1000 + "</opml>", "not well-formed XML"),
    ('<!DOCTYPE o [<!ENTITY a "https://x.test/">]><opml><outline xmlUrl="&a;"/></opml>', "entities"),
    (
        '<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><outline xmlUrl="&a;"/></opml>',
        "entities",
    ),
    (
        '<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><opml>&b;</opml>',
        "entities",
    ),
]


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[row[1] + str(len(row[0])) for row in REFUSED])
def test_a_document_that_is_not_a_list_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotAListError, match=why):
        read_sources(text)


class CountingElement(etree.ElementBase):
    """An element of which each look-up of a value is counted: lxml walks along all attributes for each."""

    looked_up = 0

    @property
    def attrib(self) -> Any:
        return super().attrib.keys()  # reading values all at once is a look-up for each

    def get(self, *arguments: Any) -> Any:
        CountingElement.looked_up += 1
        return super().get(*arguments)


def test_many_attributes_of_one_element_cost_no_more_look_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = etree.XMLParser()
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=CountingElement))
    monkeypatch.setattr("newsdesk.crawler.feeds.opml.parse_strictly", lambda text: etree.XML(text, parser))
    own = " ".join(f'n:a{n}=""' for n in range(5_000))
    others = " ".join(f'a{n}=""' for n in range(5_000))
    [source] = read_sources(
        f"<opml>"
        f'<outline xmlns:n="{NEWSDESK_NAMESPACE}" {own} {others} XMLURL="http://a.test/" n:every="5m" text="A"/></opml>'
    )
    assert (source.address, source.name, source.own) == ("http://a.test/", "A", {"every": "5m"})
    assert CountingElement.looked_up < 50


def test_a_list_without_end_ends() -> None:
    checked = check_sources(read_sources("x\n" * 300_000))
    assert len(checked.bad) == 200_001 and "split it" in checked.bad[-1].why
    with pytest.raises(NotAListError, match="split it"):
        read_sources("<opml>" + "<outline/>" * 1_000_001 + "</opml>")


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    for output in (text, f"<opml><body>{text}</body></opml>", f'<opml><outline xmlUrl="{text}"/></opml>'):
        with suppress(NotAListError):
            check_sources(read_sources(output))


# There and back again

EVIL = "\x1b[31m<b>&amp; \"q\" 'a' ]]> </outline>\x00 \u202e \ud83d\ude00 \U0001f600 \u200dtail"
ROWS: list[dict[str, Any]] = [
    {},
    {
        "name": "Plain",
        "tags": ("a", "b"),
        "every_s": 1800,
        "language": "en-GB",
        "country": "GB",
        "keep_days": 90,
    },
    {
        "name": "Cron",
        "cron": "*/15 6-22 * * 1-5",
        "timezone": "Europe/Berlin",
        "state": "paused",
        "keep_days": 0,
    },
    {"name": "With  two spaces", "tags": ("with, comma", "/slash", "a/b", "Größe"), "full_text": True},
    {"name": one_line(EVIL), "tags": (one_line(EVIL),), "state": "retired"},
    {"name": "# no comment", "every_s": 90, "language": "zh-Hant", "country": "TW"},
]


def _stored(path: Path) -> list[tuple[Any, ...]]:
    with reading(path) as db:
        rows = db.conn.execute(
            f"SELECT address, host, site, title, home, {', '.join(SETTINGS)} FROM source ORDER BY id"
        )
        return [tuple(row) for row in rows]


def _fill(path: Path) -> None:
    prepare(path)
    with Writer(path) as writer:
        for number, settings in enumerate(ROWS):
            address = f"https://h{number}.co.uk/feed?a=1&b={number}"
            new = NewSource(address=address, host=host_of(address), site=site_of(address), **settings)
            writer.do(lambda db, new=new: add_source(db, new, now=NOW))
        writer.do(
            lambda db: db.conn.execute(
                "UPDATE source SET title = 'Its own', home = 'https://h.test/' WHERE id < 4"
            )
        )


def test_export_and_import_give_equal_rows(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(runner.shell.db)
    output = runner.type("sources", "export", "all.opml")
    assert output == f"{len(ROWS)} sources written to all.opml\n"
    Path("all.opml").chmod(0o600)
    runner.type("sources", "export", "all.opml")
    assert Path("all.opml").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("NEWSDESK_DB", "second.db")
    assert f"{len(ROWS)} added" in runner.type("sources", "import", "all.opml")
    first, second = _stored(runner.shell.db), _stored(Path("second.db"))
    assert first == second and len(first) == len(ROWS)
    assert not [path for path in Path().iterdir() if path.name.startswith(".all")]


@pytest.mark.parametrize("kind", SOURCE_KINDS)
def test_the_kind_of_a_source_there_and_back(kind: SourceKind) -> None:
    row = dict.fromkeys(("title", "home", *SETTINGS)) | {
        "address": "https://x.test/", "kind": kind, "tags": [], "state": "active", "full_text": 0,
    }  # fmt: skip
    call = SpiderCall(
        name="x", start="https://x.test/a", arguments=(("tag", "é & ü"),), settings=(("A", "1"),)
    )
    if kind == "spider":
        row |= {"address": call.address, "spider": spider_json(call)}
    [one] = check_sources(read_sources(to_opml([row], now=NOW).decode())).sources
    assert one.new.kind == kind and one.new.address == row["address"]
    assert one.new.spider == (call if kind == "spider" else None)
    for spoilt in ({"spider": None}, {"spider": "[]"}, {"kind": "feed"}) if kind == "spider" else ():
        assert check_sources(read_sources(to_opml([row | spoilt], now=NOW).decode())).bad
    bad = to_opml([row | {"kind": "gopher"}], now=NOW).decode()
    assert [line.why for line in check_sources(read_sources(bad)).bad] == [
        f"newsdesk:kind='gopher': write one of {', '.join(SOURCE_KINDS)}"
    ]


def test_every_setting_of_a_source_is_in_the_export() -> None:
    """A new column fails here until it is exported, or listed as not set by people."""
    from sqlite_utils import Database

    db = Database(memory=True)
    migrations.apply(db)
    columns = {row[1] for row in db.conn.execute("PRAGMA table_info(source)")}
    not_set_by_people = {
        "id", "address", "host", "site", "title", "home", "format", "added_at", "etag", "last_modified",
        "body_digest", "known_entries", "identity_scheme", "next_visit_at", "next_visit_why", "last_visit_at",
        "last_ok_at", "last_new_at", "failures", "outcome", "outcome_category", "outcome_message",
        "outcome_status", "outcome_at",
        "moved_to", "moved_since", "moved_count", "news_since",
        "found_by", "found_on", "new_stories_day", "new_stories_count", "failing_since", "feed_hints",
        "response_hints", "gap_count", "gap_at", "gap_message", "next_backfill_at", "backfill_failures",
        "unchanged_count", "validators_unreliable_since", "status", "recovery_tried_at", "proposed_addresses",
        "learned_timezone", "timezone_samples", "known_sitemaps",
        "address_shapes", "links_found", "links_usual", "links_lost_at", "pages_read", "pages_unread",
        *(name for name in columns if name.startswith("profile_")),
    }  # fmt: skip
    assert columns - not_set_by_people == set(SETTINGS)


def test_the_export_survives_values_that_no_check_would_allow() -> None:
    row = dict.fromkeys(("title", "home", *SETTINGS)) | {
        "address": "https://x.test/", "name": EVIL, "tags": [EVIL], "state": "active", "kind": "feed",
        "full_text": 0,
    }  # fmt: skip
    [one] = read_sources(to_opml([row], now=NOW).decode())
    assert one.name == one_line(EVIL) and one.tags == (one_line(EVIL),) and one.own["state"] == "active"
    assert to_list([row]).count(b"\n") == 1
    [one] = read_sources(to_list([row]).decode())
    assert one.address == "https://x.test/"


def test_a_plain_list_there_and_back(runner: Runner) -> None:
    _fill(runner.shell.db)
    output = runner.type("sources", "export", "--format", "list", "--state", "active")
    assert output.splitlines()[:2] == [
        "https://h0.co.uk/feed?a=1&b=0\tIts own",
        "https://h1.co.uk/feed?a=1&b=1\tPlain",
    ]
    names = [one.new.name for one in check_sources(read_sources(output)).sources]
    assert names == ["Its own", "Plain", "With two spaces", None]


def test_the_store_is_not_overwritten_by_its_export(runner: Runner) -> None:
    _fill(runner.shell.db)
    assert "the store itself" in runner.type("sources", "export", "newsdesk.db", code=2)
    assert "cannot be written" in runner.type("sources", "export", "no/such/folder.opml", code=2)
    assert len(_stored(runner.shell.db)) == len(ROWS)


# Import


def test_import_sends_no_requests_and_prints_the_result(runner: Runner) -> None:
    runner.web.serve("/feed.xml", rss(*many(2), title="The Daily"))
    known, fresh = runner.web.url("a.test", "/feed.xml"), runner.web.url("b.test", "/feed.xml")
    runner.type("add", known, "--force", "--name", "Mine")
    Path("list.txt").write_text(f"{known}\tTheirs\n{fresh}\tB\nnonsense\x1b[31m here\n{fresh}\n")
    output = runner.type("sources", "import", "list.txt", "--tag", "new", code=1)
    assert "1 added, 2 known already (1 of them tagged now), 1 refused" in output
    assert "refused  line 3" in output and harmless(output)
    assert runner.web.requests_to("/feed.xml") == []
    assert [(row["name"], row["tags"]) for row in runner.json("sources")] == [
        ("Mine", ["new"]),
        ("B", ["new"]),
    ]
    assert runner.json("sources")[1]["next_visit_why"] == "first visit, spread"
    assert "2 visits, 0 failed" in runner.type("crawl")
    assert "0 added, 3 known" in runner.type("sources", "import", "list.txt", code=1)


def test_import_revives_retired_sources(runner: Runner) -> None:
    address = "https://daily.test/feed.xml"
    runner.type("add", address, "--force", "--tag", "old", "--name", "Old")
    runner.type("sources", "retire", "1")
    Path("list.txt").write_text(address)
    assert json.loads(runner.type("sources", "import", "list.txt", "--dry-run", "--json"))["revived"] == 1
    assert runner.json("sources") == []
    assert "0 added, 1 revived" in runner.type("sources", "import", "list.txt")
    [source] = runner.json("sources")
    assert (source["state"], source["name"], source["tags"]) == ("active", "Old", ["old"])


def test_how_a_source_was_found_is_stored(runner: Runner, web: Web) -> None:
    web.serve("/feed.xml", rss(*many(2)))
    web.serve("/", b'<link rel="alternate" type="application/rss+xml" href="/feed.xml">', type="text/html")
    home, typed = web.url("home.test"), web.url("typed.test", "/feed.xml")
    runner.type("add", home, typed)
    runner.type("add", "--force", "https://down.test/feed")
    Path("list.txt").write_text("https://listed.test/feed")
    runner.type("sources", "import", "list.txt")
    assert runner.shell.rows("SELECT found_by, found_on FROM source ORDER BY id") == [
        ("link tag", home), ("typed", None), ("typed, not requested", None), ("an imported list", None),
    ]  # fmt: skip
    runner.type("sources", "retire", "1")
    Path("list.txt").write_text(web.url("home.test", "/feed.xml"))
    runner.type("sources", "import", "list.txt")
    assert runner.json("sources", "show", "1")["found_by"] == "an imported list"


def test_a_dry_run_changes_nothing(runner: Runner) -> None:
    Path("list.txt").write_text("https://a.test/\n")
    output = json.loads(runner.type("sources", "import", "list.txt", "--dry-run", "--json"))
    assert (output["added"], output["dry_run"], output["first_round"]["hosts"]) == (1, True, 1)
    assert not runner.shell.db.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("import",), "give one FILE"),
        (("import", "x.opml", "--starter"), "give one FILE"),
        (("import", "none.opml"), "cannot be read"),
        (("import", "."), "cannot be read"),
        (("import", "page.html"), "a web page"),
        (("export", "out.opml"), "`newsdesk add ADDRESS` creates it"),
        (("edit", "1"), "give a setting to change"),
        (("edit", "1", "--every", "1h"), "`newsdesk add ADDRESS` creates it"),
        (("edit", "1", "--every", "1h", "--cron", "0 * * * *"), "give one of them"),
        (("edit", "1", "--every", "1h", "--no-every"), "give one of them"),
        (("edit", "1", "--every", "soon"), "'soon': write a number of seconds"),
        (("edit", "1", "--cron", "61 * * * *"), "five fields"),
        (("edit", "1", "--language", "klingon"), "'klingon' is not a language tag; write it like"),
        (("edit", "1", "--country", "Narnia"), "'Narnia' is not a country; write its two letters"),
        (("edit", "1", "--timezone", "Europe/Berln"), "did you mean Europe/Berlin?"),
        (("edit", "1", "--timezone", "../../etc/passwd"), "is not a time zone"),
        (("edit", "1", "--name", "n" * 1001), "at most 1000 are allowed"),
    ],
)
def test_wrong_use_ends_with_a_message(runner: Runner, words: tuple[str, ...], message: str) -> None:
    Path("page.html").write_text("<html><body>Hello</body></html>")
    assert message in runner.type("sources", *words, code=2)
    assert not runner.shell.db.exists()


def test_an_empty_list_is_reported(runner: Runner) -> None:
    Path("empty.txt").write_text("# nothing\n")
    assert runner.type("sources", "import", "empty.txt") == "empty.txt contains no sources\n"


def test_import_reads_standard_input(runner: Runner) -> None:
    started = runner.shell.start("sources", "import", "-", stdin=-1)
    out, err = started.communicate("https://a.test/f\n", timeout=PATIENCE_S)
    assert started.returncode == 0 and "1 added" in out, err


def test_bytes_of_other_charsets(runner: Runner) -> None:
    text = opml('<outline text="Zeitung für Köln" xmlUrl="https://koeln.test/f"/>')
    Path("latin.opml").write_bytes(text.replace("UTF-8", "ISO-8859-1").encode("latin-1"))
    Path("wide.opml").write_bytes(text.replace("UTF-8", "UTF-16").replace("koeln", "breit").encode("utf-16"))
    runner.type("sources", "import", "latin.opml")
    runner.type("sources", "import", "wide.opml")
    assert [row["name"] for row in runner.json("sources")] == ["Zeitung für Köln"] * 2


def test_ten_thousand_lines(runner: Runner) -> None:
    lines = "".join(f"https://h{n % 2500}.test/feed/{n}\tPaper {n}\n" for n in range(10_000))
    Path("list.txt").write_text(lines)
    output = runner.type("sources", "import", "list.txt")
    assert "10,000 added" in output and "10,000 sources on 2,500 hosts" in output and "1 h" in output
    rows = runner.shell.rows("SELECT host, next_visit_at FROM source ORDER BY next_visit_at")
    times = [from_iso(at) for _, at in rows]
    assert times[-1] - times[0] <= timedelta(hours=1)
    for minute in range(60):  # each minute has its share
        start = times[0] + timedelta(minutes=minute)
        assert 150 <= sum(start <= at < start + timedelta(minutes=1) for at in times) <= 184
    of_one = [from_iso(at) for host, at in rows if host == "h7.test"]
    assert min(b - a for a, b in pairwise(of_one)) >= timedelta(minutes=14)
    assert "10,000 known" in runner.type("sources", "import", "list.txt")
    with reading(runner.shell.db) as db:
        assert len(list_sources(db)) == len(exported_sources(db)) == 10_000
    assert len(runner.json("sources", "--limit", "3")) == 3
    assert "3 of " in runner.type("sources", "--limit", "3")


def test_the_count_of_stories_reads_an_index_alone(tmp_path: Path) -> None:
    prepare(tmp_path / "x.db")
    with reading(tmp_path / "x.db") as db:
        plan = " ".join(row[3] for row in db.conn.execute("EXPLAIN QUERY PLAN SELECT * FROM sources"))
    assert "COVERING INDEX entry_by_key" in plan


# The starter list


def test_the_starter_list_can_be_imported(runner: Runner) -> None:
    text = (ROOT / "newsdesk" / "starter.opml").read_text(encoding="utf-8")
    checked = check_sources(read_sources(text))
    assert checked.bad == () and checked.repeated == 0 and 60 <= len(checked.sources) <= 120
    for one in checked.sources:
        assert one.new.name and one.new.language and one.new.tags and one.home, one.new.address
        assert one.new.address.startswith("https://")
    assert len({one.new.language for one in checked.sources}) >= 25
    assert "None of them was fetched" in text and "Origin:" in text and "Date:" in text
    assert "added" in runner.type("sources", "import", "--starter", "--tag", "starter")
    assert len(runner.json("sources", "--tag", "starter")) == len(checked.sources)
    assert '"starter.opml"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


# When


@given(st.lists(st.sampled_from("abcdefgh")), st.integers(60, 86400), st.floats(0, 3600))
def test_spread_keeps_the_pause_of_each_host(hosts: list[str], every_s: int, delay_s: float) -> None:
    waits = spread(hosts, every_s=every_s, delay_s=delay_s)
    assert len(waits) == len(hosts)
    for host in set(hosts):
        own = sorted(wait for name, wait in zip(hosts, waits, strict=True) if name == host)
        assert own[0] >= 0 and own[-1] <= max(every_s, len(own) * delay_s)
        assert all(b - a >= delay_s - 1e-6 for a, b in pairwise(own))


def test_the_first_source_is_due_at_once_and_hosts_take_turns() -> None:
    assert spread(["a", "a", "b", "c"], every_s=3600, delay_s=1) == (0.0, 1800.0, 1200.0, 2400.0)
    assert spread(["a"] * 4, every_s=60, delay_s=30) == (0.0, 30.0, 60.0, 90.0)
    assert spread([], every_s=60, delay_s=30) == ()


CHANGED: list[tuple[dict[str, Any], datetime, str]] = [
    (
        {"every_s": 1800, "last_visit_at": NOW - timedelta(minutes=10)},
        NOW + timedelta(minutes=20),
        "now every 30 min",
    ),
    ({"every_s": 1800, "last_visit_at": NOW - timedelta(hours=9)}, NOW, "now every 30 min"),
    ({"every_s": 1800, "last_visit_at": None}, NOW, "now every 30 min"),
    (
        {"every_s": 1800, "last_visit_at": NOW + timedelta(days=9)},
        NOW + timedelta(minutes=30),
        "now every 30 min",
    ),
    (
        {"last_visit_at": NOW - timedelta(minutes=10)},
        NOW + timedelta(minutes=50),
        "from now on by its profile",
    ),
    (
        {"last_visit_at": NOW - timedelta(minutes=10), "default_every_s": 1800},
        NOW + timedelta(minutes=20),
        "now every 30 min",
    ),
    (
        {"cron": "30 9 * * *", "last_visit_at": NOW},
        NOW.replace(hour=9, minute=30),
        "by its new cron line '30 9 * * *'",
    ),
]


@pytest.mark.parametrize(("settings", "at", "why"), CHANGED)
def test_a_changed_schedule_takes_effect_at_once(settings: dict[str, Any], at: datetime, why: str) -> None:
    plain = {"every_s": None, "cron": None, "default_every_s": None, "mean_interval_s": 3600}
    found = changed_visit(**{**plain, **settings}, now=NOW)
    assert (found.at, found.why) == (at, why)


# Edit


def test_edit_changes_the_given_settings_only(runner: Runner) -> None:
    runner.type("add", "https://a.test/f", "https://b.test/f", "--force", "--tag", "old", "--every", "2h")
    output = runner.type(
        "sources", "edit", "1", "2", "--tag", "new", "--untag", "OLD", "--language", "pt_br", "--country", "br",
        "--timezone", "america/sao_paulo", "--full-text",
    )  # fmt: skip
    assert output.count("changed") == 2 and "next visit" not in output
    for source in ("1", "2"):
        row = runner.json("sources", "show", source)
        assert (row["tags"], row["language"], row["country"]) == (["new"], "pt-BR", "BR")
        assert (row["timezone"], row["full_text"], row["every_s"]) == ("America/Sao_Paulo", 1, 7200)
        assert row["next_visit_why"] == "never visited"
    assert "source 1 is unchanged" in runner.type("sources", "edit", "1", "--country", "BR", "--tag", "NEW")
    for typed, kept in (("30d", 30), ("forever", 0), ("", None)):
        runner.type("sources", "edit", "1", "--keep", typed)
        assert runner.json("sources", "show", "1")["keep_days"] == kept
    assert "90d, or forever" in runner.type("sources", "edit", "1", "--keep", "a while", code=2)
    runner.type("sources", "edit", "1", "--country", "", "--no-full-text", "--name", "A \x1b[31mname\n")
    row = runner.json("sources", "show", "1")
    assert (row["country"], row["full_text"], row["name"]) == (None, 0, "A [31mname")
    assert "one source" in runner.type("sources", "edit", "1", "2", "--name", "x", code=2)
    assert "no source is named" in runner.type("sources", "edit", "9", "--name", "x", code=2)


def test_an_edited_schedule_takes_effect_at_once(runner: Runner) -> None:
    runner.web.serve("/feed.xml", rss(*many(1)))
    runner.add()
    runner.type("crawl")
    output = runner.type("sources", "edit", "1", "--every", "10m")
    assert "next visit in 9 min, now every 10 min" in output
    assert "cron = 0 6 * * *; every_s = none" in runner.type("sources", "edit", "1", "--cron", "0 6 * * *")
    row = runner.json("sources", "show", "1")
    assert (row["every_s"], row["cron"]) == (None, "0 6 * * *")
    assert row["next_visit_at"][11:16] == "06:00" and "new cron line" in row["next_visit_why"]
    assert "from now on by its profile" in runner.type("sources", "edit", "1", "--no-cron")
    assert "is unchanged" in runner.type("sources", "edit", "1", "--no-every")


def test_sources_by_their_state(runner: Runner) -> None:
    _fill(runner.shell.db)
    for state, count in (("active", 4), ("paused", 1), ("retired", 1)):
        assert [row["state"] for row in runner.json("sources", "--state", state)] == [state] * count
    assert "no paused source has the tag" in runner.type("sources", "--tag", "a", "--state", "paused")
