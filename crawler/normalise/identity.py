"""Keys for the entries of one document, by the identity scheme of its source. Pure.

Two entries that differ in GUID, address, date or title (or in text, without a title) never get the same key, so
nothing is lost when all entries of a feed have one GUID or one link. One exception: where GUIDs are reliable, an
entry that is repeated with its own GUID and address counts once. The scheme of a source only moves down this
list, so that a key does not change from visit to visit:

    guid                 by GUID                     the usual feed
    address              by address                  over 5 % of the GUIDs are blank or repeated
    address+guid         by GUID                     several entries have one address, GUIDs are reliable
    address+date+title   by address, date and title  several entries have one address, GUIDs are unreliable
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from newsdesk.crawler.models import Article, Markup
from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.normalise.entry_keys import (
    SCHEMES,
    EntryFields,
    Key,
    entry_keys,
    entry_parts,
    scheme_after,
    story_parts,
    unique_parts,
)
from newsdesk.crawler.normalise.urls.canonical import (
    absolute_url,
    form_and_address,
    form_key,
    is_front_form,
)
from newsdesk.crawler.rights.terms import rights_of
from newsdesk.storage.records.digests import digest
from newsdesk.storage.records.entries import IdentityScheme
from newsdesk.storage.records.stories import Address, Found

# Fixed, so that a printed date gives the same instant in every visit.
_LATER_THAN_ANY = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedEntry:
    """The keys of one entry. `addresses` holds the identity of the story first.

    `repeated`: the same entry was earlier in this document. `reason`: why the entry is refused.
    `earlier_keys`: its keys by the former schemes, only in the document in which the scheme changes.
    `address_identifies`: its address alone is the identity.
    """

    entry_key: str
    entry_digest: str
    addresses: tuple[Address, ...]
    earlier_keys: tuple[str, ...] = ()
    address_identifies: bool = True
    repeated: bool = False
    reason: str | None = None


def identify(
    articles: Sequence[Article], *, scheme: IdentityScheme, source_id: int
) -> tuple[IdentityScheme, tuple[IdentifiedEntry, ...]]:
    """The scheme after this document, and the keys of each article, in order."""
    entries = [entry_fields(article) for article in articles]
    refused = [_refusal(article, entry) for article, entry in zip(articles, entries, strict=True)]
    first: dict[Key, int] = {}
    for index, entry in enumerate(entries):
        if refused[index] is None:
            first.setdefault(entry.identity_fields(), index)
    distinct = [entries[index] for index in first.values()]

    new_scheme = scheme_after(scheme, distinct)
    represented_by = _repeated_entries(new_scheme, first, entries, articles)
    distinct = [entry for entry in distinct if entry.identity_fields() not in represented_by]
    entry_key = entry_keys(entry_parts(new_scheme), distinct)
    parts_of_story = story_parts(new_scheme, distinct, source_id)
    story_keys = unique_parts(parts_of_story, distinct)
    keys_of_former_schemes = [
        entry_keys(entry_parts(former_scheme), distinct, only_unique=True)
        for former_scheme in (SCHEMES[SCHEMES.index(scheme) : SCHEMES.index(new_scheme)])
    ]
    counts_by_form = Counter(
        canonical for entry in distinct for canonical in {canonical for canonical, _, _ in entry.candidates}
    )

    identified = []
    for index, (article, entry) in enumerate(zip(articles, entries, strict=True)):
        fields = entry.identity_fields()
        representative = represented_by.get(fields, fields)
        entry_digest = digest("d1", *_as_printed(article))
        if refused[index] is not None:
            key = digest("e1", "refused", entry_digest)
            identified.append(
                IdentifiedEntry(entry_key=key, entry_digest=entry_digest, addresses=(), reason=refused[index])
            )
            continue
        key = entry_key[representative]
        earlier = {
            keys[representative]: None
            for keys in keys_of_former_schemes
            if representative in keys and keys[representative] != key
        }
        identified.append(
            IdentifiedEntry(
                entry_key=key,
                entry_digest=entry_digest,
                addresses=_addresses(entry, story_keys[representative], new_scheme, counts_by_form),
                earlier_keys=tuple(earlier),
                address_identifies=parts_of_story(entry) == (entry.address,),
                repeated=first[representative] != index,
            )
        )
    return new_scheme, tuple(identified)


def guid_key(guid: str) -> str:
    """The entry key within a source whose scheme is `guid`."""
    return digest("e1", "guid", guid.strip())


def _repeated_entries(
    scheme: IdentityScheme,
    first: Mapping[Key, int],
    entries: Sequence[EntryFields],
    articles: Sequence[Article],
) -> dict[Key, Key]:
    """Repeated entries with the same GUID and address (corrected, with another title or date) → the one kept.

    The newest by its printed date, else the first, represents all of them. So the keys of an entry do not
    change when a corrected copy appears or disappears.
    """
    if scheme not in ("guid", "address+guid"):
        return {}
    copies: dict[tuple[str, str], list[int]] = {}
    for index in first.values():
        guid, address = entries[index].guid, entries[index].address
        if guid is not None and address is not None and not entries[index].is_front_page:
            copies.setdefault((guid, address), []).append(index)
    represented_by: dict[Key, Key] = {}
    for indexes in copies.values():
        if len(indexes) > 1:
            newest = max(indexes, key=lambda index: printed_moment(articles[index]))  # the first of equals
            represented_by |= {
                entries[index].identity_fields(): entries[newest].identity_fields()
                for index in indexes
                if index != newest
            }
    return represented_by


def printed_moment(article: Article) -> datetime:
    """The later of the printed dates of an entry, parsed without knowing its source.

    `datetime.min` without any.
    """
    readings = [
        parse_date(printed, now=_LATER_THAN_ANY)
        for printed in {article.published, article.updated}
        if printed
    ]
    instants = (reading.instant for reading in readings if reading is not None)
    return max(instants, default=datetime.min.replace(tzinfo=UTC))


def entry_fields(article: Article) -> EntryFields:
    """The identifying fields of an entry; its best address is the first candidate."""
    candidates: dict[str, tuple[str, str, Found]] = {}
    links: tuple[tuple[str | None, Found], ...] = (
        (article.original_link, "original"),
        (article.link, "entry"),
        (article.guid_link, "guid"),
    )
    for printed, found in links:
        url = absolute_url(printed, base=None) if printed else None
        if url is not None:
            canonical, address = form_and_address(url)
            display_url = url if address == url else absolute_url(address, base=None) or url
            candidates.setdefault(canonical, (canonical, display_url, found))
    # A home page is no address of a story: another candidate has precedence.
    ordered = list(candidates.values())
    are_front_pages = [is_front_form(canonical) for canonical in candidates]
    if len(ordered) > 1 and are_front_pages[0] and not all(are_front_pages):
        ordered.insert(0, ordered.pop(are_front_pages.index(False)))
        are_front_pages = [False]
    title = _text(article.title)
    return EntryFields(
        guid=(article.guid or "").strip() or None,
        address=ordered[0][0] if ordered else None,
        is_front_page=bool(ordered) and are_front_pages[0],
        candidates=tuple(ordered),
        date=(article.published or article.updated or "").strip() or None,
        title_or_text=title or _text(article.content) or _text(article.summary),
    )


def _text(markup: Markup | None) -> str | None:
    return (markup.value.strip() or None) if markup else None


def _refusal(article: Article, entry: EntryFields) -> str | None:
    if entry.candidates or entry.title_or_text:
        return None
    guid = f" (its GUID is {article.guid!r})" if article.guid else ""
    return f"the entry has no http address, no title and no text{guid}"


def _addresses(
    entry: EntryFields, story_key: Key, scheme: IdentityScheme, counts_by_form: Counter[str]
) -> tuple[Address, ...]:
    canonical, *rest = story_key
    assert canonical is not None
    disambiguation = digest("n1", *rest) if rest else None
    if not entry.candidates:
        return (
            Address(
                key=form_key(canonical, disambiguation),
                url=canonical,
                found_in="none",
                disambiguation=disambiguation,
            ),
        )
    (_, url, found), *others = entry.candidates
    addresses = [
        Address(
            key=form_key(canonical, disambiguation), url=url, found_in=found, disambiguation=disambiguation
        )
    ]
    if scheme in ("guid", "address"):
        addresses += [
            Address(key=form_key(canonical), url=url, found_in=found)
            for canonical, url, found in others
            if counts_by_form[canonical] == 1 and not is_front_form(canonical)
        ]
    return tuple(addresses)


def _as_printed(article: Article) -> list[str | None]:
    """Every field of an article as printed, of its rights the terms: a notice may have a clock. Base addresses are left
    out, because links are already absolute."""
    parts = [
        article.guid,
        article.guid_link,
        article.link,
        article.original_link,
        article.published,
        article.updated,
        article.language,
        article.image,
    ]
    for markup in (article.title, article.summary, article.content):
        parts += (markup.value, markup.kind, markup.language) if markup else (None,)
    parts.append(f"{len(article.authors)} {len(article.categories)}")
    for person in article.authors:
        parts += (person.name, person.email, person.uri)
    parts += article.categories
    for medium in article.enclosures:
        parts += (medium.url, medium.type, medium.length)
    if article.rights and (rights := rights_of(article.rights)) is not None:
        parts += rights.terms
    return parts
