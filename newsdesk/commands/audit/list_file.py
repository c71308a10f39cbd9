"""A file of addresses or titles, one a line or as CSV. Pure but for reading the file."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.output.terminal import Refused

_ADDRESS_COLUMNS = ("url", "address", "link", "loc", "href")
_TITLE_COLUMNS = ("title", "headline", "name")
_SEPARATORS = ",;\t"
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A line of the file: an address, a title, or both. `number` is the line, from 1."""

    number: int
    url: str | None = None
    title: str | None = None

    @property
    def text(self) -> str:
        return self.url or self.title or ""


def read_list(path: Path | None) -> tuple[Wanted, ...]:
    """The lines of a file, None for standard input; empty lines and those that begin with # are left out. Raises
    Refused."""
    try:
        data = sys.stdin.buffer.read(MOST_BYTES + 1) if path is None else _bytes_of(path)
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror or error}") from None
    if len(data) > MOST_BYTES:
        raise Refused(f"the list is larger than {MOST_BYTES // 1024**2} MiB; split it")
    text = data.decode("utf-8-sig", "replace")
    found = tuple(parse_list(text))
    if not found:
        raise Refused(
            "the list has no address and no title; write one a line, or CSV with a column url or title"
        )
    return found


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def parse_list(text: str) -> Iterator[Wanted]:
    """The addresses and titles of a text. It is CSV if its first line has a column of a known name."""
    lines = text.splitlines()
    separator, columns = _columns(lines[0] if lines else "")
    if columns is None:
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.lstrip().startswith("#"):
                yield _wanted(number, line.strip(), None)
        return
    at_url, at_title = columns
    reader = csv.reader(lines[1:], delimiter=separator)
    for row in reader:
        url, title = (
            row[at].strip() if at is not None and at < len(row) else "" for at in (at_url, at_title)
        )
        if url or title:
            yield _wanted(reader.line_num + 1, url, title or None)


def _columns(head: str) -> tuple[str, tuple[int | None, int | None] | None]:
    for separator in _SEPARATORS:
        names = [name.strip().strip('"').lower() for name in head.split(separator)]
        found = [
            next((names.index(one) for one in some if one in names), None)
            for some in (_ADDRESS_COLUMNS, _TITLE_COLUMNS)
        ]
        if found != [None, None]:
            return separator, (found[0], found[1])
    return ",", None


def _wanted(number: int, text: str, title: str | None) -> Wanted:
    url = _address(text)
    if url is None and text:
        title = title or text
    return Wanted(number=number, url=url, title=title)


def _address(text: str) -> str | None:
    """The address that a text is; also one without a scheme, as browsers show it. A title has spaces."""
    if not text or re.search(r"\s", text):
        return None
    if "://" in text:
        return absolute_url(text, base=None)
    return (
        absolute_url(f"https://{text}", base=None)
        if re.match(r"[\w-]+(?:\.[\w-]+)+(?:[/?:]|$)", text)
        else None
    )
