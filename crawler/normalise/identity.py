"""Which entry is which: names for the entries of one document, by the source's rung.

Pure. Two entries that differ in GUID, address, date or title (in their text when they have no title) never
get one name; nothing is lost when all entries of a feed carry one GUID or one link. One exception: where the
GUIDs are fine, an entry printed again under its own GUID and address is that entry, once. The rung says what
tells a source's entries apart and only climbs, so that a name does not change from poll to poll:

    guid                 by GUID                     the usual feed
    address              by address                  over 5 % of the GUIDs are blank or repeated
    address+guid         by GUID                     an address stands for several entries, GUIDs are fine
    address+date+title   by address, date and title  an address stands for several entries, GUIDs are not
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

_RUNGS: tuple[IdentityScheme, ...] = ("guid", "address", "address+guid", "address+date+title")
_BAD_GUIDS_ONE_IN = 20  # 5 %: a stray blank GUID is an accident, more is how the feed is made
_LATER_THAN_ANY = datetime(2100, 1, 1, tzinfo=UTC)  # fixed: a print gives the same moment in every visit


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedEntry:
    """The names of one entry. `addresses` holds the story's identity first; `again`: the same entry stood
    before in this document; `reason`: why it is refused, in words. `earlier_keys` are the names that the
    source's former rungs gave it, in the one document with which the rung climbs. `addressed`: its address
    alone is the identity."""

    entry_key: str
    entry_digest: str
    addresses: tuple[Address, ...]
    earlier_keys: tuple[str, ...] = ()
    address_identifies: bool = True
    repeated: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What tells an entry apart. `address` is the compared form of `candidates[0]`, None without one."""

    guid: str | None
    address: str | None
    front: bool
    candidates: tuple[tuple[str, str, Found], ...]  # compared form, address, how found
    date: str | None
    name: str | None

    def same_as(self) -> tuple[str | None, ...]:
        return (self.guid, self.address, self.date, self.name)


_Told = tuple[str | None, ...]  # what tells an entry apart
_Parts = Callable[[_Seen], _Told]


def identify(
    articles: Sequence[Article], *, scheme: IdentityScheme, source_id: int
) -> tuple[IdentityScheme, tuple[IdentifiedEntry, ...]]:
    """The rung after this document, and a name for each article in its order."""
    seen = [_look(article) for article in articles]
    refused = [_refusal(article, one) for article, one in zip(articles, seen, strict=True)]
    first: dict[tuple[str | None, ...], int] = {}
    for at, one in enumerate(seen):
        if refused[at] is None:
            first.setdefault(one.same_as(), at)
    distinct = [seen[at] for at in first.values()]

    now = _scheme_changed(scheme, distinct)
    stands_for = _reprints(now, first, seen, articles)
    distinct = [one for one in distinct if one.same_as() not in stands_for]
    entry_key = _entry_keys(_entry_parts(now), distinct)
    story_parts = _story_parts(now, distinct, source_id)
    told_by = _told_apart(story_parts, distinct)
    former = [
        _entry_keys(_entry_parts(lower), distinct, only_alone=True)
        for lower in (_RUNGS[_RUNGS.index(scheme) : _RUNGS.index(now)])
    ]
    carried_by = Counter(form for one in distinct for form in {form for form, _, _ in one.candidates})

    named = []
    for at, (article, one) in enumerate(zip(articles, seen, strict=True)):
        printed = one.same_as()
        same = stands_for.get(printed, printed)
        entry_digest = digest("d1", *_as_printed(article))
        if refused[at] is not None:
            key = digest("e1", "refused", entry_digest)
            named.append(
                IdentifiedEntry(entry_key=key, entry_digest=entry_digest, addresses=(), reason=refused[at])
            )
            continue
        key = entry_key[same]
        earlier = {keys[same]: None for keys in former if same in keys and keys[same] != key}
        named.append(
            IdentifiedEntry(
                entry_key=key,
                entry_digest=entry_digest,
                addresses=_addresses(one, told_by[same], now, carried_by),
                earlier_keys=tuple(earlier),
                address_identifies=story_parts(one) == (one.address,),
                repeated=first[same] != at,
            )
        )
    return now, tuple(named)


