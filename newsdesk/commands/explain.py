"""`newsdesk explain WHAT`: how a story came about, found by its number, address, GUID or entry key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click
from rich.text import Text

from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.crawler.normalise.reader_version import READER_VERSION
from newsdesk.crawler.normalise.urls.canonical import KEY_VERSION
from newsdesk.output.format_evidence import (
    AUTHORITIES,
    format_change,
    format_evidence,
    format_identity,
    format_place,
)
from newsdesk.output.terminal import Refused, console, line, print_json
from newsdesk.output.times import instant
from newsdesk.settings.reader import read_settings
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.maintenance.rekey import keys_are_of
from newsdesk.storage.queries.explain import explain_story, find_known
from newsdesk.storage.stories.tombstones import REASONS
from newsdesk.story_names import as_query

_PUBLISHED = frozenset(("title", "summary", "text", "html"))  # text of the publisher, not redacted
_MOST = 20  # stories with the same address or GUID that are explained, in JSON
Row = Mapping[str, Any]


@click.command()
@click.argument("what")
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(what: str, as_json: bool) -> None:
    """Explain a story or a refused entry. WHAT is the number of a story, an address, a GUID or an entry key.

    Shows which visit of which source found it and when, the verdict and its reason, where each field was
    printed and which rule parsed it, each change, merged stories, and the state of its page. Refused entries
    are known until 30 days after their feed dropped them. An address may be typed in any spelling.

    Exit code 1: nothing is known under that name (any more).

    \b
    newsdesk explain 41
    newsdesk explain https://harbour.example/2026/ferry
    newsdesk explain tag:harbour.example,2026:ferry --json
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    query = as_query(what)
    with reading(settings.db) as db:
        old_keys = not keys_are_of(db, KEY_VERSION)
        found = find_known(db, query)
        several = len(found["stories"]) > 1 and not as_json
        numbers = () if several else found["stories"][:_MOST]
        stories = [explain_story(db, story_id) for story_id in numbers]
    report = redact_all({"query": what, **found, "stories": stories}, keep=_PUBLISHED)
    known = found["stories"] or any(report[name] for name in ("refused", "purged", "pages"))
    if as_json:
        print_json(report)
    elif several:
        some = ", ".join(map(str, found["stories"][:_MOST]))
        raise Refused(f"{len(found['stories'])} stories match {what!r}: explain one of {some}")
    elif known:
        out = console()
        for text in _all_lines(report):
            out.print(text, soft_wrap=True)
    if not known:
        if not as_json:
            click.echo(f"newsdesk: {line(_unknown(what, found['source'], old_keys=old_keys))}", err=True)
        raise SystemExit(1)


def _unknown(what: str, source_id: int | None, *, old_keys: bool) -> str:
    if source_id is not None:
        return (
            f"{what!r} is the address of source {source_id}, not of a story; see `newsdesk why {source_id}`"
        )
    if old_keys:
        return f"{what!r} cannot be looked up: the keys of this store are old; the next crawl computes them again"
    return (
        f"nothing is known of {what!r}: it was never seen, or was deleted (refused entries are deleted 30 days"
        " after their feed dropped them); `newsdesk stories` lists the stored stories"
    )


def _all_lines(report: Row) -> Iterator[Text]:
    for story in report["stories"]:
        yield from _story_lines(story)
    for entry in report["refused"]:
        head = "waits" if entry["verdict"] == "waiting" else "refused"
        yield _head(head, f"{entry['url'] or 'an entry without an address'}: {entry['reason']}")
        yield _line(f"seen {instant(entry['first_seen_at'])} in {_of(entry)}, entry {entry['entry_key']}")
        yield _line(_gone(entry["gone_at"], entry["kind"]))
        yield _line(_visited(entry["visit"]))
    for purged in report["purged"]:
        yield _head("purged", f"story {purged['story_id']}, {purged['url']}: its text is deleted")
        yield _line(f"purged {instant(purged['purged_at'])} {REASONS[purged['why']]}")
        for entry in purged["entries"]:
            yield _line(f"{_gone(entry['gone_at'], entry['kind'])}: {_of(entry)}, entry {entry['entry_key']}")
    for page in report["pages"]:
        yield _head("page", _page(page))
        yield _line(_visited(page["visit"]))


