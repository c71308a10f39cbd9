"""`newsdesk simulate`: the sources' own past, visited once more on paper by these settings and by others."""

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
from newsdesk.scheduler.run.leases import RunSettings
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
from newsdesk.storage.records.publication_profile import History
from newsdesk.storage.sources.history import find_histories

BEFORE = timedelta(days=14)  # what a first document may hold
HOSTS = 10


@click.command()
@click.option(
    "--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="So many days of the past."
)
@click.option("--budget", type=click.FloatRange(1, 288), help="Try this schedule.visits_per_day.")
@click.option("--shortest", metavar="SPAN", help="Try this schedule.min_interval: 5m.")
@click.option("--every", metavar="SPAN", help="Try this schedule.every: 1h.")
@click.option("-v", "--verbose", is_flag=True, help="Each source too.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, each source in it.")
def command(
    days: int, budget: float | None, shortest: str | None, every: str | None, verbose: bool, as_json: bool
) -> None:
    """Say how soon stories would have been found, and by how many visits: by the settings as they are, by
    those that you give, hourly, with half and with twice the budget.

    The sources' own past is visited once more, on paper: nobody is asked, and nothing is stored.

    \b
    newsdesk simulate
    newsdesk simulate --days 7 --budget 48 --shortest 2m --verbose
    """
    settings = read_settings()
    choices = _choices(settings.runner, budget, _span(shortest, "--shortest"), _span(every, "--every"))
    prepare(settings.db, create=False)
    until = datetime.now(UTC)
    since = until - timedelta(days=days)
    rate_limits = settings.runner.session.rate_limits
    with reading(settings.db) as db:
        histories = find_histories(db, since=since - BEFORE, until=until)
        taught = dict(stored_rate_limits(db, rate_limits=rate_limits, now=until))
    why_not = insufficient_history(histories, since=since.timestamp(), until=until.timestamp())
    if why_not is not None:
        print_json({"too_little": why_not, "choices": []}) if as_json else click.echo(why_not)
        return
    done = []
    with _bar(len(choices) * days, draw=not as_json) as moved:
        for place, choice in enumerate(choices):
            done.append(
                simulate(
                    histories,
                    choice,
                    since=since.timestamp(),
                    until=until.timestamp(),
                    gap_of=lambda host: taught.get(host, rate_limits.of(host)).mean_s,
                    chance=random.Random(7).random,  # noqa: S311 - the same for each choice and run
                    heard=lambda at, place=place: moved(  # type: ignore[misc]  # a default, not an argument
                        place * days + (at - since.timestamp()) / 86400
                    ),
                )
            )
    if as_json:
        print_json(_as_json(histories, done, since, until))
    else:
        stories = count_published(histories, since.timestamp())
        _show(histories, done, days=days, stories=stories, verbose=verbose)


def _span(said: str | None, option: str) -> int | None:
    try:
        return None if said is None else parse_span(said)
    except ValueError as error:
        raise Refused(f"{option} {said!r}: {error}") from None


def _choices(
    runner: RunSettings, budget: float | None, shortest: int | None, every: int | None
) -> list[Choice]:
    """What is tried: as it is, as asked for, and what shows where that lies."""
    now = Choice(
        name="as it is",
        visits_a_day=runner.visits_a_day,
        shortest_s=runner.shortest_s,
        every_s=runner.every_s,
    )
    choices = [now]
    if (budget, shortest, every) != (None, None, None):
        choices.append(
            Choice(
                name="as asked for",
                visits_a_day=budget or now.visits_a_day,
                shortest_s=float(shortest or now.shortest_s),
                every_s=every if every is not None or budget is not None else now.every_s,
            )
        )
    by_profile = replace(now, name="by rhythm", every_s=None)
    return [
        *choices,
        Choice(name="all hourly", every_s=3600, own=False),
        *([by_profile] if now.every_s else []),
        replace(by_profile, name="half the budget", visits_a_day=now.visits_a_day / 2),
        replace(by_profile, name="twice the budget", visits_a_day=now.visits_a_day * 2),
    ]


@contextmanager
def _bar(days: int, *, draw: bool) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal, once it takes longer; gives what is told how many days are done."""
    begun = time.monotonic()
    bar = Progress(
        BarColumn(bar_width=24),
        TextColumn("{task.completed:.0f} of {task.total:g} days, on paper"),
        TimeRemainingColumn(),
        console=console(stderr=True),
        transient=True,
    )
    task = bar.add_task("", total=days)
    shown = draw and sys.stderr is not None and sys.stderr.isatty()

    def moved(done: float) -> None:
        if shown and not bar.live.is_started and time.monotonic() - begun > BAR_AFTER_S:
            bar.start()
        bar.update(task, completed=done)

    try:
        yield moved
    finally:
        bar.stop()


def _as_json(
    histories: Sequence[History], done: Sequence[Simulated], since: datetime, until: datetime
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
            for one in done
        ],
    }


def _top(one: Simulated) -> list[tuple[str, float]]:
    return sorted(one.by_host.items(), key=lambda told: -told[1])


def _show(
    histories: Sequence[History], done: Sequence[Simulated], *, days: int, stories: int, verbose: bool
) -> None:
    click.echo(f"the last {days} days on paper: {len(histories)} sources, {stories:,} stories\n")
    columns = ("visits a day", "mean wait", "median", "95 of 100", "lost")
    print_table(("", *columns), ((one.choice.name, *_cells(one.all)) for one in done), right=columns)
    names = [one.choice.name for one in done]
    click.echo(f"\nvisits a day by host, the {min(HOSTS, len(done[0].by_host))} that are asked most")
    print_table(
        ("host", *names),
        ((line(host), *(f"{one.by_host[host]:,.1f}" for one in done)) for host, _ in _top(done[0])[:HOSTS]),
        right=names,
    )
    if verbose:
        shown = done[1] if done[1].choice.name == "as asked for" else done[0]
        click.echo(f"\neach source, {shown.choice.name}")
        print_table(
            ("id", "source", *columns),
            (
                (history.source_id, line(redact(history.name))[:40], *_cells(figures))
                for history, figures in zip(histories, shown.by_source, strict=True)
            ),
            right=("id", *columns),
        )


def _cells(figures: Figures) -> tuple[str, ...]:
    return (
        f"{figures.visits_a_day:,.1f}",
        *(_wait(seconds) for seconds in (figures.mean_s, figures.median_s, figures.p95_s)),
        f"{figures.lost:,}",
    )


def _wait(seconds: float | None) -> str:
    """A wait to the minute; below, to the second."""
    if seconds is None:
        return "-"
    return format_duration(round(seconds / 60) * 60 if seconds >= 60 else round(seconds))
