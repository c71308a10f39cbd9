"""What an outlet prints under and over its stories: found, learned, cut off the edges, and shown again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.normalise.text.boilerplate import cut_boilerplate
from newsdesk.crawler.normalise.text.sentences import first_sentences, last_sentences
from newsdesk.scheduler.service.maintenance import Maintenance
from newsdesk.scheduler.settings import MaintenanceSettings
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.digests import sentence_digest, unpack_sentences
from newsdesk.storage.records.stories import Address, Story
from newsdesk.storage.stories.boilerplate import MANY_NEW, MOST, known_sentences, learn_sentences
from newsdesk.storage.stories.rows import evidence_of
from newsdesk.storage.stories.similarity import compared_text, near_copies
from tests.support.articles import article
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner
from tests.support.shell import Shell
from tests.support.web import Web

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SIGN = "Sign up for our morning letter from the harbour."
THANKS = "The Daily thanks its four thousand members for this."
OPENS = "This is a developing story and will be updated."

SENTENCES = [  # (a text, its last sentences; one that is too short to tell in brackets)
    ("One boat left. Two boats came back late.", ["(One boat left.)", "Two boats came back late."]),
    ("It costs 3.5 million, says example.org here.", ["It costs 3.5 million, says example.org here."]),
    ("Mr. Smith of the U.S. Senate went home.", ["Mr. Smith of the U.S. Senate went home."]),
    ("He said: “We will not go.” Soon he was at home.",
     ["He said: “We will not go.”", "Soon he was at home."]),
    ("A heading without end\n\nIt goes on for a while", ["A heading without end", "It goes on for a while"]),
    ("Is it so, they asked? It is so, he told us!", ["Is it so, they asked?", "It is so, he told us!"]),
    ("approx. ten boats were in the harbour… Nobody saw them leave.",
     ["approx. ten boats were in the harbour…", "Nobody saw them leave."]),
    ("橋の工事は来週から始まる予定です。詳しくは市のホームページをご覧ください。短い。",
     ["橋の工事は来週から始まる予定です。", "詳しくは市のホームページをご覧ください。", "(短い。)"]),
    ("पुल का काम अगले सप्ताह शुरू होगा। हमारे साथ जुड़ने के लिए धन्यवाद॥",
     ["पुल का काम अगले सप्ताह शुरू होगा।", "हमारे साथ जुड़ने के लिए धन्यवाद॥"]),
    ("هل يبدأ العمل في الجسر الأسبوع المقبل؟ نعم يبدأ العمل يوم الأحد.",
     ["هل يبدأ العمل في الجسر الأسبوع المقبل؟", "نعم يبدأ العمل يوم الأحد."]),
    ("پل پر کام اگلے ہفتے شروع ہوگا۔ مزید خبروں کے لیے ہمیں فالو کریں۔",
     ["پل پر کام اگلے ہفتے شروع ہوگا۔", "مزید خبروں کے لیے ہمیں فالو کریں۔"]),
    ("ติดตามข่าวสารทั้งหมดได้ทุกวันที่นี่\nข่าวสั้น", ["ติดตามข่าวสารทั้งหมดได้ทุกวันที่นี่", "(ข่าวสั้น)"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentences"), SENTENCES, ids=[row[0][:20] for row in SENTENCES])
def test_sentences(text: str, sentences: list[str]) -> None:
    found = [
        output if digest is not None else f"({output})"
        for start, end, digest in last_sentences(text)
        if (output := text[start:end].strip())
    ]
    assert found == sentences


def test_only_the_edges_are_looked_at_however_long_the_text() -> None:
    text = " ".join(f"Sentence number {number} of a long story." for number in range(10_000))
    first, last = first_sentences(text), last_sentences(text)
    assert [text[start:end] for start, end, _ in first] == [
        f"Sentence number {n} of a long story." for n in range(3)
    ]
    assert [text[start:end] for start, end, _ in last] == [
        f"Sentence number {n} of a long story." for n in range(9994, 10_000)
    ]
    assert first_sentences("long" * 1_000) == []


STORY = "The bridge was shut on Monday. Nobody knew why it was. The mayor said so on Tuesday night."
KNOWN = frozenset(map(sentence_digest, (SIGN, THANKS, OPENS, "The post \ufffc appeared first on The Daily.")))
CUTS = [  # (the whole, what stays, how many sentences went at the start and at the end)
    (f"{STORY}\n\n{SIGN}", STORY, (0, 1)),
    (f"{OPENS}\n\n{STORY}", STORY, (1, 0)),
    (f"{OPENS} {STORY} {THANKS}\n\n{SIGN}", STORY, (1, 2)),
    (f"{STORY}\n\n{SIGN}\n\nA last word of the writer's own here.", None, (0, 0)),  # not at the edge
    (f"{STORY} {SIGN} {STORY}", None, (0, 0)),  # never in the middle
    (f"{STORY}\n\n{SIGN}\n\nMore.", None, (0, 0)),  # a short line is nobody's, and nothing behind it is cut
    (f"{OPENS} {SIGN}", None, (0, 0)),  # nothing would be left
    (STORY, None, (0, 0)),
    (f"{STORY}\n\n{SIGN.upper()}", STORY, (0, 1)),  # letter case tells nothing
    (f"{STORY}\n\nThe post Bridge shut on Monday appeared first on The Daily.", STORY, (0, 1)),
    (f"{STORY}\n\nThe post Bridge opened again appeared first on The Daily.", None, (0, 0)),  # of another
]  # fmt: skip


@pytest.mark.parametrize(("whole", "text", "count"), CUTS)
def test_cuts(whole: str, text: str | None, count: tuple[int, int]) -> None:
    body = cut_boilerplate(whole, title="Bridge shut on Monday", known=KNOWN)
    assert (body.text, body.sentences) == (text or whole, count)
    assert body.start + body.text + body.end == whole


_PIECES = st.sampled_from([SIGN, THANKS, OPENS, STORY, "\n", " ", "。", "Mr. ", "x" * 900, "…”", "\u0964"])


@given(st.lists(st.one_of(_PIECES, st.text(max_size=20))).map("".join), st.text(max_size=15))
def test_no_text_raises_and_no_letter_is_lost(whole: str, title: str) -> None:
    body = cut_boilerplate(whole, title=title, known=KNOWN)
    assert body.start + body.text + body.end == whole
    assert body.text.strip() or not whole.strip()


LIKE = [  # (title, text, title, text, whether they are near copies)
    ("Bridge shut", STORY, "Bridge shut", "Something else entirely was told here.", True),
    ("Bridge shut", STORY, "Why the bridge was shut", STORY + " It opens in May.", True),
    ("Bridge shut", STORY, "Ferry late", f"The ferry came late, and its crew did not say why. {SIGN}", False),
    (None, "", None, "", False),
    ("橋", "橋の工事は来週から始まる。", "駅", "駅の工事は来年から始まる見込みだ。", False),
    ("橋", "橋の工事は来週から始まる。", "橋の話", "橋の工事は来週から始まる。続報を待つ。", True),
]  # fmt: skip


@pytest.mark.parametrize(("title", "text", "other_title", "other_text", "alike"), LIKE)
def test_near_copies(
    title: str | None, text: str, other_title: str | None, other_text: str, alike: bool
) -> None:
    assert near_copies(compared_text(title, text), compared_text(other_title, other_text)) is alike


# A feed, visited again and again

TOLD = [
    "The ferry to the islands was late again, and the crew could not say why that was.",
    "Two swans have built their nest beside the lock, to the joy of all the children.",
    "The library opens on Sundays from May on, the council has decided in a close vote.",
    "A storm took the roof off the old boat hall, but nobody was in it at that hour.",
    "The price of mackerel fell by a third, which pleased the cats of the fish market.",
]


def items(web: Web, count: int, *, ends: str = SIGN, seen: int = 0) -> list[Item]:
    return [
        Item(
            title=f"{shown.split()[1]} news of {number}",
            link=web.url("daily.test", f"/{number}"),
            guid=str(number),
            text=f"<p>{shown}</p><p>{ends}</p><!-- seen by {seen} -->",
        )
        for number, shown in enumerate(TOLD[:count])
    ]


async def test_what_three_stories_end_with_is_cut_off_the_fourth_and_changes_none(
    tmp_path: Path, web: Web
) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        for visit, count in enumerate((1, 2, 3, 4, 5)):
            # every entry is printed a little otherwise each time, so that all are read again
            web.serve("/feed.xml", rss(*items(web, count, seen=visit)))
            summary = await runner.crawl()
            assert (summary.counts.new, summary.counts.changed, summary.counts.same) == (1, 0, visit)
        texts = runner.rows("SELECT text, cut_start, cut_end FROM story_body ORDER BY story_id")
        assert texts[:3] == [(f"{shown}\n\n{SIGN}", None, None) for shown in TOLD[:3]]
        assert texts[3:] == [(shown, None, f"\n\n{SIGN}") for shown in TOLD[3:]]
        [evidence] = runner.rows("SELECT evidence FROM story_body WHERE story_id = 5")
        assert evidence_of(evidence)["text"]["boilerplate"] == {"start": 0, "end": 1}
        assert runner.rows("SELECT count(*) FROM revision") == [0]


async def test_an_edit_is_shown_with_whole_texts(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        for count in (3, 5):
            web.serve("/feed.xml", rss(*items(web, count)))
            await runner.crawl()
        before = items(web, 5)
        edited = [replace(before[0], text=f"<p>{TOLD[0]} It was fog.</p><p>{SIGN}</p>"), *before[1:]]
        web.serve("/feed.xml", rss(*edited))
        summary = await runner.crawl()
        assert (summary.counts.changed, summary.counts.same) == (1, 4)
        [fields] = runner.rows("SELECT fields FROM revision")
        whole = [f"{TOLD[0]}\n\n{SIGN}", f"{TOLD[0]} It was fog.\n\n{SIGN}"]
        assert json.loads(fields) == {"text": whole}
        [text] = runner.rows("SELECT text FROM story_body WHERE story_id = 1")
        assert text == f"{TOLD[0]} It was fog."


async def test_boilerplate_is_not_found_by_words(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        for count in (3, 5):
            web.serve("/feed.xml", rss(*items(web, count)))
            await runner.crawl()
        found = runner.rows("SELECT rowid FROM story_fts WHERE story_fts MATCH 'letter' ORDER BY 1")
        assert found == [1, 2, 3]


async def test_pages_are_cut_too(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test", full_text=True)
        for count in (3, 4):
            web.serve("/feed.xml", rss(*(replace(item, text="") for item in items(web, count))))
            for number, shown in enumerate(TOLD[:count]):
                web.serve(
                    f"/{number}",
                    article(f"Story {number}", shown, " ".join(sorted(shown.split())), THANKS),
                    type="text/html",
                )
            await runner.crawl()
        ends = runner.rows("SELECT cut_end FROM story_body ORDER BY story_id")
        assert ends == [None, None, None, f"\n\n{THANKS}"]


async def test_a_story_is_shown_cut_and_whole(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("daily.test")
        for count in (3, 4):
            web.serve("/feed.xml", rss(*items(web, count)))
            await runner.crawl()
    shell = Shell(tmp_path)
    shown, whole = shell.run("story", "4"), shell.run("story", "4", "--whole")
    assert SIGN not in shown and SIGN in whole
    assert "boilerplate: 1 sentence of the outlet cut off the text; --whole shows it" in shown
    listed = json.loads(shell.run("story", "4", "--json"))
    assert (listed["text"], listed["cut_end"]) == (TOLD[3], f"\n\n{SIGN}")


# What is learned

Row = tuple[int, str, int]


def learn(runner: TestRunner, *stories: tuple[str, str], site: str = "daily.test", day: int = 0) -> None:
    """New stories (title, text) of one document."""

    def write(db: object) -> None:
        from newsdesk.storage.stories.batch import Batch

        batch = Batch(db, now=to_iso(NOW))  # type: ignore[arg-type] # the writer's own
        kept = []
        for title, text in stories:
            body = cut_boilerplate(text, title=title, known=frozenset())
            address = Address(key=title, url=f"http://{site}/", found_in="entry")
            story = Story(addresses=(address,), site=site, title=title, text=text, edges=body.edges)
            kept.append((batch.add_story(story, authority="site"), story))
        batch.flush()
        learn_sentences(db, kept, site=site, now=to_iso(NOW + timedelta(days=day)))  # type: ignore[arg-type]

    runner.writer.do(write)


def knows(runner: TestRunner, site: str = "daily.test", *, day: int = 0) -> set[int]:
    return set(
        unpack_sentences(
            runner.writer.do(lambda db: known_sentences(db, [site], now=NOW + timedelta(days=day)))
        )
    )


def three(ends: str) -> list[tuple[str, str]]:
    return [(f"Number {number}", f"{shown} {ends}") for number, shown in enumerate(TOLD[:3])]


async def test_three_stories_make_it_boilerplate_and_two_do_not(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        learn(runner, *three(SIGN)[:2])
        assert knows(runner) == set()
        learn(runner, three(SIGN)[2])
        assert knows(runner) == {sentence_digest(SIGN)}
        assert knows(runner, "other.test") == set()


async def test_of_many_at_once_what_one_of_them_has_is_not_noted(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        learn(
            runner,
            *three(SIGN)[:2],
            *((f"T{n}", f"Here is sentence number {n} of a day.") for n in range(MANY_NEW)),
        )
        assert runner.rows("SELECT digest, stories FROM boilerplate") == [(sentence_digest(SIGN), 2)]
        learn(runner, three(SIGN)[2])
        assert knows(runner) == {sentence_digest(SIGN)}


async def test_copies_of_a_story_count_once(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        learn(runner, *((f"Take {number}", f"{TOLD[0]} {TOLD[1]} {SIGN}") for number in range(5)))
        learn(runner, *(("The same title", f"{shown} {THANKS}") for shown in TOLD))
        assert knows(runner) == set()


async def test_it_is_forgotten_30_days_after_it_was_seen(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        learn(runner, *three(SIGN))
        assert knows(runner, day=30) == {sentence_digest(SIGN)}
        assert knows(runner, day=31) == set()
        learn(runner, ("Later", f"{TOLD[3]} {SIGN}"), day=31)  # begins anew
        assert knows(runner, day=31) == set()
        night = Maintenance(
            path=runner.path,
            writer=runner.writer,
            settings=MaintenanceSettings(),
            now=NOW + timedelta(days=31),
        )
        await night.run()  # what told the first three apart
        assert runner.rows("SELECT stories, last_seen_day FROM boilerplate") == 2 * [(1, "2026-12-25")]


async def test_a_site_has_a_bounded_number_of_sentences(tmp_path: Path, web: Web) -> None:
    output = (f"Here is sentence number {n} of a very long day." for n in range(10_000))
    looked_at = next(one for one in output if not sentence_digest(one) & 63)
    rows = [("daily.test", n, 1, 1, 1, "2026-11-23") for n in range(MOST + 500)]
    async with open_runner(tmp_path, web) as runner:
        learn(runner, *three(SIGN))
        runner.writer.do(
            lambda db: db.conn.executemany("INSERT INTO boilerplate VALUES (?, ?, ?, ?, ?, ?)", rows)
        )
        learn(runner, ("Later", looked_at), day=1)
        assert runner.rows("SELECT count(*) FROM boilerplate") == [MOST]
        assert knows(runner) == {sentence_digest(SIGN)}
        assert runner.rows("SELECT count(*) FROM boilerplate WHERE last_seen_day > '2026-11-24'") == [1]


async def test_another_site_does_not_add_to_the_boilerplate_of_a_paper(tmp_path: Path, web: Web) -> None:
    async with open_runner(tmp_path, web) as runner:
        runner.add("elsewhere.test")
        web.serve("/feed.xml", rss(*items(web, 3)))  # their links lead to daily.test
        await runner.crawl()
        assert runner.rows("SELECT DISTINCT site FROM boilerplate") == ["elsewhere.test"]
