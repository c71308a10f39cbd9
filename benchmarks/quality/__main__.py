"""`python -m benchmarks.quality`: how well article pages are read, on the labelled pages of a corpus.

Needs `pages.jsonl` in the folder that `NEWSDESK_CORPUS` names; without it, prints so and exits with 0. The
figures are fitted: rules were chosen on these pages.

Title: equal after folding space, quotes and case. Day: equal to the label. Instant: equal to the minute.
Authors: F1 of the sets of names, the share of right names, and how often no author is given where the page
has none. Text: F1 over runs of four words, or the share of snippets that are in it, and of those that are not.
Exit code 1 when a page raises, or text is found on fewer than 97 %.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.quality import peers
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.page_task import PageTask, read_page_task
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.stories import Story

LEAST_TEXT = 0.97
FITTED = "fitted (rules were chosen on these cases)"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_QUOTES = str.maketrans(dict.fromkeys("‘’‚′`´“”„″«»\"'", ""))


def folded(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().translate(_QUOTES).split())


def names_f1(got: Iterable[str], wanted: Iterable[str]) -> float:
    ours, theirs = _bare(got), _bare(wanted)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours or theirs else 1.0


def names_right(got: Iterable[str], wanted: Iterable[str]) -> float:
    ours = _bare(got)
    return len(ours & _bare(wanted)) / len(ours)


def _bare(names: Iterable[str]) -> set[str]:
    return {" ".join(re.findall(r"\w+", one.casefold())) for one in names}


def text_f1(got: str, wanted: str) -> float:
    ours, theirs = (_shingles(text) for text in (got, wanted))
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values())) if shared else float(ours == theirs)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return Counter(tuple(words[at : at + 4]) for at in range(len(words) - 3))


def read(folder: Path, row: Mapping[str, Any]) -> Story | None:
    claimed = ClaimedPage(page_id=0, url=row["url"], host="")
    task = PageTask(
        document=Document(
            body=gzip.decompress((folder / row["file"]).read_bytes()),
            address=row["url"],
            fetched_at=NOW,
            content_type="text/html",
        ),
        claimed=claimed,
    )
    return read_page_task(task).own


def day_is_right(day: str | None, instant: datetime | None, truth: Mapping[str, Any]) -> bool:
    """Whether the day equals the label. Some labels are days in UTC (`utc_day`), not the publisher's."""
    if truth.get("utc_day") and instant is not None and instant.strftime("%Y-%m-%d") == truth["date"]:
        return True
    return day == truth["date"]


def instant_is_right(instant: datetime | None, truth: Mapping[str, Any]) -> bool:
    """Whether the instant equals the label to the minute."""
    return instant is not None and abs(instant - datetime.fromisoformat(truth["date_instant"])) <= _MINUTE


def measures(story: Story | None, truth: Mapping[str, Any]) -> dict[str, float]:
    """The scores of one page, for the fields that are labelled."""
    text = (story.text if story else None) or ""
    found: dict[str, float] = {"has text": float(bool(text))}
    if "title" in truth:
        found["title"] = float(folded(story.title if story else None) == folded(truth["title"]))
    if "date" in truth:
        day, instant = (story.published_day, story.published) if story else (None, None)
        found["day"] = float(day_is_right(day, instant, truth))
        if "date_instant" in truth:
            found["instant"] = float(instant_is_right(instant, truth))
    if "authors" in truth:
        given = [one.name for one in story.authors] if story else []
        found["authors"] = names_f1(given, truth["authors"])
        if given:
            found["authors right"] = names_right(given, truth["authors"])
        if not truth["authors"]:
            found["no author"] = float(not given)
    if "body" in truth:
        found["text"] = text_f1(text, truth["body"])
    for name, inside in (("with", True), ("without", False)):
        if truth.get(name):
            hits = [(folded(one) in folded(text)) == inside for one in truth[name]]
            found[f"snippets {name}"] = sum(hits) / len(hits)
    return found


def against_peers(
    rows: Sequence[Mapping[str, Any]], folder: Path, ours: Mapping[str, dict[str, float]]
) -> bool:
    """Print the scores of the peers on the same pages. True when our texts are better than those of each peer."""
    pairs_of: dict[str, list[tuple[float, float]]] = {}
    titles: list[float] = []
    for row in rows:
        body, truth = gzip.decompress((folder / row["file"]).read_bytes()), row["truth"]
        if "title" in truth:
            titles.append(float(folded(peers.title(body, row["url"])) == folded(truth["title"])))
        for name, text in peers.texts(body).items() if "body" in truth else ():
            pairs_of.setdefault(name, []).append((ours[row["file"]]["text"], text_f1(text, truth["body"])))
    print(f"title by trafilatura {sum(titles) / len(titles):.3f}")
    better = True
    for name, pairs in pairs_of.items():
        low, high = peers.interval([mine - theirs for mine, theirs in pairs])
        mean = sum(theirs for _, theirs in pairs) / len(pairs)
        print(
            f"text by {name} {mean:.3f}: newsdesk is better by {low:.3f} to {high:.3f}"
            f" (95 %, paired bootstrap; {FITTED})"
        )
        better = better and low > 0
    return better


def main() -> int:
    corpus = os.environ.get("NEWSDESK_CORPUS")
    if not corpus or not (Path(corpus) / "pages.jsonl").is_file():
        print("nothing measured: NEWSDESK_CORPUS names no folder with pages.jsonl")
        return 0
    folder = Path(corpus)
    rows = [json.loads(line) for line in (folder / "pages.jsonl").read_text(encoding="utf-8").splitlines()]
    scores: dict[str, list[float]] = {}
    by_page: dict[str, dict[str, float]] = {}
    raised = 0
    for row in rows:
        try:
            story = read(folder, row)
        except Exception as error:
            print(f"raised: {row['file']}: {type(error).__name__}: {error}")
            raised, story = raised + 1, None
        by_page[row["file"]] = measures(story, row["truth"])
        for name, score in by_page[row["file"]].items():
            scores.setdefault(name, []).append(score)
    print(f"newsdesk on {len(rows)} pages, {FITTED}")
    for name, found in scores.items():
        print(f"{name:<18}{sum(found) / len(found):>7.3f}  of {len(found)} pages")
    has_text = sum(scores["has text"]) / len(scores["has text"])
    better = against_peers(rows, folder, by_page)
    return int(raised > 0 or has_text < LEAST_TEXT or not better)


if __name__ == "__main__":
    raise SystemExit(main())
