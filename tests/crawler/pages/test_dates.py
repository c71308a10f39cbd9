"""The date of a page: the choice among all dates that the page prints. One case a line."""

# ruff: noqa: E501  (one case a line)

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from newsdesk.crawler.models import Article, PrintedDate
from newsdesk.crawler.normalise.countries import (
    countries,
    country_of_address,
    country_of_language,
    zone_of_country,
)
from newsdesk.crawler.normalise.dates.precedence import ORIGINS
from newsdesk.crawler.normalise.publication import OutletHints, StoryDates, normalise_dates
from newsdesk.crawler.pages.dates.candidates import day_in_address
from newsdesk.crawler.pages.dates.visible import dates_elsewhere, dates_near, find_headline
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
TEXT = (
    "<p>" + "The ferry left the old harbour at noon with forty passengers and a crate of pears. " * 3 + "</p>"
)
FAR = "https://gazette.example/ferry"


def json_ld(kind: str = "NewsArticle", **properties: str) -> str:
    node = {"@type": kind, "headline": "The ferry leaves", **properties}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def read(head: str, above: str, behind: str, address: str, language: str = "en", **claimed: str) -> Story:
    page = (
        f'<html lang="{language}"><head><title>The ferry leaves</title>{head}</head><body><main>{above}'
        f"<h1>The ferry leaves</h1>{behind}{TEXT * 3}</main></body></html>"
    )
    order = PageTask(
        document=Document(
            body=page.encode(), address=address, fetched_at=NOW, content_type="text/html", charset="utf-8"
        ),
        claimed=ClaimedPage(page_id=0, url=address, host="", **claimed),  # type: ignore[arg-type]  # hints
    )
    own = read_page_task(order).own
    assert own is not None
    return own


PUBLISHED = meta("article:published_time", "2026-05-03T14:05:00+02:00")
LD = json_ld(datePublished="2026-05-03T14:05:00+02:00")
UTC_LD = json_ld(datePublished="2026-05-03T23:30:00Z")
LINE = '<p class="meta">3 May 2026</p>'

