"""The report of `newsdesk why` as JSON: reads the store and runs the scheduling policy once more. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from newsdesk.commands.why.host_queue import host_queue_of
from newsdesk.scheduler.cadence.next_visit import all_hints
from newsdesk.scheduler.cadence.policy import PolicyInputs
from newsdesk.scheduler.cadence.reasons import (
    explain_limits,
    printed_hints,
    summarise_first,
    summarise_profile,
    threshold_text,
)
from newsdesk.scheduler.cadence.server_hints import parse_hints
from newsdesk.scheduler.cadence.threshold import initial_threshold
from newsdesk.scheduler.settings import RunSettings
from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso
from newsdesk.storage.hosts.politeness import find_host_schedule
from newsdesk.storage.queries.lookup import show_host
from newsdesk.storage.records.publication_profile import PublicationProfile, ThresholdState
from newsdesk.storage.records.rate_limits import RateLimit, share_now
from newsdesk.storage.sources.moves import source_at_address
from newsdesk.storage.sources.next_visit import Store, find_past, find_response_hints, find_threshold_state
from newsdesk.storage.sources.sources import show_source


def why_report(db: Store, source_id: int, settings: RunSettings, now: datetime) -> dict[str, Any]:
    """Everything that decides about the next visit of one source, as JSON."""
    row, past = show_source(db, source_id), find_past(db, source_id)
    planner = find_threshold_state(db) or initial_threshold()
    own_threshold = dict(planner.host_thresholds).get(row["host"])
    hints = all_hints(find_response_hints(db, source_id), past.hints)
    last_ok = now if row["last_ok_at"] is None else from_iso(row["last_ok_at"])
    threshold = planner.threshold if own_threshold is None else max(own_threshold, planner.threshold)
    parsed_hints = parse_hints(hints, now=last_ok)
    inputs = PolicyInputs(
        now=last_ok.timestamp(),
        threshold=threshold,
        mean_profile=planner.mean_profile,
        parsed_hints=parsed_hints,
        intervals=settings.intervals,
        count_once=settings.count_once,
    )
    profile = past.profile
    rate_limit = _rate_limit(db, row["host"], settings, now)
    return {
        "source": {name: row[name] for name in ("id", "name", "title", "address", "host", "state", "status")},
        "next_visit": {
            "at": row["next_visit_at"],
            "in_s": row["next_visit_at"] and round((from_iso(row["next_visit_at"]) - now).total_seconds()),
            "why": row["next_visit_why"],
        },
        "schedule": {"every_s": row["every_s"], "cron": row["cron"], "default_every_s": settings.every_s},
        "limits": _limits(profile, inputs),
        "profile": None if profile is None else _profile(row, profile, planner),
        "first": None
        if profile is None
        else {**asdict(summarise_first(profile, inputs)), "applies": _counts_once(row, settings)},
        "timezone": {"set": row["timezone"], "learned": row["learned_timezone"]},
        "threshold": {
            "seconds": threshold,
            "message": threshold_text(threshold),
            "for_host": own_threshold is not None,
            "found_at": _iso(planner.found_at),
        },
        "server_hints": {
            "published": printed_hints(hints),
            "wait_s": parsed_hints.wait_s(inputs.now),
            "from": parsed_hints.why,
        },
        "validators": {
            **{name: row[name] for name in ("etag", "last_modified", "body_digest")},
            "unreliable_since": row["validators_unreliable_since"],
        },
        "last_visit": {
            "at": row["outcome_at"],
            "outcome": row["outcome"],
            "category": row["outcome_category"],
            "message": row["outcome_message"],
            "ok_at": row["last_ok_at"],
        },
        "failures": {
            "count": row["failures"],
            "since": row["failing_since"],
            "proposed_addresses": row["proposed_addresses"],
        },
        "redirect": {
            "moved_to": row["moved_to"],
            "to_source": None if row["moved_to"] is None else source_at_address(db, row["moved_to"]),
            "since": row["moved_since"],
            "count": row["moved_count"],
        },
        "host": _host(db, row["host"], rate_limit, now),
        "host_queue": host_queue_of(
            db,
            row,
            profile,
            inputs,
            common_threshold=planner.threshold,
            rate_limit=rate_limit,
            now=now,
        ),
        "commands": _commands(row, settings),
    }


def _limits(profile: PublicationProfile | None, inputs: PolicyInputs) -> list[dict[str, Any]]:
    explained = () if profile is None else explain_limits(profile, inputs)
    return [
        {"limit": one.limit, "after_s": one.after_s, "message": one.message, "decides": one.decides}
        for one in explained
    ]


def _profile(row: Mapping[str, Any], profile: PublicationProfile, planner: ThresholdState) -> dict[str, Any]:
    return {
        **asdict(summarise_profile(profile, planner.mean_profile)),
        "last_new_at": _iso(profile.new_at),
        "gap_count": row["gap_count"],
        "last_gap": row["gap_at"] and {"at": row["gap_at"], "message": row["gap_message"]},
    }


def _counts_once(row: Mapping[str, Any], settings: RunSettings) -> bool:
    """Whether the stories of other sources change when this one is visited."""
    own_interval = row["every_s"] or row["cron"] or settings.every_s
    return settings.count_once and not own_interval


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else to_iso(datetime.fromtimestamp(seconds, UTC))


def _host(db: Store, host: str, rate_limit: RateLimit, now: datetime) -> dict[str, Any]:
    """The host of a source; `rate_share`: the part of its rate limit in use since it answered 429 or 503."""
    known = show_host(db, host)
    return {
        "name": host,
        "delay_s": rate_limit.delay_s,
        "per_minute": rate_limit.per_minute,
        "rate_share": share_now(known["rate_share"], from_iso_or_none(known["rate_limited_at"]), now=now),
        **{
            name: known[name]
            for name in (
                "next_request_at",
                "blocked_until",
                "blocked_why",
                "pages_held_until",
                "pages_challenges",
                "lease_until",
            )
        },
    }


def _rate_limit(db: Store, host: str, settings: RunSettings, now: datetime) -> RateLimit:
    return find_host_schedule(db, host, rate_limits=settings.session.rate_limits, now=now).rate_limit


def _commands(row: Mapping[str, Any], settings: RunSettings) -> list[str]:
    """Commands that change when it is visited, each with a comment."""
    number = row["id"]
    if row["state"] != "active":
        return [f"newsdesk sources resume {number}   # the source is {row['state']}: visit it again"]
    lines = [f"newsdesk crawl {number}   # visit it now"]
    if row["every_s"] or row["cron"]:
        option = "--no-cron" if row["cron"] else "--no-every"
        lines.append(f"newsdesk sources edit {number} {option}   # back to its publication profile")
    elif settings.every_s:
        lines.append("schedule.every = '' in the settings   # back to publication profiles for all sources")
    else:
        lines.append(f"newsdesk sources edit {number} --every 30m   # visit it at a fixed interval")
    if row["failures"]:
        lines.append(f"newsdesk sources show {number}   # list its latest visits")
    return lines
