"""Alarms of a silence that a person set: a source, a tag or a language without a new story for a span. Pure.

They hold besides the alarms that each source has by its own past, and for sources that publish too rarely for those.
Time in which no visit succeeded does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsdesk.scheduler.durations import format_duration, format_span
from newsdesk.storage.records.alarms import Change, OpenAlarm, SilenceStatus


def decide_silences(statuses: Iterable[SilenceStatus], alarms: Sequence[OpenAlarm]) -> list[Change]:
    """The changes of all set silences. `alarms`: all that are open; those of a silence that is no longer set are
    resolved."""
    opened = {alarm.topic: alarm for alarm in alarms if alarm.topic is not None}
    changes = []
    for status in statuses:
        alarm = opened.pop(status.limit.topic, None)
        change = _opened(status) if alarm is None else _resolved(status, alarm)
        if change is not None:
            changes.append(change)
    for topic, alarm in opened.items():
        message = f"alarms.silent_after has no {topic} any more"
        changes.append(
            Change(kind="silent", state="resolved", message=message, source_id=alarm.source_id, topic=topic)
        )
    return changes


def _opened(status: SilenceStatus) -> Change | None:
    limit, ok_at = status.limit, status.last_ok_at
    if ok_at is None or not status.sources:
        return None
    quiet = ok_at - max(status.since, status.last_new_at or status.since)
    if quiet.total_seconds() <= limit.after_s:
        return None
    message = (
        f"nothing new of {limit.topic} for {format_span(quiet)} though visits succeed; alarms.silent_after allows"
        f" {format_duration(limit.after_s)}"
    )
    detail = {"quiet_s": round(quiet.total_seconds()), "after_s": limit.after_s, "sources": status.sources}
    return Change(
        kind="silent",
        state="open",
        message=message,
        source_id=limit.source_id,
        topic=limit.topic,
        detail=detail,
    )


def _resolved(status: SilenceStatus, alarm: OpenAlarm) -> Change | None:
    topic, source_id = status.limit.topic, status.limit.source_id
    if not status.sources:
        message = f"no active source has {topic} any more"
    elif status.last_new_at is not None and status.last_new_at > alarm.opened_at:
        message = f"{topic} has new stories again, after {format_span(status.last_new_at - alarm.opened_at)}"
    else:
        return None
    return Change(kind="silent", state="resolved", message=message, source_id=source_id, topic=topic)
