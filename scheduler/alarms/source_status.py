"""Alarms about the address of a source and whether it still exists: moved, proposed, dormant, gone; and whether a site
still shows its stories: layout.

Pure; part of `scheduler.alarms.alarms`. A move is reported once and needs no resolution. A dormant or gone
source is resolved by its first successful visit; a proposal by that, or when a person accepts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.scheduler.durations import format_span
from newsdesk.storage.records.alarms import Change, Kind, OpenAlarm, WatchedSource

LAYOUT_AFTER = timedelta(hours=6)  # another visit must have found the same
UNREAD_PAGES = 5
_MESSAGES: dict[Kind, str] = {
    "dormant": "not found for two weeks; from now on it is visited weekly, and searched for on its site's page",
    "gone": "its server says that it is gone for good; from now on it is visited monthly",
}


def moved(source: WatchedSource) -> list[Change]:
    """Each move that was not reported yet, also of a source that was merged into another one."""
    return [
        Change(
            kind="moved",
            state="open",
            message=f"it moved from {redact(move.old_address)} to {redact(move.new_address)}"
            + (f", and is source {move.merged_into} now" if move.merged_into is not None else "")
            + f"; {redact(move.why)}",
            source_id=source.source_id,
            detail={"move": move.move_id, "from": redact(move.old_address), "to": redact(move.new_address)},
        )
        for move in source.moves
    ]


def dormant_or_gone(source: WatchedSource, known: Mapping[Kind, OpenAlarm], now: datetime) -> list[Change]:
    """A source became dormant or gone, or is neither any more. A failure of another category resolves
    neither."""
    changes = []
    for kind, text in _MESSAGES.items():
        alarm = known.get(kind)
        if alarm is None and source.status == kind:
            changes.append(opened(source, kind, f"{text}: {source.message}", {"failures": source.failures}))
        elif alarm is not None and source.failures == 0:
            span = format_span(now - alarm.opened_at)
            changes.append(resolved(source, kind, f"it works again, after {span}"))
        elif alarm is not None and source.status != kind and source.status in _MESSAGES:
            changes.append(resolved(source, kind, f"it is {source.status} now"))
    return changes


def proposed(source: WatchedSource, known: Mapping[Kind, OpenAlarm]) -> list[Change]:
    """Possible new addresses of its feed, as long as a person may choose one."""
    alarm, shown = known.get("proposed"), [redact(address) for address in source.proposed]
    detail = {"addresses": shown}
    if not shown:
        if alarm is None:
            return []
        message = (
            "it works again" if source.failures == 0 else "no address is proposed any more, or it was moved"
        )
        return [resolved(source, "proposed", message)]
    if alarm is None:
        command = f"`newsdesk sources edit {source.source_id} --address ADDRESS`"
        message = f"its feed may be at {', '.join(shown)} now: {command} accepts one"
        if source.proposed_source is not None and source.failures == 0:
            message = (
                f"it redirects to source {source.proposed_source} ({', '.join(shown)}), but it is not known that"
                f" both are one: `newsdesk sources edit {source.source_id} --address {shown[0]} --merge` merges them,"
                f" `newsdesk sources retire {source.source_id}` ends its visits"
            )
        return [opened(source, "proposed", message, detail)]
    if alarm.detail.get("addresses") != shown:
        return [Change(kind="proposed", state=None, source_id=source.source_id, detail=detail)]
    return []


def layout(source: WatchedSource, known: Mapping[Kind, OpenAlarm]) -> list[Change]:
    """A site shows no stories any more, or only old ones, or its pages are not read as articles any more. One that
    never had a story has another reason."""
    alarm, lost_at, news_at = known.get("layout"), source.links_lost_at, source.last_new_at
    unread = source.pages_unread >= UNREAD_PAGES and news_at is not None
    if alarm is not None:
        if lost_at is not None or unread:
            return []
        span = format_span((source.last_ok_at or alarm.opened_at) - alarm.opened_at)
        return [resolved(source, "layout", f"it shows new stories again, after {span}")]
    if source.failures or source.last_ok_at is None:
        return []
    remedy = "its layout may have changed; `newsdesk inspect` of its address shows the links"
    detail = {"found": source.links_found, "usual": source.links_usual, "unread": source.pages_unread}
    if lost_at is not None and source.last_ok_at - lost_at >= LAYOUT_AFTER:
        found = (
            "it has no links to stories any more"
            if not source.links_found
            else f"of the {source.links_usual} links to stories that it had few are left, and none is new"
        )
        since = format_span(source.last_ok_at - lost_at)
        return [opened(source, "layout", f"{found}, for {since}; {remedy}", detail)]
    if unread:
        message = f"the last {source.pages_unread} pages that it linked were no articles; {remedy}"
        return [opened(source, "layout", message, detail)]
    return []


def opened(source: WatchedSource, kind: Kind, message: str, detail: Mapping[str, object]) -> Change:
    return Change(kind=kind, state="open", message=message, source_id=source.source_id, detail=detail)


def resolved(
    source: WatchedSource, kind: Kind, message: str, *, detail: Mapping[str, object] | None = None
) -> Change:
    return Change(
        kind=kind, state="resolved", message=message, source_id=source.source_id, detail=detail or {}
    )
