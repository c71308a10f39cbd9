"""What an origin changed: the fields whose values differ from its own last snapshot. Pure.

An origin is compared with itself only. Two feeds of one newspaper may carry a story in different lengths: when
both correct the title, the short one must not remove the text of the long one. What is no news (spaces, clocks,
counters) is left out of the comparison (`storage.records.changes`), and stored as it was printed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from newsdesk.storage.db.timestamps import from_iso, to_iso_or_none
from newsdesk.storage.records.changes.compared import compared_line, digest_of_text
from newsdesk.storage.records.rights.stated import Rights, RightsChange, rights_change
from newsdesk.storage.records.stories import FROM_VISIT, Story

MOST_PER_DAY = (
    10  # changes of one field of a story by one origin: live pages and wrong clocks change with each visit
)
MOST_TITLES_PER_DAY = 48  # headlines of live pages are written anew every half hour
MOST_REVERSALS = 2  # of them such that restore a replaced value: a headline that alternates is no news

# The material fields, each with the columns of a Story that go with it.
FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "summary": ("summary",),
    "published": ("published", "published_offset_min", "published_day", "precision"),
    "authors": ("authors",),
    "text": ("text", "cut_start", "cut_end", "html", "agency"),
}
OTHER_FIELDS = ("language", "kind", "access", "updated", "image", "categories")

to_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What an origin last published of a story. `values` is JSON as `snapshot_values` writes it;
    `reader_version` the version of the rules that parsed it; `rights` what the origin states about use."""

    digest: str
    reader_version: int
    values: str
    rights: Rights | None = None