# head, above the headline, below it, address, (day, UTC time or None for a day only, origin), why
CASES = [
    (LD, "", "", FAR, ("2026-05-03", "12:05", "json-ld"), "JSON-LD of the article"),
    (PUBLISHED + json_ld("WebPage", datePublished="2026-05-01"), "", "", FAR, ("2026-05-03", "12:05", "meta"), "the article before the page"),
    (json_ld("WebPage", datePublished="2026-05-01"), "", "", FAR, ("2026-05-01", None, "json-ld page"), "the page's node, if there is no other date"),
    ("", "", '<time itemprop="datePublished" datetime="2026-05-03T14:05:00+02:00">today</time>', FAR, ("2026-05-03", "12:05", "microdata"), "microdata"),
    ("<script>var a = {'datePublished': '2026-05-03T14:05:00+02:00'}</script>", "", "", FAR, ("2026-05-03", "12:05", "script"), "a script, if there is no structured data"),
    ('<script type="application/ld+json">{"datePublished": "2026-05-03T14:05:00+02:00",,}</script>', "", "", FAR, ("2026-05-03", "12:05", "script"), "JSON-LD that is not valid"),
    ("", "", '<time datetime="2026-05-03T14:05:00+02:00">today</time>', FAR, ("2026-05-03", "12:05", "time"), "a time element"),
    ("", "", LINE + TEXT * 2 + '<time datetime="2026-05-09">today</time>', FAR, ("2026-05-03", None, "line"), "a time element far from the headline"),
    ("", "", "", "https://gazette.example/2026/05/03/ferry", ("2026-05-03", None, "address"), "only the address"),
    ("", "", LINE, FAR, ("2026-05-03", None, "line"), "a line by the headline"),
    ("", LINE, "", FAR, ("2026-05-03", None, "line above"), "a line above it"),
    ("", "", TEXT * 2 + '<p class="date">Published on 3 May 2026</p>', FAR, ("2026-05-03", None, "marked line"), "a line far from it"),
    (json_ld(dateModified="2026-05-03T14:05:00+02:00"), "", "", FAR, ("2026-05-03", "12:05", "updated"), "only an update"),
    # dates that override others
    (json_ld(datePublished="2024-01-02T08:00:00Z"), "", LINE, FAR, ("2026-05-03", None, "line"), "republished: the visible line"),
    (json_ld(datePublished="2024-01-02T08:00:00Z"), "", LINE, "https://gazette.example/2024/01/02/ferry", ("2024-01-02", "08:00", "json-ld"), "the address agrees with the structured data"),
    (json_ld(datePublished="2024-01-02T08:00:00Z"), "", "<p>Updated 3 May 2026</p>", FAR, ("2024-01-02", "08:00", "json-ld"), "an update is not the publication"),
    (json_ld(datePublished="2024-01-02T08:00:00Z"), "", "<p>Her yacht sank here on 3 May 2026</p>", FAR, ("2024-01-02", "08:00", "json-ld"), "a sentence is not a line with the date of publication"),
    (json_ld(datePublished="2024-01-02T08:00:00Z"), LINE, "", FAR, ("2024-01-02", "08:00", "json-ld"), "a line above the headline may be today's date"),
    (json_ld(datePublished="2024-01-02T08:00:00Z"), "", "<p>2 January 2024</p><p>3 May 2026</p>", FAR, ("2024-01-02", "08:00", "json-ld"), "another line agrees"),
    (json_ld(datePublished="2026-02-01T08:00:00Z"), "", "<p>01/02/2026</p>", FAR.replace(".example", ".co.in"), ("2026-02-01", "08:00", "json-ld"), "digits that agree"),
    (json_ld(datePublished="2026-01-02T08:00:00Z"), "", "<p>01/02/2026</p>", FAR.replace(".example", ".co.in"), ("2026-01-02", "08:00", "json-ld"), "digits that agree with day and month swapped"),
    # dates that are implausible
    (json_ld(datePublished="2027-05-03T08:00:00Z"), "", LINE, FAR, ("2026-05-03", None, "line"), "later than the visit"),
    (json_ld(datePublished="2027-05-03T08:00:00Z"), "", "", FAR, ("2027-05-03", "08:00", "json-ld"), "later than the visit, but the only date"),
    (json_ld(datePublished="0000-00-00") + PUBLISHED, "", "", FAR, ("2026-05-03", "12:05", "meta"), "an empty field"),
    (json_ld(datePublished="2027-05-03T08:00:00Z") + PUBLISHED, "", "", FAR, ("2026-05-03", "12:05", "meta"), "another, when the first is later than the visit"),
    # prose, lists and parts of the site
    ("", "", "<p>Berlin, 3. Mai 2026 – Die Fähre verließ den alten Hafen mit vierzig Menschen an Bord.</p>", "https://zeitung.de/boot", ("2026-05-03", None, "opening"), "the opening of a paragraph"),
    ("", "", TEXT * 2 + "<p>Pressemitteilung vom 3. Mai 2026</p>", "https://zeitung.de/boot", ("2026-05-03", None, "sentence"), "a press release"),
    ("", "", TEXT * 2 + "<p>Dieser Beitrag über den alten Hafen und die Birnen wurde am 3. Mai 2026 um 14:05 von Ann Hill in Häfen veröffentlicht.</p>", "https://zeitung.de/boot", ("2026-05-03", "12:05", "sentence"), "a sentence about the text"),
    (json_ld(dateModified="2026-05-03T14:05:00+02:00"), "", "<time>15 hours ago</time>", FAR, ("2026-05-03", "12:05", "updated"), "a relative date is of least trust: it may belong to another story"),
    (meta("published_on", "2026-05-03"), "", "", FAR, ("2026-05-03", None, "meta"), "published_on"),
    (meta("published", "2026-05-03"), "", "", FAR, ("2026-05-03", None, "meta"), "published"),
    ("", "", "<p>News24 3 May 2026</p><p>1 May 2026</p>", FAR, ("2026-05-03", None, "line"), "the nearest line, though it has other words"),
    ("", LINE, '<ul><li><time datetime="2026-04-01">1 April 2026</time> <a href="/x">The old lighthouse is painted again</a></li></ul>', FAR, ("2026-05-03", None, "line above"), "not the date of another story in a list"),
    ("", LINE, '<p class="event_date">9 May 2026</p><div class="articleTeaser"><p>8 May 2026</p></div>', FAR, ("2026-05-03", None, "line above"), "not the date of an event or a teaser"),
    ("", LINE, '<figure><figcaption>The ferry on 1 May 2026. Ann Hill</figcaption></figure>', FAR, ("2026-05-03", None, "line above"), "not the caption of a picture"),
    ("", "", "<aside class=post-info><span>3 May 2026</span> <span>Ann Hill</span></aside>", FAR, ("2026-05-03", None, "line"), "a short aside beside the headline"),
    ("", "", "<p>Ann Hill<br>3 May 2026<br>Time to read: 4 minutes</p>", FAR, ("2026-05-03", None, "line"), "a line between line breaks"),
    (json_ld(datePublished="2026-01-02T08:00:00Z"), "", "<p>Updated 4 May 2026</p><p>3 May 2026</p>", FAR, ("2026-01-02", "08:00", "json-ld"), "a line below an update overrules nothing"),
    (json_ld(dateModified="2024-05-20"), "", "<time>3 March</time>", FAR, ("2024-03-03", None, "time"), "a day without a year, in the year of another date"),
    # the time and the zone of other dates
    (json_ld(datePublished="2026-05-03") + PUBLISHED, "", "", FAR, ("2026-05-03", "12:05", "json-ld"), "a day, with the time of another date"),
    (json_ld(datePublished="2026-05-03 14:05:00") + PUBLISHED, "", "", FAR, ("2026-05-03", "12:05", "json-ld"), "a time, with the zone of another date"),
    (json_ld(datePublished="2026-05-03 14:05:00", dateModified="2026-05-04T09:00:00+02:00"), "", "", FAR, ("2026-05-03", "12:05", "json-ld"), "a time, with the update's zone"),
    (json_ld(datePublished="2026-05-03 14:05:00"), "", "", "https://zeitung.de/boot", ("2026-05-03", "12:05", "json-ld"), "a time, with the country's zone"),
    (json_ld(datePublished="2026-05-03 14:05:00"), "", "", FAR, ("2026-05-03", "14:05", "json-ld"), "a time, and no zone is known"),
    # the publisher's day
    (UTC_LD, "", "", FAR, ("2026-05-03", "23:30", "json-ld"), "UTC, and no zone is known"),
    (UTC_LD, "", "", "https://gazette.example/2026/05/04/ferry", ("2026-05-04", "23:30", "json-ld"), "the address has the day"),
    (UTC_LD, "", "", "https://gazette.example/2026/05/08/ferry", ("2026-05-03", "23:30", "json-ld"), "a day that no zone had then"),
    (UTC_LD, "", "<p>4 May 2026, 1:30 am</p>", FAR, ("2026-05-04", "23:30", "json-ld"), "a visible local time"),
    (UTC_LD, "", "<p>4 May 2026</p>", FAR, ("2026-05-04", "23:30", "json-ld"), "a line has the day"),
    (UTC_LD, "", "<p>3 May 2026</p>", "https://zeitung.de/boot", ("2026-05-03", "23:30", "json-ld"), "a line agrees with UTC"),
    (UTC_LD + meta("article:published_time", "2026-05-04T01:30:00+02:00"), "", "", FAR, ("2026-05-04", "23:30", "json-ld"), "the same moment twice"),
    (json_ld(datePublished="2026-05-03T23:30:00Z", dateModified="2026-05-05T09:00:00+02:00"), "", "", FAR, ("2026-05-04", "23:30", "json-ld"), "the update's zone"),
    (json_ld(datePublished="2026-05-03T23:30:00Z", dateModified="2026-09-05T09:00:00+02:00"), "", "", FAR, ("2026-05-03", "23:30", "json-ld"), "an update long after: daylight saving may have changed"),
    (UTC_LD, "", "<p>2 May 2026, 3:30 am</p>", FAR, ("2026-05-03", "23:30", "json-ld"), "no zone is twenty hours behind"),
    (UTC_LD, "", "", "https://zeitung.de/boot", ("2026-05-04", "23:30", "json-ld"), "the country's zone"),
    (json_ld(datePublished="2026-05-03T19:30:00-04:00"), "", "<p>4 May 2026</p>", FAR, ("2026-05-03", "23:30", "json-ld"), "a printed zone has its day"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "above", "behind", "address", "wanted", "why"), CASES, ids=[case[-1] for case in CASES]
)
def test_the_chosen_date(
    head: str, above: str, behind: str, address: str, wanted: tuple[str, str | None, str], why: str
) -> None:
    one = read(head, above, behind, address)
    assert one.published is not None
    exact = None if one.precision == "day" else one.published.strftime("%H:%M")
    assert (one.published_day, exact, one.evidence["published"]["origin"]) == wanted, why


