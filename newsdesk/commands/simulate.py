"""`newsdesk simulate`: replays the past of the sources under the present schedule settings and under others."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.output.progress import BAR_AFTER_S
from newsdesk.output.terminal import Refused, console, line, print_json, print_table
from newsdesk.scheduler.durations import format_duration
from newsdesk.scheduler.settings import RunSettings
from newsdesk.scheduler.simulation.simulate import (
    Choice,
    Figures,
    Simulated,
    count_published,
    insufficient_history,
    simulate,
)
from newsdesk.settings.reader import read_settings
from newsdesk.settings.values import parse_span
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.hosts.politeness import stored_rate_limits
from newsdesk.storage.plurals import count
from newsdesk.storage.records.publication_profile import History
from newsdesk.storage.sources.history import find_histories

BEFORE = timedelta(days=14)  # a first document may hold stories of so long
HOSTS = 10


@click.command()
@click.option(
    "--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="Replay so many days."
)
@click.option("--visits-per-day", type=click.FloatRange(1, 288), help="Try this schedule.visits_per_day.")
@click.option("--min-interval", metavar="SPAN", help="Try this schedule.min_interval: 5m.")
@click.option("--every", metavar="SPAN", help="Try this schedule.every: 1h.")
@click.option("--count-once/--no-count-once", default=None, help="Try this schedule.count_once.")
@click.option("-v", "--verbose", is_flag=True, help="Print each source too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with each source.")
def command(
    days: int,
    visits_per_day: float | None,
    min_interval: str | None,
    every: str | None,
    count_once: bool | None,
    verbose: bool,
    as_json: bool,
) -> None:
    """Compare schedule settings on the past.

    Shows how soon stories would have been found, and with how many visits, under the present schedule
    settings, under those that you give, with hourly visits, and with half and twice the visits per day.
    Replays the stored past of the sources. Sends no requests and stores nothing.

    \b
    newsdesk simulate
    newsdesk simulate --days 7 --visits-per-day 48 --min-interval 2m --verbose
    newsdesk simulate --no-count-once
    """
    settings = read_settings()
    choices = _choices(
        settings.runner,
        visits_per_day,
        _span(min_interval, "--min-interval"),
        _span(every, "--every"),
        count_once,
    )
    prepare(settings.db, create=False)
    until = datetime.now(UTC)
    since = until - timedelta(days=days)
    rate_limits = settings.runner.session.rate_limits
    with reading(settings.db) as db:
        histories = find_histories(db, since=since - BEFORE, until=until)
        learned = dict(stored_rate_limits(db, rate_limits=rate_limits, now=until))
    why_not = insufficient_history(histories, since=since.timestamp(), until=until.timestamp())
    if why_not is not None:
        print_json({"message": why_not, "choices": []}) if as_json else click.echo(why_not)
        return
    results = []
    with _bar(len(choices) * days, draw=not as_json) as moved:
        for place, choice in enumerate(choices):
            results.append(
                simulate(
                    histories,
                    choice,
                    since=since.timestamp(),
                    until=until.timestamp(),
                    gap_of=lambda host: learned.get(host, rate_limits.of(host)).mean_s,
                    random=random.Random(7).random,  # noqa: S311 - the same numbers for each choice and run
                    on_progress=lambda at, place=place: moved(  # type: ignore[misc]  # a default, not an argument
                        place * days + (at - since.timestamp()) / 86400
                    ),
                )
            )
    if as_json:
        print_json(_as_json(histories, results, since, until))
    else:
        stories = count_published(histories, since.timestamp())
        _show(histories, results, days=days, stories=stories, verbose=verbose)


def _span(text: str | None, option: str) -> int | None:
    try:
        return None if text is None else parse_span(text)
    except ValueError as error:
        raise Refused(f"{option} {text!r}: {error}") from None


def _choices(
    runner: RunSettings,
    visits_per_day: float | None,
    min_interval: int | None,
    every: int | None,
    count_once: bool | None,
) -> list[Choice]:
    """The present settings, the given ones, and four more to compare them with."""
    now = Choice(
        name="now",
        visits_a_day=runner.visits_a_day,
        shortest_s=runner.shortest_s,
        longest_s=runner.longest_s,
        count_once=runner.count_once,
        every_s=runner.every_s,
    )
    choices = [now]
    if (visits_per_day, min_interval, every, count_once) != (None,) * 4:
        choices.append(
            Choice(
                name="as given",
                visits_a_day=visits_per_day or now.visits_a_day,
                shortest_s=float(min_interval or now.shortest_s),
                longest_s=now.longest_s,
                count_once=now.count_once if count_once is None else count_once,
                every_s=every if every is not None or visits_per_day is not None else now.every_s,
            )
        )
    by_profile = replace(now, name="by profile", every_s=None)
    return [
        *choices,
        Choice(name="all hourly", every_s=3600, own=False),
        *([by_profile] if now.every_s else []),
        replace(by_profile, name="half the visits", visits_a_day=now.visits_a_day / 2),
        replace(by_profile, name="twice the visits", visits_a_day=now.visits_a_day * 2),
    ]


@contextmanager
def _bar(days: int, *, draw: bool) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal, if it takes longer than 2 s; gives a function that takes the days done so far."""
    started = time.monotonic()
    bar = Progress(
        BarColumn(bar_width=24),
        TextColumn("{task.completed:.0f} of {task.total:g} days simulated"),
        TimeRemainingColumn(),
        console=console(stderr=True),
        transient=True,
    )
    task = bar.add_task("", total=days)
    drawn = draw and sys.stderr is not None and sys.stderr.isatty()

    def moved(done: float) -> None:
        if drawn and not bar.live.is_started and time.monotonic() - started > BAR_AFTER_S:
            bar.start()
        bar.update(task, completed=done)

    try:
        yield moved
    finally:
        bar.stop()