Change = Literal["first", "equal", "reparsed", "same", "restated", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the values of an origin differ from its last snapshot (`before`), and the snapshot to write, None for
    none."""

    change: Change
    before: Snapshot | None
    snapshot: Snapshot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The revisions that one origin made of a story: those of the last 24 hours (`today`), the oldest first, each as
    `revision_of` gives it, and the `titles` that older ones replaced."""

    today: Sequence[Mapping[str, Sequence[Any]]] = ()
    titles: Collection[str] = ()


def snapshot_of(story: Story) -> Snapshot:
    """What an origin publishes now."""
    return Snapshot(
        digest=story.digest,
        reader_version=story.reader_version,
        values=snapshot_values(story),
        rights=story.rights,
    )


def snapshot_values(story: Story) -> str:
    """The values of a snapshot as JSON: what was printed, and the material fields as they were parsed."""
    values: dict[str, Any] = {
        "printed": story.published_values,
        "title": story.title,
        "summary": story.summary,
        "published": to_iso_or_none(story.published),
        "authors": [author.name for author in story.authors],
        "text": own_text_digest(story),
    }
    if FROM_VISIT in story.evidence.get("published", {}).get("doubts", ()):
        values["counted"] = True
    return to_json(values)


def own_text_digest(story: Story) -> str | None:
    return story.text_digest or digest_of_text(story.uncut_text, story.html)


def stored_text_digest(stored: Mapping[str, Any]) -> str | None:
    """The digest of the text in `stored_values`."""
    return digest_of_text(stored["uncut_text"], stored["html"])


def restated_values(before: str, now: str) -> str:
    """The values `now` of an origin that published `before` earlier. A date that is printed as before keeps its
    former instant, although a time zone was learned since; so does one that is counted from the visit ("5 minutes
    ago"), or that was, and is printed within a day of it."""
    last, latest = json.loads(before), json.loads(now)
    former, present = last.get("published"), latest["published"]
    if former == present or not (_is_reprinted(last, latest) or _is_counted(last, latest)):
        return now
    return to_json({**latest, "published": former})


def _is_reprinted(last: Mapping[str, Any], latest: Mapping[str, Any]) -> bool:
    printed = latest["printed"].get("published")
    return printed is not None and printed == (last.get("printed") or {}).get("published")


def _is_counted(last: Mapping[str, Any], latest: Mapping[str, Any]) -> bool:
    counted = (last.get("counted"), latest.get("counted"))
    if not any(counted) or not last.get("published") or not latest["published"]:
        return False
    return all(counted) or abs(from_iso(latest["published"]) - from_iso(last["published"])) <= timedelta(
        days=1
    )


def same_values(before: str, now: str) -> bool:
    """Whether two snapshots of one origin have the same material fields."""
    return not _differing(json.loads(before), json.loads(now))


def _differing(last: Mapping[str, Any], latest: Mapping[str, Any]) -> frozenset[str]:
    """The fields in which two snapshots differ."""
    return frozenset(name for name in FIELDS if differs(name, last.get(name), latest[name]))


def differs(name: str, old: Any, new: Any) -> bool:
    """Whether two values of a field differ in more than spaces, marks, clocks and counters. Texts are given as their
    digests."""
    if old == new or name == "text":
        return bool(old != new)
    return bool(compared_value(name, old) != compared_value(name, new))


def compared_value(name: str, value: Any) -> Any:
    """The form in which a value of a field is compared."""
    if name in ("title", "summary"):
        return compared_line(value)
    if name == "authors" and value is not None:
        return [(compared_line(author) or "").casefold() for author in value]
    return value[:16] if name == "published" and value is not None else value  # to the minute


def rights_changed(before: Snapshot | None, now: Snapshot | None) -> RightsChange | None:
    """The change of rights between two snapshots of one origin. What other parsing rules read is no change."""
    if before is None or now is None or before.reader_version != now.reader_version:
        return None
    return rights_change(before.rights, now.rights)


def compare(before: Snapshot | None, story: Story) -> Comparison:
    """Compare an origin's values with its last snapshot; None: it has none yet."""
    if before is None:
        return Comparison(change="first", before=None, snapshot=snapshot_of(story))
    if before.digest == story.digest and before.reader_version == story.reader_version:
        changed = rights_change(before.rights, story.rights) is not None
        snapshot = replace(before, rights=story.rights) if changed else None
        return Comparison(change="equal", before=before, snapshot=snapshot)
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
    last = json.loads(before)
    changed = _differing(last, json.loads(now))
    longer = len(stored["uncut_text"] or "") > len(story.uncut_text or "")
    if "text" in changed and longer and last.get("text") != stored_text_digest(stored):
        return changed - {"text"}
    return changed


def own_fields(snapshot: str, stored: Mapping[str, Any]) -> frozenset[str]:
    """The stored fields that have the values of this snapshot: its origin published them, or another one
    published the same."""
    own = json.loads(snapshot)
    values = {**_as_json(stored), "text": stored_text_digest(stored)}
    return frozenset(name for name in FIELDS if not differs(name, own.get(name), values[name]))


def revision_of(story: Story, stored: Mapping[str, Any], changed: frozenset[str]) -> dict[str, list[Any]]:
    """Per changed field [old, new], compared with what is stored; a field that has the value already is left
    out."""
    new = {**json.loads(snapshot_values(story)), "text": story.uncut_text}
    old = _as_json(stored)
    fields = {
        name: [old[name], new[name]]
        for name in FIELDS
        if name in changed and differs(name, old[name], new[name])
    }
    if "text" in fields and own_text_digest(story) == stored_text_digest(stored):
        del fields["text"]
    return fields


def joined(
    first: Mapping[str, Sequence[Any]], second: Mapping[str, Sequence[Any]]
) -> dict[str, Sequence[Any]]:
    """Two revisions, one after the other, as one."""
    return {
        name: [(first.get(name) or second[name])[0], (second.get(name) or first[name])[1]]
        for name in FIELDS
        if name in first or name in second
    }


def _as_json(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The material fields of `stored_values` as a revision has them."""
    return {
        "title": stored["title"],
        "summary": stored["summary"],
        "published": to_iso_or_none(stored["published"]),
        "authors": [author.name for author in stored["authors"]],
        "text": stored["uncut_text"],
    }


def over_daily_limit(earlier: Earlier, fields: Mapping[str, Sequence[Any]]) -> frozenset[str]:
    """The fields of an origin's revision that are not taken today, after its `earlier` ones. They are taken on a later
    day if they are still there."""
    return frozenset(name for name, (_, new) in fields.items() if _is_over(earlier, name, new))


def _is_over(earlier: Earlier, name: str, new: Any) -> bool:
    changes = [one[name] for one in earlier.today if name in one]
    if len(changes) >= (MOST_TITLES_PER_DAY if name == "title" else MOST_PER_DAY):
        return True
    replaced = [_key(name, old) for old in earlier.titles] if name == "title" else []
    reversals = 0
    for before, after in (*changes, (None, new)):
        reversals += _key(name, after) in replaced
        is_new = _key(name, after) not in replaced
        replaced.append(_key(name, before))
    return reversals > MOST_REVERSALS and not is_new


def _key(name: str, value: Any) -> str:
    return repr(compared_value(name, value))


def held_back(snapshot: Snapshot, before: Snapshot, fields: frozenset[str]) -> Snapshot:
    """The snapshot to write when these fields are not taken: it has their former values, and no digest, so that they
    are compared again."""
    if not fields:
        return snapshot
    last = json.loads(before.values)
    values = {**json.loads(snapshot.values), **{name: last.get(name) for name in fields}}
    return replace(snapshot, digest="", values=to_json(values))


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
    copy_keys = () if {"title", "text"} & set(kept) else story.copy_keys
    return replace(story, evidence=evidence, copy_keys=copy_keys, **columns)