def test_the_region_of_the_language_tells_the_order_of_numbers() -> None:
    assert read("", "", "<p>02/10/2026</p>", FAR, language="en-GB").published_day == "2026-10-02"
    for language in ("en", "en-US"):  # `en-US` is the default of many systems
        assert read("", "", "<p>02/10/2026</p>", FAR, language=language).published is None


@pytest.mark.parametrize(
    "behind",
    [
        "<time>3 March</time>",
        "<p>On 3 May 2026 the ferry sank in the old harbour, with forty pears.</p>",
        f"{TEXT * 2}<p>A study that was published on 3 May 2026 says that ferries sink.</p>",
        "<time>12:30 pm</time>",
    ],
    ids=["no year on the page", "an event", "another publication", "the length of a video"],
)
def test_a_page_without_a_date_of_publication(behind: str) -> None:
    assert read("", "", behind, FAR).published is None


def test_the_day_of_the_visit_in_the_head_of_the_site_is_no_date() -> None:
    page = html.document_fromstring(
        "<body><header><p class=date>Monday, 4 May 2026</p></header><div class=masthead><p class=date>5 May 2026</p>"
        f"</div><main><h1>The ferry leaves</h1>{TEXT * 3}</main></body>"
    )
    headline = find_headline(page, ())
    assert not [*dates_near(page, headline), *dates_elsewhere(page, headline)]


