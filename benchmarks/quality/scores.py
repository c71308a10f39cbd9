"""The scores of one page: what was read beside its labels.

Title: equal after folding space, quotes and case. Day: equal to the label; some labels are days in UTC
(`utc_day`), not the publisher's. Instant: equal to the minute. Authors: F1 of the sets of names, the share of
right names, and whether no author is given where the page has none. Text: F1 over runs of four words, or the
snippets that must be in it, and those that must not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_MINUTE = timedelta(minutes=1)
_QUOTES = str.maketrans(dict.fromkeys("‘’‚′`´“”„″«»\"'", ""))
SHARES = (  # of pages, or of what was given
    "has text",
    "title",
    "day",
    "day when given",
    "instant",
    "authors",
    "authors right",
    "no author",
    "text",
    "snippets found",
    "snippets right",
)


@dataclass(frozen=True)
class PageReading:
    """What one reader found on a page. `day` is the publisher's, `YYYY-MM-DD`; `instant` has a time zone."""

    title: str | None = None
    day: str | None = None
    instant: datetime | None = None
    authors: Sequence[str] = ()
    text: str = ""


def folded(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().translate(_QUOTES).split())


def names_f1(got: Iterable[str], wanted: Iterable[str]) -> float:
    ours, theirs = _bare(got), _bare(wanted)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours or theirs else 1.0


def names_right(got: Iterable[str], wanted: Iterable[str]) -> float:
    ours = _bare(got)
    return len(ours & _bare(wanted)) / len(ours) if ours else 0.0


def _bare(names: Iterable[str]) -> set[str]:
    return {" ".join(re.findall(r"\w+", one.casefold())) for one in names}


def text_f1(got: str, wanted: str) -> float:
    ours, theirs = (_shingles(text) for text in (got, wanted))
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values())) if shared else float(ours == theirs)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return Counter(tuple(words[at : at + 4]) for at in range(len(words) - 3))


def day_is_right(day: str | None, instant: datetime | None, truth: Mapping[str, Any]) -> bool:
    """Whether the day equals the label. Some labels are days in UTC (`utc_day`), not the publisher's."""
    if truth.get("utc_day") and instant is not None and instant.strftime("%Y-%m-%d") == truth["date"]:
        return True
    return bool(day == truth["date"])


def instant_is_right(instant: datetime | None, truth: Mapping[str, Any]) -> bool:
    """Whether the instant equals the label to the minute."""
    return instant is not None and abs(instant - datetime.fromisoformat(truth["date_instant"])) <= _MINUTE


def scores(page: PageReading, truth: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """For each field that is labelled: the points, and how many there were to be had."""
    found = {"has text": (float(bool(page.text)), 1.0)}
    if "title" in truth:
        found["title"] = (float(folded(page.title) == folded(truth["title"])), 1.0)
    if "date" in truth:
        right = float(day_is_right(page.day, page.instant, truth))
        found["day"] = (right, 1.0)
        found["day when given"] = (right, float(page.day is not None))
        if "date_instant" in truth:
            found["instant"] = (float(instant_is_right(page.instant, truth)), 1.0)
    if "authors" in truth:
        found["authors"] = (names_f1(page.authors, truth["authors"]), 1.0)
        if page.authors:
            found["authors right"] = (names_right(page.authors, truth["authors"]), 1.0)
        if not truth["authors"]:
            found["no author"] = (float(not page.authors), 1.0)
    if "body" in truth:
        found["text"] = (text_f1(page.text, truth["body"]), 1.0)
    if truth.get("with"):
        whole = folded(page.text)
        inside, wrong = (
            sum(folded(one) in whole for one in truth.get(name, ())) for name in ("with", "without")
        )
        found["snippets found"] = (inside, len(truth["with"]))
        found["snippets right"] = (inside, inside + wrong)
    return found


def means(pages: Iterable[Mapping[str, tuple[float, float]]]) -> dict[str, tuple[float, int]]:
    """Each score over all pages, with the number of pages that have it."""
    points: Counter[str] = Counter()
    possible: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for page in pages:
        for name, (reached, of) in page.items():
            points[name] += reached
            possible[name] += of
            count[name] += 1
    found = {
        name: (points[name] / possible[name] if possible[name] else 0.0, count[name])
        for name in SHARES
        if count[name]
    }
    for name, parts in (
        ("day F1", ("day", "day when given")),
        ("snippets F1", ("snippets found", "snippets right")),
    ):
        if all(part in found for part in parts):
            one, other = (found[part][0] for part in parts)
            found[name] = (2 * one * other / (one + other) if one + other else 0.0, found[parts[0]][1])
    return found
