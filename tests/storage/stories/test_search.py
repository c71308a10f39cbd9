"""Search: whatever a person types finds something or nothing, in any script, and is never an error."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.queries.lookup import StoryFilter, list_stories
from newsdesk.storage.stories import search
from newsdesk.storage.stories.search import parse_query
from tests.support.feeds import Item, rss
from tests.support.runner import open_runner
from tests.support.web import Web

STORIES = {
    "ferry": ("Ferry timetable changes on Monday", "The first boat leaves at six, says O'Neil of C++."),
    "bridge": ("Harbour bridge opens NEAR the old town", "A bridge, and not a ferry. E-mail desk@daily.test"),
    "café": ("Le café d'Élise rouvre", "Rien n'est perdu."),
    "zh": ("渡輪時刻表將於週一更改", "首班船六點開出。港口大橋兩年後開通。"),
    "zh2": ("新大學開放", "校園裡有一座圖書館。"),
    "ja": ("フェリーの時刻表が月曜に変わる", "始発は六時に出ます。東京都の橋が開通した。"),
    "th": ("ตารางเดินเรือเปลี่ยนวันจันทร์", "เรือเที่ยวแรกออกหกโมงเช้าที่กรุงเทพฯ"),
    "km": ("កាលវិភាគសាឡាងផ្លាស់ប្តូរ", "ទូកទីមួយចេញនៅម៉ោងប្រាំមួយ។"),
    "ko": ("여객선 시간표가 월요일에 바뀐다", "첫 배는 여섯 시에 떠난다."),
    "ar": ("تغيير جدول العبارات يوم الاثنين", "تغادر أول سفينة في السادسة."),
    "mixed": ("iPhone手机 launch at 東京Dome", "NHK放送 reports."),
}  # fmt: skip

FINDS: list[tuple[str, set[str]]] = [
    ("ferry", {"ferry", "bridge"}),
    ("FERRY timetable", {"ferry"}),
    ('"harbour bridge"', {"bridge"}),
    ('"bridge harbour"', set()),
    ('"harbour bridge', {"bridge"}),  # a quote that was not closed
    ("harb*", {"bridge"}),
    ("arbour*", set()),
    ("time* fer*", {"ferry"}),
    ("cafe", {"café"}),
    ("élise", {"café"}),
    ("elise", {"café"}),
    ("d'Élise", {"café"}),
    ("O'Neil", {"ferry"}),
    ("ferry AND bridge", {"bridge"}),  # three words, no operator: its text says "and" too
    ("ferry OR bridge", set()),
    ("NEAR", {"bridge"}),
    ("NEAR(bridge", set()),
    ("opens NEAR(the", {"bridge"}),
    ("NEAR(bridge, 2)", set()),
    ("NOT", {"bridge"}),
    ("title:ferry", set()),
    ("c++", {"ferry"}),
    ("-ferry", {"ferry", "bridge"}),
    ("^ferry", {"ferry", "bridge"}),
    ("e-mail", {"bridge"}),
    ("desk@daily.test", {"bridge"}),
    ("大橋", {"zh"}),
    ("大", {"zh", "zh2"}),  # one character
    ("館", {"zh2"}),  # the last one of its run
    ("渡", {"zh"}),
    ("港口大橋", {"zh"}),
    ("大港", set()),
    ("開出港口", set()),  # no phrase across a full stop
    ("大橋 六點", {"zh"}),
    ("時刻表", {"zh", "ja"}),
    ("フェリー", {"ja"}),
    ("東京都", {"ja"}),
    ("東京", {"ja", "mixed"}),
    ("iPhone手机", {"mixed"}),
    ("iphone", {"mixed"}),  # glued to a run that is written without spaces
    ("NHK", {"mixed"}),
    ("nh*", {"mixed"}),
    ("東京Dome", {"mixed"}),
    ("dome", {"mixed"}),
    ("手机", {"mixed"}),
    ('"手机"', {"mixed"}),
    ("จันทร์", {"th"}),
    ("ที่", {"th"}),  # a consonant with a vowel and a tone above it
    ("กรุงเทพ", {"th"}),
    ("เรือ เที่ยว", {"th"}),
    ("ทูต", set()),
    ("សាឡាង", {"km"}),
    ("ប្តូរ", {"km"}),
    ("여객선", {"ko"}),
    ("시간*", {"ko"}),
    ("العبارات", {"ar"}),
]
NOTHING = [
    "",
    "   ",
    '"',
    '""',
    "*",
    "^",
    "-",
    ":",
    "()",
    "' OR 1=1 --",
    "\x00",
    "…",
    "🙂",
    "*ferry*x",
    '"*"',
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the stories, put there as a visit puts them."""
    path = tmp_path_factory.mktemp("search") / "newsdesk.db"
    prepare(path)

    async def fill() -> None:
        async with Web() as web:
            items = (
                Item(
                    title=title,
                    text=f"<p>{text}</p>",
                    guid=name,
                    link=f"http://daily.test/{number}",
                    author=None,
                )
                for number, (name, (title, text)) in enumerate(STORIES.items())
            )
            web.serve("/feed.xml", rss(*items))
            async with open_runner(path.parent, web) as runner:
                runner.add("daily.test")
                assert (await runner.crawl()).counts.new == len(STORIES)

    asyncio.run(fill())
    return path


