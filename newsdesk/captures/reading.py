"""The reading of a page as JSON, and what differs between two readings. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newsdesk.commands.inspect.report import story_values
from newsdesk.crawler.workers.page_task import PageTaskResult

NOT_COMPARED = ("link", "origins", "site_file")


def reading_of(result: PageTaskResult) -> dict[str, Any]:
    """What a page gives: the value of each field, the text by paragraphs, and where each value was found. `problem`:
    why there is no story; `failure`: why its site file was not used."""
    found: dict[str, Any] = {}
    if result.failure is not None:
        found["failure"] = result.failure[0]
    if result.own is None:
        return {"problem": result.problem, **found}
    story = result.own
    values = story_values(story)
    values["text"] = (values["text"] or "").splitlines()
    page = story.published_values.get("page")
    return {
        **{name: value for name, value in values.items() if value not in (None, [], "")},
        **found,
        "site_file": page.get("site_file") if isinstance(page, Mapping) else None,
        "origins": {
            name: evidence["origin"]
            for name, evidence in story.evidence.items()
            if isinstance(evidence, Mapping) and "origin" in evidence
        },
    }


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(field, its value before, its value now) of each field that differs."""
    for name in dict.fromkeys((*before, *after)):
        if name not in NOT_COMPARED and before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)
