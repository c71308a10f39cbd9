"""`newsdesk why SOURCE`: when a source is visited next, and all that decided it, in words and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from rich.text import Text

from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.terminal import ago, console, line, print_json, when
from newsdesk.scheduler.cadence.next_visit import STATUS_TEXTS, all_hints
from newsdesk.scheduler.cadence.policy import JITTER, PolicyInputs
from newsdesk.scheduler.cadence.reasons import (
    printed_hints,
    explain_limits,
    hour_bars,
    summarise_profile,
    threshold_text,
    retry_rule,
)
from newsdesk.scheduler.cadence.server_hints import parse_hints
from newsdesk.scheduler.cadence.threshold import initial_threshold
from newsdesk.scheduler.durations import format_duration
from newsdesk.scheduler.run.leases import RunSettings
from newsdesk.settings.reader import read_settings
from newsdesk.sources.host_queue import crowd_of, crowd_words
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.timestamps import from_iso, from_iso_or_none, to_iso
from newsdesk.storage.hosts.politeness import find_turn
from newsdesk.storage.queries.lookup import show_host
from newsdesk.storage.records.rate_limits import RateLimit, share_now
from newsdesk.storage.sources.next_visit import Store, find_answer_hints, find_past, find_planner
from newsdesk.storage.sources.sources import find_sources, show_source


@click.command()
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(source: str, as_json: bool) -> None:
    """Say when a SOURCE is visited next, and why then: its rhythm, the price of a visit, what each limit
    says, what its server wishes, how it fails, the manners of its host.

    \b
    newsdesk why 3
    newsdesk why "Harbour Gazette" --json
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    now = datetime.now(UTC)
    with reading(settings.db) as db:
        told = redact_all([_told(db, find_sources(db, (source,))[0], settings.runner, now)])[0]
    if as_json:
        print_json(told)
        return
    out = console()
    for name, words in _lines(told, now):
        shown = Text(f"{name:<10} ", style="bold").append(line(words), style="") if name else Text(words)
        out.print(shown, soft_wrap=True)


def _told(db: Store, source_id: int, settings: RunSettings, now: datetime) -> dict[str, Any]:
    """All that decides about one source."""
    row, past = show_source(db, source_id), find_past(db, source_id)
    planner = find_planner(db) or initial_threshold()
    own_threshold = dict(planner.host_thresholds).get(row["host"])
    hints = all_hints(find_answer_hints(db, source_id), past.hints)
    last_ok = now if row["last_ok_at"] is None else from_iso(row["last_ok_at"])
    threshold = planner.threshold if own_threshold is None else max(own_threshold, planner.threshold)
    parsed_hints = parse_hints(hints, now=last_ok)
    inputs = PolicyInputs(
        now=last_ok.timestamp(),
        threshold=threshold,
        pool=planner.mean_profile,
        parsed_hints=parsed_hints,
        shortest_s=settings.shortest_s,
    )
    profile = past.profile
    return {
        "source": {name: row[name] for name in ("id", "name", "title", "address", "host", "state")},
        "next": {
            "at": row["next_visit_at"],
            "in_s": round((from_iso(row["next_visit_at"]) - now).total_seconds())
            if row["next_visit_at"]
            else None,
            "why": row["next_visit_why"],
        },
        "interval": {
            "every_s": row["every_s"],
            "cron": row["cron"],
            "all_every_s": settings.every_s,
        },
        "limits": [] if profile is None else [asdict(bound) for bound in explain_limits(profile, inputs)],
        "learned": None
        if profile is None
        else {
            **asdict(summarise_profile(profile, planner.mean_profile)),
            "last_new": None
            if profile.new_at is None
            else to_iso(datetime.fromtimestamp(profile.new_at, UTC)),
            "gaps": row["gap_count"],
            "last_gap": None if row["gap_at"] is None else {"at": row["gap_at"], "words": row["gap_message"]},
        },
        "zone": {"yours": row["timezone"], "learned": row["learned_timezone"]},
        "price": {
            "seconds": threshold,
            "words": threshold_text(threshold),
            "of_its_host": own_threshold is not None,
            "found_at": None
            if planner.found_at is None
            else to_iso(datetime.fromtimestamp(planner.found_at, UTC)),
        },
        "wishes": {
            "printed": printed_hints(hints),
            "wait_s": parsed_hints.wait_s(inputs.now),
            "of": parsed_hints.why,
        },
        "validators": {name: row[name] for name in ("etag", "last_modified", "body_digest")},
        "validators_unreliable_since": row["validators_unreliable_since"],
        "last": {
            "at": row["outcome_at"],
            "outcome": row["outcome"],
            "class": row["outcome_category"],
            "words": row["outcome_message"],
            "ok_at": row["last_ok_at"],
        },
        "failures": {
            "count": row["failures"],
            "since": row["failing_since"],
            "standing": row["status"],
            "proposed": row["proposed_addresses"],
        },
        "moved": {"to": row["moved_to"], "since": row["moved_since"], "count": row["moved_count"]},
        "host": _manners(db, row["host"], settings, now),
        "crowd": crowd_of(
            db,
            row,
            profile,
            inputs,
            common_threshold=planner.threshold,
            rate_limit=_pace(db, row["host"], settings, now),
            now=now,
        ),
        "you_can": _advice(row, settings),
    }