def test_a_local_time_beside_utc_gives_the_offset() -> None:
    one = read(UTC_LD, "", "<p>4 May 2026, 1:30 am</p>", FAR)
    assert one.published_offset_min == 120


def test_a_zone_guessed_by_country_is_a_doubt_and_a_set_zone_is_not() -> None:
    guessed = read(UTC_LD, "", "", "https://zeitung.de/boot")
    assert guessed.evidence["published"]["doubts"] == ["day in the zone Europe/Berlin"]
    assert guessed.published_offset_min == 0
    configured = read(UTC_LD, "", "", FAR, timezone="Europe/Berlin")
    assert (configured.published_day, configured.published_offset_min) == ("2026-05-04", 120)
    assert "doubts" not in configured.evidence["published"]


def test_the_evidence_has_the_agreeing_and_the_rejected_dates() -> None:
    head = LD + PUBLISHED + json_ld("WebPage", datePublished="2026-05-01") + meta("date", "not yet")
    one = read(head, "", LINE, FAR)
    assert one.evidence["published"] == {
        "printed": "2026-05-03T14:05:00+02:00", "rule": "iso", "zone": "stated", "origin": "json-ld",
        "agreeing": ["meta", "line"],
        "rejected": [{"origin": "json-ld page", "printed": "2026-05-01", "reason": "2 days earlier"}],
    }  # fmt: skip
    assert one.published_values["dates"][0] == ["json-ld", "2026-05-03T14:05:00+02:00"]


def test_a_page_is_read_in_its_own_language() -> None:
    one = read("", "", "<p>12 lis 2025</p>", FAR, language="pl")
    assert one.published_day == "2025-11-12"
    assert read("", "", "<p>12 lis 2025</p>", FAR, language="hr").published_day == "2025-10-12"


def when(*dates: tuple[str, str], updated: str | None = None) -> StoryDates:
    printed = tuple(PrintedDate(origin=origin, value=value) for origin, value in dates)
    return normalise_dates(
        Article(dates=printed, updated=updated), language="en", outlet=OutletHints(), now=NOW
    )


CHANGED = ("header", "Sun, 03 May 2026 12:00:00 GMT")
BOUNDS = [  # dates beside the page's last change, the chosen day, why
    ([("line above", "4 June 2026"), ("updated", "2026-05-02")], "2026-05-02", "no date elsewhere may be later"),
    ([("line above", "2 May 2026"), ("updated", "2026-05-03")], "2026-05-02", "an earlier one is chosen"),
    ([("far time", "2026-05-01"), ("updated", "2026-05-02")], "2026-05-02", "an update before a time far away"),
    ([("far line", "4 May 2026")], "2026-05-04", "one day later may be a difference of zones"),
    ([("far line", "4 June 2026")], "2026-06-04", "if there is no other date"),
    ([("json-ld", "2026-06-04"), ("far line", "1 May 2026")], "2026-06-04", "structured data is chosen before the header"),
    ([], None, "it is not a date of publication"),
]  # fmt: skip


