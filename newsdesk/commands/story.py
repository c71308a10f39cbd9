"""`newsdesk story ID`: one story whole, with where it was seen and how each field was read."""

from __future__ import annotations

import json
from typing import Any

import click

from newsdesk.config import read_settings
from newsdesk.show import Refused, clean, line, print_json, when
from storage.database import prepare, reading
from storage.lookup import find_story


@click.command()
@click.argument("story_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(story_id: int, as_json: bool) -> None:
    """Show one story: its text, who carried it when, what changed, and the evidence of each field.

    \b
    newsdesk story 41
    newsdesk story 41 --json
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        story = find_story(db, story_id)
    if story is None:
        raise Refused(f"there is no story {story_id}: `newsdesk stories` lists them")
    if as_json:
        print_json(story)
    else:
        _print(story)


def _print(story: dict[str, Any]) -> None:
    click.secho(line(story["title"] or "(no title)"), bold=True)
    names = ", ".join(line(author["name"]) for author in story["authors"])
    date = story["published_day"] if story["precision"] == "day" else when(story["published"])
    click.echo(
        " · ".join(
            part for part in (names, f"{date} UTC" if date else "no date printed", line(story["url"])) if part
        )
    )
    click.echo()
    click.echo(clean(story["text"] or story["summary"] or "(no text)"))
    click.echo()
    for sighting in story["sightings"]:
        gone = f", gone since {when(sighting['gone_at'])}" if sighting["gone_at"] else ""
        click.echo(
            f"seen {when(sighting['first_seen_at'])} UTC in {line(sighting['source'])}{gone}"
            f" ({sighting['verdict']}: {line(sighting['reason'] or '')})"
        )
    for revision in story["revisions"]:
        for field, (old, new) in revision["fields"].items():
            click.echo(f"changed {when(revision['found_at'])} UTC {field}: {_short(old)} → {_short(new)}")
    for field, evidence in story["evidence"].items():
        click.echo(f"{field}: {line(json.dumps(evidence, ensure_ascii=False, default=str))[:200]}")


def _short(value: object) -> str:
    words = line(json.dumps(value, ensure_ascii=False, default=str))
    return words if len(words) <= 120 else f"{words[:119]}…"
