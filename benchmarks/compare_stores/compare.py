"""Two dumps, line by line. Stories are matched by their address keys, everything else by its key."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
Key = tuple[str, ...]

# Of these columns only whether they are set is compared: they hold when something was done, not what was published.
WALL_CLOCK = frozenset(
    (
        "story.first_seen_at", "story.changed_at", "story.sort_at", "address.added_at", "entry.first_seen_at",
        "entry.gone_at", "snapshot.taken_at", "revision.found_at", "correction.found_at", "boilerplate.last_seen_day",
        "page.due_at", "page.outcome_at", "visit.started_at", "visit.ended_at",
        "host.lease_until", "host.next_request_at", "host.last_request_at", "host.robots_read_at",
        "host.blocked_until", "host.rate_limited_at",
        "source.added_at", "source.news_since", "source.new_stories_day", "source.next_visit_at",
        "source.last_visit_at", "source.last_ok_at", "source.last_new_at", "source.failing_since",
        "source.outcome_at", "source.response_hints", "source.moved_since", "source.recovery_tried_at", "source.gap_at",
        "source.next_backfill_at", "source.timezone_samples", "source.validators_unreliable_since",
        "source.profile_read_at", "source.profile_new_at", "source.profile_hourly", "source.profile_days",
        "source.profile_recent_expected", "source.profile_expected_since_new", "source.next_visit_why",
    )
)  # fmt: skip
# Columns that name the process, or how fast it was.
LEFT_OUT = frozenset(("host.lease_owner", "host.requests_last_minute"))
MERGED = "a merged story"
MOST_CHARS = 160  # of a value that is printed


def story_keys(rows: Iterable[Row]) -> dict[int, tuple[str, ...]]:
    """The address keys of each story."""
    return {row["story"]: tuple(sorted(row["addresses"])) for row in rows if row["kind"] == "story"}


def names_of(
    before: Mapping[int, tuple[str, ...]], after: Mapping[int, tuple[str, ...]]
) -> tuple[dict[int, str], dict[int, str]]:
    """Names of the stories of both stores: those that share an address key have the same name."""
    name_of_key = {key: keys[0] for keys in before.values() for key in keys}
    return (
        {story: keys[0] if keys else f"story {story}" for story, keys in before.items()},
        {
            story: next(
                (name_of_key[key] for key in keys if key in name_of_key), (*keys, f"story {story}")[0]
            )
            for story, keys in after.items()
        },
    )


def named(rows: Iterable[Row], names: Mapping[int, str]) -> dict[Key, dict[str, Any]]:
    """The values of each line by its kind and key, with names in place of the numbers of stories. Lines with
    the same key are numbered."""
    found: dict[Key, dict[str, Any]] = {}
    times: Counter[Key] = Counter()
    for row in rows:
        kind = row["kind"]
        story = [] if row.get("story") is None else [names.get(row["story"], MERGED)]
        key = (kind, *story, *map(str, row["key"]))
        times[key] += 1
        values = {
            name: value is not None if f"{kind}.{name}" in WALL_CLOCK else value
            for name, value in row["values"].items()
            if f"{kind}.{name}" not in LEFT_OUT
        }
        if "stories" in row:
            values["stories"] = [names.get(one, MERGED) for one in row["stories"]]
        found[key if times[key] == 1 else (*key, f"#{times[key]}")] = values
    return found


@dataclass
class Comparison:
    """`counts`: lines of each kind in both stores. `differences`: kind.column → what differs, as sentences.
    `added`: columns that only the second store has; they are no difference, since nothing says what is right."""

    counts: Counter[str]
    differences: dict[str, list[str]]
    added: tuple[str, ...] = ()


def compare(before: Iterable[Row], after: Iterable[Row], *, ignored: Collection[str] = ()) -> Comparison:
    """All differences, except those of `ignored` kinds and columns (`host`, `story.image`)."""
    old_rows, new_rows = list(before), list(after)
    old_names, new_names = names_of(story_keys(old_rows), story_keys(new_rows))
    old, new = named(old_rows, old_names), named(new_rows, new_names)
    counts: Counter[str] = Counter()
    differences: defaultdict[str, list[str]] = defaultdict(list)
    old_columns, new_columns = columns(old), columns(new)
    for column in sorted(old_columns - new_columns - set(ignored)):
        if column.partition(".")[0] in {key[0] for key in new}:
            differences[f"{column}, only before"].append("the column is gone")
    for key in dict.fromkeys((*old, *new)):
        kind, label = key[0], " · ".join(key[1:])
        if kind in ignored:
            continue
        if key not in old or key not in new:
            differences[f"{kind}, only {'before' if key in old else 'after'}"].append(label)
            continue
        counts[kind] += 1
        one, two = old[key], new[key]
        for name in one:
            column = f"{kind}.{name}"
            if column in new_columns and column not in ignored and one[name] != two[name]:
                differences[column].append(f"{label}: {_apart(one[name], two[name])}")
    return Comparison(counts, dict(differences), tuple(sorted(new_columns - old_columns)))


def columns(rows: Mapping[Key, Mapping[str, Any]]) -> set[str]:
    """The columns that a store has."""
    return {f"{kind}.{name}" for (kind, *_), values in rows.items() for name in values}


def _apart(one: Any, two: Any) -> str:
    """Both values from a little before the first character that differs."""
    old, new = repr(one), repr(two)
    same = next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
    start = max(0, same - 20)
    return f"{old[start : start + MOST_CHARS]} → {new[start : start + MOST_CHARS]}"