def guid_key(guid: str) -> str:
    """The name of an entry within a source whose entries are known by their GUIDs."""
    return digest("e1", "guid", guid.strip())


def _reprints(
    rung: IdentityScheme,
    first: Mapping[tuple[str | None, ...], int],
    seen: Sequence[_Seen],
    articles: Sequence[Article],
) -> dict[tuple[str | None, ...], tuple[str | None, ...]]:
    """For an entry printed again under its own GUID and address (corrected, with another title or date):
    which one it is. The newest of them by its printed date, else the first, stands for all, so that an
    entry's names hang neither on its copy's coming nor on its going."""
    if rung not in ("guid", "address+guid"):
        return {}
    prints: dict[tuple[str, str], list[int]] = {}
    for at in first.values():
        guid, address = seen[at].guid, seen[at].address
        if guid is not None and address is not None and not seen[at].front:
            prints.setdefault((guid, address), []).append(at)
    stands_for: dict[tuple[str | None, ...], tuple[str | None, ...]] = {}
    for places in prints.values():
        if len(places) > 1:
            newest = max(places, key=lambda at: printed_moment(articles[at]))  # of equals the first
            stands_for |= {seen[at].same_as(): seen[newest].same_as() for at in places if at != newest}
    return stands_for


def printed_moment(article: Article) -> datetime:
    """The later of the dates that an entry prints, as far as they can be read without knowing its source;
    the beginning of all time when none can."""
    readings = [
        parse_date(printed, now=_LATER_THAN_ANY)
        for printed in {article.published, article.updated}
        if printed
    ]
    return max((one.instant for one in readings if one is not None), default=datetime.min.replace(tzinfo=UTC))


def _look(article: Article) -> _Seen:
    candidates: dict[str, tuple[str, str, Found]] = {}
    said: tuple[tuple[str | None, Found], ...] = (
        (article.original_link, "original"),
        (article.link, "entry"),
        (article.guid_link, "guid"),
    )
    for printed, found in said:
        url = absolute_url(printed, base=None) if printed else None
        if url is not None:
            form, address = form_and_address(url)
            shown = url if address == url else absolute_url(address, base=None) or url
            candidates.setdefault(form, (form, shown, found))
    # A home page is no story's own address: another candidate goes before it.
    ordered = list(candidates.values())
    fronts = [is_front_form(form) for form in candidates]
    if len(ordered) > 1 and fronts[0] and not all(fronts):
        ordered.insert(0, ordered.pop(fronts.index(False)))
        fronts = [False]
    title = _said(article.title)
    return _Seen(
        guid=(article.guid or "").strip() or None,
        address=ordered[0][0] if ordered else None,
        front=bool(ordered) and fronts[0],
        candidates=tuple(ordered),
        date=(article.published or article.updated or "").strip() or None,
        name=title or _said(article.content) or _said(article.summary),
    )


def _said(markup: Markup | None) -> str | None:
    return (markup.value.strip() or None) if markup else None


def _refusal(article: Article, one: _Seen) -> str | None:
    if one.candidates or one.name:
        return None
    named = f" (its GUID is {article.guid!r})" if article.guid else ""
    return f"the entry has no http address, no title and no text{named}"


