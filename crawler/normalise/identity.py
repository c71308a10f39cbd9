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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from newsdesk.crawler.models import Article, Markup
from newsdesk.crawler.normalise.dates.parser import parse_date
from newsdesk.crawler.normalise.urls.canonical import (
    absolute_url,
    form_and_address,
    form_key,
    is_front_form,
)
from newsdesk.storage.records.digests import digest
from newsdesk.storage.records.entries import IdentityScheme
from newsdesk.storage.records.stories import Address, Found

_SCHEMES: tuple[IdentityScheme, ...] = ("guid", "address", "address+guid", "address+date+title")
_BAD_GUIDS_ONE_IN = 20  # 5 %: single blank GUIDs are accidents, more are a property of the feed
_LATER_THAN_ANY = datetime(
    2100, 1, 1, tzinfo=UTC
)  # fixed, so that a printed date gives the same instant in every visit


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _EntryFields:
    """The fields that identify an entry. `address` is the canonical form of `candidates[0]`, or None."""

    guid: str | None
    address: str | None
    is_front_page: bool
    candidates: tuple[tuple[str, str, Found], ...]  # canonical form, address, where it was found
    date: str | None
    title_or_text: str | None

    def identity_fields(self) -> tuple[str | None, ...]:
        return (self.guid, self.address, self.date, self.title_or_text)


_Key = tuple[str | None, ...]  # the values that identify one entry
_KeyParts = Callable[[_EntryFields], _Key]


def identify(
    articles: Sequence[Article], *, scheme: IdentityScheme, source_id: int
) -> tuple[IdentityScheme, tuple[IdentifiedEntry, ...]]:
    """The scheme after this document, and the keys of each article, in order."""
    entries = [_entry_fields(article) for article in articles]
    refused = [_refusal(article, entry) for article, entry in zip(articles, entries, strict=True)]
    first: dict[tuple[str | None, ...], int] = {}
    for index, entry in enumerate(entries):
        if refused[index] is None:
            first.setdefault(entry.identity_fields(), index)
    distinct = [entries[index] for index in first.values()]

    new_scheme = _scheme_changed(scheme, distinct)
    represented_by = _reprints(new_scheme, first, entries, articles)
    distinct = [entry for entry in distinct if entry.identity_fields() not in represented_by]
    entry_key = _entry_keys(_entry_parts(new_scheme), distinct)
    story_parts = _story_parts(new_scheme, distinct, source_id)
    story_keys = _unique_parts(story_parts, distinct)
    former = [
        _entry_keys(_entry_parts(former_scheme), distinct, only_unique=True)
        for former_scheme in (_SCHEMES[_SCHEMES.index(scheme) : _SCHEMES.index(new_scheme)])
    ]
    carried_by = Counter(
        canonical for entry in distinct for canonical in {canonical for canonical, _, _ in entry.candidates}
    )

    identified = []
    for index, (article, entry) in enumerate(zip(articles, entries, strict=True)):
        printed = entry.identity_fields()
        representative = represented_by.get(printed, printed)
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
            for keys in former
            if representative in keys and keys[representative] != key
        }
        identified.append(
            IdentifiedEntry(
                entry_key=key,
                entry_digest=entry_digest,
                addresses=_addresses(entry, story_keys[representative], new_scheme, carried_by),
                earlier_keys=tuple(earlier),
                address_identifies=story_parts(entry) == (entry.address,),
                repeated=first[representative] != index,
            )
        )
    return new_scheme, tuple(identified)


def guid_key(guid: str) -> str:
    """The entry key within a source whose scheme is `guid`."""
    return digest("e1", "guid", guid.strip())


def _reprints(
    scheme: IdentityScheme,
    first: Mapping[tuple[str | None, ...], int],
    entries: Sequence[_EntryFields],
    articles: Sequence[Article],
) -> dict[tuple[str | None, ...], tuple[str | None, ...]]:
    """Repeated entries with the same GUID and address (corrected, with another title or date) → the one kept.

    The newest by its printed date, else the first, represents all of them. So the keys of an entry do not
    change when a corrected copy appears or disappears.
    """
    if scheme not in ("guid", "address+guid"):
        return {}
    prints: dict[tuple[str, str], list[int]] = {}
    for index in first.values():
        guid, address = entries[index].guid, entries[index].address
        if guid is not None and address is not None and not entries[index].is_front_page:
            prints.setdefault((guid, address), []).append(index)
    represented_by: dict[tuple[str | None, ...], tuple[str | None, ...]] = {}
    for indexes in prints.values():
        if len(indexes) > 1:
            newest = max(
                indexes, key=lambda index: printed_moment(articles[index])
            )  # max keeps the first of equals
            represented_by |= {
                entries[index].identity_fields(): entries[newest].identity_fields()
                for index in indexes
                if index != newest
            }
    return represented_by


def printed_moment(article: Article) -> datetime:
    """The later of the printed dates of an entry, parsed without knowing its source; `datetime.min` without any."""
    readings = [
        parse_date(printed, now=_LATER_THAN_ANY)
        for printed in {article.published, article.updated}
        if printed
    ]
    return max(
        (entry.instant for entry in readings if entry is not None), default=datetime.min.replace(tzinfo=UTC)
    )


