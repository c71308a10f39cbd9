"""Events that are still to be sent: each to the webhook as a JSON POST, until it is taken or given up.

What waits stands in the file, so that a restart loses none. A try that failed is made again after a minute,
then after twice as long each time, up to six hours; an event of three days ago is given up, in words. While
the receiver is down only the oldest event is tried.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from newsdesk.crawler.credentials.redaction import redact, redact_all
from newsdesk.crawler.http.client import ClientSettings, HttpClient
from newsdesk.crawler.politeness.rate_limiter import RateLimiter
from newsdesk.storage.alarms.events import keep_sent, waiting_events
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.alarms import Event

WEBHOOK = "webhook"  # as the outbox names it: the address may hold a secret, and stays in the settings
FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=6)
GIVEN_UP = timedelta(days=3)
AT_ONCE = 50
ANSWER_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where events are sent to, and by which door."""

    address: str
    client: ClientSettings


async def send_waiting(
    path: Path,
    writer: Writer,
    webhook: Webhook,
    *,
    now: Callable[[], datetime],
    say: Callable[[str], None],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Send what is due, oldest first, until one is not taken. Returns how many were."""
    with reading(path) as db:
        waiting = waiting_events(db, WEBHOOK, now=now(), limit=AT_ONCE)
    if not waiting:
        return 0
    sent = 0
    async with HttpClient(webhook.client, RateLimiter(delay_s=0.0, now=now)) as client:
        for one in waiting:
            if stopping():
                break
            body = json.dumps(as_json(one.event), ensure_ascii=False).encode()
            posted = await client.post(
                webhook.address, body, content_type="application/json", seconds=ANSWER_S
            )
            moment = now()
            again_at = None if posted.taken else try_again(one.event.at, one.tries + 1, moment)
            keep = partial(
                keep_sent,
                event_id=one.event.event_id,
                target=WEBHOOK,
                words=posted.words,
                done_at=moment if again_at is None else None,
                again_at=again_at,
            )
            await writer.write(keep)
            if posted.taken:
                sent += 1
                continue
            if again_at is None:
                say(f"event {one.event.event_id} was not sent and is given up: {posted.words}")
                continue
            if one.tries == 0:
                say(f"event {one.event.event_id} was not sent, and is tried again: {posted.words}")
            break
    return sent


def try_again(since: datetime, tries: int, now: datetime) -> datetime | None:
    """When an event of `since` is sent again after its `tries`-th failure; None when it is given up. Pure."""
    if now - since >= GIVEN_UP:
        return None
    wait: timedelta = FIRST * 2 ** min(tries - 1, 20)
    return now + min(wait, LONGEST)


def as_json(event: Event) -> dict[str, Any]:
    """An event as programs get it: by the webhook, in the log, by `newsdesk events --json`. No secret part of
    an address is in it."""
    return {
        "id": event.event_id,
        "at": to_iso(event.at),
        "kind": event.kind,
        "state": event.state,
        "source": event.source_id,
        "name": event.name,
        "address": None if event.address is None else redact(event.address),
        "host": event.host,
        "words": redact(event.message),
        "detail": redact_all(dict(event.detail)),
    }
