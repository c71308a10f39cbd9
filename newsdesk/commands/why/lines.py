"""The report of `newsdesk why` as lines for people: a label and a text each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from newsdesk.commands.why.host_queue import host_queue_lines
from newsdesk.output.times import ago, instant
from newsdesk.scheduler.cadence.next_visit import STATUS_TEXTS
from newsdesk.scheduler.cadence.policy import JITTER
from newsdesk.scheduler.cadence.reasons import hour_bars, retry_rule
from newsdesk.scheduler.durations import format_duration
from newsdesk.storage.db.timestamps import from_iso
from newsdesk.storage.plurals import count, stories_a_day

Report = Mapping[str, Any]


def why_lines(report: Report, now: datetime) -> Iterator[tuple[str, str]]:
    """(label, text) of each line; a line without a label continues the one before it."""
    source, visit, last = report["source"], report["next_visit"], report["last_visit"]
    yield "source", f"{source['id']}  {source['name'] or source['title'] or source['address']}"
    if source["state"] != "active":
        yield "next visit", f"never: the source is {source['state']}"
    else:
        yield "next visit", f"{instant(visit['at'])}, {_due(visit['in_s'])}"
        yield "why", visit["why"] or "not known"
    if last["at"]:
        yield (
            "last visit",
            f"{ago(last['at'], now=now)}: {last['outcome']} ({last['message'] or last['category']})",
        )
    yield from _schedule(report["schedule"])
    if report["failures"]["count"]:
        yield "failures", _failures(report["failures"], last["category"])
    if source["status"] != "active":
        yield "status", f"{source['status']}: {STATUS_TEXTS[source['status']]}"
    if report["failures"]["proposed_addresses"]:
        yield "proposed", f"the feed may have moved to {', '.join(report['failures']['proposed_addresses'])}"
    if report["redirect"]["moved_to"]:
        redirect = report["redirect"]
        since = (
            f" since {instant(redirect['since'])}" if redirect["since"] else "; no feed was read there yet"
        )
        times = count(redirect["count"], "time")
        where = f"source {redirect['to_source']}, " if redirect["to_source"] else ""
        yield "redirect", f"permanently redirected to {where}{redirect['moved_to']}, {times}{since}"
    yield from _profile(report, now)
    yield from _timezone(report["timezone"])
    yield "hints", _server_hints(report["server_hints"])
    yield "validators", _validators(report["validators"])
    yield "host", _host(report["host"], now)
    yield from _labelled("host queue", host_queue_lines(report["host_queue"], report["host"]["name"]))
    yield from _labelled("commands", iter(report["commands"]))


def _labelled(label: str, texts: Iterator[str]) -> Iterator[tuple[str, str]]:
    for place, text in enumerate(texts):
        yield ("" if place else label), text


def _validators(validators: Report) -> str:
    since = validators["unreliable_since"]
    if since is not None:
        return f"not sent since {instant(since)}: they stayed the same while entries changed"
    known = [name for name in ("etag", "last_modified", "body_digest") if validators[name]]
    return f"an unchanged document is recognised by {', '.join(known)}" if known else "none yet"


def _failures(failures: Report, category: str) -> str:
    since = f" since {instant(failures['since'])}" if failures["since"] else ""
    return f"{failures['count']} in a row{since}; retries for {category}: {retry_rule(category)}"


def _due(in_s: int | None) -> str:
    if in_s is None:
        return "at once"
    return f"in {format_duration(in_s)}" if in_s > 0 else f"due since {format_duration(-in_s)}"


def _schedule(schedule: Report) -> Iterator[tuple[str, str]]:
    still = "in place of its profile; server hints and waits of the host still apply"
    if schedule["cron"]:
        yield "interval", f"by the cron line {schedule['cron']!r}, {still}"
    elif schedule["every_s"]:
        yield "interval", f"every {format_duration(schedule['every_s'])}, {still}"
    elif schedule["default_every_s"]:
        yield "interval", f"every {format_duration(schedule['default_every_s'])} (schedule.every), {still}"


def _profile(report: Report, now: datetime) -> Iterator[tuple[str, str]]:
    threshold, profile = report["threshold"], report["profile"]
    if profile is None:
        yield "profile", "none yet: it begins with the first document"
        return
    size = (
        f"{count(profile['window'], 'entry', 'entries')} in its last document"
        if profile["window"]
        else "size of its document not known"
    )
    yield (
        "profile",
        f"{stories_a_day(profile['stories_a_day'])} ({profile['fast_factor']:.2f} × its average recently),"
        f" {size}, {count(profile['gap_count'], 'gap')}, last new story {ago(profile['last_new_at'], now=now)}",
    )
    if profile["last_gap"] is not None:
        gap = profile["last_gap"]
        yield "last gap", f"{ago(gap['at'], now=now)}: the document held no known entry; {gap['message']}"
    most = max(*profile["weekday"], *profile["weekend"])
    yield (
        "weekdays",
        f"{hour_bars(profile['weekday'], most)}  0 to 23 h UTC, at most {most:.2g} stories an hour",
    )
    yield "weekends", hour_bars(profile["weekend"], most)
    yield "brought", _first(report)
    whose = " (raised for its host, which has many sources)" if threshold["for_host"] else ""
    yield "threshold", f"{threshold['message']}{whose}"
    for place, limit in enumerate(report["limits"]):
        mark = "*" if limit["decides"] else " "
        span = format_duration(round(limit["after_s"]))
        yield "" if place else "limits", f"{mark} {limit['limit']:<12} {span:<13} {limit['message']}"
    yield "", f"then {JITTER:.0%} more or less at random, so that similar sources are not due together"


def _first(report: Report) -> str:
    first = report["first"]
    if first["applies"]:
        return first["message"] if first["effect"] == "none" else f"{first['message']}; {first['effect']}"
    why = (
        "it is visited by its interval"
        if any(report["schedule"].values())
        else "schedule.count_once is false"
    )
    return f"{first['message']}; without effect: {why}"


def _timezone(timezone: Report) -> Iterator[tuple[str, str]]:
    if timezone["set"]:
        yield "timezone", f"{timezone['set']}, set by you, for dates without a zone"
    elif timezone["learned"]:
        fixed = timezone["learned"].removeprefix("Etc/GMT")  # IANA reverses the sign of these
        name = timezone["learned"] if fixed == timezone["learned"] else f"{-int(fixed):+d} h from UTC"
        yield "timezone", f"{name}, learned from the times of its stories, for dates without a zone"


def _server_hints(hints: Report) -> str:
    published = "; ".join(f"{name}: {value}" for name, value in hints["published"].items())
    if not published:
        return "none"
    wait_s = round(hints["wait_s"])
    return f"{published}; {f'at least {format_duration(wait_s)} between visits' if wait_s else 'no minimum interval'}"


def _host(host: Report, now: datetime) -> str:
    text = f"{host['name']}: {host['delay_s']:.3g} s between requests"
    if most := host["per_minute"]:
        text += f", at most {f'{most:,.0f}' if most >= 100 else f'{most:.3g}'} a minute"
    if host["rate_share"] < 1:
        text += f" (at {host['rate_share']:.0%} of its rate limit since it answered 429 or 503)"
    until = host["blocked_until"]
    if until and from_iso(until) > now:
        text += f"; asked to wait until {instant(until)} ({host['blocked_why'] or 'no reason given'})"
    held = host["pages_held_until"]
    if held and from_iso(held) > now:
        text += f"; its pages wait until {instant(held)} ({count(host['pages_challenges'], 'challenge')} in a row)"
    if host["lease_until"] and from_iso(host["lease_until"]) > now:
        text += "; leased by a crawl or the service now"
    return text