def _manners(db: Store, host: str, settings: RunSettings, now: datetime) -> dict[str, Any]:
    """How the source's host is asked; `share`: how much is left of its rate since it said that it was too
    often."""
    known, rate_limit = show_host(db, host), _pace(db, host, settings, now)
    return {
        "name": host,
        "pause_s": rate_limit.delay_s,
        "per_minute": rate_limit.per_minute,
        "share": share_now(known["rate_share"], from_iso_or_none(known["rate_limited_at"]), now=now),
        **{name: known[name] for name in ("next_at", "blocked_until", "blocked_why", "lease_until")},
    }


def _pace(db: Store, host: str, settings: RunSettings, now: datetime) -> RateLimit:
    return find_turn(db, host, rate_limits=settings.session.rate_limits, now=now).rate_limit


def _advice(row: Mapping[str, Any], settings: RunSettings) -> list[str]:
    """What a person may do about it, as one types it."""
    number = row["id"]
    if row["state"] != "active":
        return [f"newsdesk sources resume {number}   # it is {row['state']}, and not visited"]
    lines = [f"newsdesk crawl {number}   # visit it now"]
    if row["every_s"] or row["cron"]:
        option = "--no-cron" if row["cron"] else "--no-every"
        lines.append(f"newsdesk sources edit {number} {option}   # by its rhythm again")
    elif settings.every_s:
        lines.append("schedule.every = '' in the settings   # all by their rhythms again")
    else:
        lines.append(f"newsdesk sources edit {number} --every 30m   # an interval of its own")
    if row["failures"]:
        lines.append(f"newsdesk sources show {number}   # its latest visits")
    return lines


