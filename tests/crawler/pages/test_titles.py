"""The choice among the titles of a page. One case a line."""

# ruff: noqa: E501  (one case a line)

from __future__ import annotations

import re

import pytest

from newsdesk.crawler.models import FieldCandidate
from newsdesk.crawler.pages.titles import choose_title

_NEXT = re.compile(r"\|(?=(?:headline|json-ld|meta|document)=)")  # titles have bars of their own
SITES = ("The Daily Example", "Example")


@pytest.mark.parametrize(
    ("case", "printed", "expected"),
    [
        ("nothing", "", None),
        ("the headline alone", "headline=Ferry leaves earlier", "Ferry leaves earlier"),
        ("confirmed, and written for search elsewhere", "headline=The boat that will not wait for you|meta=The boat that will not wait for you|document=Ferry Skarn timetable 2026 changes explained", "The boat that will not wait for you"),
        ("unconfirmed, but alone", "headline=The quantum ghost|meta=A ghostly particle could be caught this year|document=A ghostly particle could be caught this year", "The quantum ghost"),
        ("one of several is confirmed", "headline=Most read|headline=Ferry leaves an hour earlier|meta=Ferry leaves an hour earlier", "Ferry leaves an hour earlier"),
        ("none of several is confirmed", "headline=Most read|headline=Sport today|meta=Ferry leaves an hour earlier", "Ferry leaves an hour earlier"),
        ("a section's name, the metadata agree", "headline=Harbour news|meta=Ferry leaves an hour earlier|document=Ferry leaves an hour earlier - Example", "Ferry leaves an hour earlier"),
        ("JSON-LD and meta agree on a title that no headline has", "headline=An hour that nobody has|json-ld=Ferry to Skarn leaves earlier from Monday|meta=Ferry to Skarn leaves earlier from Monday", "Ferry to Skarn leaves earlier from Monday"),
        ("the headline is the same and longer", "headline=Ferry to Skarn leaves earlier, and why|json-ld=Ferry to Skarn leaves earlier|meta=Ferry to Skarn leaves earlier", "Ferry to Skarn leaves earlier, and why"),
        ("a kicker in the headline", "headline=Harbour news Ferry to Skarn leaves earlier|meta=Ferry to Skarn leaves earlier", "Ferry to Skarn leaves earlier"),
        ("signs that the layout leaves out", "headline=Ferries The hour that nobody has|json-ld=The hour that nobody has|meta=Ferries: The hour that nobody has", "Ferries: The hour that nobody has"),
        ("signs of the headline that metadata leave out", "headline=Ferry: the hour|meta=Ferry the hour", "Ferry: the hour"),
        ("entities in metadata", "headline=McDonald's and the ferry|json-ld=McDonald&#39;s and the ferry|meta=McDonald&#39;s and the ferry", "McDonald's and the ferry"),
        ("a site's name behind", "document=Ferry leaves earlier | The Daily Example", "Ferry leaves earlier"),
        ("a site's name behind a colon", "document=Ferry leaves earlier:Example", "Ferry leaves earlier"),
        ("two names behind", "document=Ferry leaves an hour earlier - Harbour - Example", "Ferry leaves an hour earlier"),
        ("a part that looks like a site's name and is not", "document=Tea - a history of the leaf and its many roads", "Tea - a history of the leaf and its many roads"),
        ("the site's name as headline", "headline=Example|meta=Ferry leaves earlier", "Ferry leaves earlier"),
        ("Japanese, a slogan as headline", "headline=港の最新情報|meta=渡し船は一時間早く出る:Example|document=渡し船は一時間早く出る:Example", "渡し船は一時間早く出る"),
        ("Japanese, with slightly different words", "headline=渡し船は月曜から一時間早く出発|meta=渡し船は月曜から一時間早く出る", "渡し船は月曜から一時間早く出発"),
    ],
)  # fmt: skip
def test_the_chosen_title(case: str, printed: str, expected: str | None) -> None:
    candidates = [
        FieldCandidate(origin=one.partition("=")[0], value=one.partition("=")[2])
        for one in _NEXT.split(printed)
        if one
    ]
    found = choose_title(candidates, SITES)
    assert (found.value if found else None) == expected
