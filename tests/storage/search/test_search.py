"""Search in a store: what each operator finds, in any script; the index after edits; what differs from it."""

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
from newsdesk.storage.queries.story_list import StoryFilter, count_stories, list_stories
from newsdesk.storage.search import index as search
from newsdesk.storage.search.query import QueryError, parse_query
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
    "pl": (
        "Łódź Fabryczna reopens",
        "Straßenbahn, Øresund, Đồng, Encyclopædia, œuvre, İstanbul ısı, soft\u00adhyphen, decomposed the\u0301",
    ),
    "hi": ("हिन्दी समाचार", "दिल्ली"),
    "mixed": ("iPhone手机 launch at 東京Dome", "NHK放送 reports."),
}  # fmt: skip

AUTHORS = {"ferry": "Ann Hill", "bridge": "Jan Łódzki", "ja": "佐伯美月"}

FINDS: list[tuple[str, set[str]]] = [
    ("ferry", {"ferry", "bridge"}),
    ("FERRY timetable", {"ferry"}),
    ('"harbour bridge"', {"bridge"}),
    ('"bridge harbour"', set()),
    ("harb*", {"bridge"}),
    ("arbour*", set()),
    ("time* fer*", {"ferry"}),
    ("cafe", {"café"}),
    ("élise", {"café"}),
    ("elise", {"café"}),
    ("d'Élise", {"café"}),
    ("O'Neil", {"ferry"}),
    ("ferry AND bridge", {"bridge"}),
    ("ferry OR café", {"ferry", "bridge", "café"}),
    ("ferry NOT bridge", {"ferry"}),
    ("ferry -bridge", {"ferry"}),
    ("-bridge ferry", {"ferry"}),
    ("ferry AND NOT bridge", {"ferry"}),
    ("ferry -title:bridge", {"ferry"}),
    ('ferry -"harbour bridge"', {"ferry"}),
    ("ferry -(timetable OR nothing)", {"bridge"}),
    ("ferry bridge OR café", {"bridge", "café"}),  # OR binds weaker
    ("ferry (bridge OR café)", {"bridge"}),
    ("timetable OR (harbour bridge)", {"ferry", "bridge"}),
    ("NOT NOT ferry", {"ferry", "bridge"}),
    ("-ferry", set(STORIES) - {"ferry", "bridge"}),
    ("café OR -e*", set(STORIES) - {"bridge", "pl"}),
    ("ferry or bridge", set()),  # small letters: a word
    ("ferry NEAR bridge", {"bridge"}),
    ("near", {"bridge"}),
    ("title:ferry", {"ferry"}),
    ("TITLE:ferry", {"ferry"}),
    ('title:"harbour bridge"', {"bridge"}),
    ('title:"bridge harbour"', set()),
    ("title:(ferry OR bridge) opens", {"bridge"}),
    ("title:tim* -boat", set()),
    ("author:hill", {"ferry"}),
    ("author:HILL -title:ferry", set()),
    ('author:"ann hill"', {"ferry"}),
    ("author:hil", set()),
    ("author:hil*", {"ferry"}),
    ("author:lodzki", {"bridge"}),
    ("author:佐伯", {"ja"}),
    ("author:hill OR author:佐伯", {"ferry", "ja"}),
    ("author:hill OR 大橋 OR café", {"ferry", "zh", "café"}),
    ("author:(hill OR lodzki) ferry", {"ferry", "bridge"}),
    ("-author:hill ferry", {"bridge"}),
    ("source:daily ferry", {"ferry", "bridge"}),
    ("source:1 ferry", {"ferry", "bridge"}),
    ("source:daily.test -ferry café", {"café"}),
    ("-source:daily", set()),
    ("lodz", {"pl"}),
    ("ŁÓDŹ", {"pl"}),
    ("lod*", {"pl"}),
    ('"lodz fabryczna"', {"pl"}),
    ("strassenbahn", {"pl"}),
    ("STRASSENBAHN", {"pl"}),
    ("straßenbahn", {"pl"}),
    ("title:lodz -strassenbahn", set()),
    ("oresund OR dong", {"pl"}),
    ("encyclopaedia oeuvre", {"pl"}),
    ("istanbul isi", {"pl"}),
    ("soft hyphen", set()),
    ("softhyphen", {"pl"}),
    ("decomposed the", {"pl"}),
    ("大橋 OR 時刻表", {"zh", "ja"}),
    ("時刻表 -大橋", {"ja"}),
    ("時刻表 NOT フェリー", {"zh"}),
    ("title:大橋", set()),
    ("title:時刻表", {"zh", "ja"}),
    ("大橋 六點 OR ferry", {"zh", "ferry", "bridge"}),
    ("(大橋 OR 図書館) -ferry", {"zh"}),
    ('"launch at 東京Dome"', {"mixed"}),
    ('"手机 launch"', {"mixed"}),
    ("ﾌｪﾘｰ", {"ja"}),  # half-width
    ("ＮＨＫ", {"mixed"}),  # full-width
    ("時刻*", {"zh", "ja"}),
    ("हिन्दी", {"hi"}),
    ("ह", set()),
    ("c++", {"ferry"}),
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
                    author=AUTHORS.get(name),
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
    wanted = StoryFilter(query=parse_query(text), limit=None)
    names = {title: name for name, (title, _) in STORIES.items()}
    found = [names[row["title"]] for row in list_stories(db, wanted)]
    assert len(found) == len(set(found)) == count_stories(db, wanted)
    best = StoryFilter(query=wanted.query, limit=None, best_first=True)
    assert {names[row["title"]] for row in list_stories(db, best)} == set(found)
    return set(found)


@pytest.mark.parametrize(("text", "names"), FINDS, ids=[row[0] for row in FINDS])
def test_finds(db: Database, text: str, names: set[str]) -> None:
    assert find(db, text) == names


@pytest.mark.parametrize("text", ["source:nobody", "ferry -source:nobody", "source:99"])
def test_a_source_that_does_not_exist_is_an_error_with_its_place(db: Database, text: str) -> None:
    with pytest.raises(QueryError, match="no source is named") as error:
        find(db, text)
    assert text[error.value.column - 1 :] in ("nobody", "99")


_TYPED = st.text(
    alphabet=st.one_of(st.sampled_from('"*^-:()+{}, \t\x00東大ทที่กaéORNT'), st.characters()), max_size=40
)
_WORDS = st.sampled_from(
    ["ferry", "bridge", "ferr*", "大橋", "大", '"harbour bridge"', "title:ferry", "author:hill"]
)
_QUERIES = st.recursive(
    _WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" ", " AND ", " OR ", " NOT "]), inner).map(
            lambda parts: f"({''.join(parts)})"
        ),
        inner.map(lambda part: part if part.startswith("-") else f"-{part}"),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(_TYPED)
