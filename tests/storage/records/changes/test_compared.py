"""Which pairs of values are the same without noise, and which are not: tables, and properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.storage.records.changes.compared import compared_line, compared_text, digest_of_text

STORY = "The ferry left at six with forty people on board, the harbour master said on Monday."
SAME_LINES = [
    ("The mayor’s “yes” – at last…", "The mayor's \"yes\" - at last..."),
    ("Fish &amp; chips", "Fish & chips"),
    ("Bridge\u00a0opens\u200b in  May", "Bridge opens in May"),
    ("Ferry sinks (Updated 10:32 a.m. GMT)", "Ferry sinks (Updated 11:05 p.m. GMT)"),
    ("Ferry sinks | 5 minutes ago", "Ferry sinks | 2 hours ago"),
    ("Ferry sinks – 3 min read", "Ferry sinks"),
    ("12 comments | Ferry sinks", "15 comments | Ferry sinks"),
    ("By Ann Hill, updated 10:32", "By Ann Hill, updated 10:40"),
    ("Fähre gesunken. Stand: 10:32 Uhr", "Fähre gesunken. Stand: 11:02 Uhr"),
    ("Vor 5 Minuten | Fähre gesunken", "Vor 2 Stunden | Fähre gesunken"),
    ("Il y a 5 minutes - Le ferry coule", "Il y a 2 heures - Le ferry coule"),
    ("El ferri se hunde · hace 3 horas", "El ferri se hunde · hace 4 horas"),
    ("フェリー沈没（更新：10:32）", "フェリー沈没（更新：11:05）"),
    ("The ferry sank. The post Ferry sinks appeared first on The Daily.",
     "The ferry sank. The post Ferry goes down appeared first on The Daily."),
    ("submitted by ann to news [link] [12 comments]", "submitted by ann to news [link] [14 comments]"),
    ("See https://a.test/b?id=7&utm_source=x", "See https://a.test/b?id=7&utm_source=y&utm_medium=z"),
]  # fmt: skip
OTHER_LINES = [  # both are news: numbers, times and words that are part of a sentence stay
    ("UPDATE 1-Ferry sinks", "UPDATE 2-Ferry sinks"),
    ("Ferry sinks", "Updated: Ferry sinks"),
    ("Ferry sinks", "Ferry Sinks"),
    ("Ferry sinks", "Ferry sinks?"),
    ("5 dead", "6 dead"),
    ("Bridge closed - 2 hours", "Bridge closed - 3 hours"),
    ("The strike began 5 minutes ago", "The strike began 6 minutes ago"),
    ("Leeds 2 - 1", "Leeds 2 - 2"),
    ("Vote on 5 May", "Vote on 12 May"),
    ("Shares fall 5%", "Shares fall 6%"),
    ("Curfew from 10:32", "Curfew from 11:05"),
    ("LIVE: Ferry sinks", "Ferry sinks"),
    ("Book: published 1813", "Book: published 1815"),
    ("See https://a.test/b?id=7", "See https://a.test/b?id=8"),
    ("Related party deals grow", "Related party deals shrink"),
]
SAME_ENDS = [  # the lines after the same text
    ("5 minutes ago", "2 hours ago"),
    ("Published 24 Nov 2026, 10:32", "Published 24 Nov 2026, 11:05"),
    ("12 comments · Updated 10:32", "14 comments · Updated 11:05"),
    ("Comments", "14 comments"),
    ("Facebook 12 Twitter 5 Shares 17", "Facebook 14 Twitter 5 Shares 19"),
    ("Lesezeit: 4 Minuten", "Lesezeit: 5 Minuten"),
    ("Read more: Bridge opens", "Read more: Council votes"),
    ("READ MORE Bridge opens in May", "READ MORE Council votes"),
    ("Related: " + "Bridge opens in May " * 12, "Related: " + "Council votes " * 12),
    ("À lire aussi : Le pont ouvre", "À lire aussi : Le port ferme"),
    ("Related\n\nBridge opens in May\nCouncil votes", "Related\n\nPier closes\nTwo boats collide\nMore rain"),
    ("Mehr zum Thema:\nBrücke öffnet", "Mehr zum Thema:\nHafen zu"),
    ("関連記事\n橋が開通", "関連記事\n港が閉鎖"),
    ("The post Ferry sinks appeared first on The Daily.", "The post Ferry lost appeared first on The Daily."),
]
OTHER_ENDS = [
    ("Correction: it was forty people.", ""),
    ("Related\n\nCorrection: it was forty people, not fourteen.", "Related\n\nCorrection: it was forty."),
    ("See also the plan of the harbour.", "See also the plan of the town."),
    ("Recommended doses were exceeded", "Recommended doses were kept"),
    ("Leeds 2, Hull 1", "Leeds 2, Hull 2"),
    ("12 people were saved", "14 people were saved"),
    ("The ferry leaves at 10:32", "The ferry leaves at 11:05"),
    ("Vote on 5 May", "Vote on 12 May"),
]


@pytest.mark.parametrize(("one", "other"), SAME_LINES)
def test_noise_in_a_line_is_no_difference(one: str, other: str) -> None:
    assert compared_line(one) == compared_line(other)


@pytest.mark.parametrize(("one", "other"), OTHER_LINES)
def test_an_edit_of_a_line_is_a_difference(one: str, other: str) -> None:
    assert compared_line(one) != compared_line(other)
    assert compared_text(f"{STORY}\n\n{one}.") != compared_text(f"{STORY}\n\n{other}.")


@pytest.mark.parametrize(("one", "other"), SAME_ENDS)
def test_noise_below_a_text_is_no_difference(one: str, other: str) -> None:
    forms = {compared_text(f"{STORY}\n\n{end}") for end in (one, other)}
    assert forms == {compared_text(STORY)}


@pytest.mark.parametrize(("one", "other"), OTHER_ENDS)
def test_an_edit_below_a_text_is_a_difference(one: str, other: str) -> None:
    assert compared_text(f"{STORY}\n\n{one}") != compared_text(f"{STORY}\n\n{other}".strip())


def test_links_at_the_end_of_a_text_are_seen_in_its_html() -> None:
    forms = set()
    for titles in (("Bridge opens", "Council votes"), ("Pier closes",)):
        links = "".join(f'<li><a href="http://a.test/">{title}</a></li>' for title in titles)
        html = f"<p>{STORY}</p><ul>{links}</ul>"
        forms.add(digest_of_text("\n".join((STORY, *titles)), html))
    assert forms == {digest_of_text(STORY, f"<p>{STORY}</p>")}
    assert digest_of_text(f"{STORY}\nPier closes", f"<p>{STORY}</p><p>Pier closes</p>") not in forms


def test_lines_may_be_broken_elsewhere() -> None:
    assert compared_text("One.\n\nTwo words.") == compared_text("One.\nTwo\nwords.")


def test_nothing_and_empty_differ() -> None:
    assert compared_line(None) is None and compared_text(None) is None
    assert (compared_line(""), compared_text("")) == ("", "")
    assert digest_of_text(None, None) is None != digest_of_text("", "")


_words = st.lists(
    st.sampled_from(
        [
            "Updated",
            "10:32",
            "|",
            "12",
            "comments",
            ".",
            "ferry",
            "–",
            "5",
            "minutes",
            "ago",
            "Related",
            ":",
            "\n",
            "&",
            "’",
        ]
    )
)


@given(_words.map(" ".join))
def test_a_form_is_stable_and_never_empty(text: str) -> None:
    text = text.strip()
    line, whole = compared_line(text), compared_text(text)
    assert line is not None and whole is not None
    assert bool(line) == bool(whole) == bool("".join(text.split()))
    assert compared_line(line) == compared_line(compared_line(line))