@pytest.mark.parametrize(("dates", "day", "why"), BOUNDS, ids=[why for *_, why in BOUNDS])
def test_the_last_change_of_a_page(dates: list[tuple[str, str]], day: str | None, why: str) -> None:
    found = when(CHANGED, *dates).published
    assert (found and found.local_day) == day, why


def test_the_last_modified_header_is_one_of_the_dates_of_a_page() -> None:
    page = f"<html><body><h1>The ferry</h1>{TEXT * 3}<footer><p>4 June 2026</p></footer></body></html>"
    claimed = ClaimedPage(page_id=0, url=FAR, host="")
    order = PageTask(
        document=Document(
            body=page.encode(),
            address=FAR,
            fetched_at=NOW,
            content_type="text/html",
            last_modified=CHANGED[1],
        ),
        claimed=claimed,
    )
    own = read_page_task(order).own
    assert (
        own is not None
        and own.published is None
        and own.published_values["dates"] == [["header", CHANGED[1]]]
    )


@pytest.mark.parametrize(
    ("published", "updated", "kept"),
    [
        ("2026-05-03T14:05:00Z", "2026-05-03T14:06:00Z", True),
        ("2026-05-03T14:05:00Z", "2026-05-03T14:05:00Z", True),
        ("2026-05-03T14:05:30Z", "2026-05-03T14:05:00Z", True),
        ("2026-05-03T14:05:00Z", "2026-05-02T14:06:00Z", False),
        ("2026-05-03", "2026-05-03T00:00:00+02:00", True),
        ("2026-05-03", "2026-05-02T23:00:00+02:00", False),
    ],
)
def test_an_update_before_the_publication_is_dropped(published: str, updated: str, kept: bool) -> None:
    one = when(("json-ld", published), updated=updated)
    assert (one.updated is not None) == kept
    assert ("doubts" in one.evidence["updated"]) != kept


WORDS = st.sampled_from(
    ["2026-05-03", "3 May 2026", "14:05", "Z", "+02:00", "updated", "by", "年", "5/3", "0000"]
)
PRINTS = st.lists(WORDS, max_size=4).map(" ".join) | st.text(max_size=30)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.builds(PrintedDate, origin=st.sampled_from(sorted(ORIGINS)), value=PRINTS), max_size=6),
    PRINTS,
)
def test_no_dates_raise_and_the_order_on_the_page_does_not_matter(
    dates: list[PrintedDate], updated: str
) -> None:
    by_origin = {one.origin: one for one in dates}
    outlet = OutletHints(address="https://zeitung.de/boot")
    one, other = (
        normalise_dates(Article(dates=tuple(printed), updated=updated), language="en", outlet=outlet, now=NOW)
        for printed in (by_origin.values(), reversed(by_origin.values()))
    )
    assert one == other
    if one.published is not None:
        assert one.published.instant.tzinfo is UTC
        assert not by_origin or one.evidence["published"]["origin"] in by_origin


def test_every_origin_of_a_visible_date_is_in_the_table() -> None:
    known = set(ORIGINS)
    page = html.document_fromstring(
        "<body><div class=x><p>1 May 2026</p><h1>2 May 2026</h1><p>3 May 2026</p><time>4 May 2026</time>"
        f"<p>Rome, 9 May 2026 – {'The ferry left the old harbour. ' * 3}</p>"
        f"{TEXT * 2}<time>7 May 2026</time><p class=date>5 May 2026</p><p>6 May 2026</p>"
        "<p>Press release of 8 May 2026</p></div></body>"
    )
    headline = find_headline(page, ())
    found = {origin for origin, _ in (*dates_near(page, headline), *dates_elsewhere(page, headline))}
    near = {"headline", "line", "line above", "time", "opening"}
    assert found == near | {"far time", "marked line", "sentence", "far line"}
    assert found <= known


