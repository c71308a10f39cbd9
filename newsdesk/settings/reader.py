"""Settings: read once, at the front door, into one frozen object.

Defaults, then `newsdesk.toml`, then `NEWSDESK_…` variables; the later wins. The file is the one named by
`NEWSDESK_CONFIG`, else `newsdesk.toml` in the working folder, else in `~/.config/newsdesk`. An unknown key
or variable stops with the nearest known name.
"""

from __future__ import annotations

import difflib
import os
import ssl
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from newsdesk import __version__
from newsdesk.crawler.credentials.secrets import Secrets
from newsdesk.crawler.http.client import ClientSettings
from newsdesk.crawler.session import SessionSettings
from newsdesk.scheduler.alarms.watch import AlarmSettings
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.scheduler.service.clock import ClockSettings
from newsdesk.scheduler.service.maintenance import NightSettings
from newsdesk.scheduler.service.service import ServiceSettings
from newsdesk.settings.rate_limits import rate_limits_of
from newsdesk.settings.secrets import SecretsFileError, is_secret, read_secrets
from newsdesk.settings.values import (
    number,
    parse_allowed,
    parse_file_name,
    parse_kinds,
    parse_rate_limits,
    parse_resolved,
    parse_span,
    parse_span_or_none,
    parse_text,
    parse_texts,
    parse_time_of_day,
    parse_webhook,
    whole,
)
from newsdesk.storage.records.alarms import KINDS
from newsdesk.storage.records.visits import Limits


