"""The authors of a page: the choice among JSON-LD, meta and visible bylines. One case a line."""

# ruff: noqa: E501  (one case a line)

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newsdesk.crawler.pages.reader import read_page
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask
from newsdesk.crawler.workers.readers.page import read_page_task
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Author

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SENTENCE = "The ferry left the old harbour at noon with forty passengers and a crate of pears on board. "


def json_ld(*authors: tuple[str, str]) -> str:
    people = [{"@type": kind, "name": name} for kind, name in authors]
    node = {"@type": "NewsArticle", "headline": "The ferry", "author": people}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


SITE = '<meta property="og:site_name" content="Harbour Gazette">'
TEASERS = (
    '<ul class="list"><li><h3>Storm over the northern isles is over</h3><span class="author">Max Roe</span></li>'
    '<li><h3>Council votes for a longer pier, again</h3><span class="author">Una Pike</span></li></ul>'
)
BLOCK = '<div class="bylines">' + "".join(
    f'<div class="byline"><div><div><address><a rel="author">{name}</a></address></div></div></div>'
    for name in ("Ann Hill", "Bo Lund")
) + "</div>"  # fmt: skip
LONG_TEXT = f"<p>{SENTENCE * 3}</p>" * 8
NAMED = "<p>Ann Hill</p>"  # visible, though no class marks it
CASES = [  # (head, after the headline, after the text, the authors, why)
    (json_ld(("Person", "Ann Hill")), NAMED, "", "Ann Hill", "JSON-LD"),
    (json_ld(("Person", "Ann Hill"), ("Person", "Bo Lund")), "<p>Ann Hill, Bo Lund</p>", "", "Ann Hill; Bo Lund", "two of them"),
    (json_ld(("Person", "Ann Hill and Bo Lund")), NAMED, "", "Ann Hill; Bo Lund", "in one string"),
    (json_ld(("Person", "Ann Hill")), NAMED, TEASERS, "Ann Hill", "authors of other stories are left out"),
    ("", '<p class="byline">By Ann Hill</p>', TEASERS, "Ann Hill", "of visible bylines the first"),
    (json_ld(("Person", "Ann Hill")), "", "", "", "a name that is not visible"),
    (meta("author", "Hill, Ann"), "", "", "", "a name that is not visible, surname first"),
    (meta("author", "Hill, Ann"), NAMED, "", "Ann Hill", "visible in another order"),
    (meta("author", "ANN HILL"), NAMED, "", "Ann Hill", "visible in another letter case"),
    (json_ld(("Person", "Ann Hill")), "", '<script>draw({"author": "Ann Hill"})</script>', "Ann Hill", "a script renders the page"),
    (json_ld(("Person", "Ann Hill")), "<!-- by Ann Hill -->", "", "", "a comment is not visible"),
    (json_ld(("Person", "Harbour Gazette")) + SITE, '<p class="byline">By Ann Hill</p>', "", "Ann Hill", "a site is no person"),
    (json_ld(("Person", "Harbour Gazette")) + SITE, '<p class="byline">Harbour Gazette</p>', "", "", "a paper is not its own author"),
    (json_ld(("Organization", "The Harbour Gazette")) + SITE, '<p class="byline">The Harbour Gazette</p>', "", "", "with an article before its name"),
    ("", '<p class="byline">Gazette staff</p>', "", "", "its staff is not an author"),
    (SITE, '<p class="byline">HG Staff</p>', "", "", "its staff by the paper's initials"),
    ("", '<p class="byline">gazette.example</p>', "", "", "the host is not an author"),
    ("", '<p class="byline">Redaktion Gazette</p>', "", "", "its staff in German"),
    (json_ld(("Person", "Gazette"), ("Person", "Ann Hill")), NAMED, "", "Ann Hill", "the paper beside its reporter"),
    (json_ld(("Person", "Ann Hill")) + meta("og:site_name", "Ann Hill"), NAMED, "", "# Ann Hill", "a typed person with the site's name"),
    (json_ld(("Organization", "Reuters")), '<p class="byline">Ann Hill</p>', "", "Ann Hill", "people before agencies"),
    (json_ld(("Organization", "Reuters")), "<p>Reuters</p>", "", "# Reuters", "an agency alone"),
    (json_ld(("Person", "Staff")), "", "", "", "a desk is not an author"),
    (meta("author", "https://www.facebook.com/harbour"), "", "", "", "an address is not an author"),
    (meta("author", "admin"), '<p class="byline">By Ann Hill</p>', "", "Ann Hill", "a login is not an author"),
    (meta("author", "Ann Hill"), '<p class="byline">By Ann Hill and Bo Lund</p>', "", "Ann Hill; Bo Lund", "the more complete byline"),
    (json_ld(("Person", "Ann Hill")), NAMED + '<p class="byline">By Max Roe</p>', "", "Ann Hill", "a typed name counts most"),
    (meta("author", "Nordic Holding"), '<p>Nordic Holding</p><p class="byline">By Ann Hill</p>' + meta("byl", "By Ann Hill"), "", "Ann Hill", "two origins agree against one"),
    ("", '<p class="byline">By Ann Hill; edited by Max Roe</p>', "", "Ann Hill", "editors are left out"),
    ("", '<p class="byline">Ann Hill, photos by Max Roe</p>', "", "Ann Hill", "photographers are left out"),
    ("", '<p class="byline">Photo: Max Roe</p>', "", "", "a photographer alone"),
    ("", "<p>By Ann Hill | 3 May 2024</p>", "", "Ann Hill", "a line near the headline"),
    ("", "<p>Posted on May 3, 2024 by Ann Hill</p>", "", "Ann Hill", "a line after a date"),
    ("", "<small>posted on <b>3 May 2024</b></small> by Ann Hill", "", "Ann Hill", "text after another element"),
    ("", f"<p><em>…as villagers cry foul</em></p><p><strong>Ann Hill/Bo Lund</strong></p><p>{SENTENCE}</p>", "", "Ann Hill; Bo Lund", "names in bold above the text"),
    ("", "<p><strong>Health Benefits</strong> of pears</p>", "", "", "a heading is not a byline"),
    ("", f"<p><strong>Ann Hill</strong></p><h3>About her</h3><p>{SENTENCE}</p>", "", "", "in bold above something else"),
    ("", '<div class="submitted">Submitted by ann on 3 May 2024</div>', "", "ann", "as Drupal prints it"),
    ("", "<figure><img src=x><figcaption>By Max Roe</figcaption></figure><p>By Ann Hill</p>", "", "Ann Hill", "captions are not bylines"),
    ("", '<p><span class="byline">By</span> <b>Ann Hill</b></p>', "", "Ann Hill", "only the credit is marked"),
    ("", '<p><a rel="author">Ann Hill</a>, <a rel="author">Bo Lund</a></p>', "", "Ann Hill; Bo Lund", "a block of authors"),
    (json_ld(("Person", "Bo Lund")), BLOCK, "", "Ann Hill; Bo Lund", "a block of blocks, and one of them marked"),
    ("", '<p class="byline">By <a rel="author">Ann Hill</a>, Bo Lund and Una Pike</p>', "", "Ann Hill; Bo Lund; Una Pike", "a list, and one of them marked"),
    ("", '<section class="articleAuthor_x1">Ann Hill</section>', "", "Ann Hill", "a generated class"),
    ("", '<p><a href="/by/ann-hill">Ann Hill</a></p>', "", "Ann Hill", "an address with /by/"),
    ("", '<blockquote><p>It is cold.</p><cite class="author">Max Roe</cite></blockquote>', "", "", "the speaker of a quotation"),
    ("", '<div class="quote-box"><p>It is cold.</p><p class="author">Max Roe</p></div>', "", "", "the speaker of a quotation in a box"),
    ("", '<a href="/storm"><b>Storm over the northern isles is over</b> <span class="author">Max Roe</span></a>', "", "", "the author of a linked story"),
    ("", '<div><h4>Storm over the northern isles is over</h4><div><p class="author">Max Roe</p></div></div>', "", "", "the author of a story with a headline of its own"),
    ("", '<div><h4>About the author</h4><p class="author">Ann Hill</p></div>', "", "Ann Hill", "a box about the author"),
    ("", '<p class="author">Max Roe Getty Images</p><p>By Ann Hill</p>', "", "Ann Hill", "the photographer"),
    ("", '<p class="byline">Google</p><p>Posted by Ann Hill and Bo Lund</p>', "", "Ann Hill; Bo Lund", "full names before a single word"),
    (json_ld(("Person", "Ann Hill")), '<p class="byline">Ann Hill</p><p class="byline">Max Roe; Ann Hill</p>', "", "Ann Hill", "a later list is a box"),
    ("", '<div class="auteurs">par Anne Colline</div>', "", "Anne Colline", "French"),
    ("", '<p class="byline">Von Anna Hügel, Hamburg</p>', "", "Anna Hügel", "German, with a place"),
    ("", "", '<aside><p class="author">Max Roe</p></aside>', "", "a side column"),
    ("", '<p><a href="/author/ann">Ann Hill</a></p>', TEASERS, "Ann Hill", "a link to an author's page"),
    ("", '<p class="byline">Ann Hill Follow Expert for New Work and Old Habits</p>', "", "Ann Hill", "text after a button"),
    ("", '<div class="has-right-sidebar"><p class="byline">Ann Hill</p></div>', "", "Ann Hill", "a page with a sidebar is not a sidebar"),
    ("", "<p>By Blue Pony, Bright Oak and DAWN & DUSK | © Agency</p>", "", "", "the credit of a picture"),
    ("", "<p>Von Risiken und Nebenwirkungen</p>", "", "", "a line without full names is not a byline"),
    ("", '<p class="author">You are going to send email to</p>', "", "", "a sentence"),
    # lines beside the headline that nothing marks
    ("", "<p>11.12.2019 - Amelie Hügel</p>", "", "Amelie Hügel", "a date and a name"),
    ("", "<div>04.02.2022 | 13:10 Uhr | Uta Kessler</div>", "", "Uta Kessler", "a date, a time and a name"),
    ("", "<div><span>3 May 2024</span><span>Laura Hill</span></div>", "", "Laura Hill", "in elements side by side"),
    ("", "<div>Laura Hill</div><div>3 May 2024</div>", "", "Laura Hill", "a name alone in a line"),
    ("", "<div>3 May 2024 | London</div>", "", "", "a date and a place"),
    ("", '<div>3 May 2024 | <a href="/tag/laura-hill">Laura Hill</a></div>', "", "", "a person as a topic"),
    ("", "<div>Laura Hill</div><h2>Her life</h2>", "", "", "a name above a section is its heading"),
    ("", '<div><span class="caption">Laura Hill</span></div>', "", "", "the person in a picture"),
    ("", f"<div>Laura Hill</div><p>{SENTENCE * 2}On board was Laura Hill.</p>", "", "", "the person whom the text is about"),
    ("", "<div>Posted by Nora, May 3, 2024</div>", "", "Nora", "a single name after a clear credit"),
    ("", "<p>Von Nora In Aktuell</p>", "", "", "a section behind a single name"),
    # after the text
    ("", f"<div>{LONG_TEXT}<p><b>Laura Hill</b></p></div>", "", "Laura Hill", "a signature alone"),
    ("", f"<div>{LONG_TEXT}<p>Laura Hill</p></div>", "", "Laura Hill", "a signature that is not in bold"),
    ("", f"<div>{LONG_TEXT}<h3>Press contact</h3><p>Laura Hill</p><p>Phone 555 123</p></div>", "", "", "a contact"),
    ("", f"<div>{LONG_TEXT}<p>Nordic Pears</p></div>", "", "", "a last line that is no name"),
    ("", "", "<p><strong>Text:</strong> Laura Hill</p><p>Fotos: Max Roe</p>", "Laura Hill", "a credit after the text"),
    ("", "", "<p>© 2024 Laura Hill</p>", "", "the owner of a picture or a page"),
    ("", "", "<ul><li>Laura Hill</li><li>Nora Whitfield</li></ul>", "", "a list of people"),
    # fact lists
    ("", "<dl><dt>Author</dt><dd>Laura Hill</dd><dt>Date</dt><dd>3 May 2024</dd></dl>", "", "Laura Hill", "a fact list"),
    ("", "<table><tr><th>Auteur :</th><td>Jeanne Colline</td></tr></table>", "", "Jeanne Colline", "a table of facts"),
    ("", "<div>责任编辑：王小明</div>", "", "王小明", "the editor in charge, in Chinese"),
    ("", '<p class="byline">Edited by Max Roe</p>', "", "Max Roe", "an editor, when nobody else is named"),
    ("", '<p class="byline">By Ann Hill</p><p class="byline">Edited by Max Roe</p>', "", "Ann Hill", "an editor beside the author"),
    # boxes beside the story
    ("", '<aside class="meta"><p>3 May 2024</p><p class="author">Ann Hill</p></aside>', "", "Ann Hill", "a small box with date and author"),
    ("", '<aside><a rel="author" href="/people/7">Ann Hill</a></aside>', "", "Ann Hill", "a small box with rel=author"),
    ("", f'<aside><p class="author">Max Roe</p><p>{SENTENCE * 5} 3 May 2024</p></aside>', "", "", "a large box"),
    ("", '<aside><p>3 May 2024</p><a href="/storm">Storm over the northern isles is over</a><p class="author">Max Roe</p></aside>', "", "", "a box with another story"),
    # adjacent elements
    ("", '<p class="byline"><a>Laura Hill</a><a>Nora Whitfield</a></p>', "", "Laura Hill; Nora Whitfield", "without a separator"),
    # names that are no authors
    ("", '<div class="author" style="display: none">ann</div>', "", "", "hidden by the theme"),
    ("", '<div><img src="x"><div><span>The harbour at noon in May.</span> <span>By <a href="/writer/7">Max Roe</a></span></div></div><p>By <a href="/writer/8">Ann Hill</a></p>', "", "Ann Hill", "the photographer behind a caption"),
    (json_ld(("Person", "Ann Hill"), ("Person", "Max Roe")), '<p class="byline">By Ann Hill <span>Photography by Max Roe</span></p>', "", "Ann Hill", "a photographer among the authors of the metadata"),
    (meta("author", "nora"), '<p class="author">Nora</p><p>By Nora Whitfield</p>', "", "Nora Whitfield", "the full name of a login"),
    (json_ld(("Organization", "Gemeinsame Aktion Zukunft Elbe")) + meta("og:site_name", "GAZE e.V."), "<p>Gemeinsame Aktion Zukunft Elbe</p>", "", "", "the publisher by its initials"),
    (meta("author", "Nordic Pear Union"), "<p>Nordic Pear Union</p>", "", "", "a publisher in a meta element only"),
    (meta("author", "Nordic Pear Union"), '<p class="byline">Nordic Pear Union</p>', "", "# Nordic Pear Union", "and in a visible byline"),
    (meta("author", "nora"), "<p>The ferry of nora</p>", "", "", "a login in a meta element only"),
    (meta("author", "Reuters"), "<p>Reuters</p>", "", "# Reuters", "an agency in a meta element only"),
    ("", "<p><strong>Rapid Racing Rucksack</strong></p>" + f"<p>{SENTENCE}The Rapid Racing Rucksack is light.</p>", "", "", "a heading in bold"),
    ("", "", "", "", "no author"),
]  # fmt: skip


