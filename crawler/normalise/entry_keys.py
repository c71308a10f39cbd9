"""The fields that identify an entry, and the keys made from them by an identity scheme. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsdesk.storage.records.digests import digest
from newsdesk.storage.records.entries import IdentityScheme
from newsdesk.storage.records.stories import Found

# In order: the scheme of a source only moves to a later one. `identity` describes them.
SCHEMES: tuple[IdentityScheme, ...] = ("guid", "address", "address+guid", "address+date+title")
_BAD_GUIDS_ONE_IN = 20  # 5 %: single blank GUIDs are accidents, more are a property of the feed


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFields:
    """The fields that identify an entry. `address` is the canonical form of `candidates[0]`, or None."""

    guid: str | None
    address: str | None
    is_front_page: bool
    candidates: tuple[tuple[str, str, Found], ...]  # canonical form, address, where it was found
    date: str | None
    title_or_text: str | None

    def identity_fields(self) -> Key:
        """Two entries with equal values are the same entry."""
        return (self.guid, self.address, self.date, self.title_or_text)


Key = tuple[str | None, ...]  # the values that identify one entry
KeyParts = Callable[[EntryFields], Key]


def scheme_after(scheme: IdentityScheme, distinct: Sequence[EntryFields]) -> IdentityScheme:
    """The scheme that this document needs; never an earlier one than `scheme`."""
    guids = Counter(entry.guid for entry in distinct)
    bad_guids = guids[None] + sum(count - 1 for guid, count in guids.items() if guid is not None)
    guids_are_reliable = scheme in ("guid", "address+guid") and bad_guids * _BAD_GUIDS_ONE_IN <= len(distinct)
    guids_by_address: dict[str, set[str | None]] = {}
    shared = shared_by_guids = False
    for entry in distinct:
        if entry.address is not None and not entry.is_front_page:
            if entry.address in guids_by_address:
                shared = True
                shared_by_guids = shared_by_guids or entry.guid not in guids_by_address[entry.address]
            guids_by_address.setdefault(entry.address, set()).add(entry.guid)
    if guids_are_reliable:
        return "address+guid" if shared_by_guids else scheme
    if scheme == "address+guid" or shared:
        return "address+date+title"
    return "address" if scheme == "guid" else scheme


def entry_parts(scheme: IdentityScheme) -> KeyParts:
    """The parts of an entry key by a scheme."""

    def parts(entry: EntryFields) -> Key:
        if scheme in ("guid", "address+guid") and entry.guid is not None:
            return ("guid", entry.guid)
        if scheme == "address+date+title":
            return ("address+date+title", entry.address, entry.date, entry.title_or_text)
        if entry.address is None or entry.is_front_page:
            return ("address+", entry.address, *_parts_without_address(entry, scheme))
        return ("address", entry.address)

    return parts


def story_parts(scheme: IdentityScheme, distinct: Sequence[EntryFields], source_id: int) -> KeyParts:
    """The parts of a story's address key: the canonical address, with more only where it is ambiguous."""
    counts = Counter(entry.address for entry in distinct)

    def parts(entry: EntryFields) -> Key:
        if entry.address is None:
            return (_urn(entry, scheme, source_id),)
        if scheme == "address+date+title":
            return (entry.address, entry.date, entry.title_or_text)
        if scheme == "address+guid" or entry.is_front_page or counts[entry.address] > 1:
            return (entry.address, *_parts_without_address(entry, scheme))
        return (entry.address,)

    return parts


def _parts_without_address(entry: EntryFields, scheme: IdentityScheme) -> Key:
    """The values that identify an entry whose address is missing or ambiguous."""
    if entry.guid is not None and scheme in ("guid", "address+guid"):
        return (entry.guid,)
    return (entry.date, entry.title_or_text)


def _urn(entry: EntryFields, scheme: IdentityScheme, source_id: int) -> str:
    return (
        f"urn:newsdesk:{source_id}:{digest('u1', *_parts_without_address(entry, scheme)).partition(':')[2]}"
    )


def unique_parts(parts: KeyParts, distinct: Sequence[EntryFields]) -> dict[Key, Key]:
    """Unique parts for each entry; entries with equal parts get all their fields."""
    all_parts = [parts(entry) for entry in distinct]
    count = Counter(all_parts)
    return {
        entry.identity_fields(): made if count[made] == 1 else (*made, "and", *entry.identity_fields())
        for entry, made in zip(distinct, all_parts, strict=True)
    }


def entry_keys(
    parts: KeyParts, distinct: Sequence[EntryFields], *, only_unique: bool = False
) -> dict[Key, str]:
    """A key for each entry; with `only_unique` only for those whose parts are unique."""
    unique = unique_parts(parts, distinct)
    return {
        entry.identity_fields(): digest("e1", *unique[entry.identity_fields()])
        for entry in distinct
        if not only_unique or unique[entry.identity_fields()] == parts(entry)
    }