@example('"a" OR "b"')
@example("NEAR(a b, 5)")
@example("a\x00b")
@example('x"*"東"')
@example("\ud800 a")
@example("東*")
@example("²")
@example("ᾳ\u0345")
@example(" OR ".join(["author:a", "b"] * 250))
@example(" ".join(["title:a*"] * 500))
@example("(" * 10 + "a OR (b)" + ")" * 10)
@example("-(a " * 5 + "b" + ")" * 5)
@example("x" * 200)
@example("大" * 200)
def test_every_text_is_searched_or_refused_with_its_place(db: Database, text: str) -> None:
    try:
        find(db, text)
    except QueryError as error:
        assert 1 <= error.column <= len(text) + 1


@settings(max_examples=150, deadline=None)
@given(_QUERIES, _QUERIES)
def test_operators_are_those_of_sets(db: Database, one: str, other: str) -> None:
    left, right = find(db, one), find(db, other)
    assert find(db, f"{one} {other}") == find(db, f"{one} AND {other}") == left & right
    assert find(db, f"{one} OR {other}") == left | right
    assert find(db, f"{one} NOT {other}") == left - right
    assert find(db, f"-({one})") == set(STORIES) - left


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
            assert count_stories(db, StoryFilter(query=parse_query(text))) == found, text
