"""What the service says about the first visits of imported sources. Pure."""

from __future__ import annotations

from datetime import datetime

from newsdesk.storage.plurals import count


def first_visits_message(sources: int, hosts: int, last_at: datetime | None) -> str:
    """How they are spread: `last_at` is when the last of them is due."""
    wait = "waits for its first visit" if sources == 1 else "wait for their first visits"
    by = f", and by {last_at:%Y-%m-%d %H:%M} UTC if the service is busy" if last_at is not None else ""
    return (
        f"{count(sources, 'source')} on {count(hosts, 'host')} {wait}: made as soon as slots are free, within the"
        f" rate limits of the hosts{by}"
    )