def _as_json(
    histories: Sequence[History], results: Sequence[Simulated], since: datetime, until: datetime
) -> dict[str, Any]:
    return {
        "since": to_iso(since),
        "until": to_iso(until),
        "choices": [
            {
                **asdict(one.choice),
                **asdict(one.all),
                "hosts": dict(_top(one)),
                "sources": [
                    {"id": history.source_id, "name": redact(history.name), **asdict(figures)}
                    for history, figures in zip(histories, one.by_source, strict=True)
                ],
            }
            for one in results
        ],
    }


def _top(one: Simulated) -> list[tuple[str, float]]:
    return sorted(one.by_host.items(), key=lambda item: -item[1])


def _show(
    histories: Sequence[History], results: Sequence[Simulated], *, days: int, stories: int, verbose: bool
) -> None:
    click.echo(
        f"the last {count(days, 'day')}: {count(len(histories), 'source')}, {count(stories, 'story', 'stories')}\n"
    )
    columns = ("visits a day", "mean delay", "median", "95th percentile", "missed")
    print_table(("", *columns), ((one.choice.name, *_cells(one.all)) for one in results), right=columns)
    names = [one.choice.name for one in results]
    click.echo(
        f"\nvisits a day by host, the {count(min(HOSTS, len(results[0].by_host)), 'host')} with most requests"
    )
    print_table(
        ("host", *names),
        (
            (line(host), *(f"{one.by_host[host]:,.1f}" for one in results))
            for host, _ in _top(results[0])[:HOSTS]
        ),
        right=names,
    )
    if verbose:
        chosen = results[1] if results[1].choice.name == "as given" else results[0]
        click.echo(f"\neach source, {chosen.choice.name}")
        print_table(
            ("id", "source", *columns),
            (
                (history.source_id, line(redact(history.name)), *_cells(figures))
                for history, figures in zip(histories, chosen.by_source, strict=True)
            ),
            right=("id", *columns),
            widest={"source": 40},
        )


def _cells(figures: Figures) -> tuple[str, ...]:
    return (
        f"{figures.visits_a_day:,.1f}",
        *(_delay(seconds) for seconds in (figures.mean_s, figures.median_s, figures.p95_s)),
        f"{figures.lost:,}",
    )


def _delay(seconds: float | None) -> str:
    """A delay, to the minute or, below one minute, to the second."""
    if seconds is None:
        return "-"
    return format_duration(round(seconds / 60) * 60 if seconds >= 60 else round(seconds))
