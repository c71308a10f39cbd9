"""Whether the script of a text contradicts its language label."""

# ruff: noqa: E501  (letters two columns wide)

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.models import Article, Markup
from newsdesk.crawler.normalise.story import normalise_story
from newsdesk.crawler.normalise.text.scripts import contradicts, language_by_script, script_of
from newsdesk.storage.records.stories import Story

ENGLISH = "The ferry to Skarn leaves an hour earlier from Monday, the harbour office said."
RUSSIAN = "Паром на Скарн с понедельника отходит на час раньше, сообщила контора порта."
JAPANESE = "渡し船は月曜から一時間早く出る、と港湾事務所が発表した。通勤客が春から求めていたもので、最終便と運賃は変わらない。"
CHINESE = "從星期一起開往斯卡恩的渡輪提前一小時開出，港務局星期五宣布。乘客自春天以來要求這一改變，末班船與票價不變，去年已加價一成。"
KOREAN = "스카른행 여객선이 월요일부터 한 시간 일찍 떠난다고 항만 사무소가 금요일에 밝혔다. 마지막 배와 요금은 그대로이다."

CASES = [  # (text, label, contradicted, language by script alone)
    (ENGLISH, "en-US", False, None),
    (ENGLISH, "de", False, None),  # languages of one script are not distinguished
    (ENGLISH, "ja", True, None),
    (ENGLISH, "sr", False, None),  # written in several scripts
    (RUSSIAN, "en", True, None),
    (RUSSIAN, "uk", False, None),
    (RUSSIAN, "sr-Cyrl", False, None),
    (JAPANESE, "en", True, "ja"),
    (JAPANESE, "ja", False, "ja"),
    (CHINESE, "zh-Hant-TW", False, "zh"),
    (CHINESE, "ko", True, "zh"),
    (KOREAN, "en", True, "ko"),
    (f"<p><strong>{RUSSIAN}</strong></p>", "en", True, None),
    ("Паром", "en", False, None),  # too short
    (f"{ENGLISH} {RUSSIAN}", "en", False, None),  # both scripts
    ("", "en", False, None),
]


@pytest.mark.parametrize(("text", "language", "contradicted", "by_script"), CASES)
def test_contradicted_labels(text: str, language: str, contradicted: bool, by_script: str | None) -> None:
    assert contradicts(text, language) == contradicted
    assert language_by_script(text) == by_script


@given(st.text())
def test_no_text_raises(text: str) -> None:
    script_of(text)


def story(text: str, *, label: str, source: str | None = None) -> Story:
    article = Article(link="https://a.test/1", title=Markup(value=text), language=label)
    return normalise_story(
        article, addresses=(), outlet=None, language=source, country=None, timezone=None,
        feed_language=None, now=datetime(2026, 11, 24, tzinfo=UTC),
    )  # fmt: skip


def test_a_contradicted_language_is_not_used() -> None:
    assert story(RUSSIAN, label="en-US").language is None
    assert story(RUSSIAN, label="en-US", source="ru").language == "ru"
    korean = story(KOREAN, label="en-US")
    assert korean.language == "ko"
    assert korean.evidence["language"] == {
        "rule": "script",
        "doubts": ["labelled en-US, but written in another script"],
    }
    assert story(ENGLISH, label="en-US").language == "en-US"