def _scheme_changed(rung: IdentityScheme, distinct: Sequence[_Seen]) -> IdentityScheme:
    """The rung that this document needs, never below `rung`."""
    guids = Counter(one.guid for one in distinct)
    bad = guids[None] + sum(times - 1 for guid, times in guids.items() if guid is not None)
    guids_are_fine = rung in ("guid", "address+guid") and bad * _BAD_GUIDS_ONE_IN <= len(distinct)
    under: dict[str, set[str | None]] = {}
    repeated = repeated_by_guid = False
    for one in distinct:
        if one.address is not None and not one.front:
            if one.address in under:
                repeated = True
                repeated_by_guid = repeated_by_guid or one.guid not in under[one.address]
            under.setdefault(one.address, set()).add(one.guid)
    if guids_are_fine:
        return "address+guid" if repeated_by_guid else rung
    if rung == "address+guid" or repeated:
        return "address+date+title"
    return "address" if rung == "guid" else rung


def _entry_parts(rung: IdentityScheme) -> _Parts:
    def parts(one: _Seen) -> tuple[str | None, ...]:
        if rung in ("guid", "address+guid") and one.guid is not None:
            return ("guid", one.guid)
        if rung == "address+date+title":
            return ("address+date+title", one.address, one.date, one.name)
        if one.address is None or one.front:
            return ("address+", one.address, *_instead(one, rung))
        return ("address", one.address)

    return parts


def _story_parts(rung: IdentityScheme, distinct: Sequence[_Seen], source_id: int) -> _Parts:
    """What a story's address key is made of: the compared address alone, with more behind it only where
    the address does not tell."""
    times = Counter(one.address for one in distinct)

    def parts(one: _Seen) -> tuple[str | None, ...]:
        if one.address is None:
            return (_urn(one, rung, source_id),)
        if rung == "address+date+title":
            return (one.address, one.date, one.name)
        if rung == "address+guid" or one.front or times[one.address] > 1:
            return (one.address, *_instead(one, rung))
        return (one.address,)

    return parts


def _instead(one: _Seen, rung: IdentityScheme) -> tuple[str | None, ...]:
    """What stands in for an address that does not tell."""
    if one.guid is not None and rung in ("guid", "address+guid"):
        return (one.guid,)
    return (one.date, one.name)


def _urn(one: _Seen, rung: IdentityScheme, source_id: int) -> str:
    return f"urn:newsdesk:{source_id}:{digest('u1', *_instead(one, rung)).partition(':')[2]}"


def _told_apart(parts: _Parts, distinct: Sequence[_Seen]) -> dict[tuple[str | None, ...], _Told]:
    """For each entry what tells it apart. Those that `parts` does not tell apart get all that does."""
    made = [parts(one) for one in distinct]
    times = Counter(made)
    return {
        one.same_as(): its if times[its] == 1 else (*its, "and", *one.same_as())
        for one, its in zip(distinct, made, strict=True)
    }


def _entry_keys(
    parts: _Parts, distinct: Sequence[_Seen], *, only_alone: bool = False
) -> dict[tuple[str | None, ...], str]:
    """A key for each entry; with `only_alone` none for those that `parts` does not tell apart."""
    told = _told_apart(parts, distinct)
    return {
        one.same_as(): digest("e1", *told[one.same_as()])
        for one in distinct
        if not only_alone or told[one.same_as()] == parts(one)
    }


def _addresses(
    one: _Seen, told_by: _Told, rung: IdentityScheme, carried_by: Counter[str]
) -> tuple[Address, ...]:
    form, *rest = told_by
    assert form is not None
    beside = digest("n1", *rest) if rest else None
    if not one.candidates:
        return (Address(key=form_key(form, beside), url=form, found_in="none", disambiguation=beside),)
    (_, url, found), *others = one.candidates
    addresses = [Address(key=form_key(form, beside), url=url, found_in=found, disambiguation=beside)]
    if rung in ("guid", "address"):
        addresses += [
            Address(key=form_key(form), url=url, found_in=found)
            for form, url, found in others
            if carried_by[form] == 1 and not is_front_form(form)
        ]
    return tuple(addresses)


def _as_printed(article: Article) -> list[str | None]:
    """Every field of an article as printed. Bases stay out: they are where we read, not what was said,
    and the links made with them are in."""
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
