"""Changes of the settings of one source: which settings differ, when it is visited next, and the report.

`sources edit` and `add` of a known source use the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from newsdesk.output.terminal import line
from newsdesk.output.times import ago
from newsdesk.scheduler.cadence.next_visit import changed_visit
from newsdesk.scheduler.settings import RunSettings
from newsdesk.sources.values import check_tags
from newsdesk.storage.db.timestamps import from_iso_or_none, to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.pages.backlog import due_backlog
from newsdesk.storage.plurals import count
from newsdesk.storage.records.publication_profile import NextVisit
from newsdesk.storage.records.visits import SecretNames
from newsdesk.storage.sources.subscriptions import change_source


def given_settings(options: Mapping[str, Any], secrets: SecretNames) -> dict[str, Any]:
    """The options of `add` that were given, as settings of a source. --every and --cron replace each other."""
    plain = ("name", "language", "country", "timezone", "keep_days")
    given = {name: options[name] for name in plain if options[name] is not None}
    given |= {"full_text": 1} if options["full_text"] else {}
    given |= {"every_s": options["every_s"], "cron": None} if options["every_s"] is not None else {}
    given |= {"cron": options["cron"], "every_s": None} if options["cron"] is not None else {}
    given |= {"headers": list(secrets.headers)} if secrets.headers else {}
    named = {"auth": secrets.auth, "cookies": secrets.cookies, "proxy": secrets.proxy}
    return given | {kind: name for kind, name in named.items() if name is not None}


def find_changes(
    row: Mapping[str, Any],
    given: Mapping[str, Any],
    *,
    tags: tuple[str, ...] = (),
    untags: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The given settings, and the tags with and without the given ones, as far as they differ from `row`."""
    away = {tag.casefold() for tag in untags}
    kept = check_tags(tag for tag in (*row["tags"], *tags) if tag.casefold() not in away)
    return {name: value for name, value in {**given, "tags": list(kept)}.items() if row[name] != value}


def make_changes(
    writer: Writer, row: Mapping[str, Any], changes: Mapping[str, Any], settings: RunSettings
) -> str:
    """Store the changes of one source, and return them as one line for people. Where full text is turned on, the
    pages of its newest stored stories become due too, as after its first visit."""
    if not changes:
        return f"source {row['id']} is unchanged: it has these settings already"
    now = datetime.now(UTC)
    next_visit = _next_visit(row, changes, settings, now)
    pages = 0
    writer.do(partial(change_source, source_id=row["id"], changes=changes, next_visit=next_visit))
    if changes.get("full_text"):
        pages = writer.do(partial(due_backlog, source_id=row["id"], most=settings.backlog, now=now))
    message = "; ".join(f"{name} = {_text(value)}" for name, value in changes.items())
    if pages:
        message += f"; {count(pages, 'page')} of its stored stories {'is' if pages == 1 else 'are'} due"
    if next_visit is not None:
        at = "now" if next_visit.at <= now else ago(to_iso(next_visit.at))
        message += f"; next visit {at}, {line(next_visit.why)}"
    return f"changed {row['id']}: {message}"


def _next_visit(
    row: Mapping[str, Any], changes: Mapping[str, Any], settings: RunSettings, now: datetime
) -> NextVisit | None:
    """The next visit, if the interval or cron line changes."""
    if not {"every_s", "cron"} & changes.keys():
        return None
    return changed_visit(
        every_s=changes.get("every_s", row["every_s"]),
        cron=changes.get("cron", row["cron"]),
        last_visit_at=from_iso_or_none(row["last_visit_at"]),
        default_every_s=settings.every_s,
        mean_interval_s=settings.mean_interval_s,
        now=now,
    )


def _text(value: Any) -> str:
    if value in (None, []):
        return "none"
    return line(", ".join(value) if isinstance(value, list) else value)
