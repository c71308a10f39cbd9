"""A document at its stations as one JSON-like value, and on a terminal: side by side, or one below the other
where it is narrow. Long texts are told by their beginning; JSON has them whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsdesk.crawler.workers.inspect_task import Candidate, Inspection, article_values
from newsdesk.output.format_evidence import evidence_words, told_change
from newsdesk.output.terminal import clean, console, line, line_inside
from newsdesk.storage.db.timestamps import to_iso_or_none
from newsdesk.storage.records.stories import Story
from newsdesk.storage.stories.judging import Judged

WIDE = 110  # columns of a terminal from which on the stations stand side by side
FIELDS = (
    "title", "published", "updated", "authors", "language", "summary", "text", "image", "categories", "link",
    "guid",
)  # fmt: skip
_SHOWN = 120  # letters of one value
_LISTED = 20  # entries of a feed
Row = Mapping[str, Any]


def stations(page: Row, walked: Inspection | None, judged: Judged | None, *, store: str) -> dict[str, Any]:
    """All stations. `page` says what was got; `store`: which file was asked, or why none."""
    told: dict[str, Any] = {"page": dict(page)}
    if walked is None:
        return told
    facts = walked.facts
    told["document"] = {
        "kind": walked.kind,
        "format": facts.format if facts else None,
        "rung": facts.parser if facts else None,
        "repairs": list(facts.repairs) if facts else [],
        "charset": walked.charset,
        "doubts": list(walked.doubts),
        "problem": walked.problem,
        "entries": [asdict(one) for one in walked.listed],
        "entry": walked.at + 1 if walked.article is not None and facts else None,
    }
    if walked.article is None:
        return told
    said, chosen = _by_field(walked.said), article_values(walked.article)
    printed = walked.story.published_values if walked.story else {}
    evidence = walked.story.evidence if walked.story else {}
    meant = story_values(walked.story) if walked.story else {}
    names = [*FIELDS, *(name for name in (*said, *meant, *evidence) if name not in FIELDS)]
    told["fields"] = [
        {
            "field": name,
            "said": [asdict(one) for one in said.get(name, ())],
            "article": [value for its, value in chosen if its == name]
            or [value for value in (printed.get(name),) if isinstance(value, str)],
            "story": meant.get(name),
            "evidence": evidence.get(name),
        }
        for name in dict.fromkeys(names)
        if name in said or meant.get(name) or name in evidence
    ]
    told["identity"] = _identity(walked)
    told["keep"] = {"store": store, **(asdict(judged) if judged is not None else {"verdict": None})}
    return told


def _by_field(said: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = {}
    for one in said:
        found.setdefault(one.field, []).append(one)
    return found


def _identity(walked: Inspection) -> dict[str, Any]:
    entry = walked.entries[walked.at] if walked.entries else None
    return {
        "entry_key": entry.entry_key if entry else None,
        "addresses": [asdict(one) for one in walked.story.addresses] if walked.story else [],
        "site": walked.story.site if walked.story else None,
        "digest": walked.story.digest if walked.story else None,
    }


def story_values(story: Story) -> dict[str, Any]:
    """What was understood, per field as JSON has it."""
    precise = None
    if story.published is not None:
        precise = {
            "instant": to_iso_or_none(story.published),
            "day": story.published_day,
            "precision": story.precision,
            "offset_min": story.published_offset_min,
        }
    return {
        "title": story.title,
        "published": precise,
        "updated": to_iso_or_none(story.updated),
        "authors": [asdict(author) for author in story.authors],
        "language": story.language,
        "summary": story.summary,
        "text": story.text,
        "image": story.image,
        "categories": list(story.categories),
        "kind": story.kind,
        "access": story.access,
        "link": story.addresses[0].url,
    }


def print_stations(told: Row) -> None:
    """For people: what was got, what each field said, became and means, what keeping would decide."""
    out = console()
    for name, words in _page_lines(told["page"]):
        out.print(_head(name, words), soft_wrap=True)
    if "document" in told:
        for name, words in _document_lines(told["document"]):
            out.print(_head(name, words), soft_wrap=True)
    if "fields" not in told:
        return
    out.print()
    if out.width >= WIDE:
        _side_by_side(out, told["fields"])
    else:
        for row in told["fields"]:
            for shown in _one_below_the_other(row):
                out.print(shown, soft_wrap=True)
    out.print()
    for name, words in _kept_lines(told["identity"], told["keep"]):
        out.print(_head(name, words), soft_wrap=True)


def _head(name: str, words: str) -> Text:
    return Text(f"{name:<10} ", style="bold").append(line_inside(words), style="not bold")


def _page_lines(page: Row) -> Iterator[tuple[str, str]]:
    yield "page", page["asked"]
    for hop in page["led_to"]:
        yield "led to", hop
    if page["outcome"] is not None:
        status = f" ({page['status']})" if page["status"] else ""
        yield "answer", f"{page['outcome']}{status}: {page['words']}"
    kind = page["type"] or "no type told"
    told = f"; charset told: {page['charset']}" if page["charset"] else ""
    yield "bytes", f"{page['bytes']:,}, {kind}{told}"


def _document_lines(document: Row) -> Iterator[tuple[str, str]]:
    what = "a page" if document["kind"] == "page" else f"a feed, {document['format']}"
    rung = f", read by the rung {document['rung']}" if document["rung"] else ""
    repairs = f", repaired: {', '.join(document['repairs'])}" if document["repairs"] else ""
    yield "document", f"{what}, {document['charset'] or 'no charset'}{rung}{repairs}"
    if document["doubts"]:
        yield "doubts", ", ".join(document["doubts"])
    if document["problem"]:
        yield "problem", document["problem"]
    entries = document["entries"]
    if len(entries) < 2:
        return
    for number, entry in enumerate(entries[:_LISTED], 1):
        mark = "*" if number == document["entry"] else " "
        names = entry["title"] or entry["link"] or entry["guid"] or "(nothing)"
        yield ("entries" if number == 1 else ""), f"{mark} {number:>3} {_cut(names)}"
    if len(entries) > _LISTED:
        yield "", f"      and {len(entries) - _LISTED} more; --entry takes a number, a GUID or a link"


def _side_by_side(out: Console, rows: Sequence[Row]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", expand=True)
    table.add_column("", style="bold", no_wrap=True)
    for name in ("said", "article", "story", "how"):
        table.add_column(name, ratio=3 if name == "said" else 2, overflow="fold")
    for row in rows:
        table.add_row(
            Text(line(row["field"])),
            Text("\n".join(_said_lines(row))),
            Text("\n".join(_cut(value) for value in row["article"])),
            Text(_meant(row["story"])),
            Text(_how(row)),
        )
    out.print(table)


def _one_below_the_other(row: Row) -> Iterator[Text]:
    yield Text(line(row["field"]), style="bold")
    yield from (Text(f"  said     {words}") for words in _said_lines(row))
    yield from (Text(f"  article  {_cut(value)}") for value in row["article"])
    if row["story"]:
        yield Text(f"  story    {line(_meant(row['story']))}")
    if how := _how(row):
        yield Text(f"  how      {how}")


def _said_lines(row: Row) -> Iterator[str]:
    """The candidates, those that became the article's marked."""
    origin = (row["evidence"] or {}).get("origin") if isinstance(row["evidence"], Mapping) else None
    for one in row["said"]:
        believed = one["origin"] == origin if origin else one["value"] in row["article"]
        more = f" … ({one['length']:,} characters)" if one["length"] > _SHOWN else ""
        where = "" if one["origin"] == "entry" else f"{line(one['origin'])}: "
        yield f"{'*' if believed else ' '} {where}{_cut(one['value'], mark=not more)}{more}"


