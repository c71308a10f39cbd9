"""`newsdesk clusters`: lists the clusters of copies, and changes them by hand, for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from newsdesk.output.terminal import Refused, line, print_json, print_table
from newsdesk.output.times import instant
from newsdesk.settings.reader import read_settings
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.clusters.by_hand import (
    ClusterError,
    Plan,
    apply_plan,
    plan_merge,
    plan_split,
    plan_undo,
)
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.plurals import count
from newsdesk.storage.queries.cluster_decisions import DecisionRow, count_decisions, list_decisions
from newsdesk.storage.queries.clusters import count_clusters, largest_clusters, titles_of
from newsdesk.storage.queries.explain import Store

_SHOWN = 20  # stories that a message lists
_NUMBERS = 6  # in a cell of a table
_STORIES = click.argument("stories", metavar="STORY…", nargs=-1, required=True, type=click.IntRange(1, 2**62))
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Only show what would change.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List clusters of copies, and change them by hand.

    What you decide stays: the rules for copies never change it, `newsdesk clusters undo` takes it back.

    \b
    newsdesk clusters                # the largest clusters, and what was decided
    newsdesk clusters split 44       # story 44 is no copy of the others
    newsdesk clusters merge 12 47    # these are copies of each other
    newsdesk clusters undo 2
    """
    if ctx.invoked_subcommand is None:
        _list(None, as_json=False)


@command.command("list")
@click.option("-n", "--limit", type=click.IntRange(1, 100_000), help="List at most so many. [default: 20]")
@timezone_option
@_JSON
def list_command(limit: int | None, as_json: bool) -> None:
    """List the largest clusters, and the decisions, newest first."""
    _list(limit, as_json=as_json)


@command.command("split")
@_STORIES
@_DRY_RUN
@_JSON
def split_command(stories: tuple[int, ...], dry_run: bool, as_json: bool) -> None:
    """Take stories out of their cluster, for good.

    The others stay together, also where the first story of the cluster is taken out. Stories that are taken out
    together may form a cluster of their own, if they are copies of each other. A later copy may join either side.
    """
    _decide(partial(plan_split, stories=stories), dry_run=dry_run, as_json=as_json)


@command.command("merge")
@_STORIES
@_DRY_RUN
@_JSON
def merge_command(stories: tuple[int, ...], dry_run: bool, as_json: bool) -> None:
    """Put stories together with their clusters, for good."""
    _decide(partial(plan_merge, stories=stories), dry_run=dry_run, as_json=as_json)


@command.command("undo")
@click.argument("number", metavar="DECISION", type=click.IntRange(1, 2**62))
@_DRY_RUN
@_JSON
def undo_command(number: int, dry_run: bool, as_json: bool) -> None:
    """Take a decision back: the rules for copies hold again."""
    _decide(partial(plan_undo, number=number), dry_run=dry_run, as_json=as_json)


def _decide(plan: Callable[[Store], Plan], *, dry_run: bool, as_json: bool) -> None:
    """Make a plan, and write it unless it is only shown."""
    settings = read_settings()
    prepare(settings.db, create=False)
    try:
        if dry_run:
            with reading(settings.db) as db:
                planned, number = plan(db), None
        else:
            from newsdesk.storage.db.writer import Writer  # late: --dry-run and list only read

            def job(db: Store) -> tuple[Plan, int]:
                planned = plan(db)
                return planned, apply_plan(db, planned, now=to_iso(datetime.now(UTC)))

            with Writer(settings.db) as writer:
                planned, number = writer.do(job)
    except ClusterError as error:
        raise Refused(str(error)) from None
    if as_json:
        print_json(_as_json(planned, number, dry_run=dry_run))
    else:
        _print(planned, number)


def _as_json(plan: Plan, number: int | None, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "decision": plan.undo if number is None else number,
        "decided": [asdict(one) for one in plan.decisions],
        "changed": [
            {"story": story, "from": before, "to": after} for story, (before, after) in plan.changed.items()
        ],
    }


def _print(plan: Plan, number: int | None) -> None:
    if number is None:
        click.echo("this would change:" if plan.changed else "this would change no cluster now")
    elif plan.undo is not None:
        click.echo(f"decision {number} is taken back")
    else:
        click.echo(f"decision {number}; `newsdesk clusters undo {number}` takes it back")
    for story, (before, after) in list(plan.changed.items())[:_SHOWN]:
        click.echo(f"story {story}: {_cluster(before)} → {_cluster(after)}")
    if (more := len(plan.changed) - _SHOWN) > 0:
        click.echo(f"and {count(more, 'more story', 'more stories')}")
    if not plan.changed and number is not None:
        click.echo(
            "no cluster changes now; the decision holds from now on"
            if plan.decisions
            else "no cluster changes"
        )


def _cluster(cluster: int | None) -> str:
    return "alone" if cluster is None else f"cluster {cluster}"


def _list(limit: int | None, *, as_json: bool) -> None:
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        clusters = largest_clusters(db, limit=limit or _SHOWN)
        decisions = list_decisions(db, limit=limit or _SHOWN)
        titles = titles_of(db, [one.lead for _, one in clusters])
        totals = count_clusters(db), count_decisions(db)
    if as_json:
        rows = [{"cluster": cluster, **asdict(one), "title": titles[one.lead]} for cluster, one in clusters]
        print_json(
            {
                "clusters": rows,
                "clusters_total": totals[0],
                "decisions": [asdict(one) for one in decisions],
                "decisions_total": totals[1],
            }
        )
        return
    if not clusters:
        click.echo("no story has a copy")
    else:
        print_table(
            ("cluster", "stories", "carried by", "agency", "lead", "title"),
            (
                (cluster, one.stories, one.publishers, one.agency or "", one.lead, titles[one.lead] or "")
                for cluster, one in clusters
            ),
            right=("cluster", "stories", "carried by", "lead"),
            spare=("agency", "lead"),
        )
    if decisions:
        click.echo()
        print_table(
            ("decision", "made", "stories"),
            ((one.number, instant(one.decided_at), _decided(one)) for one in decisions),
            right=("decision",),
        )
    for shown, total, noun in ((clusters, totals[0], "cluster"), (decisions, totals[1], "decision")):
        if len(shown) < total:
            click.echo(f"{len(shown):,} of {count(total, noun)}; --limit lists more", err=True)


def _decided(one: DecisionRow) -> str:
    verb = "apart from" if one.decided == "apart" else "together with"
    return line(f"{_numbers(one.stories)} {verb} {_numbers(one.others)}")


def _numbers(stories: Sequence[int]) -> str:
    more = len(stories) - _NUMBERS
    listed = ", ".join(map(str, stories[:_NUMBERS]))
    return f"{listed} and {more:,} more" if more > 0 else listed
