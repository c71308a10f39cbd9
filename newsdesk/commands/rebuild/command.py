"""`newsdesk rebuild`: the command and its output."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from newsdesk.commands.rebuild.rebuild import LINK_CHANGES, Report, apply, compare
from newsdesk.output.terminal import line, print_json
from newsdesk.settings.reader import read_settings
from newsdesk.storage.clusters.changes import KINDS, ClusterChange, Move
from newsdesk.storage.clusters.links import Link
from newsdesk.storage.clusters.rebuild import LinkDifference
from newsdesk.storage.clusters.replay import Replay
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.plurals import count

MAX_EXAMPLES = 100
_MEMBERS = 6  # of a cluster that are printed
_SIDES = "SELECT id, title, site, url FROM story WHERE id IN (SELECT value FROM json_each(?))"
Names = Mapping[int, Mapping[str, Any]]


@click.group()
def command() -> None:
    """Link stored stories again with the present rules."""


@command.command("links")
@click.option(
    "--apply", "applies", is_flag=True, help="Write the differences; without it nothing is written."
)
@click.option(
    "--examples",
    default=3,
    show_default=True,
    type=click.IntRange(0, MAX_EXAMPLES),
    help="Show so many differences of each kind.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def links(applies: bool, examples: int, as_json: bool) -> None:
    """Link all stored stories again with the present rules for copies.

    Goes through the stories in the order of their arrival, and shows which links and clusters differ. Useful after an
    upgrade that changes these rules. Sends no requests. What a person decided of clusters stays. --apply writes the
    differences. The service may go on meanwhile. An interrupted run is resumed by the same command.

    Exit code 130: stopped by Ctrl-C.

    \b
    newsdesk rebuild links
    newsdesk rebuild links --examples 20
    newsdesk rebuild links --apply
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    try:
        with Replay(settings.db) as replay:
            report = compare(replay, examples=examples)
            with reading(settings.db) as db:
                names = _names(db, report)
            if not as_json:
                for text in _lines(report, names):
                    click.echo(text)
            if applies:
                with Writer(settings.db) as writer:
                    apply(replay, writer, report, now=partial(datetime.now, UTC))
        replay.delete()
    except KeyboardInterrupt:
        click.echo("stopped; the same command resumes", err=True)
        raise SystemExit(130) from None
    if as_json:
        print_json(_as_json(report, names, applied=applies))
    else:
        click.echo(_end(report, applied=applies))


def _names(db: Any, report: Report) -> Names:
    """Title and outlet of the stories in the examples."""
    ids = {story for _, one in report.link_examples for story in one.pair}
    ids |= {member.story_id for change in report.cluster_examples for member in change.members}
    rows = db.conn.execute(_SIDES, (json.dumps(sorted(ids)),))
    return {row[0]: {"story": row[0], "title": row[1], "outlet": row[2], "url": row[3]} for row in rows}


def _lines(report: Report, names: Names) -> list[str]:
    lines = []
    for change in LINK_CHANGES:
        if report.links[change]:
            lines.append(f"{count(report.links[change], 'link')}: {change}")
            lines += [
                text
                for kind, one in report.link_examples
                if kind == change
                for text in _link_lines(one, names)
            ]
    for kind in KINDS:
        if report.clusters[kind]:
            lines.append(f"{count(report.clusters[kind], 'cluster')}: {kind}")
            lines += [
                text
                for change in report.cluster_examples
                if change.kind == kind
                for text in _cluster_lines(change, names)
            ]
    return lines


def _link_lines(one: LinkDifference, names: Names) -> list[str]:
    lines = [f"    {_shown(one.made or one.stored)}"]
    if one.made is not None and one.stored is not None:
        lines[0] += f" (stored: {_shown(one.stored)})"
    return lines + [f"      {_named(story, names)}" for story in one.pair]


def _shown(link: Link | None) -> str:
    return "" if link is None else f"{link.kind} {link.score:.2f}, {line(link.reason)}"


def _cluster_lines(change: ClusterChange, names: Names) -> list[str]:
    lines = [f"    cluster {change.cluster}, {count(len(change.members), 'story', 'stories')}"]
    moved = sorted(change.members, key=lambda member: member.before == member.after)
    for member in moved[:_MEMBERS]:
        lines.append(f"      {_move(member)}: {_named(member.story_id, names)}")
    if len(moved) > _MEMBERS:
        lines.append(f"      and {len(moved) - _MEMBERS} more")
    return lines


def _move(member: Move) -> str:
    if member.before == member.after:
        return "stays"
    before, after = ("alone" if one is None else str(one) for one in (member.before, member.after))
    return f"{before} → {after}"


def _named(story_id: int, names: Names) -> str:
    story = names.get(story_id, {"title": None, "outlet": "?", "url": "?"})
    return f"story {story_id} {line(story['title'] or story['url'])} ({line(story['outlet'])})"


def _end(report: Report, *, applied: bool) -> str:
    differ = sum(report.links.values())
    found = (
        f"{count(report.stories, 'story', 'stories')} linked again: {count(differ, 'link')} and the clusters of"
        f" {count(report.moved, 'story', 'stories')} differ"
    )
    if applied:
        written = report.links_written or report.stories_written
        return f"{found}; written" if written else f"{found}; nothing to write"
    return f"{found}; --apply writes the differences" if differ or report.moved else found


def _as_json(report: Report, names: Names, *, applied: bool) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "applied": applied,
        "stories": report.stories,
        "links": {change: report.links[change] for change in LINK_CHANGES},
        "clusters": {kind: report.clusters[kind] for kind in KINDS},
        "stories_in_other_clusters": report.moved,
        "link_examples": [
            {
                "change": change,
                "stories": [names.get(story) for story in one.pair],
                "stored": _link_json(one.stored),
                "now": _link_json(one.made),
            }
            for change, one in report.link_examples
        ],
        "cluster_examples": [
            {
                "change": change.kind,
                "cluster": change.cluster,
                "stories": [
                    {**names.get(member.story_id, {}), "before": member.before, "after": member.after}
                    for member in change.members
                ],
            }
            for change in report.cluster_examples
        ],
    }


def _link_json(link: Link | None) -> dict[str, Any] | None:
    return None if link is None else {"kind": link.kind, "score": link.score, "reason": link.reason}
