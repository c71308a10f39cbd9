"""Why a listed address is not among the stories of a source: the most likely reason. Pure.

The reasons are tried in the order of `REASONS`; what is stored of the address itself comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.queries.audit import AddressFacts, SourcePast, section_of
from newsdesk.storage.queries.nearest import SAME, NearStory
from newsdesk.storage.records.hosts import HostUpdate
from newsdesk.storage.records.visits import SourceKind

NO_FACTS = AddressFacts()
FEWEST_IN_SECTIONS = 20  # stories of a source, from which its sections are known
OUTAGE = timedelta(
    hours=1
)  # a story that was published so long before a visit that failed may have been in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An address that a sitemap, a page or a file lists. `at`: when its story was published, if that is known; `day`:
    only the day, YYYY-MM-DD. `within`: what lists it."""

    key: str
    url: str
    title: str | None = None
    at: datetime | None = None
    day: str | None = None
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A document that lists stories, and the outcome of reading it."""

    address: str
    kind: SourceKind
    message: str
    ok: bool
    listed: tuple[Listed, ...] = ()
    host_updates: tuple[HostUpdate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One listed address with all that decides about it. `near`: the held story with the nearest title."""

    listed: Listed
    facts: AddressFacts
    past: SourcePast
    near: NearStory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A listed address, and whether the store has its story. `code` and `reason` say why not, or where from."""

    listed: Listed
    held: bool
    code: str
    reason: str
    story_id: int | None = None
    near: NearStory | None = None


def judge(case: Case) -> Judged:
    """Whether the story of a listed address is held, and the most likely reason why it is not."""
    story = case.facts.story
    if story is not None:
        others = ", ".join(map(str, story.others[:5]))
        code, reason = (
            ("kept", "kept") if story.of_source else ("kept-elsewhere", f"kept from source {others}")
        )
        if not story.of_source and not story.others:
            code, reason = "kept-elsewhere", "kept from its page"
        return Judged(listed=case.listed, held=True, code=code, reason=reason, story_id=story.story_id)
    for code, test in REASONS:
        reason = test(case) or ""
        if reason:
            return Judged(listed=case.listed, held=False, code=code, reason=reason, near=case.near)
    raise AssertionError("the last reason always applies")


def _purged(case: Case) -> str | None:
    why = case.facts.purged_why
    return None if why is None else f"its story was purged ({why})"


def _refused(case: Case) -> str | None:
    refused = case.facts.refused
    if refused is None:
        return None
    visit = f"visit {refused.visit_id}" if refused.visit_id else f"a visit on {refused.seen_at[:10]}"
    source = "" if refused.source_id == case.past.source_id else f" of source {refused.source_id}"
    return f"refused at {visit}{source}: {refused.reason}"


def _page_due(case: Case) -> str | None:
    page = case.facts.page
    if page is None or not page.due or page.story_id is not None:
        return None
    return "its page is due" if page.outcome is None else f"its page is due again, after: {page.message}"


def _disallowed(case: Case) -> str | None:
    page = case.facts.page
    return f"disallowed: {page.message}" if page is not None and page.outcome == "robots" else None


def _page_failed(case: Case) -> str | None:
    page = case.facts.page
    return f"its page failed: {page.message}" if page is not None and page.outcome is not None else None


def _duplicate(case: Case) -> str | None:
    near = case.near
    if near is None or near.similarity < SAME:
        return None
    return f"most likely a duplicate of story {near.story_id}, which has the same title: {near.url}"


def _too_old(case: Case) -> str | None:
    since = case.past.read_since
    if since is None:
        return "the source was never read"
    at = case.listed.at or (from_iso(f"{case.listed.day}T23:59:59.999Z") if case.listed.day else None)
    if at is not None and at < from_iso(since):
        return f"too old: published before newsdesk first read the source on {since[:10]}"
    return None


def _excluded(case: Case) -> str | None:
    sections, section = case.past.sections, section_of(case.listed.url)
    if sum(sections.values()) < FEWEST_IN_SECTIONS or section in sections or section == "/":
        return None
    return f"excluded section: none of the latest stories of the source is in {section}"


def _failed_visits(case: Case) -> str | None:
    """Published after a good visit and before the next one, with failed visits in between."""
    at = case.listed.at
    if at is None:
        return None
    before = max((from_iso(one) for one in case.past.ok if from_iso(one) <= at), default=None)
    after = min((from_iso(one) for one in case.past.ok if from_iso(one) > at), default=None)
    between = [
        (number, outcome)
        for started, number, outcome in case.past.failed
        if (before is None or from_iso(started) > before) and (after is None or from_iso(started) < after)
    ]
    if not between:
        return None
    number, outcome = between[-1]
    return f"published while the visits of the source failed: visit {number} ended with {outcome}"


def _not_yet(case: Case) -> str | None:
    at, last = case.listed.at, case.past.last_ok_at
    if at is None or (last is not None and at <= from_iso(last)):
        return None
    return "published after the last successful visit" + (
        f" on {last[:16].replace('T', ' ')}" if last else ""
    )


def _gap(case: Case) -> str | None:
    at, gap_at = case.listed.at, case.past.gap_at
    if at is None or gap_at is None or not timedelta(0) <= from_iso(gap_at) - at <= timedelta(days=2):
        return None
    return f"the feed had most likely dropped it before the next visit: it had a gap on {gap_at[:10]}"


def _never_seen(case: Case) -> str:
    return {
        "feed": "never seen in the feed",
        "sitemap": "never seen in the sitemap",
        "site": "never among the story links of the page",
    }.get(case.past.kind, "never seen in the source")


REASONS: Sequence[tuple[str, Callable[[Case], str | None]]] = (
    ("purged", _purged),
    ("page-due", _page_due),
    ("disallowed", _disallowed),
    ("page-failed", _page_failed),
    ("refused", _refused),
    ("duplicate", _duplicate),
    ("too-old", _too_old),
    ("not-yet", _not_yet),
    ("visits-failed", _failed_visits),
    ("gap", _gap),
    ("excluded", _excluded),
    ("never-seen", _never_seen),
)
