"""`newsdesk story ID`: one whole story, with its entries, changes and evidence; its history; what two versions differ
in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from newsdesk.commands.story.copies import copies_json, copies_lines
from newsdesk.commands.story.rights import rights_lines
from newsdesk.crawler.credentials.redaction import redact_all
from newsdesk.output.format_evidence import format_change, format_evidence
from newsdesk.output.story_history import (
    diff_json,
    format_alternation,
    format_correction,
    print_diff,
    print_history,
    versions_of,
)
from newsdesk.output.terminal import Refused, clean, day_or_minute, line, print_json
from newsdesk.output.times import instant
from newsdesk.settings.reader import read_settings
from newsdesk.sources.option_types import timezone_option
from newsdesk.storage.db.database import prepare, reading
from newsdesk.storage.queries.clusters import Cluster, find_cluster
from newsdesk.storage.queries.explain import Store, find_known
from newsdesk.storage.queries.history import changes_between
from newsdesk.storage.queries.lookup import find_story, was_purged
from newsdesk.storage.rights.reserved import NOT_STORED

# text of the publisher, not redacted
_PUBLISHED = frozenset(("title", "summary", "text", "cut_start", "cut_end", "html", "titles"))


class _OneOrTwo(click.Command):
    """`--diff` takes one number or two."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _joined(args))


def _joined(args: list[str]) -> list[str]:
    """The arguments with the numbers after `--diff` as one value. The last number is the story's if nothing else is."""
    if "--diff" not in args:
        return args
    start = args.index("--diff") + 1
    end = start
    while end < min(start + 2, len(args)) and args[end].isdecimal():
        end += 1
    others = [one for place, one in enumerate(args) if not start <= place < end and not one.startswith("-")]
    if end == start + 2 and not others:
        end -= 1
    return [*args[:start], " ".join(args[start:end]), *args[end:]] if end > start else args


def _numbers(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    if value is None:
        return None
    if not all(one.isdecimal() and len(one) < 10 for one in value.split()):
        raise click.BadParameter(f"{value!r} is no version: --history lists them by number")
    return tuple(map(int, value.split()))


@click.command(cls=_OneOrTwo)
@click.argument("named", metavar="ID-or-URL")
@click.option("--whole", is_flag=True, help="Show the text with the outlet's boilerplate that was cut off.")
@click.option(
    "--history", is_flag=True, help="List its versions: when and where each was found, and what changed."
)
@click.option(
    "--diff",
    metavar="N [M]",
    callback=_numbers,
    help="Show the words that changed with version N, or from version N to M. Piped: a unified diff.",
)
@timezone_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(named: str, whole: bool, history: bool, diff: tuple[int, ...] | None, as_json: bool) -> None:
    """Show one story with its history, copies and evidence.

    Prints its text, the sources that carried it, its changes, its copies at other outlets and what they changed, and
    the evidence of each field. An address may be
    typed in any spelling.

    \b
    newsdesk story 41
    newsdesk story https://harbour.example/2026/ferry
    newsdesk story 41 --whole
    newsdesk story 41 --history        # its versions
    newsdesk story 41 --diff 3         # the words that changed with version 3
    newsdesk story 41 --diff 1 3       # all that changed from version 1 to 3
    newsdesk story 41 --json
    """
    if history and diff:
        raise click.UsageError(
            "--history and --diff exclude each other: --history lists the versions for --diff"
        )
    settings = read_settings()
    prepare(settings.db, create=False)
    with reading(settings.db) as db:
        story_id = int(named) if named.isdecimal() and named.isascii() and len(named) < 19 else None
        story = find_story(db, _at_address(db, named) if story_id is None else story_id)
        purged = story is None and story_id is not None and was_purged(db, story_id)
        cluster = None if story is None or history or diff else find_cluster(db, story["id"])
    if purged:
        raise Refused(f"story {named} was purged: `newsdesk explain {named}` shows when and why")
    if story is None:
        raise Refused(f"there is no story {named}: `newsdesk stories` lists them")
    if whole and story["text"] is not None:
        story["text"] = f"{story['cut_start'] or ''}{story['text']}{story['cut_end'] or ''}"
    story["copies"] = copies_json(cluster)
    story = redact_all(story, keep=_PUBLISHED)
    if diff:
        _diff(story, diff, as_json=as_json)
    elif history:
        _history(story, as_json=as_json)
    elif as_json:
        print_json(story)
    else:
        _print(story, cluster, whole=whole)


def _history(story: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        names = ("id", "title", "url", "alternations", "corrections")
        print_json({**{name: story[name] for name in names}, "versions": versions_of(story)})
    else:
        print_history(story)


def _diff(story: Mapping[str, Any], numbers: tuple[int, ...], *, as_json: bool) -> None:
    """What differs between two versions, or between one and that before it."""
    versions, number = versions_of(story), story["id"]
    old, new = numbers if len(numbers) == 2 else (numbers[0] - 1, numbers[0])
    if len(versions) == 1:
        raise Refused(f"story {number} has not changed: there is one version of it")
    for one in numbers:
        if not 1 <= one <= len(versions):
            raise Refused(
                f"story {number} has no version {one}, but 1 to {len(versions)}: `newsdesk story {number} --history`"
                " lists them"
            )
    if old == new or old < 1:
        compared = "the first one" if old < 1 else "compared with itself"
        raise Refused(
            f"version {new} is {compared}: `--diff 1 {len(versions)}` compares the first with the last"
        )
    pair = versions[old - 1], versions[new - 1]
    changes = changes_between([one["fields"] for one in story["revisions"]], old, new)
    if as_json:
        print_json(diff_json(pair, changes))
    else:
        print_diff(pair, changes)


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


def _print(story: dict[str, Any], cluster: Cluster | None, *, whole: bool) -> None:
    click.secho(line(story["title"] or "(no title)"), bold=True)
    names = ", ".join(line(author["name"]) for author in story["authors"])
    date = day_or_minute(story, instant) or "no date"
    kind = story["kind"] if story["kind"] != "article" else None
    click.echo(" · ".join(filter(None, (names, date, kind, story["access"], line(story["url"])))))
    click.echo()
    click.echo(clean(story["text"] or story["summary"] or "(no text)"))
    if reserved := story["evidence"].get("text", {}).get(NOT_STORED):
        click.echo(f"(The text is not stored: its publisher reserves it, {line(reserved)}.)")
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
    for text in rights_lines(story):
        click.echo(text)
    for revision in story["revisions"]:
        for field, (old, new) in revision["fields"].items():
            back = revision["returns"].get(field)
            again = f" (again as in version {back})" if back else ""
            click.echo(f"changed {instant(revision['found_at'])} {format_change(field, old, new)}{again}")
    for one in story["alternations"]:
        click.echo(format_alternation(one))
    for correction in story["corrections"]:
        click.echo(format_correction(correction))
    if story["revisions"]:
        click.echo(
            f"`newsdesk story {story['id']} --history` lists its versions, --diff {len(story['revisions']) + 1} shows"
            " the words that changed last"
        )
    if cluster is not None:
        for text in copies_lines(cluster, story_id=story["id"]):
            click.echo(text)
    for field, evidence in story["evidence"].items():
        click.echo(f"{field}: {format_evidence(evidence)}")


def _page(page: dict[str, Any]) -> str:
    """The state of a page: due, read, or failed and why."""
    if page["outcome"] is None:
        return f"page {line(page['url'])} is due ({page['why']})"
    again = f"; due again {instant(page['due_at'])}" if page["due_at"] else ""
    return f"page read {instant(page['outcome_at'])}: {line(page['outcome_message'])}{again}"