@pytest.fixture(scope="module")
def db(path: Path) -> Iterator[Database]:
    with reading(path) as db:
        yield db


def find(db: Database, text: str) -> set[str]:
    query = parse_query(text)
    if query is None:
        return set()
    names = {title: name for name, (title, _) in STORIES.items()}
    return {names[row["title"]] for row in list_stories(db, StoryFilter(query=query, limit=100))}


@pytest.mark.parametrize(("text", "names"), FINDS, ids=[row[0] for row in FINDS])
def test_finds(db: Database, text: str, names: set[str]) -> None:
    assert find(db, text) == names


@pytest.mark.parametrize("text", NOTHING)
def test_finds_nothing_and_is_no_error(db: Database, text: str) -> None:
    assert find(db, text) == set()


_TYPED = st.text(
    alphabet=st.one_of(st.sampled_from('"*^-:()+{}, \t\x00東大ทที่កaé'), st.characters()), max_size=40
)


@settings(max_examples=300, deadline=None)
@given(_TYPED)
@example('"a" OR "b"')
@example("AND OR NOT")
@example("NEAR(a b, 5)")
@example("a\x00b")
@example('x"*"東"')
@example("\ud800")
@example("東*")
@example("²")
@example("ᾳ\u0345")
def test_no_text_is_an_error(db: Database, text: str) -> None:
    find(db, text)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(STORIES)), st.data())
def test_any_piece_of_an_unspaced_text_finds_its_story(db: Database, name: str, data: st.DataObject) -> None:
    text = STORIES[name][1].rstrip("។。")
    if name not in {"zh", "zh2", "ja", "th", "km"}:
        words = [word for word in text.split() if word.isalnum()]
        assert name in find(db, data.draw(st.sampled_from(words)) if words else text)
        return
    run = text.split("。")[0]
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    assert name in find(db, run[start:end])


def test_an_edit_of_an_unspaced_text_takes_its_old_pairs_out(tmp_path: Path) -> None:
    path = tmp_path / "newsdesk.db"
    prepare(path)
    old, new = ("大橋開通", None, "東京"), ("圖書館", None, "京東大")

    def story(db: Database, words: tuple[str | None, ...]) -> None:
        db.conn.execute("UPDATE story SET title = ?, summary = ?", words[:2])
        db.conn.execute("UPDATE story_body SET text = ?", words[2:])
        search.index(db, [search.SearchText(story_id=1, title=words[0], summary=words[1], text=words[2])])

    def fill(db: Database) -> None:
        db.conn.execute(
            "INSERT INTO story (id, url, site, sort_at, first_seen_at, authority)"
            " VALUES (1, 'u', 's', '', '', 'site')"
        )
        db.conn.execute("INSERT INTO story_body (story_id) VALUES (1)")
        story(db, old)
        search.unindex(db, 1)
        story(db, new)

    with Writer(path) as writer:
        writer.do(fill)
    with reading(path) as db:
        for text, found in (("大橋", 0), ("東京", 0), ("開", 0), ("圖書館", 1), ("東大", 1), ("大", 1)):
            query = parse_query(text)
            assert query is not None
            assert len(list(list_stories(db, StoryFilter(query=query, limit=9)))) == found, text
