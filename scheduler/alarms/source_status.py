"""What is told of where a source lives, and whether it still does: moved, proposed, dormant, gone.

Pure; part of what `scheduler.alarms.alarms` decides. A move is told once and has no end. The others are open
until what they tell is over: a source that was dormant or gone is revived by its first good visit, and a
proposal ends with that, or when it is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.scheduler.durations import in_words
from newsdesk.storage.records.alarms import Change, Kind, OpenAlarm, Watched

_LOST: dict[Kind, str] = {
    "dormant": "missing for two weeks, it is asked weekly from now on, and looked for on its site's page",
    "gone": "its server says that it is gone for good, it is asked monthly from now on",
}


def moved(source: Watched) -> list[Change]:
    """Each move that was not told yet, also of a source that another one took in."""
    return [
        Change(
            kind="moved",
            state="raised",
            message=f"it moved from {redact(move.old)} to {redact(move.new)}"
            + (f", and is source {move.merged_into} now" if move.merged_into is not None else "")
            + f"; {redact(move.why)}",
            source_id=source.source_id,
            detail={"move": move.move_id, "from": redact(move.old), "to": redact(move.new)},
        )
        for move in source.moves
    ]


def lost(source: Watched, known: Mapping[Kind, OpenAlarm], now: datetime) -> list[Change]:
    """Dormant and gone, and that a source is neither any more. Failing otherwise for once revives none."""
    changes = []
    for kind, words in _LOST.items():
        alarm = known.get(kind)
        if alarm is None and source.status == kind:
            changes.append(_raised(source, kind, f"{words}: {source.message}", {"failures": source.failures}))
        elif alarm is not None and source.failures == 0:
            changes.append(
                _over(source, kind, f"revived: it goes well again, after {_span(now - alarm.opened_at)}")
            )
        elif alarm is not None and source.status != kind and source.status in _LOST:
            changes.append(_over(source, kind, f"it is {source.status} now"))
    return changes


def proposed(source: Watched, known: Mapping[Kind, OpenAlarm]) -> list[Change]:
    """Where its feed may lie now, as long as a person may choose."""
    alarm, shown = known.get("proposed"), [redact(address) for address in source.proposed]
    detail = {"addresses": shown}
    if not shown:
        if alarm is None:
            return []
        well = (
            "it goes well again" if source.failures == 0 else "it was not found there any more, or was moved"
        )
        return [_over(source, "proposed", well)]
    if alarm is None:
        take = f"`newsdesk sources edit {source.source_id} --address ADDRESS` takes one"
        return [_raised(source, "proposed", f"its feed may be at {', '.join(shown)} now: {take}", detail)]
    if alarm.detail.get("addresses") != shown:
        return [Change(kind="proposed", state=None, source_id=source.source_id, detail=detail)]
    return []


def _raised(source: Watched, kind: Kind, words: str, detail: Mapping[str, object]) -> Change:
    return Change(kind=kind, state="raised", message=words, source_id=source.source_id, detail=detail)


def _over(source: Watched, kind: Kind, words: str) -> Change:
    return Change(kind=kind, state="recovered", message=words, source_id=source.source_id)


def _span(span: timedelta) -> str:
    return in_words(max(1, round(span.total_seconds())))
