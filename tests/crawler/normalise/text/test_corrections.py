"""Corrections that publishers note in texts and in JSON-LD."""

from __future__ import annotations

from typing import Any

import pytest

from newsdesk.crawler.normalise.text.corrections import find_corrections
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.records.changes.corrections import new_corrections
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Correction
from tests.support.articles import article, json_ld
from tests.support.runner import utc_now

BODY = "\n\n".join(f"Paragraph {number} of the story." for number in range(12))
NOTES = [
    "Correction: The ferry carried 40 people, not 14.",
    "CORRECTION — The ferry carried 40 people.",
    "Correction (24 November 2026): The ferry carried 40 people.",
    "Clarification: The mayor spoke before the vote.",
    "This article was amended on 24 November 2026. An earlier version said 14.",
    "This story has been corrected to say that 40 people were on board.",
    "An earlier version of this article misstated the number of people.",
    "Editor's note: An earlier version of this story misspelled the name of the mayor.",
    "Editor’s note: This article was updated to correct the name of the mayor.",
    "Korrektur: Die Fähre hatte 40 Menschen an Bord.",
    "In einer früheren Version dieses Artikels hieß es, 14 Menschen seien an Bord gewesen.",
    "Anmerkung der Redaktion: In einer früheren Fassung des Textes stand 14.",
    "Rectificatif : le ferry transportait 40 personnes.",
    "Une version précédente de cet article indiquait 14 personnes.",
    "Corrección: el ferri llevaba 40 personas.",
    "Fe de errores: el ferri llevaba 40 personas.",
    "Una versión anterior de este artículo decía 14 personas.",
    "Correção: a balsa levava 40 pessoas.",
    "Errata corrige: il traghetto portava 40 persone.",
    "Rettifica: il traghetto portava 40 persone.",
    "Correctie: de veerboot had 40 mensen aan boord.",
    "In een eerdere versie van dit artikel stond 14.",
    "Rättelse: Färjan hade 40 personer ombord.",
    "I en tidligere version af artiklen stod der 14.",
    "Sprostowanie: na promie było 40 osób.",
    "Исправление: на пароме было 40 человек.",
    "Düzeltme: Feribotta 40 kişi vardı.",
    "【訂正】乗客は40人でした。初出で14人としたのは誤りです。",
    "更正：渡轮上有40人，而不是14人，特此说明。",
    "تصحيح: كان على متن العبارة 40 شخصا.",
]
NO_NOTES = [
    "The correction of the course took an hour.",
    "Corrections officers guard the prison.",
    "Update: The ferry is back.",
    "Korrektur der Grenze: der Rat stimmt ab",
    "The article was written in 2020.",
    "Earlier versions of the ship had no radar.",
]


@pytest.mark.parametrize("note", NOTES)
def test_a_note_at_either_end_of_a_text(note: str) -> None:
    for text in (f"{note}\n\n{BODY}", f"{BODY}\n\n{note}"):
        assert find_corrections(text) == (Correction(text=note, origin="note"),)
    middle = BODY.replace("Paragraph 5 of the story.", note)
    assert find_corrections(middle) == ()


@pytest.mark.parametrize("line", NO_NOTES)
def test_other_lines_are_no_correction(line: str) -> None:
    assert find_corrections(f"{line}\n\n{BODY}") == find_corrections(f"{BODY}\n\n{line}") == ()


@pytest.mark.parametrize(
    "label", ["Correction", "Correction:", "Correction: 20 December 2023:", "Korrektur."]
)
def test_a_label_on_a_line_of_its_own(label: str) -> None:
    for note in ("The ferry carried 40 people.", "An earlier version of this article said 14."):
        (found,) = find_corrections(f"{BODY}\n\n{label}\n\n{note}")
        assert found.text == f"{label.rstrip(':.')}: {note}"


STATED: list[tuple[dict[str, Any], list[str]]] = [
    ({"correction": "It was 40 people."}, ["It was 40 people."]),
    ({"correction": {"@type": "CorrectionComment", "text": "It was 40 people.", "datePublished": "2026-11-24"}},
     ["It was 40 people."]),
    ({"correction": [{"@type": "CorrectionComment", "text": "It was 40."}, "The boat is red."]},
     ["It was 40.", "The boat is red."]),
    ({"correction": "http://daily.test/corrections"}, []),
    ({"comment": {"@type": "CorrectionComment", "text": "By a reader"}}, []),
    ({}, []),
]  # fmt: skip


@pytest.mark.parametrize(("properties", "texts"), STATED)
def test_corrections_in_json_ld(properties: dict[str, Any], texts: list[str]) -> None:
    story = _page(head=json_ld(headline="Ferry timetable changes on Monday", **properties))
    assert [(one.text, one.origin) for one in story.corrections] == [(text, "json-ld") for text in texts]


def test_a_note_and_json_ld_with_the_same_correction_are_one() -> None:
    head = json_ld(
        headline="Ferry timetable changes on Monday", correction="The ferry carried 40 people, not 14."
    )
    story = _page(head=head, below="<p>Correction (24 November): The ferry carried 40 people, not 14.</p>")
    assert [one.origin for one in story.corrections] == ["json-ld"]


def _page(**parts: str) -> Any:
    url = "http://daily.test/ferry"
    document = Document(body=article(**parts), address=url, fetched_at=utc_now(), content_type="text/html")
    story = read_page_task(
        PageTask(document=document, claimed=ClaimedPage(page_id=1, url=url, host="daily.test"))
    ).own
    assert story is not None
    return story


KNOWN = "Correction: The ferry carried 40 people."
AGAIN = [
    (KNOWN, False),
    ("The ferry carried 40 people", False),
    ("CORRECTION (24 Nov 2026): The ferry carried 40 people.", False),
    ("This article was amended on 24 November 2026. Correction: The ferry carried 40 people.", False),
    ("Correction: The ferry carried 41 people.", True),
    ("Correction: A bus carried 40 people.", True),
    ("Corrections: The ferry carried 40 people. Its captain is Ann Hill.", True),
]


@pytest.mark.parametrize(("text", "is_new"), AGAIN)
def test_the_same_correction_again_is_not_new(text: str, is_new: bool) -> None:
    found = Correction(text=text, origin="note")
    assert new_corrections((found, found), (KNOWN,)) == ((found,) if is_new else ())
