"""The inspection of a document on a terminal: the steps side by side, or one below the other where it is narrow.

Long values are cut; JSON has them whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsdesk.output.format_evidence import format_change, format_evidence
from newsdesk.output.terminal import clean, console, line, line_inside

WIDE = 110  # columns of a terminal from which on the steps are printed side by side
_SHOWN = 120  # characters of one value
_LISTED = 20  # entries of a feed
Row = Mapping[str, Any]


def print_inspection(report: Row) -> None:
    """Print the response or file, the document, each field at each step, and the verdict."""
    out = console()
    for name, text in _page_lines(report["page"]):
        out.print(_head(name, text), soft_wrap=True)
    if "document" in report:
        for name, text in _document_lines(report["document"]):
            out.print(_head(name, text), soft_wrap=True)
    if "fields" not in report:
        return
    out.print()
    if out.width >= WIDE:
        _side_by_side(out, report["fields"])
    else:
        for row in report["fields"]:
            for shown in _one_below_the_other(row):
                out.print(shown, soft_wrap=True)
    out.print()
    for name, text in _verdict_lines(report["identity"], report["keep"]):
        out.print(_head(name, text), soft_wrap=True)


def _head(name: str, text: str) -> Text:
    return Text(f"{name:<10} ", style="bold").append(line_inside(text), style="not bold")


def _page_lines(page: Row) -> Iterator[tuple[str, str]]:
    yield "page", page["requested"]
    for address in page["redirects"]:
        yield "redirect", address
    if page["outcome"] is not None:
        status = f" ({page['status']})" if page["status"] else ""
        yield "response", f"{page['outcome']}{status}: {page['message']}"
    content_type = page["content_type"] or "no content type"
    charset = f"; charset {page['charset']}" if page["charset"] else ""
    yield "bytes", f"{page['bytes']:,}, {content_type}{charset}"


def _document_lines(document: Row) -> Iterator[tuple[str, str]]:
    kind = "a page" if document["kind"] == "page" else f"a feed, {document['format']}"
    parser = f", parsed by {document['parser']}" if document["parser"] else ""
    repairs = f", repaired: {', '.join(document['repairs'])}" if document["repairs"] else ""
    yield "document", f"{kind}, {document['charset'] or 'no charset'}{parser}{repairs}"
    if document["doubts"]:
        yield "doubts", ", ".join(document["doubts"])
    if document["problem"]:
        yield "problem", document["problem"]
    entries = document["entries"]
    if len(entries) < 2:
        return
    for number, entry in enumerate(entries[:_LISTED], 1):
        mark = "*" if number == document["entry"] else " "
        label = entry["title"] or entry["link"] or entry["guid"] or "(empty)"
        yield ("entries" if number == 1 else ""), f"{mark} {number:>3} {_cut(label)}"
    if len(entries) > _LISTED:
        yield "", f"      and {len(entries) - _LISTED} more; --entry takes a number, a GUID or a link"


def _side_by_side(out: Console, rows: Sequence[Row]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", expand=True)
    table.add_column("", style="bold", no_wrap=True)
    for name in ("published", "article", "story", "rule"):
        table.add_column(name, ratio=3 if name == "published" else 2, overflow="fold")
    for row in rows:
        table.add_row(
            Text(line(row["field"])),
            Text("\n".join(_candidate_lines(row))),
            Text("\n".join(_cut(value) for value in row["article"])),
            Text(_parsed(row["story"])),
            Text(_rule(row)),
        )
    out.print(table)


def _one_below_the_other(row: Row) -> Iterator[Text]:
    yield Text(line(row["field"]), style="bold")
    yield from (Text(f"  published  {text}") for text in _candidate_lines(row))
    yield from (Text(f"  article    {_cut(value)}") for value in row["article"])
    if row["story"]:
        yield Text(f"  story      {line(_parsed(row['story']))}")
    if rule := _rule(row):
        yield Text(f"  rule       {rule}")


def _candidate_lines(row: Row) -> Iterator[str]:
    """The candidates; the chosen ones, which the article has, are marked."""
    origin = (row["evidence"] or {}).get("origin") if isinstance(row["evidence"], Mapping) else None
    for one in row["candidates"]:
        is_chosen = one["origin"] == origin if origin else one["value"] in row["article"]
        more = f" … ({one['length']:,} characters)" if one["length"] > _SHOWN else ""
        origin_text = "" if one["origin"] == "entry" else f"{line(one['origin'])}: "
        yield f"{'*' if is_chosen else ' '} {origin_text}{_cut(one['value'], mark=not more)}{more}"


def _rule(row: Row) -> str:
    return "" if row["evidence"] is None else format_evidence(row["evidence"])


def _parsed(value: Any) -> str:
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


def _verdict_lines(identity: Row, keep: Row) -> Iterator[tuple[str, str]]:
    for address in identity["addresses"]:
        yield "address", f"{address['url']} ({address['found_in']}, {address['key']})"
    if identity["entry_key"]:
        yield "entry", identity["entry_key"]
    if "reason" not in keep:
        yield "verdict", f"none: {keep['store']}"
        return
    story = f" story {keep['story_id']}" if keep["story_id"] else ""
    yield (
        "verdict",
        f"{keep['verdict'] or 'none'}{story}: {keep['reason']} (compared with {keep['store']}, nothing was written)",
    )
    for name, (old, new) in keep["changes"].items():
        yield "", format_change(name, old, new)
    for correction in keep["corrections"]:
        yield "correction", correction["text"]
    for merge in keep["merges"]:
        younger = f"story {merge['younger']}" if merge["younger"] else "the new story"
        older = f"story {merge['older']}" if merge["older"] else "the new story"
        yield "merge", f"{younger} is the same as {older}, and would be merged into it"
