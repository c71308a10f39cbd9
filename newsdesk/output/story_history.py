"""The history of a story for people: its versions, its corrections, and what differs between two versions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from newsdesk.output.format_evidence import format_change
from newsdesk.output.terminal import clean, line, line_inside
from newsdesk.output.times import instant
from newsdesk.output.word_diff import Segment, diff_words, unified
from newsdesk.storage.plurals import count
from newsdesk.storage.stories.revisions import MOST_REVERSALS

_CONTEXT = 60  # characters shown of an unchanged part at each side of a change
_COLOURS = {"delete": "red", "insert": "green"}


def versions_of(story: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The versions of a story as `find_story` gives it: when and where each was found, and what changed with it."""
    first: Mapping[str, Any] = next(iter(story["entries"]), {})
    page = next((one["url"] for one in story["pages"]), None) if not first else None
    begin = {"version": 1, "found_at": story["first_seen_at"], "source": first.get("source"), "page": page}
    return [{**begin, "fields": {}, "returns": {}}, *story["revisions"]]


def print_history(story: Mapping[str, Any]) -> None:
    """All versions of a story, with the corrections that its publisher noted, in the order of time."""
    click.secho(line(story["title"] or "(no title)"), bold=True)
    click.echo(line(story["url"]))
    click.echo()
    versions = versions_of(story)
    width = len(str(len(versions)))
    events = [
        *((version["found_at"], 0, _version_lines(version, width)) for version in versions),
        *((one["found_at"], 1, [format_correction(one)]) for one in story["corrections"]),
    ]
    for _, _, lines in sorted(events, key=lambda event: event[:2]):
        for text in lines:
            click.echo(text)
    click.echo()
    for one in story["alternations"]:
        click.echo(format_alternation(one))
    if len(versions) == 1:
        click.echo("it has not changed since it was first seen")
    else:
        last = len(versions)
        hint = f"newsdesk story {story['id']} --diff {last}"
        more = f"; --diff 1 {last} all that changed" if last > 2 else ""
        click.echo(f"`{hint}` shows the words that changed with version {last}{more}")


def _version_lines(version: Mapping[str, Any], width: int) -> Iterator[str]:
    number, at = version["version"], instant(version["found_at"])
    if number == 1:
        yield f"{number:>{width}}  {at}  first seen in {_found_in(version)}"
        return
    fields = version["fields"]
    yield f"{number:>{width}}  {at}  {_names(list(fields))} changed, found in {_found_in(version)}"
    for name, (old, new) in fields.items():
        if _is_shown_by_text(name, fields):
            continue
        back = version["returns"].get(name)
        returned = f" (again as in version {back})" if back else ""
        yield f"{'':{width}}  {format_change(name, old, new)}{returned}"


def _is_shown_by_text(name: str, changes: Mapping[str, Sequence[Any]]) -> bool:
    """Whether a field is a summary that is the beginning of the text, before and after a change."""
    if name != "summary" or "text" not in changes:
        return False
    pairs = zip(changes["summary"], changes["text"], strict=True)
    return all(part and whole and line(whole).startswith(line(part)) for part, whole in pairs)


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _found_in(found: Mapping[str, Any]) -> str:
    """The source and the page in which something was found."""
    page = f"the page {line(found['page'])}" if found["page"] else None
    return " and ".join(filter(None, (line(found["source"] or ""), page))) or "a source that is gone"


def format_correction(correction: Mapping[str, Any]) -> str:
    where = "the JSON-LD of " if correction["origin"] == "json-ld" else ""
    return f"correction {instant(correction['found_at'])} in {where}{_found_in(correction)}: {line(correction['text'])}"


def format_alternation(one: Mapping[str, Any]) -> str:
    first, second = (f'"{line(title or "")}"' for title in one["titles"])
    return (
        f"title alternates between {first} and {second}: {count(one['times'], 'change')} from"
        f" {instant(one['since'])} to {instant(one['last'])}; at most {MOST_REVERSALS} returns a day are stored"
    )


def diff_json(
    versions: tuple[Mapping[str, Any], Mapping[str, Any]], changes: Mapping[str, Sequence[Any]]
) -> dict[str, Any]:
    """What differs between two versions: per field both values, and the words that changed."""
    old, new = versions
    return {
        "from": {"version": old["version"], "found_at": old["found_at"]},
        "to": {"version": new["version"], "found_at": new["found_at"]},
        "fields": {
            name: {
                "old": before,
                "new": after,
                "words": [segment._asdict() for segment in diff_words(_text(before), _text(after))],
            }
            for name, (before, after) in changes.items()
        },
    }


def print_diff(
    versions: tuple[Mapping[str, Any], Mapping[str, Any]], changes: Mapping[str, Sequence[Any]]
) -> None:
    """Words in colour on a terminal, marked where colours are not wanted; a unified diff where the output is piped."""
    if not changes:
        click.echo(
            f"versions {versions[0]['version']} and {versions[1]['version']} are the same: what changed between them"
            " was taken back",
            err=True,
        )
        return
    if not is_terminal():
        for text in _unified(versions, changes):
            click.echo(text)
        return
    old, new = (f"version {one['version']} ({instant(one['found_at'])})" for one in versions)
    coloured = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    click.echo(f"{old} → {new}")
    for name, (before, after) in changes.items():
        if _is_shown_by_text(name, changes):
            continue
        click.echo()
        click.echo(click.style(name, bold=True) if coloured else name)
        click.echo(format_words(diff_words(_text(before), _text(after)), coloured=coloured))


def is_terminal() -> bool:
    return sys.stdout.isatty()


def format_words(segments: Sequence[Segment], *, coloured: bool) -> str:
    """Both texts in one, deleted words in red and inserted ones in green, or as `[-deleted-]` and `{+inserted+}`.
    Unchanged parts are cut to the words beside a change."""
    parts = []
    for place, (operation, text) in enumerate(segments):
        if operation == "equal":
            parts.append(_shortened(clean(text), begins=place == 0, ends=place == len(segments) - 1))
        elif coloured:
            parts.append(
                click.style(clean(text), fg=_COLOURS[operation], strikethrough=operation == "delete")
            )
        else:
            parts.append(f"[-{clean(text)}-]" if operation == "delete" else f"{{+{clean(text)}+}}")
    return "".join(parts)


def _shortened(text: str, *, begins: bool, ends: bool) -> str:
    """An unchanged part without its middle, or without its far end at the beginning and end of the text."""
    if len(text) <= 3 * _CONTEXT:
        return text
    head, tail = "" if begins else _head(text), "" if ends else _tail(text)
    return f"{head}{' … ' if head and tail else '…'}{tail}"


def _head(text: str) -> str:
    cut = text.rfind(" ", 0, _CONTEXT)
    return text[: cut if cut > 0 else _CONTEXT]


def _tail(text: str) -> str:
    cut = text.find(" ", len(text) - _CONTEXT)
    return text[cut + 1 if cut >= 0 else len(text) - _CONTEXT :]


def _unified(
    versions: tuple[Mapping[str, Any], Mapping[str, Any]], changes: Mapping[str, Sequence[Any]]
) -> Iterator[str]:
    for name, (before, after) in changes.items():
        old, new = (f"{name}, version {one['version']}\t{one['found_at']}" for one in versions)
        yield from map(line_inside, unified(_text(before), _text(after), before=old, after=new))


def _text(value: Any) -> str:
    """A value of a revision as text."""
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return value or ""