ADDRESSES = [  # address, the day in it, why
    ("https://a.example/2026/05/03/ferry", "2026-05-03", "folders"),
    ("https://a.example/2026/5/3/ferry", "2026-05-03", "folders without zeros"),
    ("https://a.example/2026/may/03/ferry", "2026-05-03", "a month's name"),
    ("https://a.example/news/2026-05-03-ferry", "2026-05-03", "at the beginning of a name"),
    ("https://a.example/ferry-2026-05-03.html", "2026-05-03", "at the end of a name"),
    ("https://a.example/ferry_20260503.html", "2026-05-03", "only eight digits"),
    ("https://a.example/20260503/ferry", "2026-05-03", "eight digits as a folder"),
    ("https://a.example/newsroom/03-05-2026-ferry", "2026-05-03", "the day first"),
    ("https://a.example/a/120260503", None, "an article number"),
    ("https://a.example/2026/05/ferry", None, "a month only"),
    ("https://a.example/2026/13/03/ferry", None, "no such month"),
    ("https://a.example/ferry?d=2026-05-03", None, "a query may hold anything"),
    ("https://2026-05-03.example/ferry", None, "a host's name"),
]


@pytest.mark.parametrize(("address", "day", "why"), ADDRESSES, ids=[why for *_, why in ADDRESSES])
def test_the_day_in_an_address(address: str, day: str | None, why: str) -> None:
    assert day_in_address(address) == day, why


HEADLINES = [  # body, the first date near its headline or None, why
    ("<div class=sidebar-grid><h1>The ferry leaves</h1><p>3 May 2026</p></div>", "3 May 2026", "an element that holds the headline is not a sidebar"),
    ("<h1>The ferry leaves</h1><div class=related><p>3 May 2026</p></div>", None, "other stories"),
    ("<article><h3>The ferry leaves</h3><footer><time>3 May 2026</time></footer></article>", "3 May 2026", "the footer of an article"),
    ("<h1>The ferry leaves</h1><footer><time>3 May 2026</time></footer>", None, "the footer of the page"),
    ("<h1><a href='/'>Gazette</a></h1><h2>The ferry leaves</h2><p>3 May 2026</p>", "3 May 2026", "the site's name is not the headline"),
    ("<h1>The ferry leaves</h1><p class=updated>3 May 2026</p>", None, "marked as an update's"),
    ("<h1>The ferry leaves</h1><time class='entry-date updated'>3 May 2026</time>", "3 May 2026", "the date of a post that was never changed"),
    ("<h1>The ferry leaves</h1><p>2026年5月3日 08時15分</p>", "2026年5月3日 08時15分", "signs between numbers"),
    ("<h1>The ferry leaves</h1><p>Published: 3 May 2026</p>", "3 May 2026", "words before it"),
    ("<h1>The ferry leaves</h1><p>She wore the old blue coat in Florence, Italy, on April 23, 1985.</p>", None, "a sentence"),
    ("<h1>The ferry leaves</h1><p>Crew of 2026</p><p>3.5.26</p>", "3.5.26", "a year is not a day"),
    ("<p>1 May 2026</p><div><p>2 May 2026</p></div><h1>The ferry leaves</h1>", "2 May 2026", "above it, the nearest"),
    (f"<h1>The ferry leaves</h1>{TEXT}{TEXT}<p>3 May 2026</p>", None, "after the second paragraph"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "wanted", "why"), HEADLINES, ids=[why for *_, why in HEADLINES])
def test_dates_near_the_headline(body: str, wanted: str | None, why: str) -> None:
    page = html.document_fromstring(f"<html><body>{body}</body></html>")
    found = [printed for _, printed in dates_near(page, find_headline(page, ("The ferry leaves | Gazette",)))]
    assert next(iter(found), None) == wanted, why


def test_countries() -> None:
    assert set(countries().values()) <= available_timezones()
    found = [
        country_of_address(f"https://www.{host}/a")
        for host in ("a.co.uk", "a.de:8080", "a.com", "a.tv", "127.0.0.1")
    ]
    assert found == ["GB", "DE", None, None, None]
    assert [country_of_language(tag) for tag in ("de-AT", "en-US", "zh-Hant-TW", "de", None)] == [
        "AT",
        None,
        "TW",
        None,
        None,
    ]
    assert zone_of_country("UK") == "Europe/London" and zone_of_country("US") is None