class SettingsError(Exception):
    """A setting cannot be used; says which, its value, and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: its default, how text or TOML becomes its value, one line for people, and whether its
    value lets its holder in."""

    default: Any
    read: Callable[[Any], Any]
    about: str
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings in force. `origin` says for each where its value came from."""

    db: Path
    runner: RunSettings
    service: ServiceSettings
    values: Mapping[str, Any]
    origin: Mapping[str, str]


SETTINGS: dict[str, Setting] = {
    "db": Setting(default="newsdesk.db", read=parse_file_name, about="the SQLite file that holds everything"),
    "secrets": Setting(
        default="newsdesk.secrets.toml",
        read=parse_file_name,
        about="the file with passwords and the like that sources name; yours alone (mode 600)",
    ),
    "network.contact": Setting(
        default="", read=parse_text, about="an address or mail for site owners, shown in the User-Agent"
    ),
    "network.allow": Setting(
        default=(),
        read=parse_allowed,
        about='addresses that are not global but may be asked: "127.0.0.1:8001", "10.0.0.0/8"',
    ),
    "network.resolve": Setting(
        default=(), read=parse_resolved, about='names that mean an address of your own: "*.test=127.0.0.1"'
    ),
    "network.ca_file": Setting(
        default="", read=parse_text, about="certificates to trust besides the system's, as one PEM file"
    ),
    "network.visit_s": Setting(default=60.0, read=number(1, 600), about="seconds that one visit may take"),
    "network.rest_s": Setting(
        default=30.0,
        read=number(1, 600),
        about="seconds for what follows the first 128 kB of an answer",
    ),
    "network.header_kib": Setting(
        default=64, read=whole(4, 1024), about="KiB that the headers of an answer may have together"
    ),
    "network.body_mib": Setting(
        default=10.0, read=number(0.01, 1024), about="MiB that a document may have, decoded"
    ),
    "network.redirects": Setting(default=10, read=whole(0, 30), about="redirects that a visit follows"),
    "politeness.delay_s": Setting(
        default=1.0, read=number(0, 3600), about="seconds of pause between two requests to one host"
    ),
    "politeness.per_minute": Setting(
        default=30, read=whole(1, 100_000), about="requests to one host that may begin within a minute"
    ),
    "politeness.rate_limits": Setting(
        default=(),
        read=parse_rate_limits,
        about='hosts with a pace of their own: "slow.example=10s", "busy.example=0.5s 60/min"',
    ),
    "politeness.hosts": Setting(
        default=32, read=whole(1, 1000), about="hosts that are asked at the same time"
    ),
    "reading.workers": Setting(default=2, read=whole(1, 64), about="processes that read documents"),
    "reading.seconds": Setting(
        default=10.0, read=number(0.1, 600), about="seconds that reading a document may take"
    ),
    "reading.growth_mib": Setting(
        default=100.0, read=number(10, 4096), about="MiB of memory that reading a document may take"
    ),
    "reading.entries": Setting(
        default=5000, read=whole(1, 1_000_000), about="entries of a document that are read"
    ),
    "reading.new_a_day": Setting(
        default=2000,
        read=whole(1, 1_000_000),
        about="new stories of one source that are kept on one day",
    ),
    "pages.backlog": Setting(
        default=10,
        read=whole(0, 100_000),
        about="newest of the stories a feed had before it was known, whose pages are read",
    ),
    "schedule.budget": Setting(
        default=24.0,
        read=number(1, 288),
        about="visits a source and day, spent on all of them where stories are expected",
    ),
    "schedule.shortest": Setting(
        default="5m", read=parse_span, about="no source is visited more often by its rhythm"
    ),
    "schedule.every": Setting(
        default="",
        read=parse_span_or_none,
        about="a fixed interval for every source that has none itself, in place of rhythms",
    ),
    "keep.days": Setting(default=0, read=whole(0, 36500), about="days that a story is kept; 0 for ever"),
    "keep.quiet_days": Setting(
        default=7,
        read=whole(1, 36500),
        about="days until visits that brought nothing become daily counts",
    ),
    "keep.visit_days": Setting(
        default=90, read=whole(0, 36500), about="days until all other visits do; 0 never"
    ),
    "keep.backups": Setting(
        default="", read=parse_text, about="folder in which the service lays a copy of the store each night"
    ),
    "keep.backup_count": Setting(default=7, read=whole(1, 10000), about="copies that stay there"),
    "alarms.webhook": Setting(
        default="", read=parse_webhook, about="where alarms are sent to, as JSON by POST", secret=True
    ),
    "alarms.kinds": Setting(default=("all",), read=parse_kinds, about="the alarms that are raised"),
    "serve.listen": Setting(
        default="127.0.0.1:8642", read=parse_text, about="where the service's health and metrics are"
    ),
    "serve.hosts": Setting(
        default=(), read=parse_texts, about="names besides localhost by which the service may be asked"
    ),
    "serve.tick_s": Setting(
        default=5.0, read=number(0.05, 60), about="seconds between two looks at what has fallen due"
    ),
    "serve.maintenance_at": Setting(
        default="03:30", read=parse_time_of_day, about="when the service tidies up, by the machine's own time"
    ),
}


def variable_of(name: str) -> str:
    """The environment variable of a setting: NEWSDESK_NETWORK_ALLOW for network.allow."""
    return "NEWSDESK_" + name.replace(".", "_").upper()


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read file and environment. Raises SettingsError."""
    environment = os.environ if environment is None else environment
    raw: dict[str, Any] = {}
    origin = dict.fromkeys(SETTINGS, "default")
    path = _file(environment)
    if path is not None:
        for name, value in _flat(_toml(path)).items():
            if name not in SETTINGS:
                raise SettingsError(f"{path}: there is no setting {name!r}{_nearest(name, SETTINGS)}")
            raw[name], origin[name] = value, str(path)
    variables = {variable_of(name): name for name in SETTINGS}
    for variable, value in environment.items():
        if is_secret(variable):
            continue
        if variable.startswith("NEWSDESK_") and variable not in ("NEWSDESK_CONFIG", "NEWSDESK_CORPUS"):
            if variable not in variables:
                raise SettingsError(f"there is no variable {variable}{_nearest(variable, variables)}")
            raw[variables[variable]], origin[variables[variable]] = value, variable
    values = {
        name: _value(name, raw.get(name, setting.default), origin[name]) for name, setting in SETTINGS.items()
    }
    return _settings(values, origin, path, environment)


