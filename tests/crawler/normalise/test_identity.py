"""Identity of entries. Two entries that differ must never get the same key."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.models import Article, Enclosure, Markup, Person
from newsdesk.crawler.normalise.identity import IdentifiedEntry, identify
from newsdesk.crawler.normalise.urls.canonical import address_key
from newsdesk.storage.records.entries import IdentityScheme
from newsdesk.storage.records.rights.stated import Stated

SCHEMES: tuple[IdentityScheme, ...] = ("guid", "address", "address+guid", "address+date+title")


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


CHANGES: list[tuple[IdentityScheme, list[Article], IdentityScheme, str]] = [
    ("guid", feed(30), "guid", "the usual feed"),
    ("guid", feed(30, guid=""), "address", "no GUIDs"),
    ("guid", feed(30, guid="one"), "address", "one GUID for all"),
    ("guid", [*feed(30), entry("g1", "https://example.org/other")], "guid", "one repeated of 31"),
    ("guid", [*feed(10), entry("g1", "https://example.org/other")], "address", "one repeated of 11"),
    ("guid", feed(30, link="https://example.org/live"), "address+guid", "one link for all"),
    (
        "guid",
        feed(30, guid="one", link="https://example.org/live"),
        "address+date+title",
        "one GUID and one link for all",
    ),
    ("guid", feed(30, link="https://example.org/"), "guid", "the home page for all"),
    ("guid", [], "guid", "an empty document"),
    ("address", feed(30), "address", "sticky"),
    ("address", feed(30, link="https://example.org/live"), "address+date+title", "its GUIDs are unreliable"),
    ("address+guid", feed(30), "address+guid", "sticky"),
    ("address+guid", feed(30, guid="one"), "address+date+title", "GUIDs become unreliable"),
    ("address+date+title", feed(30), "address+date+title", "sticky"),
    ("guid", [*feed(5), *feed(5)], "guid", "a document with every entry twice"),
]


@pytest.mark.parametrize(("scheme", "articles", "after", "origin"), CHANGES)
def test_identity_scheme_after_a_document(
    scheme: IdentityScheme, articles: list[Article], after: IdentityScheme, origin: str
) -> None:
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


def test_keys_do_not_depend_on_the_rest_of_the_document() -> None:
    _, before = identify(feed(10), scheme="guid", source_id=1)
    _, after = identify(list(reversed(feed(30)))[:-5], scheme="guid", source_id=2)
    assert keys(after)[-5:] == list(reversed(keys(before)[5:]))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_repeated_entry_has_the_same_keys(scheme: IdentityScheme) -> None:
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
REPEATED: list[tuple[str, list[Article], list[bool]]] = [
    # case, the copies of entry 0 among 59 others, which of them are `repeated`
    ("the newer is kept", [entry("g0", OWN, "t", day(1)),
                          entry("g0", OWN, "u", day(2))], [True, False]),
    ("in any order", [entry("g0", OWN, "u", day(2)),
                            entry("g0", OWN, "t", day(1))], [False, True]),
    ("by the instant", [entry("g0", OWN, "t", "2026-11-02T00:30:00+02:00"),
                        entry("g0", OWN, "u", day(1))], [False, True]),
    ("no dates: the first", [entry("g0", OWN, "t"),
                             entry("g0", "https://www.example.org/0/", "u")], [False, True]),
    ("one date: the dated one", [entry("g0", OWN, "t"),
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


@pytest.mark.parametrize(("what", "copies", "repeated"), REPEATED)
def test_an_entry_repeated_with_its_guid_and_address(
    what: str, copies: list[Article], repeated: list[bool]
) -> None:
    others = feed(60)[1:]
    scheme, names = identify([*copies, *others], scheme="guid", source_id=1)
    assert [name.repeated for name in names] == repeated + [False] * len(others), what
    if any(repeated):
        assert scheme == "guid"
        for alone in copies:  # the keys are those of the entry without its other copy
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


def test_a_click_counter_gives_its_inner_address() -> None:
    article = Article(guid="g", link="https://www.google.com/url?q=https://example.org/story%3Fid%3D7&sa=D")
    _, (name,) = identify([article], scheme="guid", source_id=1)
    [address] = name.addresses
    assert (address.url, address.key) == (
        "https://example.org/story?id=7",
        address_key("http://www.example.org/story?id=7"),
    )


def test_an_address_of_several_entries_is_not_a_key() -> None:
    shared = [replace(one, guid_link="https://example.org/hub") for one in feed(3)]
    _, names = identify(shared, scheme="guid", source_id=1)
    assert [len(name.addresses) for name in names] == [1, 1, 1]


def test_another_address_has_precedence_over_a_home_page() -> None:
    article = Article(guid="g", link="https://example.org/", guid_link="https://example.org/a")
    _, (name,) = identify([article], scheme="guid", source_id=1)
    assert name.addresses[0].found_in == "guid"
    _, (alone,) = identify([entry("g", "https://example.org/", "t")], scheme="guid", source_id=1)
    assert alone.addresses[0].key != address_key("https://example.org/")
    assert alone.addresses[0].url == "https://example.org/"


def test_entries_without_address() -> None:
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


def test_the_reason_for_a_refused_entry() -> None:
    _, (name,) = identify([entry("g9")], scheme="guid", source_id=1)
    assert name.reason == "the entry has no http address, no title and no text (its GUID is 'g9')"
    assert name.addresses == ()


def test_earlier_keys_when_the_scheme_changes() -> None:
    _, before = identify(feed(30), scheme="guid", source_id=1)
    scheme, after = identify(feed(30, guid=""), scheme="guid", source_id=1)
    assert scheme == "address" and not any(name.earlier_keys for name in after[1:])
    broken = [*feed(10), *[entry("dup", f"https://example.org/x{n}", "t") for n in range(3)]]
    scheme, names = identify(broken, scheme="guid", source_id=1)
    assert scheme == "address"
    assert [name.earlier_keys for name in names[:10]] == [(key,) for key in keys(before)[:10]]
    assert all(name.earlier_keys == () for name in names[10:]), (
        "an earlier key of three entries finds none of them"
    )
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
    rights=(Stated(what="robots", value="noindex", where="X-Robots-Tag"),),
)


@pytest.mark.parametrize(
    "name",
    [
        one.name
        for one in fields(Article)
        if one.name not in ("doubts", "origins", "dates", "kind", "access", "corrections")
    ],
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
any_article = st.builds(
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


@given(st.lists(any_article, max_size=12), some(SCHEMES))
def test_different_entries_keep_different_keys(articles: list[Article], scheme: IdentityScheme) -> None:
    after, names = identify(articles, scheme=scheme, source_id=1)
    assert SCHEMES.index(after) >= SCHEMES.index(scheme)
    assert identify(articles, scheme=after, source_id=1)[0] == after, (
        "the same document needs no further change"
    )
    seen: dict[tuple[object, ...], IdentifiedEntry] = {}
    for article, name in zip(articles, names, strict=True):
        if name.reason is not None:
            continue
        link = address_key(article.link) if article.link and "example" in article.link else None
        title = article.title.value.strip() if article.title else None
        identity = ((article.guid or None), link, article.published, title or None)
        if identity in seen:
            assert name.repeated and name.entry_key == seen[identity].entry_key
        else:
            assert not name.repeated
            seen[identity] = name
    assert len({name.entry_key for name in seen.values()}) == len(seen)
    assert len({name.addresses[0].key for name in seen.values()}) == len(seen)


@given(st.lists(any_article, max_size=4), some(("guid", "address+guid")))
def test_with_reliable_guids_only_copies_with_one_guid_and_address_are_one(
    articles: list[Article], scheme: IdentityScheme
) -> None:
    others = feed(100, guid="good{}", link="https://example.org/good/{}")
    after, names = identify([*articles, *others], scheme=scheme, source_id=1)
    assert identify([*articles, *others], scheme=after, source_id=1)[0] == after
    one_story: dict[str, set[tuple[object, ...]]] = {}
    for article, name in zip(articles, names, strict=False):
        if name.reason is None:
            link = address_key(article.link) if article.link and "example" in article.link else None
            own = link is not None and link != address_key("https://example.org/")
            title = article.title.value.strip() if article.title else None
            rest = () if article.guid and own else (article.published, title or None)
            one_story.setdefault(name.entry_key, set()).add((article.guid or None, link, *rest))
    assert all(len(copies) == 1 for copies in one_story.values())
    seen = [name for name in names if not name.repeated and name.reason is None]
    assert len(seen) == len({name.entry_key for name in seen}) == len(set(stories(tuple(seen))))
    assert {name.entry_key for name in names if name.repeated} <= {name.entry_key for name in seen}
