"""The inspection of a document as one JSON-like value: what was fetched, each field at each step, the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from newsdesk.crawler.workers.inspect_task import Candidate, Inspection, article_values
from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.records.stories import Story
from newsdesk.storage.stories.verdict import Decision

FIELDS = (
    "title", "published", "updated", "authors", "language", "summary", "text", "image", "categories", "link",
    "guid",
)  # fmt: skip
Row = Mapping[str, Any]


def inspection_report(
    page: Row, inspected: Inspection | None, decision: Decision | None, *, store: str
) -> dict[str, Any]:
    """The value that `newsdesk inspect --json` prints. `page`: the response or the file; `store`: the database
    that was compared with, or why there is none."""
    report: dict[str, Any] = {"page": dict(page)}
    if inspected is None:
        return report
    report["document"] = _document(inspected)
    if inspected.article is not None:
        report["fields"] = _fields(inspected, article_values(inspected.article))
        report["identity"] = _identity(inspected)
        report["keep"] = {"store": store, **_verdict(decision)}
    return report


def _document(inspected: Inspection) -> dict[str, Any]:
    facts = inspected.facts
    return {
        "kind": inspected.kind,
        "format": facts.format if facts else None,
        "parser": facts.parser if facts else None,
        "repairs": list(facts.repairs) if facts else [],
        "charset": inspected.charset,
        "doubts": list(inspected.doubts),
        "problem": inspected.problem,
        "entries": [asdict(one) for one in inspected.entry_names],
        "entry": inspected.at + 1 if inspected.article is not None and facts else None,
    }


def _fields(inspected: Inspection, chosen: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Each field with its candidates, the values of the article, the value of the story, and the evidence."""
    story = inspected.story
    candidates = _by_field(inspected.candidates)
    printed = story.published_values if story else {}
    evidence = story.evidence if story else {}
    parsed = story_values(story) if story else {}
    names = [*FIELDS, *(name for name in (*candidates, *parsed, *evidence) if name not in FIELDS)]
    return [
        {
            "field": name,
            "candidates": [asdict(one) for one in candidates.get(name, ())],
            "article": [value for chosen_name, value in chosen if chosen_name == name]
            or [value for value in (printed.get(name),) if isinstance(value, str)],
            "story": parsed.get(name),
            "evidence": evidence.get(name),
        }
        for name in dict.fromkeys(names)
        if name in candidates or parsed.get(name) or name in evidence
    ]


def _verdict(decision: Decision | None) -> dict[str, Any]:
    if decision is None:
        return {"verdict": None}
    return {
        "verdict": decision.verdict,
        "reason": decision.reason,
        "story_id": decision.story_id,
        "changes": dict(decision.changes),
        "corrections": [asdict(correction) for correction in decision.corrections],
        "merges": [asdict(merge) for merge in decision.merges],
    }


def _by_field(candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = {}
    for one in candidates:
        found.setdefault(one.field, []).append(one)
    return found


def _identity(inspected: Inspection) -> dict[str, Any]:
    entry = inspected.entries[inspected.at] if inspected.entries else None
    return {
        "entry_key": entry.entry_key if entry else None,
        "addresses": [
            {"url": one.url, "key": one.key, "found_in": one.found_in}
            for one in (inspected.story.addresses if inspected.story else ())
        ],
        "site": inspected.story.site if inspected.story else None,
        "digest": inspected.story.digest if inspected.story else None,
    }


def story_values(story: Story) -> dict[str, Any]:
    """The parsed value of each field, as JSON."""
    published = None
    if story.published is not None:
        published = {
            "instant": to_iso_or_none(story.published),
            "day": story.published_day,
            "precision": story.precision,
            "offset_min": story.published_offset_min,
        }
    return {
        "title": story.title,
        "published": published,
        "updated": to_iso_or_none(story.updated),
        "authors": [asdict(author) for author in story.authors],
        "language": story.language,
        "summary": story.summary,
        "text": story.text,
        "image": story.image,
        "categories": list(story.categories),
        "kind": story.kind,
        "access": story.access,
        "rights": list(story.rights.terms) if story.rights else [],
        "link": story.addresses[0].url,
    }
