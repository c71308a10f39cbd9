"""Keep what a visit read: the entries and the links of its document. Runs inside the writer's transaction."""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso, to_iso_or_none
from newsdesk.storage.links.keep import KeptLinks, keep_links
from newsdesk.storage.plurals import count
from newsdesk.storage.records.addresses.links import LinkState
from newsdesk.storage.records.digests import without_entries
from newsdesk.storage.records.outcomes import Outcome
from newsdesk.storage.records.publication_profile import VisitNews
from newsdesk.storage.records.visits import Counts, VisitResult
from newsdesk.storage.stories.decisions import read_source
from newsdesk.storage.stories.keep import keep_entries


def keep_document(
    db: Database, result: VisitResult, *, backlog: int | None, new_per_day: int | None
) -> tuple[VisitResult, Counts, VisitNews]:
    """Keep the entries and the links of a result. The result with what daily limits refused, the counts, and what the
    publication profile learns."""
    links = result.links
    if not result.entries and result.known_entries is None and links is None:
        return result, Counts(), VisitNews()
    now = to_iso(result.ended_at)
    source = read_source(
        db,
        result.source_id,
        site="",
        scheme_changed=result.identity_scheme != "guid",
        new_per_day=new_per_day,
        now=now,
    )
    whole = result.complete and result.part == 1 and result.last
    counts, news, new_today, over_limit = Counts(), VisitNews(), 0, 0
    if result.entries or links is None:
        kept = keep_entries(
            db,
            result.entries,
            backfill=() if result.backfill is None else result.backfill.entries,
            links=[link.entry_key for link in links or ()],
            source=source,
            whole=whole,
            now=now,
            backlog=backlog,
        )
        counts, news, new_today, over_limit = kept.counts, kept.news, kept.new_today, kept.over_limit
        if kept.read_again:  # the next visit reads them again, even if the document does not change
            known = result.known_entries
            known = None if known is None else without_entries(known, kept.read_again)
            result = replace(result, known_entries=known, body_digest="", validators=(None, None))
            result = replace(result, sitemaps=None if result.sitemaps is None else ())
    if links is not None:
        of_links = keep_links(
            db,
            links,
            source=replace(source, new_today=source.new_today + new_today),
            state=_link_state(db, result.source_id),
            whole=whole,
            entries=[entry.entry_key for entry in result.entries],
            now=result.ended_at,
            backlog=backlog,
        )
        _write_links(db, result.source_id, of_links)
        counts, news = counts + of_links.counts, news + of_links.news if result.entries else of_links.news
        new_today, over_limit = new_today + of_links.new_today, over_limit + of_links.over_limit
        result = replace(result, outcome=_with_waiting(result.outcome, of_links))
        if of_links.read_again:
            result = replace(result, body_digest="", validators=(None, None))
    if new_today:
        _count_new(db, result.source_id, now[:10], source.new_today + new_today)
    if over_limit:
        result = replace(result, outcome=_over_daily_limit(result.outcome, over_limit, new_per_day))
    return result, counts, news


def _with_waiting(outcome: Outcome, kept: KeptLinks) -> Outcome:
    """The outcome that says how many links wait for their pages: they have no verdict yet."""
    if not kept.waiting:
        return outcome
    return replace(outcome, message=f"{outcome.message}; {count(kept.waiting, 'page')} to read")


def _link_state(db: Database, source_id: int) -> LinkState:
    found, usual, lost_at = db.conn.execute(
        "SELECT links_found, links_usual, links_lost_at FROM source WHERE id = ?", (source_id,)
    ).fetchone()
    return LinkState(found=found, usual=usual, lost_at=from_iso_or_none(lost_at))


def _write_links(db: Database, source_id: int, kept: KeptLinks) -> None:
    state = kept.state
    db.conn.execute(
        "UPDATE source SET links_found = ?, links_usual = ?, links_lost_at = ? WHERE id = ?",
        (state.found, state.usual, to_iso_or_none(state.lost_at), source_id),
    )


def _over_daily_limit(outcome: Outcome, refused: int, most: int | None) -> Outcome:
    message = f"{outcome.message}; {refused} new ones refused: the daily limit is {most} for each source"
    return Outcome(code="daily-limit", category="ok", message=message, status=outcome.status)


def _count_new(db: Database, source_id: int, day: str, count: int) -> None:
    db.conn.execute(
        "UPDATE source SET new_stories_day = ?, new_stories_count = ? WHERE id = ?", (day, count, source_id)
    )
