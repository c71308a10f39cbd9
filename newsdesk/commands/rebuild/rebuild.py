"""Links all stored stories anew, compares the result with the store, and writes the differences on demand.

Until the first difference is written, the store is only read. Writing goes on in rounds until nothing differs, because
stories arrive meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal

from newsdesk.output.bar import progress_bar
from newsdesk.storage.clusters.arrivals import link_stored
from newsdesk.storage.clusters.changes import (
    KINDS,
    ChangeKind,
    ClusterChange,
    changed_clusters,
    in_steps,
    moves,
)
from newsdesk.storage.clusters.rebuild import (
    STEP_ROWS,
    LinkDifference,
    changed_since,
    clusters_made,
    clusters_of_links,
    clusters_stored,
    compared_as,
    links_that_differ,
    missing_keys,
    write_clusters,
    write_keys,
    write_links,
)
from newsdesk.storage.clusters.replay import Replay
from newsdesk.storage.clusters.rules_version import keep_links_version
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.db.writer import Writer

_ROUNDS = 5
LinkChange = Literal["new", "gone", "another kind", "another score"]
LINK_CHANGES: tuple[LinkChange, ...] = ("new", "gone", "another kind", "another score")


@dataclass(slots=True, kw_only=True)
class Report:
    """What was compared and differs: links, clusters, and stories in other clusters; with some `examples` of each.
    `written`: how many links and stories were written."""

    stories: int = 0
    links: Counter[LinkChange] = field(default_factory=Counter)
    clusters: Counter[ChangeKind] = field(default_factory=Counter)
    moved: int = 0
    link_examples: list[tuple[LinkChange, LinkDifference]] = field(default_factory=list)
    cluster_examples: list[ClusterChange] = field(default_factory=list)
    links_written: int = 0
    stories_written: int = 0


def compare(replay: Replay, *, examples: int) -> Report:
    """What the present rules would change. Writes nothing into the store."""
    _link_all(replay)
    report = Report(stories=replay.done)
    for differences in links_that_differ(replay.db, last=replay.last):
        for one in differences:
            change = _change(one)
            report.links[change] += 1
            if report.links[change] <= examples:
                report.link_examples.append((change, one))
    with _snapshot(replay):
        before, after = clusters_stored(replay.db), clusters_made(replay.db, last=replay.last)
    moved = moves(before, after)
    report.moved = len(moved)
    changed = changed_clusters(before, after, moved)
    report.clusters.update(change.kind for change in changed)
    for kind in KINDS:
        report.cluster_examples += [change for change in changed if change.kind == kind][:examples]
    return report


def apply(replay: Replay, writer: Writer, report: Report, *, now: Callable[[], datetime]) -> None:
    """Write the differences. Each transaction leaves links and clusters that fit each other."""
    for keys in missing_keys(replay.db):
        writer.do(partial(write_keys, keys=keys))
    for changed in changed_since(replay.db, last=replay.last):
        for at in range(0, len(changed), STEP_ROWS):
            writer.do(partial(link_stored, stories=changed[at : at + STEP_ROWS], now=to_iso(now())))
    for _ in range(_ROUNDS):
        _link_all(replay)  # stories that arrived meanwhile, some before all keys were there
        links, stories = _write_links(replay, writer, now()), _write_clusters(replay, writer)
        report.links_written += links
        report.stories_written += stories
        if not links and not stories:
            break
    writer.do(partial(keep_links_version, now=now()))


def _link_all(replay: Replay) -> None:
    left = replay.count_left()
    if not left:
        return
    with progress_bar(replay.done + left, "stories") as advance:
        advance(replay.done)
        while linked := replay.link_next():
            advance(linked)


def _write_links(replay: Replay, writer: Writer, now: datetime) -> int:
    written = 0
    with progress_bar(replay.last, "stories written") as advance:
        before = 0
        for differences in links_that_differ(replay.db, last=replay.last):
            for at in range(0, len(differences), STEP_ROWS):
                step = differences[at : at + STEP_ROWS]
                written += writer.do(
                    partial(
                        write_links,
                        differences=step,
                        compared=compared_as(replay.db, step),
                        now=now,
                    )
                )
            advance(differences[-1].pair[0] - before)
            before = differences[-1].pair[0]
    return written


def _write_clusters(replay: Replay, writer: Writer) -> int:
    """Clusters that depend on stories far away, and so were not formed with the links."""
    with _snapshot(replay):
        moved = moves(clusters_stored(replay.db), clusters_of_links(replay.db))
    for step in in_steps(moved, most=STEP_ROWS):
        writer.do(partial(write_clusters, moved=step))
    return len(moved)


@contextmanager
def _snapshot(replay: Replay) -> Iterator[None]:
    """One state of the store for all that is read in the block."""
    replay.db.conn.execute("BEGIN")
    try:
        yield
    finally:
        replay.db.conn.execute("COMMIT")


def _change(one: LinkDifference) -> LinkChange:
    if one.stored is None or one.made is None:
        return "new" if one.stored is None else "gone"
    return "another score" if one.stored.kind == one.made.kind else "another kind"
