"""The copies of a story for people and as JSON: the lead, who carried it and when, and what each changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from newsdesk.output.terminal import day_or_minute, line
from newsdesk.output.times import instant
from newsdesk.storage.plurals import count
from newsdesk.storage.queries.clusters import Cluster, Copy


def copies_json(cluster: Cluster | None) -> dict[str, Any] | None:
    """The value of `copies` in the JSON of a story; None if it is alone."""
    if cluster is None:
        return None
    values = asdict(cluster)
    return {"cluster": values.pop("id"), **values, "listed": list(values.pop("copies"))}


def copies_lines(cluster: Cluster, *, story_id: int) -> Iterator[str]:
    """Lines that show a cluster; `story_id` is the story that is shown with it."""
    agency = f", agency {line(cluster.agency)}" if cluster.agency else ""
    stories, publishers = count(cluster.stories, "story", "stories"), count(cluster.publishers, "publisher")
    yield f"copies: {stories} by {publishers}{agency} (cluster {cluster.id})"
    width = len(str(max(one.id for one in cluster.copies)))
    lead = cluster.copies[0]
    for one in cluster.copies:
        mark = "*" if one.id == story_id else " "
        delay = "lead" if one is lead else _span(one.delay_s)
        yield f"{mark} {one.id:>{width}}  {_date(one)}  {delay}  {_outlet(one)}{_link(one, lead)}"
        if one is not lead:
            yield f"  {'':{width}}  {'; '.join(_changes(one, lead))}"
    if cluster.left_out:
        yield f"  {count(cluster.left_out, 'more copy', 'more copies')} not listed"


def _date(one: Copy) -> str:
    return day_or_minute(asdict(one), instant) or f"seen {instant(one.first_seen_at)}"


def _outlet(one: Copy) -> str:
    return line(", ".join(one.sources) or one.publisher)


def _link(one: Copy, lead: Copy) -> str:
    if one.reason is None:
        return ""
    linked_with = f" of {one.linked_with}" if one.linked_with not in (None, lead.id) else ""
    scored = "" if one.kind is None else f"{one.kind}{linked_with}, score {one.score:.2f}: "
    return f" ({scored}{one.reason})"


def _changes(one: Copy, lead: Copy) -> Iterator[str]:
    yield "same title" if one.same_title else f'title "{line(one.title or "")}"'
    if one.shared is not None:
        words = f"+{one.words_added:,} −{one.words_removed:,} words"
        changed = words if one.words_added or one.words_removed else "no word more or less"
        yield f"{one.shared:.0%} of the lead's text, {changed}"
    if one.agency != lead.agency and one.agency is not None:
        yield f"agency {line(one.agency)}"


def _span(seconds: int) -> str:
    """A delay: `+20 min`, `−3 h`."""
    if not seconds:
        return "same time"
    sign, size = "−" if seconds < 0 else "+", abs(seconds)
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if size >= 2 * length or (unit == "min" and size >= length):
            return f"{sign}{size // length} {unit}"
    return f"{sign}{size} s"
