"""`newsdesk explain WHAT`: all that is known of a story, an address, a GUID or an entry that was seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import click
from rich.text import Text

from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.crawler.normalise.identity import guid_key
from newsdesk.crawler.normalise.story import READER_VERSION
from newsdesk.crawler.normalise.urls.canonical import KEY_VERSION, absolute_url, address_key
from newsdesk.output.format_evidence import RUNGS, STATUS_TEXTS, evidence_words, told_change
from newsdesk.output.terminal import Refused, console, line, print_json, when
from newsdesk.settings.reader import read_settings
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.maintenance.rekey import keys_are_of
from newsdesk.storage.queries.explain import Asked, explain_story, find_asked

_WORDS = frozenset(("title", "summary", "text", "html"))  # the publisher's own, shown as they are
_MOST = 20  # stories under one name, told whole in JSON
_KEY = re.compile(r"(?:a\d+|e1):[0-9a-f]{16,24}")
Row = Mapping[str, Any]


@click.command()
@click.argument("what")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(what: str, as_json: bool) -> None:
    """Explain how WHAT came to be as it is: a story's number, an address, a GUID, or the key of an entry.

    It says which visit of which source found it and when, the verdict and its reason, what printed each field
    and which rule read it, what was changed by whom, what was folded into it, how its page stands. What was
    refused is known too, until 30 days after its feed dropped it. An address may be typed in any writing.

    Exit code 1: nothing that was seen is called that, or it is no longer known.

    \b
    newsdesk explain 41
    newsdesk explain https://harbour.example/2026/ferry
    newsdesk explain tag:harbour.example,2026:ferry --json
    """
    settings = read_settings()
    prepare(settings.db, create=False)
    asked = as_asked(what)
    with reading(settings.db) as db:
        old_keys = not keys_are_of(db, KEY_VERSION)
        found = find_asked(db, asked)
        several = len(found["stories"]) > 1 and not as_json
        numbers = () if several else found["stories"][:_MOST]
        stories = [explain_story(db, story_id) for story_id in numbers]
    told = redact_all({"asked": what, **found, "stories": stories}, keep=_WORDS)
    known = found["stories"] or any(told[name] for name in ("refused", "purged", "pages"))
    if as_json:
        print_json(told)
    elif several:
        some = ", ".join(map(str, found["stories"][:_MOST]))
        raise Refused(f"{len(found['stories'])} stories are known by {what!r}: explain one of {some}")
    elif known:
        out = console()
        for shown in _all_lines(told):
            out.print(shown, soft_wrap=True)
    if not known:
        if not as_json:
            click.echo(f"newsdesk: {line(_unknown(what, found['source'], old_keys=old_keys))}", err=True)
        raise SystemExit(1)


def as_asked(what: str) -> Asked:
    """All that a person may mean by what was typed."""
    text = what.strip()
    if text.isascii() and text.isdecimal():
        return Asked(text=text, story_id=int(text[:18]), entry_keys=(guid_key(text),))
    if _KEY.fullmatch(text):
        return Asked(text=text, address_keys=(text,), entry_keys=(text,))
    url = absolute_url(text, base=None)
    if url is None and "." in text and not re.search(r"[\s:]", text.partition("/")[0]):
        url = absolute_url(f"https://{text}", base=None)  # typed as browsers show it
    if url is None:
        keys = (address_key(text),) if text.startswith("urn:newsdesk:") else ()
        return Asked(text=text, address_keys=keys, urls=(text,), entry_keys=(guid_key(text),))
    rest = url.partition("://")[2]
    return Asked(
        text=text,
        address_keys=(address_key(url),),
        urls=tuple(dict.fromkeys((text, url, f"http://{rest}", f"https://{rest}"))),
        entry_keys=(guid_key(text),),
    )


def _unknown(what: str, source_id: int | None, *, old_keys: bool) -> str:
    if source_id is not None:
        return f"{what!r} is the address of source {source_id}, not of a story: `newsdesk why {source_id}`"
    if old_keys:
        return f"{what!r} is not found by its key: those of this file are made anew by the next crawl"
    return (
        f"nothing is known of {what!r}: it was never seen, or is no longer known (what was refused is"
        " forgotten 30 days after its feed dropped it); `newsdesk stories` lists what is stored"
    )


def _all_lines(told: Row) -> Iterator[Text]:
    for story in told["stories"]:
        yield from _story_lines(story)
    for entry in told["refused"]:
        yield _head("refused", f"{entry['url'] or 'an entry without an address'}: {entry['reason']}")
        yield _line(f"seen {when(entry['first_seen_at'])} UTC in {_of(entry)}, entry {entry['entry_key']}")
        yield _line(_gone(entry["gone_at"]))
        yield _line(_visited(entry["visit"]))
    for grave in told["purged"]:
        address = f"{grave['url']} " if grave["url"] else ""
        yield _head("purged", f"{address}on {when(grave['purged_at'])} UTC for its age; nothing else is kept")
    for page in told["pages"]:
        yield _head("page", _page_words(page))
        yield _line(_visited(page["visit"]))


def _story_lines(story: Row) -> Iterator[Text]:
    yield Text(line(story["title"] or "(no title)"), style="bold")
    changed = f", last changed {when(story['changed_at'])} UTC" if story["changed_at"] else ""
    yield Text(f"story {story['id']}, {STATUS_TEXTS[story['standing']]}{changed}")
    for stored_entry in story["entries"]:
        yield _head(
            "seen",
            f"{when(stored_entry['first_seen_at'])} UTC in {_of(stored_entry)}: {stored_entry['verdict']},"
            f" {stored_entry['reason'] or 'no reason was kept'}",
        )
        yield _line(_visited(stored_entry["visit"]))
        yield _line(_gone(stored_entry["gone_at"]))
        yield _line(f"{RUNGS[stored_entry['identity']]}; this one is {stored_entry['entry_key']}")
        if stored_entry["published_values"] is not None:
            yield _line(_said(stored_entry))
    for page in story["pages"]:
        yield _head("page", _page_words(page))
        yield _line(_visited(page["visit"]))
    for revision in story["revisions"]:
        yield _head("changed", f"{when(revision['found_at'])} UTC by {revision['by']}")
        yield _line(_visited(revision["visit"]))
        for field, (old, new) in revision["fields"].items():
            yield _line(told_change(field, old, new))
    for again in story["reread"]:
        version = f"the rules of version {again['reader_version']}"
        yield _head("read again", f"{when(again['at'])} UTC by {version}, which is no change of the story")
        for field, (old, new) in again["fields"].items():
            yield _line(told_change(field, old, new))
    for number in story["folded"]:
        yield _head("folded", f"story {number} turned out to be this one, and was folded into it")
    for address in story["addresses"]:
        yield _head("address", f"{address['url']} ({address['found']}, {address['key']})")
    for field, evidence in story["evidence"].items():
        yield _head(field, evidence_words(evidence))


def _head(name: str, words: str) -> Text:
    return Text(f"{name:<10} ", style="bold").append(line(words), style="not bold")


def _line(words: str) -> Text:
    return Text(f"{'':<11}{line(words)}")


def _of(stored_entry: Row) -> str:
    return f"{stored_entry['source']} (source {stored_entry['source_id']})"


def _gone(gone_at: str | None) -> str:
    return f"gone from its document since {when(gone_at)} UTC" if gone_at else "still in its document"


def _visited(visit: Row | None) -> str:
    if visit is None:
        return "by a visit that is only in its day's counts now"
    run = f" of run {visit['run_id']}" if visit["run_id"] else ""
    return f"by visit {visit['id']}{run}, begun {when(visit['started_at'])} UTC: {visit['outcome_message']}"


def _said(stored_entry: Row) -> str:
    """What the source printed, as far as it says where the story is, and by which rules it was read."""
    printed = stored_entry["published_values"].get("printed") or {}
    named = ", ".join(f"{name} {printed[name]}" for name in ("guid", "link") if printed.get(name))
    rules = "" if stored_entry["reader_version"] == READER_VERSION else ", by former rules"
    return f"its last words are of {when(stored_entry['taken_at'])} UTC{rules}{f': {named}' if named else ''}"


def _page_words(page: Row) -> str:
    if page["outcome"] is None:
        return f"{page['url']} is due ({page['why']})"
    again = f"; it is due again {when(page['due_at'])} UTC" if page["due_at"] else ""
    return f"{page['url']} asked {when(page['outcome_at'])} UTC: {page['outcome_message']}{again}"
