"""Sends events to the webhook, each as a JSON POST, until it is accepted or given up.

The outbox is a table, so that a restart loses no event. A failed attempt is repeated after a minute, then
after twice as long each time, up to six hours; an event is given up after three days. While the receiver is
down only the oldest event is sent.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from newsdesk.crawler.credentials.redaction import redact, redact_all
from newsdesk.crawler.http.client import HttpClient
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.crawler.session_settings import ClientSettings
from newsdesk.storage.alarms.events import Waiting, keep_sent, next_send_at, waiting_events
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.alarms import Event

log = logging.getLogger(__name__)

WEBHOOK = (
    "webhook"  # the target's name in the outbox: the address may hold a secret, and stays in the settings
)
FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=6)
GIVEN_UP = timedelta(days=3)
BATCH = 50
RESPONSE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where events are sent to, and with which HTTP client."""

    address: str
    client: ClientSettings


async def send_waiting(
    path: Path,
    writer: Writer,
    webhook: Webhook,
    *,
    now: Callable[[], datetime],
    on_message: Callable[[str], None],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Send the events that are due, oldest first, until one is not accepted. Returns how many were."""
    waiting = await asyncio.to_thread(_read_waiting, path, now())
    if not waiting:
        return 0
    sent = 0
    async with HttpClient(webhook.client, RateLimiter(delay_s=0.0, now=now)) as client:
        for one in waiting:
            if stopping():
                break
            event_id = one.event.event_id
            body = json.dumps(as_json(one.event), ensure_ascii=False).encode()
            posted = await client.post(
                webhook.address, body, content_type="application/json", seconds=RESPONSE_S
            )
            moment = now()
            next_at = None if posted.accepted else next_try_at(one.event.created_at, one.attempts + 1, moment)
            keep = partial(
                keep_sent,
                event_id=event_id,
                target=WEBHOOK,
                message=posted.message,
                done_at=moment if next_at is None else None,
                again_at=next_at,
            )
            await writer.write(keep)
            if posted.accepted:
                sent += 1
                log.info("webhook: event %d sent: %s", event_id, posted.message)
                continue
            if next_at is None:
                log.info("webhook: event %d given up: %s", event_id, posted.message)
                on_message(f"event {event_id} was not sent and is given up: {posted.message}")
                continue
            log.info("webhook: event %d not sent, next attempt at %s: %s", event_id, next_at, posted.message)
            if one.attempts == 0:
                on_message(f"event {event_id} was not sent, and will be sent again: {posted.message}")
            break
    return sent


async def find_next_send(path: Path) -> datetime | None:
    """When the next event is to be sent; None when none waits."""
    return await asyncio.to_thread(_read_next_send, path)


def _read_waiting(path: Path, now: datetime) -> list[Waiting]:
    with reading(path) as db:  # a connection of this thread: a locked file must not block the event loop
        return waiting_events(db, WEBHOOK, now=now, limit=BATCH)


def _read_next_send(path: Path) -> datetime | None:
    with reading(path) as db:
        return next_send_at(db, WEBHOOK)


def next_try_at(since: datetime, tries: int, now: datetime) -> datetime | None:
    """When an event of `since` is sent again after its `tries`-th failure; None when it is given up. Pure."""
    if now - since >= GIVEN_UP:
        return None
    wait: timedelta = FIRST * 2 ** min(tries - 1, 20)
    return now + min(wait, LONGEST)


def as_json(event: Event) -> dict[str, Any]:
    """An event as programs get it: by the webhook, in the log, by `newsdesk events --json`. Addresses have no
    secret parts."""
    return {
        "id": event.event_id,
        "at": to_iso(event.created_at),
        "kind": event.kind,
        "state": event.state,
        "source": event.source_id,
        "name": event.name,
        "address": None if event.address is None else redact(event.address),
        "host": event.host,
        "topic": event.topic,
        "message": redact(event.message),
        "detail": redact_all(dict(event.detail)),
    }
