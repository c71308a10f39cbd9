"""Keep the links of a document: decide all of them first, then write. Runs inside the writer's transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso
from newsdesk.storage.links.verdict import (
    PROBES,
    UNREAD_PAGES,
    LinkDecision,
    LinkedPage,
    LinkFacts,
    LinkRow,
    decide_link,
)
from newsdesk.storage.pages.due import due_page
from newsdesk.storage.records.addresses.links import FoundLink, LinkState, next_link_state
from newsdesk.storage.records.publication_profile import VisitNews
from newsdesk.storage.records.visits import Counts
from newsdesk.storage.stories.batch import Batch
from newsdesk.storage.stories.tombstones import Tombstones
from newsdesk.storage.stories.verdict import NEW_LIMIT, SourceFacts

_IN = "IN (SELECT value FROM json_each(?))"
_PAGE = "id, story_id, due_at IS NOT NULL, outcome_category, outcome_message, outcome_at FROM page"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedLinks:
    """Links, the newest first, with their rows and decisions; and the rows of links that the document lost."""

    links: tuple[FoundLink, ...]
    rows: tuple[LinkRow | None, ...]
    pages: tuple[int | None, ...]
    decisions: tuple[LinkDecision, ...]
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLinks:
    """The result of keeping links. `new_today`: how many became due that are no backlog; `waiting`: how many pages are
    not read yet; `over_limit`: how many a daily limit refused; `read_again`: some were left for the next
    visit; `news`: what the publication profile learns from."""

    counts: Counts
    new_today: int
    waiting: int
    over_limit: int
    read_again: bool
    news: VisitNews
    state: LinkState


def decide_links(
    db: Database,
    links: Sequence[FoundLink],
    *,
    source: SourceFacts,
    whole: bool,
    entries: Collection[str] = (),
    now: datetime,
    backlog: int | None,
) -> DecidedLinks:
    """Decide the links of one document. Reads only. `whole`: a link that is missing is gone; `entries`: the keys of
    entries that the document has, too."""
    ordered = tuple(sorted(links, key=lambda link: link.day or "9999", reverse=True))  # stable
    known = _KnownLinks(db, ordered, source=source)
    decisions: list[LinkDecision] = []
    left, new_today = backlog, source.new_today
    probes = known.probes()
    for link in ordered:
        facts = known.facts(link)
        decision = decide_link(
            link,
            replace(facts, new_today=new_today, backlog_left=left, probes_left=probes),
            source=source,
            now=now,
        )
        probes = probes if probes is None else probes - (decision.page_due is not None)
        new_today += decision.page_due == "new"
        left = left if left is None else left - (decision.page_due == "backlog")
        decisions.append(decision)
    present = {link.entry_key for link in ordered} | set(entries)
    return DecidedLinks(
        links=ordered,
        rows=tuple(known.row(link) for link in ordered),
        pages=tuple(None if (page := known.page(link)) is None else page.id for link in ordered),
        decisions=tuple(decisions),
        gone=known.live_without(present) if whole else (),
    )


def keep_links(
    db: Database,
    links: Sequence[FoundLink],
    *,
    source: SourceFacts,
    state: LinkState,
    whole: bool,
    entries: Collection[str] = (),
    now: datetime,
    backlog: int | None,
) -> KeptLinks:
    """Keep the links of one document. The pages of unknown ones become due; of old ones (`backlog`) so many, None for
    all."""
    decided = decide_links(db, links, source=source, whole=whole, entries=entries, now=now, backlog=backlog)
    moment = to_iso(now)
    due = 0
    batch = Batch(db, now=moment)
    for link, row, known_page, decision in zip(
        decided.links, decided.rows, decided.pages, decided.decisions, strict=True
    ):
        page_id = known_page
        if decision.page_due is not None:
            due += due_page(db, link.address.url, story_id=None, why=decision.page_due, now=moment)
            page_id = page_id or _page_at(db, link.address.url)
            db.conn.execute(
                "UPDATE page SET link_text = ?, due_at = ? WHERE id = ?", (link.title, moment, page_id)
            )
        if decision.keep and row is None:
            batch.add_entry(
                source.source_id,
                decision.story_id,
                link.entry_key,
                verdict=decision.verdict or "waiting",
                reason=decision.reason,
                refused=link.address if decision.story_id is None and decision.tombstone_id is None else None,
                tombstone_id=decision.tombstone_id,
                page_id=page_id,
            )
        elif row is not None and (decision.keep or row.gone):
            _update(db, row, decision, page_id)
    batch.flush()
    db.conn.executemany("UPDATE entry SET gone_at = ? WHERE id = ?", [(moment, row) for row in decided.gone])
    return _result(decided, state=state, due=due, now=now)


def _update(db: Database, row: LinkRow, decision: LinkDecision, page_id: int | None) -> None:
    if not decision.keep:
        db.conn.execute("UPDATE entry SET gone_at = NULL WHERE id = ?", (row.id,))
        return
    settled = decision.story_id is not None or decision.tombstone_id is not None
    db.conn.execute(
        "UPDATE entry SET gone_at = NULL, story_id = ?, tombstone_id = ?, verdict = ?, reason = ?, page_id = ?,"
        " refused_key = CASE WHEN ? THEN NULL ELSE refused_key END,"
        " refused_url = CASE WHEN ? THEN NULL ELSE refused_url END WHERE id = ?",
        (
            decision.story_id, decision.tombstone_id, decision.verdict or "waiting", decision.reason, page_id,
            settled, settled, row.id,
        ),
    )  # fmt: skip


def _result(decided: DecidedLinks, *, state: LinkState, due: int, now: datetime) -> KeptLinks:
    verdicts = Counter(one.verdict for one in decided.decisions)
    pairs = list(zip(decided.links, decided.rows, decided.decisions, strict=True))
    unknown = [link for link, row, one in pairs if one.page_due == "new" and row is None]
    first = [
        link for link, row, one in pairs if one.verdict == "duplicate" and row is None and not link.backlog
    ]
    known = sum(
        row is not None and not row.gone and one.verdict in ("same", "duplicate", None)
        for _, row, one in pairs
    )
    return KeptLinks(
        counts=Counts(
            same=verdicts["same"],
            duplicate=verdicts["duplicate"],
            refused=verdicts["refused"],
            waiting=verdicts[None],
            due=due,
        ),
        new_today=len(unknown),
        waiting=verdicts[None],
        over_limit=sum(one.reason == NEW_LIMIT for one in decided.decisions),
        read_again=any(one.read_again for one in decided.decisions),
        news=VisitNews(
            dates=(None,) * (len(unknown) + len(first)),
            entries=len(decided.links),
            overlaps=known > 0 or not decided.links,
            brought=len(unknown) + len(first),
            brought_first=len(unknown),
        ),
        state=next_link_state(
            state, found=len(decided.links), known=known, new=len(unknown) + len(first), now=now
        ),
    )


def _page_at(db: Database, url: str) -> int | None:
    row = db.conn.execute("SELECT id FROM page WHERE url = ?", (url,)).fetchone()
    return None if row is None else int(row[0])


class _KnownLinks:
    """What is stored of the links of one document."""

    def __init__(self, db: Database, links: Sequence[FoundLink], *, source: SourceFacts) -> None:
        self._db = db
        self._source_id = source.source_id
        self._rows = _rows_of(db, source.source_id, [link.entry_key for link in links])
        self._live: dict[str, int] = dict(
            db.conn.execute(
                "SELECT entry_key, id FROM entry WHERE source_id = ? AND gone_at IS NULL", (source.source_id,)
            ).fetchall()
        )
        keys = [link.address.key for link in links]
        self._story_at: Mapping[str, int] = dict(
            db.conn.execute(
                f"SELECT key, story_id FROM address WHERE key {_IN}", (json.dumps(keys),)
            ).fetchall()
        )
        self._tombstones = Tombstones(db, keys)
        by_id = [row.page_id for row in self._rows.values() if row.page_id is not None]
        self._by_id = {
            row[0]: _page(row)
            for row in db.conn.execute(f"SELECT {_PAGE} WHERE id {_IN}", (json.dumps(by_id),)).fetchall()
        }
        urls = [link.address.url for link in links]
        self._by_url = {
            row[-1]: _page(row[:-1])
            for row in db.conn.execute(
                f"SELECT {_PAGE.replace(' FROM', ', url FROM')} WHERE url {_IN}", (json.dumps(urls),)
            ).fetchall()
        }

    def probes(self) -> int | None:
        """How many unknown links are read where the last pages of the source were no stories; None for all."""
        row = self._db.conn.execute(
            "SELECT pages_unread FROM source WHERE id = ?", (self._source_id,)
        ).fetchone()
        return PROBES if row is not None and row[0] >= UNREAD_PAGES else None

    def row(self, link: FoundLink) -> LinkRow | None:
        return self._rows.get(link.entry_key)

    def page(self, link: FoundLink) -> LinkedPage | None:
        row = self.row(link)
        of_row = None if row is None or row.page_id is None else self._by_id.get(row.page_id)
        return of_row or self._by_url.get(link.address.url)

    def facts(self, link: FoundLink) -> LinkFacts:
        tombstone_id = self._tombstones.at_key(link.address.key)
        return LinkFacts(
            row=self.row(link),
            story_id=self._story_at.get(link.address.key),
            purged=None if tombstone_id is None else (tombstone_id, self._tombstones.reason(tombstone_id)),
            page=self.page(link),
        )

    def live_without(self, present: Set[str]) -> tuple[int, ...]:
        """The live entries of the source that have none of these keys."""
        return tuple(entry_id for key, entry_id in self._live.items() if key not in present)


def _rows_of(db: Database, source_id: int, keys: Sequence[str]) -> dict[str, LinkRow]:
    rows = db.conn.execute(
        "SELECT entry_key, id, story_id, tombstone_id, page_id, reason, first_seen_at, gone_at IS NOT NULL"
        f" FROM entry WHERE source_id = ? AND entry_key {_IN} ORDER BY id",
        (source_id, json.dumps(list(keys))),
    )
    return {
        key: LinkRow(
            id=entry_id,
            story_id=story_id,
            tombstone_id=tombstone_id,
            page_id=page_id,
            reason=reason,
            first_seen_at=from_iso(first_seen_at),
            gone=bool(gone),
        )
        for key, entry_id, story_id, tombstone_id, page_id, reason, first_seen_at, gone in rows
    }


def _page(row: tuple[Any, ...]) -> LinkedPage:
    page_id, story_id, due, category, message, read_at = row
    return LinkedPage(
        id=page_id,
        story_id=story_id,
        due=bool(due),
        category=category,
        message=message,
        read_at=from_iso_or_none(read_at),
    )
