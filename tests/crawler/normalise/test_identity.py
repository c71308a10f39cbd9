"""Which entry is which. Nothing may ever collapse two entries that differ."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.models import Article, Enclosure, Markup, Person
from newsdesk.crawler.normalise.identity import IdentifiedEntry, identify
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.storage.records.entries import IdentityScheme

RUNGS: tuple[IdentityScheme, ...] = ("guid", "address", "address+guid", "address+date+title")


def entry(
    guid: str | None = None, link: str | None = None, title: str | None = None, date: str | None = None
) -> Article:
    return Article(guid=guid, link=link, title=Markup(value=title) if title else None, published=date)


def feed(size: int, *, guid: str = "g{}", link: str = "https://example.org/{}") -> list[Article]:
    return [entry(guid.format(n), link.format(n), f"t{n}", f"d{n}") for n in range(size)]


def keys(names: tuple[IdentifiedEntry, ...]) -> list[str]:
    return [name.entry_key for name in names]


def stories(names: tuple[IdentifiedEntry, ...]) -> list[str]:
    return [name.addresses[0].key for name in names]


CLIMBS: list[tuple[IdentityScheme, list[Article], IdentityScheme, str]] = [
    ("guid", feed(30), "guid", "the usual feed"),
    ("guid", feed(30, guid=""), "address", "no GUIDs"),
    ("guid", feed(30, guid="one"), "address", "one GUID for all"),
    ("guid", [*feed(30), entry("g1", "https://example.org/other")], "guid", "one repeated of 31"),
    ("guid", [*feed(10), entry("g1", "https://example.org/other")], "address", "one repeated of 11"),
    ("guid", feed(30, link="https://example.org/live"), "address+guid", "one link for all"),
    ("guid", feed(30, guid="one", link="https://example.org/live"), "address+date+title", "one of both"),
    ("guid", feed(30, link="https://example.org/"), "guid", "the home page for all"),
    ("guid", [], "guid", "an empty document"),
    ("address", feed(30), "address", "sticky"),
    ("address", feed(30, link="https://example.org/live"), "address+date+title", "its GUIDs were no good"),
    ("address+guid", feed(30), "address+guid", "sticky"),
    ("address+guid", feed(30, guid="one"), "address+date+title", "GUIDs go bad"),
    ("address+date+title", feed(30), "address+date+title", "sticky"),
    ("guid", [*feed(5), *feed(5)], "guid", "a document that says everything twice"),
]


@pytest.mark.parametrize(("rung", "articles", "after", "origin"), CLIMBS)
def test_rung(scheme: IdentityScheme, articles: list[Article], after: IdentityScheme, origin: str) -> None:
    now, names = identify(articles, scheme=scheme, source_id=1)
    assert now == after, origin
    distinct = [name for name in names if not name.repeated]
    assert len({name.entry_key for name in distinct}) == len(set(stories(tuple(distinct)))) == len(distinct)


def test_usual_keys_are_address_keys() -> None:
    _, (name,) = identify(
        [entry("g", "https://www.example.org/a?utm_source=rss", "t")], scheme="guid", source_id=1
    )
    assert name.addresses[0].key == address_key("https://example.org/a")
    assert name.addresses[0].url == "https://www.example.org/a?utm_source=rss"
    assert name.addresses[0].found_in == "entry"


def test_keys_do_not_hang_on_the_rest_of_the_document() -> None:
    _, before = identify(feed(10), scheme="guid", source_id=1)
    _, after = identify(list(reversed(feed(30)))[:-5], scheme="guid", source_id=2)
    assert keys(after)[-5:] == list(reversed(keys(before)[5:]))


@pytest.mark.parametrize("rung", RUNGS)
def test_again(scheme: IdentityScheme) -> None:
    one = entry("g", "https://example.org/a", "t", "d")
    _, (first, second) = identify(
        [one, replace(one, summary=Markup(value="more"))], scheme=scheme, source_id=1
    )
    assert (first.repeated, second.repeated) == (False, True)
    assert first.entry_key == second.entry_key and first.addresses == second.addresses
    assert first.entry_digest != second.entry_digest


def day(number: int) -> str:
    return f"Tue, {number:02d} Nov 2026 05:36:00 GMT"


OWN = "https://example.org/0"
REPRINTS: list[tuple[str, list[Article], list[bool]]] = [
    # what, the prints of entry 0 beside 29 others, which of them are `again`
    ("the newer stands", [entry("g0", OWN, "t", day(1)),
                          entry("g0", OWN, "u", day(2))], [True, False]),
    ("wherever it stands", [entry("g0", OWN, "u", day(2)),
                            entry("g0", OWN, "t", day(1))], [False, True]),
    ("by the instant", [entry("g0", OWN, "t", "2026-11-02T00:30:00+02:00"),
                        entry("g0", OWN, "u", day(1))], [False, True]),
    ("no dates: the first", [entry("g0", OWN, "t"),
                             entry("g0", "https://www.example.org/0/", "u")], [False, True]),
    ("one date: that one", [entry("g0", OWN, "t"),
                            entry("g0", OWN, "u", day(1))], [True, False]),
    ("only updated", [replace(entry("g0", OWN, "t", day(1)), updated=day(2)),
                      replace(entry("g0", OWN, "u", day(1)), updated=day(3))], [True, False]),
    ("another address", [entry("g0", OWN, "t", day(1)),
                         entry("g0", "https://example.org/x", "t", day(2))], [False, False]),
    ("another GUID", [entry("g0", OWN, "t", day(1)),
                      entry("gx", OWN, "t", day(2))], [False, False]),
    ("no GUID", [entry(None, OWN, "t", day(1)),
                 entry(None, OWN, "u", day(2))], [False, False]),
    ("no address", [entry("g0", None, "t", day(1)), entry("g0", None, "u", day(2))], [False, False]),
    ("the home page", [entry("g0", "https://example.org/", "t", day(1)),
                       entry("g0", "https://example.org/", "u", day(2))], [False, False]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "prints", "again"), REPRINTS)
def test_an_entry_printed_again_under_its_guid_and_address(
    what: str, prints: list[Article], again: list[bool]
) -> None:
    others = feed(60)[1:]
    scheme, names = identify([*prints, *others], scheme="guid", source_id=1)
    assert [name.repeated for name in names] == again + [False] * len(others), what
    if any(again):
        assert scheme == "guid"
        for alone in prints:  # the names are those of the entry without its other print
            _, (name, *_) = identify([alone, *others], scheme="guid", source_id=1)
            assert {one.entry_key for one in names[:2]} == {name.entry_key}
            assert {one.addresses[0].key for one in names[:2]} == {name.addresses[0].key}
    else:
        assert len({name.entry_key for name in names}) == len(set(stories(names))) == len(names)


def test_candidates_in_order() -> None:
    article = Article(
        guid="https://example.org/?p=1",
        guid_link="https://example.org/?p=1",
        link="https://feeds.example.org/~r/x/1",
        original_link="https://example.org/story",
        title=Markup(value="t"),
    )
    _, (name,) = identify([article], scheme="guid", source_id=1)
    assert [(a.url, a.found_in) for a in name.addresses] == [
        ("https://example.org/story", "original"),
        ("https://feeds.example.org/~r/x/1", "entry"),
        ("https://example.org/?p=1", "guid"),
    ]


def test_a_link_that_counts_clicks_is_the_address_that_it_carries() -> None:
    article = Article(guid="g", link="https://www.google.com/url?q=https://example.org/story%3Fid%3D7&sa=D")
    _, (name,) = identify([article], scheme="guid", source_id=1)
    [address] = name.addresses
    assert (address.url, address.key) == (
        "https://example.org/story?id=7",
        address_key("http://www.example.org/story?id=7"),
    )


def test_an_address_that_others_carry_too_is_no_name() -> None:
    shared = [replace(one, guid_link="https://example.org/hub") for one in feed(3)]
    _, names = identify(shared, scheme="guid", source_id=1)
    assert [len(name.addresses) for name in names] == [1, 1, 1]


def test_home_page_gives_way() -> None:
    article = Article(guid="g", link="https://example.org/", guid_link="https://example.org/a")
    _, (name,) = identify([article], scheme="guid", source_id=1)
    assert name.addresses[0].found_in == "guid"
    _, (alone,) = identify([entry("g", "https://example.org/", "t")], scheme="guid", source_id=1)
    assert alone.addresses[0].key != address_key("https://example.org/")
    assert alone.addresses[0].url == "https://example.org/"


def test_no_address() -> None:
    scheme, names = identify(
        [entry("g1", None, "t"), entry("g2", "tag:example.org,2026:1", "t")], scheme="guid", source_id=7
    )
    assert scheme == "guid"
    for name in names:
        assert name.addresses[0].url.startswith("urn:newsdesk:7:") and name.addresses[0].found_in == "none"
        assert name.addresses[0].key == address_key(name.addresses[0].url)
    assert len(set(stories(names))) == 2
    _, elsewhere = identify([entry("g1", None, "t")], scheme="guid", source_id=8)
    assert stories(elsewhere)[0] not in stories(names)


def test_refused_in_words() -> None:
    _, (name,) = identify([entry("g9")], scheme="guid", source_id=1)
    assert name.reason == "the entry has no http address, no title and no text (its GUID is 'g9')"
    assert name.addresses == ()


def test_earlier_names_when_the_rung_climbs() -> None:
    _, before = identify(feed(30), scheme="guid", source_id=1)
    scheme, after = identify(feed(30, guid=""), scheme="guid", source_id=1)
    assert scheme == "address" and not any(name.earlier_keys for name in after[1:])
    broken = [*feed(10), *[entry("dup", f"https://example.org/x{n}", "t") for n in range(3)]]
    scheme, names = identify(broken, scheme="guid", source_id=1)
    assert scheme == "address"
    assert [name.earlier_keys for name in names[:10]] == [(key,) for key in keys(before)[:10]]
    assert all(name.earlier_keys == () for name in names[10:]), "a name that three bear finds nothing again"
    assert all(n.earlier_keys == () for n in identify(broken, scheme=scheme, source_id=1)[1])


FULL = Article(
    guid="g",
    guid_link="https://example.org/g",
    link="https://example.org/l",
    original_link="https://example.org/o",
    title=Markup(value="t"),
    summary=Markup(value="s"),
    content=Markup(value="c"),
    published="p",
    updated="u",
    authors=(Person(name="n"),),
    categories=("k",),
    language="en",
    image="https://example.org/i",
    enclosures=(Enclosure(url="https://example.org/e"),),
)


@pytest.mark.parametrize(
    "name",
    [one.name for one in fields(Article) if one.name not in ("doubts", "origins", "dates", "kind", "access")],
)
def test_entry_digest_covers_every_printed_field(name: str) -> None:
    empty = () if isinstance(getattr(FULL, name), tuple) else None
    _, (one,) = identify([FULL], scheme="guid", source_id=1)
    _, (other,) = identify([replace(FULL, **{name: empty})], scheme="guid", source_id=1)
    assert one.entry_digest != other.entry_digest


def test_entry_digest_covers_nothing_else() -> None:
    _, (one,) = identify([FULL], scheme="guid", source_id=1)
    other = replace(FULL, doubts=("x",), title=Markup(value="t", base="https://example.org/"))
    assert identify([other], scheme="address", source_id=2)[1][0].entry_digest == one.entry_digest


some = st.sampled_from
articles = st.builds(
    entry,
    some([None, "", "1", "2", "3"]),
    some(
        [
            None,
            "https://example.org/",
            "https://example.org/a",
            "https://www.example.org/a/",
            "urn:x",
            "https://[",
        ]
    ),
    some([None, "", "t", "u"]),
    some([None, "d", "e"]),
)


@given(st.lists(articles, max_size=12), some(RUNGS))
def test_nothing_collapses(said: list[Article], scheme: IdentityScheme) -> None:
    after, names = identify(said, scheme=scheme, source_id=1)
    assert RUNGS.index(after) >= RUNGS.index(scheme)
    assert identify(said, scheme=after, source_id=1)[0] == after, "the same document asks for no more"
    told: dict[tuple[object, ...], IdentifiedEntry] = {}
    for article, name in zip(said, names, strict=True):
        if name.reason is not None:
            continue
        link = address_key(article.link) if article.link and "example" in article.link else None
        title = article.title.value.strip() if article.title else None
        identity = ((article.guid or None), link, article.published, title or None)
        if identity in told:
            assert name.repeated and name.entry_key == told[identity].entry_key
        else:
            assert not name.repeated
            told[identity] = name
    assert len({name.entry_key for name in told.values()}) == len(told)
    assert len({name.addresses[0].key for name in told.values()}) == len(told)


@given(st.lists(articles, max_size=4), some(("guid", "address+guid")))
def test_among_good_guids_only_prints_of_one_guid_and_address_are_one(
    said: list[Article], scheme: IdentityScheme
) -> None:
    others = feed(100, guid="good{}", link="https://example.org/good/{}")
    after, names = identify([*said, *others], scheme=scheme, source_id=1)
    assert identify([*said, *others], scheme=after, source_id=1)[0] == after
    one_story: dict[str, set[tuple[object, ...]]] = {}
    for article, name in zip(said, names, strict=False):
        if name.reason is None:
            link = address_key(article.link) if article.link and "example" in article.link else None
            own = link is not None and link != address_key("https://example.org/")
            title = article.title.value.strip() if article.title else None
            rest = () if article.guid and own else (article.published, title or None)
            one_story.setdefault(name.entry_key, set()).add((article.guid or None, link, *rest))
    assert all(len(prints) == 1 for prints in one_story.values())
    told = [name for name in names if not name.repeated and name.reason is None]
    assert len(told) == len({name.entry_key for name in told}) == len(set(stories(tuple(told))))
    assert {name.entry_key for name in names if name.repeated} <= {name.entry_key for name in told}