def _story_lines(story: Row) -> Iterator[Text]:
    yield Text(line(story["title"] or "(no title)"), style="bold")
    changed = f", last changed {instant(story['changed_at'])}" if story["changed_at"] else ""
    yield Text(f"story {story['id']}, {AUTHORITIES[story['authority']]}{changed}")
    for stored_entry in story["entries"]:
        yield _head(
            "seen",
            f"{instant(stored_entry['first_seen_at'])} in {_of(stored_entry)}: {stored_entry['verdict']},"
            f" {stored_entry['reason'] or 'no reason stored'}",
        )
        yield _line(_visited(stored_entry["visit"]))
        yield _line(_gone(stored_entry["gone_at"], stored_entry["kind"]))
        identity = format_identity(stored_entry["identity_scheme"], stored_entry["kind"])
        yield _line(f"{identity}; this entry is {stored_entry['entry_key']}")
        if stored_entry["published_values"] is not None:
            yield _line(_snapshot(stored_entry))
    for page in story["pages"]:
        yield _head("page", _page(page))
        yield _line(_visited(page["visit"]))
    for revision in story["revisions"]:
        yield _head("changed", f"{instant(revision['found_at'])} by {revision['by']}")
        yield _line(_visited(revision["visit"]))
        for field, (old, new) in revision["fields"].items():
            yield _line(format_change(field, old, new))
    for again in story["reparses"]:
        version = f"version {again['reader_version']} of the parsing rules"
        yield _head("reparsed", f"{instant(again['at'])} with {version}; not a change by the publisher")
        for field, (old, new) in again["fields"].items():
            yield _line(format_change(field, old, new))
    for number in story["merged"]:
        yield _head("merged", f"story {number} was the same story and was merged into this one")
    for address in story["addresses"]:
        yield _head("address", f"{address['url']} ({address['found_in']}, {address['key']})")
    for field, evidence in story["evidence"].items():
        yield _head(field, format_evidence(evidence))


def _head(name: str, text: str) -> Text:
    return Text(f"{name:<10} ", style="bold").append(line(text), style="not bold")


def _line(text: str) -> Text:
    return Text(f"{'':<11}{line(text)}")


def _of(stored_entry: Row) -> str:
    return f"{stored_entry['source']} (source {stored_entry['source_id']})"


def _gone(gone_at: str | None, kind: str) -> str:
    return format_place(instant(gone_at) if gone_at else None, kind)


def _visited(visit: Row | None) -> str:
    if visit is None:
        return "by a visit that is now part of the daily counts"
    run = f" of run {visit['run_id']}" if visit["run_id"] else ""
    return f"by visit {visit['id']}{run}, started {instant(visit['started_at'])}: {visit['outcome_message']}"


def _snapshot(stored_entry: Row) -> str:
    """The GUID and link of the last snapshot, and whether older rules parsed it."""
    printed = stored_entry["published_values"].get("printed") or {}
    named = ", ".join(f"{name} {printed[name]}" for name in ("guid", "link") if printed.get(name))
    rules = "" if stored_entry["reader_version"] == READER_VERSION else ", parsed by older rules"
    return f"its snapshot is of {instant(stored_entry['taken_at'])}{rules}{f': {named}' if named else ''}"


def _page(page: Row) -> str:
    if page["outcome"] is None:
        return f"{page['url']} is due ({page['why']})"
    again = f"; due again {instant(page['due_at'])}" if page["due_at"] else ""
    return f"{page['url']} read {instant(page['outcome_at'])}: {page['outcome_message']}{again}"
