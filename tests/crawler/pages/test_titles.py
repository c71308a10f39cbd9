"""The choice among the titles of a page. One case a line."""

# ruff: noqa: E501  (one case a line)

from __future__ import annotations

import re

import pytest

from benchmarks.quality.ours import read
from newsdesk.crawler.models import FieldCandidate
from newsdesk.crawler.pages.titles import choose_title

_NEXT = re.compile(
    r"\|(?=(?:headline|headline part|json-ld|meta|document)=)"
)  # titles have bars of their own
SITES = ("The Daily Example", "Example", "harbour-post.example", "harbour-post")
SECTIONS = ("Boats and Trains",)


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
        ("a host's name behind, and a slogan", "document=Old fire engines - part 49 - Harbour Post - All engines of the coast", "Old fire engines - part 49"),
        ("a site's name before", "meta=The Daily Example | Ferry leaves an hour earlier", "Ferry leaves an hour earlier"),
        ("a sign that stands alone behind", "headline=Ferry leaves earlier|meta=Ferry leaves earlier -", "Ferry leaves earlier"),
        ("the host's name as headline", "headline=Harbour Post|meta=Ferry leaves earlier", "Ferry leaves earlier"),
        ("the section's name as headline", "headline=Boats and trains|meta=Ferry leaves earlier", "Ferry leaves earlier"),
        ("a short headline, another title for readers elsewhere", "headline=Ferries|meta=How you can still reach Skarn|document=Ferries and their new timetable - Example", "How you can still reach Skarn"),
        ("a short headline, another title of the document alone", "headline=Welcome!|document=All about the ferries to Skarn", "Welcome!"),
        ("JSON-LD and document agree, meta have the headline", "headline=An hour that nobody has|json-ld=Ferry to Skarn leaves earlier from Monday|meta=An hour that nobody has|document=Ferry to Skarn leaves earlier from Monday - Example", "An hour that nobody has"),
        ("JSON-LD and document agree, the headline begins the title of meta", "headline=An hour that nobody has|json-ld=Ferry to Skarn leaves earlier from Monday|meta=An hour that nobody has: the ferry to Skarn|document=Ferry to Skarn leaves earlier from Monday", "An hour that nobody has"),
        ("JSON-LD and document agree, meta have the headline without its kicker", "headline=Ferries An hour that nobody has|json-ld=Ferry to Skarn leaves earlier from Monday|meta=An hour that nobody has|document=Ferry to Skarn leaves earlier from Monday", "An hour that nobody has"),
        ("a section with a bar in meta, none in JSON-LD", "headline=Opinion The hour that nobody has|json-ld=The hour that nobody has|meta=Opinion | The hour that nobody has", "The hour that nobody has"),
        ("a kicker with a colon is part of the headline", "headline=Ferries: The hour that nobody has|document=The hour that nobody has", "Ferries: The hour that nobody has"),
        ("a date in the headline", "headline=Ferry leaves an hour earlier 23.11.2026|headline part=Ferry leaves an hour earlier|headline part=23.11.2026|meta=Ferry leaves an hour earlier", "Ferry leaves an hour earlier"),
        ("parts that no metadata confirm", "headline=Ferry leaves earlier and why|headline part=Ferry leaves earlier|headline part=and why|meta=Ferry leaves earlier and why", "Ferry leaves earlier and why"),
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
    found = choose_title(candidates, SITES, SECTIONS)
    assert (found.value if found else None) == expected


@pytest.mark.parametrize(
    ("case", "page", "expected"),
    [
        ("a kicker in a span", "<title>Ferry leaves an hour earlier</title><h1><span>Boats</span> Ferry leaves an hour earlier</h1>", "Ferry leaves an hour earlier"),
        ("a second line", "<meta property=og:title content='Ferry leaves an hour earlier'><h1><div><span>Ferry leaves an hour earlier</span> <em>“We had to”</em></div></h1>", "Ferry leaves an hour earlier"),
        ("emphasis within a headline", "<title>Ferry</title><h1>Ferry <i>Skarn</i> leaves an hour earlier</h1>", "Ferry Skarn leaves an hour earlier"),
        ("a blog's headings are dates", "<meta property=og:title content='Ferry leaves earlier'><h2>mardi 5 juin 2018</h2>", "Ferry leaves earlier"),
        ("a date that is the title", "<title>9/11</title><h1>11 September 2001</h1>", "9/11"),
    ],
)  # fmt: skip
def test_the_title_of_a_page(case: str, page: str, expected: str) -> None:
    body = f"<html lang=fr><body>{page}<p>{'A sentence of the story. ' * 9}</p></body></html>"
    story = read("https://harbour-post.example/1", body.encode())
    assert story is not None and story.title == expected
