"""Decide the entries of one document, in their order. Reads only: keeping writes what is decided here, inspect
shows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from newsdesk.storage.records.addresses.areas import area_of, has_bounds
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.stories.known import KnownStories
from newsdesk.storage.stories.matching import Owner
from newsdesk.storage.stories.verdict import Decision, SourceFacts, decide_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDecisions:
    """The decision for each entry of a document, and the rows of the entries that are gone after it."""

    decisions: tuple[Decision, ...]
    gone: tuple[int, ...]


def decide_document(
    db: Database,
    entries: Sequence[FeedEntry],
    *,
    source: SourceFacts,
    whole: bool,
    links: Collection[str] = (),
    now: str,
) -> DocumentDecisions:
    """Decide each entry, given those before it. `whole`: an entry that is missing in the document is gone, unless a
    link of it has its key. `now` as `to_iso` writes it."""
    known = KnownStories(db, entries, source=source, whole=whole, links=links, now=now)
    decisions = []
    for entry in entries:
        decision = decide_entry(entry, known.facts(entry), source=source)
        known.note(entry, decision)
        decisions.append(decision)
    return DocumentDecisions(decisions=tuple(decisions), gone=tuple(known.gone()))


def decide_entry_at(
    db: Database, entries: Sequence[FeedEntry], at: int, *, source: SourceFacts, whole: bool, now: str
) -> Decision:
    """The decision for one entry of a document, as `decide_document` gives it; with the story of an entry that is
    the same as in the last document."""
    decision = decide_document(db, entries, source=source, whole=whole, now=now).decisions[at]
    if entries[at].state != "unchanged":
        return decision
    row = db.conn.execute(
        "SELECT story_id FROM entry WHERE source_id = ? AND entry_key = ? AND gone_at IS NULL",
        (source.source_id, entries[at].entry_key),
    ).fetchone()
    return replace(decision, story_id=None if row is None else row[0])


def read_source(
    db: Database, source_id: int, *, site: str, scheme_changed: bool, new_per_day: int | None, now: str
) -> SourceFacts:
    """What is known of the source of a document; `site` is that of a source that is not stored. New stories are
    counted by the UTC day of `now`."""
    row = db.conn.execute(
        "SELECT site, address, full_text, CASE WHEN new_stories_day = ? THEN new_stories_count ELSE 0 END"
        " FROM source WHERE id = ?",
        (now[:10], source_id),
    ).fetchone()
    if row is None:
        return SourceFacts(
            source_id=0, owner=Owner(site=site), scheme_changed=scheme_changed, new_per_day=new_per_day
        )
    return SourceFacts(
        source_id=source_id,
        owner=_owner(db, source_id, site=row[0], address=row[1]),
        full_text=bool(row[2]),
        scheme_changed=scheme_changed,
        new_today=row[3],
        new_per_day=new_per_day,
    )


def _owner(db: Database, source_id: int, *, site: str, address: str) -> Owner:
    """The site and area of a source. The areas of the others of the site are read only where its own has bounds."""
    area = area_of(address)
    if not has_bounds(area, site):
        return Owner(site=site, area=area)
    rows = db.conn.execute(
        "SELECT address FROM source WHERE site = ? AND id <> ? AND state <> 'retired'", (site, source_id)
    )
    return Owner(site=site, area=area, others=tuple({area_of(other) for (other,) in rows} - {area}))