def _file(environment: Mapping[str, str]) -> Path | None:
    named = environment.get("NEWSDESK_CONFIG")
    if named:
        if not Path(named).is_file():
            raise SettingsError(f"NEWSDESK_CONFIG names {named}, but there is no such file")
        return Path(named)
    places = (Path("newsdesk.toml"), Path.home() / ".config" / "newsdesk" / "newsdesk.toml")
    return next((place for place in places if place.is_file()), None)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error


def _flat(table: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": deeper for inner, deeper in value.items()}
        else:
            flat[name] = value
    return flat


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are: {', '.join(known)}"


def _value(name: str, raw: Any, origin: str) -> Any:
    if origin == "default" and not isinstance(raw, str):
        return raw
    try:
        return SETTINGS[name].read(raw)
    except (ValueError, TypeError) as error:
        shown = "…" if SETTINGS[name].secret else repr(raw)
        raise SettingsError(f"{name} = {shown} (from {origin}): {error}") from error


_BESIDE = ("secrets", "default")  # the usual file lies beside the settings, wherever those are


def _secrets(file: Path, named: bool, environment: Mapping[str, str]) -> Secrets:
    try:
        return read_secrets(file, must_exist=named, environment=environment)
    except SecretsFileError as error:
        raise SettingsError(str(error)) from None


def check_certificates(settings: Settings) -> None:
    """Raises SettingsError when `network.ca_file` is no file of certificates. For who opens the door."""
    file = settings.runner.session.client.ca_file
    if file is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError(
            f"network.ca_file = {file!r}: cannot be read ({error.strerror or error}); "
            "name a file of certificates in PEM form"
        ) from error


def _settings(
    values: Mapping[str, Any], origin: Mapping[str, str], path: Path | None, environment: Mapping[str, str]
) -> Settings:
    def file(name: str) -> Path:
        """What the settings file names stands beside it; what is typed is meant from where one is."""
        named = Path(values[name]).expanduser()
        beside = path is not None and (origin[name] == str(path) or (name, origin[name]) == _BESIDE)
        return path.parent / named if path is not None and beside else named

    ca_file = file("network.ca_file") if values["network.ca_file"] else None
    contact = values["network.contact"]
    client = ClientSettings(
        user_agent=f"newsdesk/{__version__}" + (f" (+{contact})" if contact else ""),
        allow=values["network.allow"],
        resolve=values["network.resolve"],
        ca_file=str(ca_file) if ca_file else None,
        header_bytes=values["network.header_kib"] * 1024,
        secrets=_secrets(file("secrets"), origin["secrets"] != "default", environment),
    )
    mib = 1024 * 1024
    limits = Limits(
        visit_s=values["network.visit_s"],
        rest_s=values["network.rest_s"],
        body_bytes=int(values["network.body_mib"] * mib),
        redirects=values["network.redirects"],
        reading_s=values["reading.seconds"],
        reading_bytes=int(values["reading.growth_mib"] * mib),
        entries=values["reading.entries"],
        new_a_day=values["reading.new_a_day"],
    )
    runner = RunSettings(
        session=SessionSettings(client=client, workers=values["reading.workers"], **rate_limits_of(values)),
        limits=limits,
        hosts=values["politeness.hosts"],
        every_s=values["schedule.every"] or None,
        visits_a_day=values["schedule.budget"],
        shortest_s=float(values["schedule.shortest"]),
        backlog=values["pages.backlog"],
    )
    clock = ClockSettings(
        look_s=values["serve.tick_s"], night=time.fromisoformat(values["serve.maintenance_at"])
    )
    night = NightSettings(
        keep_days=values["keep.days"],
        quiet_days=values["keep.quiet_days"],
        visit_days=values["keep.visit_days"],
        backups=file("keep.backups") if values["keep.backups"] else None,
        backups_kept=values["keep.backup_count"],
    )
    kinds = values["alarms.kinds"]
    alarms = AlarmSettings(
        kinds=KINDS if "all" in kinds else kinds, webhook=values["alarms.webhook"] or None, client=client
    )
    service = ServiceSettings(runner=runner, clock=clock, night=night, alarms=alarms)
    return Settings(db=file("db"), runner=runner, service=service, values=values, origin=origin)
