"""Every setting: its name, default, parser and meaning. A new setting is a line here and its use in `reader`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from newsdesk.output.logs import FORMATS, LEVELS
from newsdesk.output.times import parse_zone
from newsdesk.settings.values import (
    number,
    parse_allowed,
    parse_choice,
    parse_file_name,
    parse_kinds,
    parse_rate_limits,
    parse_resolved,
    parse_silences,
    parse_span,
    parse_span_or_none,
    parse_switch,
    parse_text,
    parse_texts,
    parse_time_of_day,
    parse_webhook,
    whole,
)
from newsdesk.storage.db.filesystem import MODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: its default, how text or TOML becomes its value, one line for people, and whether its
    value is a secret."""

    default: Any
    read: Callable[[Any], Any]
    about: str
    secret: bool = False


SETTINGS: dict[str, Setting] = {
    "db": Setting(default="newsdesk.db", read=parse_file_name, about="the SQLite file that holds everything"),
    "db_group": Setting(
        default="none",
        read=parse_choice(*MODES),
        about="what the group of a new store may do with it and its copies: none, read or write; others: nothing",
    ),
    "secrets": Setting(
        default="newsdesk.secrets.toml",
        read=parse_file_name,
        about="the file with the passwords, headers and cookies of sources; readable by you alone (mode 600)",
    ),
    "network.contact": Setting(
        default="", read=parse_text, about="an address or mail for site owners, sent in the User-Agent"
    ),
    "network.allow": Setting(
        default=(),
        read=parse_allowed,
        about='private addresses that may be requested: "127.0.0.1:8001", "10.0.0.0/8"',
    ),
    "network.resolve": Setting(
        default=(), read=parse_resolved, about='host names with addresses of your own: "*.test=127.0.0.1"'
    ),
    "network.ca_file": Setting(
        default="", read=parse_text, about="PEM file of certificates to trust besides the system's"
    ),
    "network.timeout_s": Setting(
        default=60.0, read=number(1, 600), about="seconds that one visit may take, with its redirects"
    ),
    "network.body_timeout_s": Setting(
        default=30.0, read=number(1, 600), about="seconds for the body of a response after its first 128 kB"
    ),
    "network.max_header_kib": Setting(
        default=64, read=whole(4, 1024), about="KiB that the headers of a response may have together"
    ),
    "network.max_body_mib": Setting(
        default=10.0, read=number(0.01, 1024), about="MiB that a document may have, decoded"
    ),
    "network.max_redirects": Setting(default=10, read=whole(0, 30), about="redirects that one visit follows"),
    "politeness.delay_s": Setting(
        default=1.0, read=number(0, 3600), about="seconds between two requests to one host"
    ),
    "politeness.per_minute": Setting(
        default=30, read=whole(1, 100_000), about="requests to one host that may begin within a minute"
    ),
    "politeness.rate_limits": Setting(
        default=(),
        read=parse_rate_limits,
        about='hosts with rate limits of their own: "slow.example=10s", "busy.example=0.5s 60/min"',
    ),
    "politeness.hosts": Setting(
        default=32, read=whole(1, 1000), about="hosts that are requested at the same time"
    ),
    "parsing.workers": Setting(default=2, read=whole(1, 64), about="processes that parse documents"),
    "parsing.timeout_s": Setting(
        default=10.0, read=number(0.1, 600), about="seconds that parsing one document may take"
    ),
    "parsing.memory_mib": Setting(
        default=100.0, read=number(10, 4096), about="MiB of memory that parsing one document may take"
    ),
    "feeds.max_entries": Setting(
        default=5000,
        read=whole(1, 1_000_000),
        about="new entries of one document that one visit reads; later visits read the rest",
    ),
    "feeds.max_new_per_day": Setting(
        default=2000, read=whole(1, 1_000_000), about="new stories of one source that are kept on one day"
    ),
    "pages.backlog": Setting(
        default=10,
        read=whole(0, 100_000),
        about="how many stories of a source's first document get their pages read, the newest first",
    ),
    "sites.folder": Setting(
        default="newsdesk-sites",
        read=parse_file_name,
        about="the folder with your site files; writable by you alone. It need not exist",
    ),
    "spiders.folder": Setting(
        default="newsdesk-spiders",
        read=parse_file_name,
        about="the folder with your own Scrapy spiders; writable by you alone. It need not exist",
    ),
    "spiders.timeout_s": Setting(
        default=600.0, read=number(1, 86400), about="seconds that one crawl of a spider of yours may take"
    ),
    "spiders.memory_mib": Setting(
        default=512.0,
        read=number(128, 65536),
        about="MiB of memory that a spider of yours may take, with all processes that it starts",
    ),
    "spiders.processes": Setting(
        default=2, read=whole(1, 64), about="spiders of yours that run at the same time"
    ),
    "rights.store_reserved_text": Setting(
        default=True,
        read=parse_switch,
        about="false: stories whose publisher reserves their text (tdm-reserved, search=no) are kept without it",
    ),
    "rights.check_feed_hosts": Setting(
        default=False,
        read=parse_switch,
        about="true: read robots.txt and tdmrep.json, once a day, also of hosts from which only feeds are read",
    ),
    "schedule.visits_per_day": Setting(
        default=24.0,
        read=number(1, 288),
        about="visits a day and source on average; more go to sources that publish more",
    ),
    "schedule.min_interval": Setting(
        default="5m", read=parse_span, about="shortest time between two scheduled visits to one source"
    ),
    "schedule.longest": Setting(
        default="",
        read=parse_span_or_none,
        about="longest time between two scheduled visits to one source; empty: six times the mean one",
    ),
    "schedule.count_once": Setting(
        default=True,
        read=parse_switch,
        about="true: fewer visits to a source whose stories other sources bring first",
    ),
    "schedule.every": Setting(
        default="",
        read=parse_span_or_none,
        about="a fixed interval for every source without one of its own; empty: each by its profile",
    ),
    "retention.story_days": Setting(
        default=0, read=whole(0, 36500), about="days that a story is kept; 0: for ever"
    ),
    "retention.max_store_mib": Setting(
        default=0,
        read=whole(0, 2**30),
        about="MiB above which the oldest stories are purged, once a day; 0: no limit",
    ),
    "retention.tombstone_days": Setting(
        default=90,
        read=whole(1, 36500),
        about="days that a purged story is refused after the last feed has dropped it",
    ),
    "retention.quiet_visit_days": Setting(
        default=7,
        read=whole(1, 36500),
        about="days until visits that found nothing new become daily counts",
    ),
    "retention.visit_days": Setting(
        default=90, read=whole(0, 36500), about="days until all other visits become daily counts; 0: never"
    ),
    "backup.folder": Setting(
        default="", read=parse_text, about="folder for a nightly copy of the store; empty: no copies"
    ),
    "backup.count": Setting(default=7, read=whole(1, 10000), about="copies that stay in that folder"),
    "alarms.webhook": Setting(
        default="", read=parse_webhook, about="address to which alarms are sent, as JSON by POST", secret=True
    ),
    "alarms.kinds": Setting(default=("all",), read=parse_kinds, about="the alarms that are raised"),
    "alarms.silent_after": Setting(
        default=(),
        read=parse_silences,
        about='spans without a new story that raise an alarm: "source:3=2d", "tag:sport=12h", "language:de=6h"',
    ),
    "log.level": Setting(
        default="",
        read=parse_choice("", *LEVELS),
        about="lowest level of log lines: debug, info, warning or error; empty: info for serve, else warning",
    ),
    "log.format": Setting(
        default="text", read=parse_choice(*FORMATS), about="format of log lines: text or json"
    ),
    "output.timezone": Setting(
        default="UTC",
        read=parse_zone,
        about="time zone of printed and typed times: UTC, local, or a name like Europe/Berlin",
    ),
    "serve.listen": Setting(
        default="127.0.0.1:8642", read=parse_text, about="address and port of health and metrics"
    ),
    "serve.allowed_hosts": Setting(
        default=(), read=parse_texts, about="host names besides localhost under which the service answers"
    ),
    "serve.tick_s": Setting(
        default=5.0, read=number(0.05, 60), about="seconds between two checks for due sources and pages"
    ),
    "serve.maintenance_at": Setting(
        default="03:30", read=parse_time_of_day, about="time of the daily maintenance, in the system's zone"
    ),
}


def variable_of(name: str) -> str:
    """The environment variable of a setting: NEWSDESK_NETWORK_ALLOW for network.allow."""
    return "NEWSDESK_" + name.replace(".", "_").upper()
