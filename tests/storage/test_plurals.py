"""Numbers with their nouns."""

from __future__ import annotations

import pytest

from newsdesk.storage.plurals import count, stories_a_day


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 visits"), (1, "1 visit"), (2, "2 visits"), (2000, "2,000 visits")]
)
def test_count(number: int, text: str) -> None:
    assert count(number, "visit") == text
    assert count(number, "story", "stories") == text.replace("visits", "stories").replace("visit", "story")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1 story a day"),
        (1.0004, "1 story a day"),
        (0.25, "0.25 stories a day"),
        (1.5, "1.5 stories a day"),
    ],
)
def test_stories_a_day(number: float, text: str) -> None:
    assert stories_a_day(number) == text
