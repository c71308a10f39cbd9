"""`newsdesk story ID`: one whole story, with its entries, changes and evidence."""

from __future__ import annotations

from typing import Any

import click

from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.format_evidence import format_change, format_evidence
from newsdesk.output.terminal import Refused, clean, day_or_minute, line, print_json
from newsdesk.output.times import instant
from newsdesk.settings.reader import read_settings
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.queries.explain import Store, find_known
from newsdesk.storage.queries.lookup import find_story

# text of the publisher, not redacted
_PUBLISHED = frozenset(("title", "summary", "text", "cut_start", "cut_end", "html"))


@click.command()
@click.argument("named", metavar="ID-or-URL")
@click.option("--whole", is_flag=True, help="Show the text with the outlet's boilerplate that was cut off.")
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(named: str, whole: bool, as_json: bool) -> None:
    """Show one story with its history and evidence.

    Prints its text, the sources that carried it, its changes, and the evidence of each field. An address may be
    typed in any spelling.

    \b
    newsdesk story 41
    newsdesk story https://harbour.example/2026/ferry
    newsdesk story 41 --whole
    newsdesk story 41 --json
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        story_id = int(named) if named.isdecimal() and named.isascii() and len(named) < 19 else None
        story = find_story(db, _at_address(db, named) if story_id is None else story_id)
    if story is None:
        raise Refused(f"there is no story {named}: `newsdesk stories` lists them")
    if whole and story["text"] is not None:
        story["text"] = f"{story['cut_start'] or ''}{story['text']}{story['cut_end'] or ''}"
    story = redact_all(story, keep=_PUBLISHED)
    if as_json:
        print_json(story)
    else:
        _print(story, whole=whole)


def _at_address(db: Store, address: str) -> int:
    """The number of the story that an address, GUID or entry key names. Raises Refused for none and several."""
    from newsdesk.story_names import as_query  # late: a number needs no rules for addresses

    found = find_known(db, as_query(address))["stories"]
    if len(found) > 1:
        some = ", ".join(map(str, found[:20]))
        raise Refused(f"{len(found)} stories match {address!r}: show one of {some}")
    if not found:
        raise Refused(
            f"no story has the address {address!r}: `newsdesk stories` lists them, `newsdesk explain` shows what"
            " else is known of it"
        )
    return int(found[0])


def _print(story: dict[str, Any], *, whole: bool) -> None:
    click.secho(line(story["title"] or "(no title)"), bold=True)
    names = ", ".join(line(author["name"]) for author in story["authors"])
    date = day_or_minute(story, instant) or "no date"
    kind = story["kind"] if story["kind"] != "article" else None
    click.echo(" · ".join(filter(None, (names, date, kind, story["access"], line(story["url"])))))
    click.echo()
    click.echo(clean(story["text"] or story["summary"] or "(no text)"))
    click.echo()
    if cut := story["evidence"].get("text", {}).get("boilerplate"):
        number = cut["start"] + cut["end"]
        sentences = "sentence" if number == 1 else "sentences"
        hint = "shown here" if whole else f"--whole shows {'it' if number == 1 else 'them'}"
        click.echo(f"boilerplate: {number} {sentences} of the outlet cut off the text; {hint}")
    for stored_entry in story["entries"]:
        gone = (
            f", dropped from the feed {instant(stored_entry['gone_at'])}" if stored_entry["gone_at"] else ""
        )
        click.echo(
            f"seen {instant(stored_entry['first_seen_at'])} in {line(stored_entry['source'])}{gone}"
            f" ({stored_entry['verdict']}: {line(stored_entry['reason'] or '')})"
        )
    for page in story["pages"]:
        click.echo(_page(page))
    for revision in story["revisions"]:
        for field, (old, new) in revision["fields"].items():
            click.echo(f"changed {instant(revision['found_at'])} {format_change(field, old, new)}")
    for field, evidence in story["evidence"].items():
        click.echo(f"{field}: {format_evidence(evidence)}")


def _page(page: dict[str, Any]) -> str:
    """The state of a page: due, read, or failed and why."""
    if page["outcome"] is None:
        return f"page {line(page['url'])} is due ({page['why']})"
    again = f"; due again {instant(page['due_at'])}" if page["due_at"] else ""
    return f"page read {instant(page['outcome_at'])}: {line(page['outcome_message'])}{again}"
