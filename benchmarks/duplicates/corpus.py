"""Real stories of one half of the corpus, by site, cut into texts of a story's length.

Labelled texts of pages, texts of other pages by our own reader (all with `wants_more`, some ten seconds; else those in
scripts without spaces), and the entries of feeds.
A long text becomes several stories, which share the subject but no sentence. A text that shares a tenth of its
5-token shingles with one before is left out, since its truth is not known.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from lxml import html

from benchmarks.duplicates.alterations import first_words, is_spaceless
from benchmarks.duplicates.stories import HALVES, Base, Story
from benchmarks.quality.ours import read
from newsdesk.crawler.normalise.text.scripts import language_by_script
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.feed_task import FeedTask
from newsdesk.crawler.workers.readers.feed import read_feed_task
from newsdesk.storage.records.visits import ClaimedVisit, Limits

LONGEST, SHORTEST = 450, 60  # words of a story; a longer text is cut
FEW_LANGUAGES = re.compile(rb"<html[^>]*\slang=[\"']?(?:ja|zh|th)\b")  # few pages have them: all are read
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def corpus() -> Path | None:
    """The folder that `NEWSDESK_CORPUS` names, or None when it has no labelled pages."""
    named = os.environ.get("NEWSDESK_CORPUS")
    return Path(named) if named and (Path(named) / "pages.jsonl").is_file() else None


def half_of(site: str) -> str:
    return HALVES[blake2b(f"duplicates {site}".encode()).digest()[0] % 2]


def rows(folder: Path, half: str) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("pages*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if half_of(site_of(row["url"])) == half:
                yield row


def real_stories(folder: Path, half: str, *, wants_more: bool = False) -> list[Base]:
    """In the order of the corpus."""
    known: set[int] = set()
    found = []
    for title, text in (*_pages(folder, half, wants_more=wants_more), *_feeds(folder, half)):
        shingles = _shingles(text)
        if shingles and len(shingles & known) < 0.1 * len(shingles):
            known |= shingles
            found += list(_pieces(title, text))
    return found


def real_teasers(folder: Path, half: str) -> list[Base]:
    """Two short texts of one story: the first sentences of a page, and the description in its head, with the title
    for social networks. Both have at most 60 words, and two names or numbers in common."""
    found = []
    for row in rows(folder, half):
        text, title = row["truth"].get("body"), row["truth"].get("title")
        if not text or not title:
            continue
        tree = html.document_fromstring(page_of(folder, row), parser=html.HTMLParser(encoding="utf-8"))
        described = _meta(tree, "og:description") or _meta(tree, "description")
        first = _first_sentences(text)
        if len(_rare(described) & _rare(f"{title} {text[:1500]}")) >= 2 and 8 <= len(described.split()) <= 60:
            found.append(
                Base(
                    title=title, titles=(_meta(tree, "og:title") or title,), paragraphs=(first, described),
                    language=None, origin="corpus",
                )
            )  # fmt: skip
    return found


def labelled_stream(folder: Path) -> list[Story]:
    """The development stream of the corpus, `dedup.jsonl`; none when the corpus lacks the file."""
    file = folder / "dedup.jsonl"
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []
    names = {name: number for number, name in enumerate(dict.fromkeys(row["cluster"] for row in rows))}
    return [
        Story(
            cluster=names[row["cluster"]], title=row["title"], text=row["text"], source=row["source"],
            published=datetime.fromtimestamp(row["ts"], UTC), language=row["lang"], origin="corpus",
            kinds=tuple(row.get("kinds") or ()),
        )
        for row in sorted(rows, key=lambda row: row["ts"])
    ]  # fmt: skip


def page_of(folder: Path, row: dict[str, Any]) -> bytes:
    return gzip.decompress((folder / row["file"]).read_bytes())


def _pages(folder: Path, half: str, *, wants_more: bool) -> Iterator[tuple[str, str]]:
    for row in rows(folder, half):
        text, title = row["truth"].get("body"), row["truth"].get("title")
        if not text and (wants_more or FEW_LANGUAGES.search(page_of(folder, row)[:3000])):
            story = read(row["url"], page_of(folder, row))
            text, title = (story.text, title or story.title) if story else (None, None)
        if text:
            yield title or " ".join(text.split()[:9]), text


def _feeds(folder: Path, half: str) -> Iterator[tuple[str, str]]:
    for file in sorted((folder / "feeds").iterdir()):
        address = f"http://{file.name.replace('_', '-')}/"
        task = FeedTask(
            document=Document(body=file.read_bytes(), address=address, fetched_at=NOW, content_type=None),
            claimed=ClaimedVisit(source_id=1, address=address, host="", site="", limits=Limits(entries=500)),
        )
        for entry in read_feed_task(task).entries:
            story = entry.story
            if story is not None and half_of(story.site or file.name) == half:
                text = story.text or story.summary or ""
                yield story.title or " ".join(text.split()[:9]), text


def _pieces(title: str, text: str) -> Iterator[Base]:
    """A text of at most LONGEST words, or its parts; the title is the first part's, others begin with a sentence."""
    part: list[str] = []
    length = 0
    for paragraph in filter(None, map(str.strip, text.split("\n"))):
        part.append(paragraph)
        length += _length(paragraph)
        if length >= LONGEST:
            yield _base(title, part)
            title, part, length = "", [], 0
    if length >= SHORTEST:
        yield _base(title, part)


def _base(title: str, paragraphs: list[str]) -> Base:
    return Base(
        title=title or first_words(paragraphs[0], 10), paragraphs=tuple(paragraphs),
        language=language_by_script(" ".join(paragraphs)), origin="corpus",
    )  # fmt: skip


def _meta(tree: html.HtmlElement, name: str) -> str:
    found = tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
    return " ".join(found[0].split()) if found else ""


def _first_sentences(text: str) -> str:
    words = text.split()[:60]
    ends = [place + 1 for place, word in enumerate(words) if word.endswith((".", "!", "?")) and place > 15]
    return " ".join(words[: ends[0] if ends else 30])


def _rare(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text) if len(word) > 2 and not word[:1].islower()}


def _length(text: str) -> int:
    return len(text) // 2 if is_spaceless(text) else len(text.split())


def _shingles(text: str) -> set[int]:
    words = list(text) if is_spaceless(text) else text.casefold().split()
    return {hash(tuple(words[at : at + 5])) for at in range(len(words) - 4)}