def _lines(told: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    """The same for people: a name and what is to be said of it, a line each."""
    source, after, last = told["source"], told["next"], told["last"]
    yield "source", f"{source['id']}  {source['name'] or source['title'] or source['address']}"
    if source["state"] != "active":
        yield "next", f"never: it is {source['state']}"
    else:
        yield "next", f"{when(after['at'])} UTC, {_due(after['in_s'])}"
        yield "why", after["why"] or "not known"
    if last["at"]:
        yield "last", f"{ago(last['at'], now=now)}: {last['outcome']} ({last['words'] or last['class']})"
    yield from _interval(told["interval"])
    if told["failures"]["count"]:
        yield "failures", _failures(told["failures"], last["class"])
    if told["failures"]["standing"] != "active":
        yield "stands", f"as {told['failures']['standing']}: {STATUS_TEXTS[told['failures']['standing']]}"
    if told["failures"]["proposed"]:
        yield "proposed", f"its feed may be at {', '.join(told['failures']['proposed'])} now"
    if told["moved"]["to"]:
        moved = told["moved"]
        since = f" since {when(moved['since'])} UTC" if moved["since"] else ": no feed was read there"
        yield "moved", f"to {moved['to']}, told {moved['count']} times{since}"
    yield from _rhythm(told, now)
    yield from _zone(told["zone"])
    yield "wishes", _wishes(told["wishes"])
    yield "unchanged", _validators(told["validators"], told["validators_unreliable_since"])
    yield from _host(told["host"], now)
    for place, words in enumerate(crowd_words(told["crowd"], told["host"]["name"])):
        yield ("" if place else "crowd"), f"{' ' * 11 if place else ''}{words}"
    for place, words in enumerate(told["you_can"]):
        yield "" if place else "you can", f"{'' if not place else ' ' * 11}{words}"


def _validators(validators: Mapping[str, Any], distrusted_at: str | None) -> str:
    kept = [name for name, said in validators.items() if said]
    if distrusted_at is not None:
        return f"not asked with validators since {when(distrusted_at)} UTC: they stayed while entries changed"
    return f"told by {', '.join(kept)}" if kept else "cannot be told: the server gave no validators"


def _failures(failures: Mapping[str, Any], group: str) -> str:
    since = f" since {when(failures['since'])} UTC" if failures["since"] else ""
    return f"{failures['count']} in a row{since}; what is {group} is tried again {retry_rule(group)}"


def _due(in_s: int | None) -> str:
    if in_s is None:
        return "at once"
    return f"in {format_duration(in_s)}" if in_s > 0 else f"due since {format_duration(-in_s)}"


def _interval(interval: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if interval["cron"]:
        yield "yours", f"the cron line {interval['cron']!r}: no rhythm decides, wishes and pauses are kept"
    elif interval["every_s"]:
        yield "yours", f"every {format_duration(interval['every_s'])}: no rhythm decides, wishes and pauses are kept"
    elif interval["all_every_s"]:
        yield "yours", f"all every {format_duration(interval['all_every_s'])} (schedule.every): no rhythm decides"


def _rhythm(told: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    threshold, profile = told["price"], told["learned"]
    if profile is None:
        yield "learned", "nothing yet: its first document teaches its rhythm"
        return
    window = f"a document of {profile['window']} entries" if profile["window"] else "no document"
    yield (
        "learned",
        f"{profile['stories_a_day']:.3g} stories a day ({profile['fast_factor']:.2f} × the usual of late),"
        f" {window}, gaps {profile['gaps']}, last new story {ago(profile['last_new'], now=now)}",
    )
    if profile["last_gap"] is not None:
        gap = profile["last_gap"]
        yield "last gap", f"{ago(gap['at'], now=now)}: nothing known was left in its document; {gap['words']}"
    most = max(*profile["weekday"], *profile["weekend"])
    yield "weekdays", f"{hour_bars(profile['weekday'], most)}  0 to 23 h UTC, most {most:.2g} an hour"
    yield "weekends", hour_bars(profile["weekend"], most)
    whose = " (its host's own: too many sources share it)" if threshold["of_its_host"] else ""
    yield "price", f"{threshold['words']}{whose}"
    for place, bound in enumerate(told["limits"]):
        mark = "*" if bound["decides"] else " "
        span = format_duration(round(bound["after_s"]))
        words = f"{mark} {bound['limit']:<9} {span:<13} {bound['words']}"
        yield ("limits", words) if not place else ("", f"{'':<11}{words}")
    yield "", f"{'':<11}  then {JITTER:.0%} more or less by chance: sources that are alike shall stand apart"


def _zone(zone: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if zone["yours"]:
        yield "zone", f"{zone['yours']}, as you said, where its dates print none"
    elif zone["learned"]:
        fixed = zone["learned"].removeprefix("Etc/GMT")  # IANA counts these the other way round
        name = zone["learned"] if fixed == zone["learned"] else f"{-int(fixed):+d} h from UTC"
        yield "zone", f"{name}, learned from when its stories came, where its dates print none"


def _wishes(parsed_hints: Mapping[str, Any]) -> str:
    printed = "; ".join(f"{name}: {said}" for name, said in parsed_hints["printed"].items())
    if not printed:
        return "none were told"
    wait_s = round(parsed_hints["wait_s"])
    return f"{printed}; {f'so {format_duration(wait_s)} between visits' if wait_s else 'no wait follows from it'}"


def _host(host: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    words = f"{host['name']}: {host['pause_s']:.3g} s between requests"
    if most := host["per_minute"]:
        words += f", {f'{most:,.0f}' if most >= 100 else f'{most:.3g}'} a minute at most"
    if host["share"] < 1:
        words += f" ({host['share']:.0%} of its rate: it said that it was asked too often)"
    until = host["blocked_until"]
    if until and from_iso(until) > now:
        words += f"; asked us to wait until {when(until)} UTC ({host['blocked_why'] or 'no reason told'})"
    if host["lease_until"] and from_iso(host["lease_until"]) > now:
        words += "; in the hands of a crawl now"
    yield "host", words
