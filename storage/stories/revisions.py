"""What an origin changed: the fields whose values differ from its own last snapshot. Pure.

An origin is compared with itself only. Two feeds of one newspaper may carry a story in different lengths: when
both correct the title, the short one must not remove the text of the long one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.records.digests import digest
from newsdesk.storage.records.stories import Story

MOST_PER_DAY = 10  # revisions of a story by one origin: live pages and wrong clocks change with each visit
MOST_REVERSALS = 2  # of them such that restore a replaced value: a headline that alternates is no news

# The material fields, each with the columns of a Story that go with it.
FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "summary": ("summary",),
    "published": ("published", "published_offset_min", "published_day", "precision"),
    "authors": ("authors",),
    "text": ("text", "cut_start", "cut_end", "html"),
}
OTHER_FIELDS = ("language", "kind", "access", "updated", "image", "categories")

to_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What an origin last published of a story. `values` is JSON as `snapshot_values` writes it;
    `reader_version` the version of the rules that parsed it."""

    digest: str
    reader_version: int
    values: str


Change = Literal["first", "equal", "reparsed", "same", "restated", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the values of an origin differ from its last snapshot (`before`), and the snapshot to write, None for
    none."""

    change: Change
    before: Snapshot | None
    snapshot: Snapshot | None


def snapshot_of(story: Story) -> Snapshot:
    """What an origin publishes now."""
    return Snapshot(digest=story.digest, reader_version=story.reader_version, values=snapshot_values(story))


def snapshot_values(story: Story) -> str:
    """The values of a snapshot as JSON: what was printed, and the material fields as they were parsed."""
    return to_json(
        {
            "printed": story.published_values,
            "title": story.title,
            "summary": story.summary,
            "published": to_iso_or_none(story.published),
            "authors": [author.name for author in story.authors],
            "text": text_digest(story.uncut_text),
        }
    )


def text_digest(text: str | None) -> str | None:
    """What a snapshot keeps of a text, to find out later whether it changed."""
    return None if text is None else digest("t1", text)


def restated_values(before: str, now: str) -> str:
    """The values `now` of an origin that published `before` earlier. A date that is printed as before keeps its
    former instant, although a time zone was learned since."""
    last, latest = json.loads(before), json.loads(now)
    printed = latest["printed"].get("published")
    if printed is None or printed != (last.get("printed") or {}).get("published"):
        return now
    if latest["published"] == last.get("published"):
        return now
    return to_json({**latest, "published": last.get("published")})


def same_values(before: str, now: str) -> bool:
    """Whether two snapshots of one origin have the same material fields."""
    last, latest = json.loads(before), json.loads(now)
    return all(last.get(name) == latest[name] for name in FIELDS)


def compare(before: Snapshot | None, story: Story) -> Comparison:
    """Compare an origin's values with its last snapshot; None: it has none yet."""
    if before is None:
        return Comparison(change="first", before=None, snapshot=snapshot_of(story))
    if before.digest == story.digest and before.reader_version == story.reader_version:
        return Comparison(change="equal", before=before, snapshot=None)
    parsed = snapshot_of(story)
    if before.reader_version != story.reader_version:
        return Comparison(change="reparsed", before=before, snapshot=parsed)
    restated = restated_values(before.values, parsed.values)
    snapshot = parsed if restated == parsed.values else replace(parsed, values=restated)
    if not same_values(before.values, restated):
        return Comparison(change="changed", before=before, snapshot=snapshot)
    return Comparison(change="same" if snapshot is parsed else "restated", before=before, snapshot=snapshot)


def changed_fields(before: str, now: str, story: Story, stored: Mapping[str, Any]) -> frozenset[str]:
    """The fields in which the values `now` of an origin differ from `before`, its last snapshot. A longer text of
    another origin stays: a shorter one does not change it. `stored` as `stored_values` gives it."""
    last, latest = json.loads(before), json.loads(now)
    changed = {name for name in FIELDS if last.get(name) != latest[name]}
    own_text = last.get("text") == text_digest(stored["uncut_text"])
    if "text" in changed and not own_text and len(stored["uncut_text"] or "") > len(story.uncut_text or ""):
        changed.discard("text")
    return frozenset(changed)


def own_fields(snapshot: str, stored: Mapping[str, Any]) -> frozenset[str]:
    """The stored fields that have the values of this snapshot: its origin published them, or another one
    published the same."""
    own = json.loads(snapshot)
    values = {
        "title": stored["title"],
        "summary": stored["summary"],
        "published": to_iso_or_none(stored["published"]),
        "authors": [author.name for author in stored["authors"]],
        "text": text_digest(stored["uncut_text"]),
    }
    return frozenset(name for name in FIELDS if own.get(name) == values[name])


def revision_of(story: Story, stored: Mapping[str, Any], changed: frozenset[str]) -> dict[str, list[Any]]:
    """Per changed field [old, new], compared with what is stored; a field that has the value already is left
    out."""
    new = {**json.loads(snapshot_values(story)), "text": story.uncut_text}
    old = {
        **stored,
        "text": stored["uncut_text"],
        "published": to_iso_or_none(stored["published"]),
        "authors": [author.name for author in stored["authors"]],
    }
    return {name: [old[name], new[name]] for name in FIELDS if name in changed and old[name] != new[name]}


def within_daily_limit(
    today: Sequence[Mapping[str, Sequence[Any]]], fields: Mapping[str, Sequence[Any]]
) -> bool:
    """Whether an origin's revision is kept after those of its last 24 hours, the oldest first. Each is as
    `revision_of` gives it. A revision over the limit is kept on a later day, if it is still there."""
    revisions = [*today, fields]
    replaced: set[tuple[str, str]] = set()
    reversals = 0
    for one in revisions:
        reversals += all((name, repr(new)) in replaced for name, (_, new) in one.items())
        replaced |= {(name, repr(old)) for name, (old, _) in one.items()}
    return len(revisions) <= MOST_PER_DAY and reversals <= MOST_REVERSALS


def with_stored(
    story: Story, stored: Mapping[str, Any], changed: frozenset[str], *, all_fields: bool = False
) -> Story:
    """The story in which only the `changed` fields are its own: the others have their stored values and
    evidence. With `all_fields` that holds for the fields that are not material, too."""
    fields = FIELDS | {name: (name,) for name in OTHER_FIELDS} if all_fields else FIELDS
    kept = [name for name in fields if name not in changed]
    evidence = {name: value for name, value in story.evidence.items() if name not in kept}
    evidence |= {name: stored["evidence"][name] for name in kept if name in stored["evidence"]}
    columns = {column: stored[column] for name in kept for column in fields[name]}
    return replace(story, evidence=evidence, **columns)