def authors(head: str, above: str, below: str) -> tuple[Author, ...]:
    page = (
        f"<html><head><title>The ferry</title>{head}</head><body><article><h1>The ferry</h1>{above}"
        f"<div>{f'<p>{SENTENCE * 3}</p>' * 5}</div></article>{below}</body></html>"
    )
    order = PageTask(
        document=Document(
            body=page.encode(),
            address="https://gazette.example/2024/05/the-ferry",
            fetched_at=NOW,
            content_type="text/html",
            charset="utf-8",
        ),
        claimed=ClaimedPage(page_id=0, url="https://gazette.example/2024/05/the-ferry", host=""),
    )
    story = read_page_task(order).own
    assert story is not None
    return story.authors


@pytest.mark.parametrize(("head", "above", "below", "expected", "why"), CASES)
def test_authors_of_pages(head: str, above: str, below: str, expected: str, why: str) -> None:
    found = authors(head, above, below)
    named = "; ".join(f"{'# ' if one.kind == 'organisation' else ''}{one.name}" for one in found)
    assert named == expected, why


@pytest.mark.parametrize(
    ("head", "expected", "why"),
    [
        (f'<meta name="author" content="Ann Hill" data-x="{"x" * 60_000}">', 0, "an attribute is that long"),
        (f"<script>{'x' * 60_000}</script>{meta('author', 'Ann Hill')}", 1, "a script may be that long"),
        (f"{'x' * 60_000}<p>{meta('author', 'Ann Hill')}", 1, "a text may be that long"),
    ],
)
def test_only_a_long_tag_loses_its_attributes(head: str, expected: int, why: str) -> None:
    found = read_page(
        f"<html><head>{head}</head><body><p>{SENTENCE}".encode(),
        address="https://gazette.example/the-ferry",
        content_type="text/html",
        charset="utf-8",
    )
    assert len(found.fields.get("authors", ())) == expected, why
