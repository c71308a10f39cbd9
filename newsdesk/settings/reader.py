"""Settings, read once by each command into one frozen object.

Defaults, then `newsdesk.toml`, then `NEWSDESK_…` variables; the later wins. The file is the one named by
`NEWSDESK_CONFIG`, else `newsdesk.toml` in the working folder, else in `~/.config/newsdesk`. An unknown key
or variable is an error that names the nearest known one.
"""

# Read by hand, although pydantic-settings exists: importing pydantic costs 0.26-0.38 s CPU a process
# (measured), more than most commands take.

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from newsdesk import __version__
from newsdesk.crawler.credentials.secrets import Secrets
from newsdesk.crawler.session_settings import (
    ClientSettings,
    SessionSettings,
    SiteFileSettings,
    SpiderSettings,
)
from newsdesk.regular_files import read_regular
from newsdesk.scheduler.settings import (
    AlarmSettings,
    ClockSettings,
    MaintenanceSettings,
    RunSettings,
    ServiceSettings,
)
from newsdesk.settings.allow_remedy import allow_remedy
from newsdesk.settings.definitions import SETTINGS, variable_of
from newsdesk.settings.rate_limits import rate_limits_of
from newsdesk.settings.secrets import SecretsFileError, is_secret, read_secrets
from newsdesk.settings.values import silence_limits
from newsdesk.storage.db.filesystem import MODES, use_file_mode
from newsdesk.storage.records.alarms import KINDS
from newsdesk.storage.records.visits import Limits


class SettingsError(Exception):
    """A setting that cannot be used: its name, its value, and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings in force. `origin` has the source of each value: a file, a variable or `default`."""

    db: Path
    runner: RunSettings
    service: ServiceSettings
    values: Mapping[str, Any]
    origin: Mapping[str, str]


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
        return tomllib.loads(read_regular(path).decode("utf-8"))
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
        value = "…" if SETTINGS[name].secret else repr(raw)
        raise SettingsError(f"{name} = {value} (from {origin}): {error}") from error


_BESIDE = ("secrets", "sites.folder", "spiders.folder")  # their defaults lie beside the settings file


def _secrets(file: Path, named: bool, environment: Mapping[str, str]) -> Secrets:
    try:
        return read_secrets(file, must_exist=named, environment=environment)
    except SecretsFileError as error:
        raise SettingsError(str(error)) from None


def check_certificates(settings: Settings) -> None:
    """Raises SettingsError when `network.ca_file` is no file of certificates. For commands that send requests."""
    import ssl  # late: few commands send requests

    file = settings.runner.session.client.ca_file
    if file is None:
        return
    try:
        read_regular(file, most=0)  # refuses a pipe, which OpenSSL would wait for
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
        """A path in the settings file is relative to that file, one in a variable to the working folder."""
        named = Path(values[name]).expanduser()
        default = origin[name] == "default" and name in _BESIDE
        beside = path is not None and (origin[name] == str(path) or default)
        return path.parent / named if path is not None and beside else named

    use_file_mode(MODES[values["db_group"]])
    ca_file = file("network.ca_file") if values["network.ca_file"] else None
    contact = values["network.contact"]
    client = ClientSettings(
        user_agent=f"newsdesk/{__version__}" + (f" (+{contact})" if contact else ""),
        allow=values["network.allow"],
        allow_remedy=allow_remedy(
            path,
            path.read_text(encoding="utf-8") if path is not None else "",
            values["network.allow"],
            origin=origin["network.allow"],
            variable=variable_of("network.allow"),
        ),
        resolve=values["network.resolve"],
        ca_file=str(ca_file) if ca_file else None,
        header_bytes=values["network.max_header_kib"] * 1024,
        secrets=_secrets(file("secrets"), origin["secrets"] != "default", environment),
    )
    mib = 1024 * 1024
    limits = Limits(
        visit_s=values["network.timeout_s"],
        rest_s=values["network.body_timeout_s"],
        body_bytes=int(values["network.max_body_mib"] * mib),
        redirects=values["network.max_redirects"],
        reading_s=values["parsing.timeout_s"],
        reading_bytes=int(values["parsing.memory_mib"] * mib),
        entries=values["feeds.max_entries"],
        new_per_day=values["feeds.max_new_per_day"],
    )
    spiders = SpiderSettings(
        folder=str(file("spiders.folder").absolute()),
        timeout_s=values["spiders.timeout_s"],
        memory_bytes=int(values["spiders.memory_mib"] * mib),
        processes=values["spiders.processes"],
    )
    runner = RunSettings(
        session=SessionSettings(
            client=client,
            workers=values["parsing.workers"],
            site_files=SiteFileSettings(folder=str(file("sites.folder"))),
            spiders=spiders,
            check_feed_hosts=values["rights.check_feed_hosts"] or not values["rights.store_reserved_text"],
            **rate_limits_of(values),
        ),
        limits=limits,
        hosts=values["politeness.hosts"],
        every_s=values["schedule.every"] or None,
        visits_a_day=values["schedule.visits_per_day"],
        shortest_s=float(values["schedule.min_interval"]),
        longest_s=float(values["schedule.longest"]) if values["schedule.longest"] else None,
        count_once=values["schedule.count_once"],
        backlog=values["pages.backlog"],
        store_reserved_text=values["rights.store_reserved_text"],
    )
    clock = ClockSettings(
        tick_s=values["serve.tick_s"], maintenance_at=time.fromisoformat(values["serve.maintenance_at"])
    )
    maintenance = MaintenanceSettings(
        keep_days=values["retention.story_days"],
        tombstone_days=values["retention.tombstone_days"],
        store_bytes=values["retention.max_store_mib"] * mib,
        quiet_days=values["retention.quiet_visit_days"],
        visit_days=values["retention.visit_days"],
        backups=file("backup.folder") if values["backup.folder"] else None,
        backups_kept=values["backup.count"],
    )
    kinds = values["alarms.kinds"]
    alarms = AlarmSettings(
        kinds=KINDS if "all" in kinds else kinds,
        webhook=values["alarms.webhook"] or None,
        silent_after=silence_limits(values["alarms.silent_after"]),
        client=client,
    )
    service = ServiceSettings(runner=runner, clock=clock, maintenance=maintenance, alarms=alarms)
    return Settings(db=file("db"), runner=runner, service=service, values=values, origin=origin)
