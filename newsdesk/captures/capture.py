"""A capture as two files: the page, gzipped, and its address and reading as JSON.

`HOST/2026-11-30-ferry-8c1f2a.html.gz` and `…json`. A page may also lie there as plain `.html`.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsdesk.crawler.workers.document import Document
from newsdesk.storage.db.timestamps import from_iso, to_iso

PAGES = (".html.gz", ".html")
_SLUG = re.compile(r"[^a-z0-9]+")
_MOST = 100 * 1024 * 1024  # bytes of an unpacked page


class CaptureError(Exception):
    """A capture that cannot be read or written: which, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page with its reading. `path`: of the page, without its ending."""

    path: Path
    document: Document
    reading: Mapping[str, Any]


def capture_path(folder: Path, address: str, now: datetime) -> Path:
    """Where the capture of an address lies: its host, the day, the last part of the address."""
    parts = urlsplit(address)
    last = next((part for part in reversed(parts.path.split("/")) if part), "front")
    slug = _SLUG.sub("-", (last.rpartition(".")[0] or last).lower()).strip("-")[:60] or "page"
    digest = blake2b(address.encode(), digest_size=3).hexdigest()
    host = (parts.hostname or "unknown").removeprefix("www.")
    return folder / host / f"{now:%Y-%m-%d}-{slug}-{digest}"


def save(capture: Capture) -> None:
    """Write both files. Raises CaptureError where they exist."""
    if any(file.exists() for file in (_beside(capture.path), *_pages(capture.path))):
        raise CaptureError(
            f"{capture.path}.json is there already, captured today; delete it, or name another folder with --to"
        )
    capture.path.parent.mkdir(parents=True, exist_ok=True)
    page = gzip.compress(capture.document.body, mtime=0)
    _write(Path(f"{capture.path}{PAGES[0]}"), page)
    save_reading(capture)


def save_reading(capture: Capture) -> None:
    """Write the reading alone."""
    document = capture.document
    record = {
        "address": document.address,
        "captured_at": to_iso(document.fetched_at),
        "content_type": document.content_type,
        "charset": document.charset,
        "last_modified": document.last_modified,
        "reading": capture.reading,
    }
    text = json.dumps(
        {name: value for name, value in record.items() if value is not None}, ensure_ascii=False, indent=2
    )
    _write(_beside(capture.path), f"{text}\n".encode("utf-8", "replace"))


def captures_in(folder: Path, hosts: tuple[str, ...] = ()) -> Iterator[Path]:
    """The captures below a folder, by path; of `hosts` only, if there are any."""
    for file in sorted(folder.rglob("*.json")):
        path = file.with_suffix("")
        if (not hosts or path.parent.name in hosts) and any(page.exists() for page in _pages(path)):
            yield path


def load(path: Path) -> Capture:
    """Raises CaptureError."""
    page = next((file for file in _pages(path) if file.exists()), None)
    try:
        record = json.loads(_beside(path).read_bytes())
        if page is None:
            raise CaptureError(f"{path}: there is no page beside {path.name}.json")
        body = page.read_bytes() if page.suffix != ".gz" else _unpacked(page)
        return Capture(
            path=path,
            document=Document(
                body=body,
                address=record["address"],
                fetched_at=from_iso(record["captured_at"]),
                content_type=record.get("content_type"),
                charset=record.get("charset"),
                last_modified=record.get("last_modified"),
            ),
            reading=record.get("reading") or {},
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CaptureError(f"{path}.json is no capture ({error}); delete it, or capture it again") from None


def with_reading(capture: Capture, reading: Mapping[str, Any]) -> Capture:
    return replace(capture, reading=reading)


def _unpacked(page: Path) -> bytes:
    with gzip.open(page) as stream:
        return stream.read(_MOST)


def _beside(path: Path) -> Path:
    return Path(f"{path}.json")


def _pages(path: Path) -> tuple[Path, ...]:
    return tuple(Path(f"{path}{ending}") for ending in PAGES)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
