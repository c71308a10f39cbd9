"""The result of `newsdesk audit`: for people, as JSON and as rows of CSV."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from newsdesk.commands.audit.against import Match
from newsdesk.commands.audit.reasons import Judged
from newsdesk.commands.audit.report import Comparison, recall
from newsdesk.crawler.credentials.redaction import redact
from newsdesk.output.terminal import line, print_table
from newsdesk.output.times import instant
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.plurals import count

COLUMNS = (
    "result",
    "code",
    "reason",
    "url",
    "title",
    "published",
    "listed_in",
    "story",
    "nearest",
    "nearest_title",
    "similarity",
)
LIST_COLUMNS = (
    "line",
    "result",
    "by",
    "url",
    "title",
    "story",
    "nearest",
    "nearest_title",
    "similarity",
    "note",
)


def judged_row(one: Judged) -> dict[str, Any]:
    listed, near = one.listed, one.near
    return {
        "result": "held" if one.held else "missing",
        "code": one.code,
        "reason": redact(one.reason),
        "url": redact(listed.url),
        "title": listed.title,
        "published": to_iso(listed.at) if listed.at else listed.day,
        "listed_in": redact(listed.within),
        "story": one.story_id,
        "nearest": near.story_id if near else None,
        "nearest_title": near.title if near else None,
        "similarity": round(near.similarity, 2) if near else None,
    }


def as_object(
    row: dict[str, Any], compared: Comparison, rows: list[dict[str, Any]], *, since: datetime, days: int
) -> dict[str, Any]:
    return {
        "source": row["id"],
        "name": row["name"] or row["title"],
        "days": days,
        "since": to_iso(since),
        "references": [
            {
                "address": redact(one.reference.address),
                "kind": one.reference.kind,
                "ok": one.reference.ok,
                "message": redact(one.reference.message),
                "listed": one.listed,
                "held": one.held,
                "recall": recall(one.held, one.listed),
                "lacks": one.lacks,
            }
            for one in compared.results
        ],
        "listed": len(compared.judged),
        "held": compared.held,
        "recall": recall(compared.held, len(compared.judged)),
        "stories": rows,
    }


def percent(held: int, listed: int) -> str:
    share = recall(held, listed)
    return "" if share is None else f"{share:.1%}"


def print_comparison(
    row: dict[str, Any], compared: Comparison, *, since: datetime, days: int, list_all: bool
) -> None:
    name = row["name"] or row["title"] or redact(row["address"])
    click.echo(
        f"source {row['id']}, {line(name)}: the last {count(days, 'day')}, since {instant(to_iso(since))}"
    )
    lines: list[tuple[object, ...]] = [
        (one.listed, one.held, percent(one.held, one.listed), one.lacks, redact(one.reference.address))
        if one.reference.ok
        else (
            "",
            "",
            "",
            "",
            f"{redact(one.reference.address)} was not read: {redact(one.reference.message)}",
        )
        for one in compared.results
    ]
    listed = len(compared.judged)
    if len(compared.results) > 1:
        lines.append((listed, compared.held, percent(compared.held, listed), "", "together, each story once"))
    print_table(
        ("listed", "held", "recall", "lacks", "compared with"),
        lines,
        right=("listed", "held", "recall", "lacks"),
    )
    click.echo("lacks: stories of the source in these days that the list does not have")
    shown = [one for one in compared.judged if list_all or not one.held]
    if not compared.missing:
        click.echo(
            "nothing is missing"
            if listed
            else "the lists have no story of these days; --days takes more of them"
        )
    if shown:
        click.echo()
        reasons = sorted(shown, key=lambda one: (one.held, one.code, one.reason, one.listed.url))
        print_table(
            ("why", "address"), [(line(redact(one.reason)), line(redact(one.listed.url))) for one in reasons]
        )


def list_row(one: Match) -> dict[str, Any]:
    near = one.near
    return {
        "line": one.wanted.number,
        "result": one.result,
        "by": one.by,
        "url": redact(one.wanted.url) if one.wanted.url else None,
        "title": one.wanted.title,
        "story": one.story_id,
        "nearest": near.story_id if near else None,
        "nearest_title": near.title if near else None,
        "similarity": round(near.similarity, 2) if near else None,
        "note": redact(one.note) or None,
    }


def list_line(one: Match) -> tuple[object, ...]:
    if one.result == "found":
        return one.wanted.number, f"found by {one.by}", line(redact(one.wanted.text)), f"story {one.story_id}"
    near = one.near
    nearest = f"story {near.story_id} ({near.similarity:.0%}): {near.title}" if near else one.note
    return one.wanted.number, one.result, line(redact(one.wanted.text)), line(nearest)
