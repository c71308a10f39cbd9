"""The robots.txt of hosts as stored, with what their files state about the use of their pages."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from newsdesk.storage.db.timestamps import from_iso, to_iso
from newsdesk.storage.records.hosts import Robots
from newsdesk.storage.records.rate_limits import queue_of
from newsdesk.storage.records.rights.site import site_rights_as_json, site_rights_from_json


def stored_robots(db: Database, hosts: Iterable[str]) -> tuple[Robots, ...]:
    """What is stored of these hosts, however old."""
    rows = db.conn.execute(
        "SELECT host, robots_txt, robots_read_at, delay_s, site_rights FROM host WHERE robots_read_at IS NOT NULL"
        " AND host IN (SELECT value FROM json_each(?))",
        (json.dumps(list(hosts)),),
    )
    return tuple(
        Robots(
            host=host,
            robots_txt=text,
            read_at=from_iso(read_at),
            delay_s=delay_s,
            rights=site_rights_from_json(rights),
        )
        for host, text, read_at, delay_s, rights in rows
    )


def keep_robots(db: Database, found: Iterable[Robots]) -> None:
    """Store the robots.txt of hosts with its age, the delay that it requests, and what the host states."""
    robots = list(found)
    db.conn.executemany(
        "INSERT INTO host (host, robots_txt, robots_read_at, delay_s, site_rights) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (host) DO UPDATE SET robots_txt = excluded.robots_txt,"
        " robots_read_at = excluded.robots_read_at, delay_s = excluded.delay_s, site_rights = excluded.site_rights",
        [
            (one.host, one.robots_txt, to_iso(one.read_at), one.delay_s, site_rights_as_json(one.rights))
            for one in robots
        ],
    )
    db.conn.executemany(  # the hosts of a platform share one queue: the last robots.txt sets its delay
        "UPDATE host SET delay_s = ? WHERE host = ?",
        [(one.delay_s, queue) for one in robots if (queue := queue_of(one.host)) != one.host],
    )