def _entry_fields(article: Article) -> _EntryFields:
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
    fronts = [is_front_form(canonical) for canonical in candidates]
    if len(ordered) > 1 and fronts[0] and not all(fronts):
        ordered.insert(0, ordered.pop(fronts.index(False)))
        fronts = [False]
    title = _text(article.title)
    return _EntryFields(
        guid=(article.guid or "").strip() or None,
        address=ordered[0][0] if ordered else None,
        is_front_page=bool(ordered) and fronts[0],
        candidates=tuple(ordered),
        date=(article.published or article.updated or "").strip() or None,
        title_or_text=title or _text(article.content) or _text(article.summary),
    )


def _text(markup: Markup | None) -> str | None:
    return (markup.value.strip() or None) if markup else None


def _refusal(article: Article, entry: _EntryFields) -> str | None:
    if entry.candidates or entry.title_or_text:
        return None
    identified = f" (its GUID is {article.guid!r})" if article.guid else ""
    return f"the entry has no http address, no title and no text{identified}"


def _scheme_changed(scheme: IdentityScheme, distinct: Sequence[_EntryFields]) -> IdentityScheme:
    """The scheme that this document needs; never an earlier one than `scheme`."""
    guids = Counter(entry.guid for entry in distinct)
    bad_guids = guids[None] + sum(count - 1 for guid, count in guids.items() if guid is not None)
    guids_are_fine = scheme in ("guid", "address+guid") and bad_guids * _BAD_GUIDS_ONE_IN <= len(distinct)
    guids_by_address: dict[str, set[str | None]] = {}
    repeated = repeated_by_guid = False
    for entry in distinct:
        if entry.address is not None and not entry.is_front_page:
            if entry.address in guids_by_address:
                repeated = True
                repeated_by_guid = repeated_by_guid or entry.guid not in guids_by_address[entry.address]
            guids_by_address.setdefault(entry.address, set()).add(entry.guid)
    if guids_are_fine:
        return "address+guid" if repeated_by_guid else scheme
    if scheme == "address+guid" or repeated:
        return "address+date+title"
    return "address" if scheme == "guid" else scheme


def _entry_parts(scheme: IdentityScheme) -> _KeyParts:
    def parts(entry: _EntryFields) -> tuple[str | None, ...]:
        if scheme in ("guid", "address+guid") and entry.guid is not None:
            return ("guid", entry.guid)
        if scheme == "address+date+title":
            return ("address+date+title", entry.address, entry.date, entry.title_or_text)
        if entry.address is None or entry.is_front_page:
            return ("address+", entry.address, *_parts_without_address(entry, scheme))
        return ("address", entry.address)

    return parts


def _story_parts(scheme: IdentityScheme, distinct: Sequence[_EntryFields], source_id: int) -> _KeyParts:
    """The parts of a story's address key: the canonical address, with more only where it is ambiguous."""
    count = Counter(entry.address for entry in distinct)

    def parts(entry: _EntryFields) -> tuple[str | None, ...]:
        if entry.address is None:
            return (_urn(entry, scheme, source_id),)
        if scheme == "address+date+title":
            return (entry.address, entry.date, entry.title_or_text)
        if scheme == "address+guid" or entry.is_front_page or count[entry.address] > 1:
            return (entry.address, *_parts_without_address(entry, scheme))
        return (entry.address,)

    return parts


def _parts_without_address(entry: _EntryFields, scheme: IdentityScheme) -> tuple[str | None, ...]:
    """The values that identify an entry whose address is missing or ambiguous."""
    if entry.guid is not None and scheme in ("guid", "address+guid"):
        return (entry.guid,)
    return (entry.date, entry.title_or_text)


def _urn(entry: _EntryFields, scheme: IdentityScheme, source_id: int) -> str:
    return (
        f"urn:newsdesk:{source_id}:{digest('u1', *_parts_without_address(entry, scheme)).partition(':')[2]}"
    )


def _unique_parts(parts: _KeyParts, distinct: Sequence[_EntryFields]) -> dict[tuple[str | None, ...], _Key]:
    """Unique parts for each entry; entries with equal parts get all their fields."""
    made_parts = [parts(entry) for entry in distinct]
    count = Counter(made_parts)
    return {
        entry.identity_fields(): entry_parts
        if count[entry_parts] == 1
        else (*entry_parts, "and", *entry.identity_fields())
        for entry, entry_parts in zip(distinct, made_parts, strict=True)
    }


def _entry_keys(
    parts: _KeyParts, distinct: Sequence[_EntryFields], *, only_unique: bool = False
) -> dict[tuple[str | None, ...], str]:
    """A key for each entry; with `only_unique` only for those whose parts are unique."""
    unique = _unique_parts(parts, distinct)
    return {
        entry.identity_fields(): digest("e1", *unique[entry.identity_fields()])
        for entry in distinct
        if not only_unique or unique[entry.identity_fields()] == parts(entry)
    }


def _addresses(
    entry: _EntryFields, story_keys: _Key, scheme: IdentityScheme, carried_by: Counter[str]
) -> tuple[Address, ...]:
    canonical, *rest = story_keys
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
            if carried_by[canonical] == 1 and not is_front_form(canonical)
        ]
    return tuple(addresses)


def _as_printed(article: Article) -> list[str | None]:
    """Every field of an article as printed. Base addresses are left out, because links are already absolute."""
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
    return parts
