"""One service a file: refuse a second one, and say which one holds the file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from newsdesk.scheduler.run.owners import owner_is_alive, owner_name
from newsdesk.storage.db.database import reading
from newsdesk.storage.db.service import ServiceRow, find_service, is_serving


class AlreadyServedError(Exception):
    """Another service holds the file; the message says which."""


def refuse_if_served(path: Path, *, now: datetime) -> None:
    """Raises AlreadyServedError when another service holds the file."""
    with reading(path) as db:
        row = find_service(db)
    if row is not None and is_running(row, now=now):
        raise AlreadyServedError(already_served(row, path, now=now))


def is_running(row: ServiceRow, *, now: datetime) -> bool:
    """Whether the service of that row still runs, as far as this machine can know."""
    return is_serving(row, alive=owner_is_alive, here=owner_name().rsplit(":", 2)[0], now=now)


def already_served(row: ServiceRow, path: Path, *, now: datetime) -> str:
    """The message that names the service that holds the file."""
    minutes = max(0, round((now - row.started_at).total_seconds() / 60))
    listen = f", listening on {row.listen}" if row.listen else ""
    return (
        f"{path} is served already: process {row.pid} on {row.machine}, for {minutes} min{listen}; "
        "stop that service first, or use another file"
    )
