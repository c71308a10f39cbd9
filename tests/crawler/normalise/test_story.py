"""From an Article to a Story: every field, the published values, the doubts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.models import Article, Enclosure, Markup, Person
from newsdesk.crawler.normalise.dates.parser import LATER
from newsdesk.crawler.normalise.dates.precedence import ONLY_UPDATED
from newsdesk.crawler.normalise.identity import identify
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.story import normalise_story
from newsdesk.storage.records.stories import Author, Story

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ARTICLE = Article(
    guid="g1",
    link="https://www.example.org/ferry?utm_source=rss",
    title=Markup(value="Ferry &amp; bridge"),
    summary=Markup(value="<p>The first boat leaves at <b>six</b>.</p>"),
    content=Markup(
        value='<p class="x">The first boat leaves at <a href="/six">six</a>.</p>'
        '<script>no()</script><img src="b.png">',
        base="https://www.example.org/ferry",
    ),
    published="Tue, 24 Nov 2026 00:36:00 +0200",
    authors=(Person(name="By Ann Hill and Ben Ode"),),
    categories=("Sea", "sea", "Harbour"),
    language="en-gb",
)


def story(article: Article = ARTICLE, **hints: Any) -> Story:
    _, (name,) = identify([article], scheme="guid", source_id=1)
    defaults: dict[str, Any] = dict.fromkeys(("outlet", "language", "country", "timezone", "feed_language"))
    return normalise_story(article, addresses=name.addresses, now=NOW, **{**defaults, **hints})


def test_every_field() -> None:
    one = story()
    assert one.addresses[0].url == ARTICLE.link
    assert one.site == "example.org"
    assert one.title == "Ferry & bridge"
    assert one.text == "The first boat leaves at six."
    assert one.html == (
        "<p>The first boat leaves at "
        '<a href="https://www.example.org/six">six</a>.</p>'
        '<img src="https://www.example.org/b.png">'
    )
    assert one.summary == "The first boat leaves at six."
    assert one.language == "en-GB"
    assert one.authors == (Author(name="Ann Hill"), Author(name="Ben Ode"))
    assert one.published == datetime(2026, 11, 23, 22, 36, tzinfo=UTC)
    assert (one.published_day, one.published_offset_min, one.precision) == ("2026-11-24", 120, "second")
    assert one.image == "https://www.example.org/b.png"
    assert one.categories == ("Sea", "Harbour")
    assert one.reader_version == READER_VERSION
    assert (
        one.published_values["published"] == ARTICLE.published
        and one.published_values["title"] == "Ferry &amp; bridge"
    )
    assert one.evidence["published"]["rule"] == "rfc822"


def test_missing_fields_stay_unknown() -> None:
    one = story(Article(link="https://example.org/a"))
    assert (one.title, one.text, one.html, one.summary, one.published, one.updated, one.language) == (
        None,
    ) * 7
    assert one.authors == () and one.categories == () and one.image is None


def test_an_updated_date_replaces_a_missing_date_with_a_doubt() -> None:
    one = story(replace(ARTICLE, published=None, updated="2026-11-24T01:00:00Z"))
    assert one.published == one.updated == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert one.evidence["published"]["doubts"] == [ONLY_UPDATED]


def test_an_unparsed_date_is_not_replaced_by_the_update() -> None:
    one = story(replace(ARTICLE, published="soon", updated="2026-11-24T01:00:00Z"))
    assert one.published is None and one.updated is not None
    assert one.evidence["published"] == {"printed": "soon", "rule": None, "doubts": ["not parsed"]}


def test_a_later_date_is_kept_with_a_doubt() -> None:
    one = story(replace(ARTICLE, published="2027-01-01T00:00:00Z"))
    assert one.published == datetime(2027, 1, 1, tzinfo=UTC)
    assert one.evidence["published"]["doubts"] == [LATER]


def test_the_summary_replaces_missing_content() -> None:
    one = story(replace(ARTICLE, content=None))
    assert one.text == one.summary == "The first boat leaves at six."
    assert one.evidence["text"] == {"origin": "summary"}


def test_a_summary_that_repeats_the_text_is_dropped() -> None:
    whole = " ".join(f"Sentence {n} of the story." for n in range(60))
    one = story(
        replace(ARTICLE, summary=Markup(value=whole + " […]"), content=Markup(value=f"<p>{whole}</p>"))
    )
    assert one.summary is None and one.text == whole


def test_plain_text_keeps_signs_and_paragraphs() -> None:
    one = story(replace(ARTICLE, content=Markup(value="a < b & c\n\nd", kind="text")))
    assert one.text == "a < b & c\n\nd"
    assert one.html == "<p>a &lt; b &amp; c</p><p>d</p>"


def test_the_most_specific_language_has_precedence() -> None:
    bare = replace(ARTICLE, language=None)
    assert story(bare, feed_language="de", language="fr").language == "fr"
    assert story(bare, feed_language="de", language="x-none").language == "de"
    assert story(feed_language="de", language="fr").language == "en-GB"
    assert story(bare).language is None


def test_image_of_an_enclosure() -> None:
    media = (Enclosure(url="/a.mp3", type="audio/mpeg"), Enclosure(url="/b.jpg", type="image/jpeg"))
    assert story(replace(ARTICLE, enclosures=media)).image == "https://www.example.org/b.jpg"


def test_a_tracking_pixel_is_no_image() -> None:
    pixel = (
        '<img width="1" height="1" src="https://count.example/p.gif"><img src="https://example.org/b.png">'
    )
    assert story(replace(ARTICLE, content=Markup(value=pixel))).image == "https://example.org/b.png"


def test_no_site_without_an_address() -> None:
    assert story(replace(ARTICLE, link=None)).site == ""


def test_the_digest_changes_with_material_changes_only() -> None:
    same = [
        replace(ARTICLE, link="https://example.org/ferry"),
        replace(ARTICLE, title=Markup(value="  Ferry &#38;\n bridge ")),
        replace(ARTICLE, content=Markup(value="<div>The first  boat leaves\nat <i>six</i>.</div>")),
        replace(ARTICLE, published="2026-11-23T22:36:00Z"),
        replace(ARTICLE, categories=()),
    ]
    other = [
        replace(ARTICLE, title=Markup(value="Ferry and bridge")),
        replace(ARTICLE, content=Markup(value="<p>The first boat leaves at seven.</p>")),
        replace(ARTICLE, published="2026-11-23T22:37:00Z"),
        replace(ARTICLE, authors=(Person(name="Ann Hill"),)),
        replace(ARTICLE, summary=None),
    ]
    digest = story().digest
    assert digest.startswith("s2:")
    assert [story(one).digest == digest for one in same] == [True] * len(same)
    assert [story(one).digest == digest for one in other] == [False] * len(other)


any_text = st.text(alphabet=st.characters(exclude_categories=()), max_size=40)
markups = st.none() | st.builds(
    Markup, value=any_text, kind=st.sampled_from(["html", "text"]), base=st.none() | any_text
)


@given(
    st.builds(
        Article,
        guid=st.none() | any_text,
        link=st.none() | any_text,
        title=markups,
        summary=markups,
        content=markups,
        published=st.none() | any_text,
        updated=st.none() | any_text,
        authors=st.lists(st.builds(Person, name=any_text), max_size=2).map(tuple),
        categories=st.lists(any_text, max_size=2).map(tuple),
        language=st.none() | any_text,
        image=st.none() | any_text,
    )
)
def test_no_article_raises_and_every_story_can_be_stored(article: Article) -> None:
    scheme, (name,) = identify([article], scheme="guid", source_id=1)
    assert scheme in ("guid", "address")
    hints: dict[str, Any] = dict.fromkeys(("outlet", "language", "country", "timezone", "feed_language"))
    one = normalise_story(article, addresses=name.addresses, now=NOW, **hints)
    json.dumps([one.published_values, one.evidence], ensure_ascii=False).encode()
    "".join(filter(None, (one.title, one.summary, one.text, one.html, one.image))).encode()
    "".join([*one.categories, *(author.name for author in one.authors)]).encode()
    "".join(address.url for address in one.addresses).encode()