def _how(row: Row) -> str:
    return "" if row["evidence"] is None else evidence_words(row["evidence"])


def _meant(value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, Mapping):
        return f"{value['instant']}; day {value['day']}, to the {value['precision']}"
    if isinstance(value, list):
        return ", ".join(_person(one) if isinstance(one, Mapping) else _cut(one) for one in value)
    text = clean(value)
    return _cut(text) + (f" ({len(text):,} characters)" if len(text) > _SHOWN else "")


def _person(author: Row) -> str:
    kind = "" if author["kind"] == "person" else f" ({author['kind']})"
    role = "" if author["role"] == "writer" else f" ({author['role']})"
    return f"{line(author['name'])}{kind}{role}"


def _cut(text: str, *, mark: bool = True) -> str:
    text = line(text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + ("…" if mark else "")


def _kept_lines(identity: Row, keep: Row) -> Iterator[tuple[str, str]]:
    for address in identity["addresses"]:
        yield "address", f"{address['url']} ({address['found']}, {address['key']})"
    if identity["entry_key"]:
        yield "entry", identity["entry_key"]
    if keep["verdict"] is None:
        yield "keep", keep["store"]
        return
    story = f" story {keep['story_id']}" if keep["story_id"] else ""
    yield "keep", f"{keep['verdict']}{story}: {keep['why']} (asked {keep['store']}, nothing was written)"
    for name, (old, new) in keep["changes"].items():
        yield "", told_change(name, old, new)
    if keep["fold"]:
        yield "fold", f"story {keep['fold']} is the same one, and would be folded into it"
