"""What other readers find on the same pages, and whether ours is better page by page.

trafilatura: its text with its defaults, and in its `fast` mode without comments, which is nearer to the labels;
the rest from its metadata. newspaper4k is no dependency: `pip install newspaper4k` to have it beside.
"""

from __future__ import annotations

import importlib.util
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC

import trafilatura
from w3lib.encoding import html_to_unicode

from benchmarks.quality.scores import PageReading

DRAWS = 10_000
_TAIL = 0.025


def _trafilatura(address: str, body: bytes, **options: bool) -> PageReading:
    found = trafilatura.extract_metadata(body, default_url=address)
    text = trafilatura.extract(body, url=address, **options) or ""
    if found is None:
        return PageReading(text=text)
    authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
    return PageReading(found.title, (found.date or None), None, authors, text)


def _newspaper(address: str, body: bytes) -> PageReading:
    import newspaper

    article = newspaper.Article(address, fetch_images=False)
    article.download(input_html=html_to_unicode(None, body)[1])
    article.parse()
    day = article.publish_date
    instant = day.astimezone(UTC) if day is not None and day.tzinfo else None
    return PageReading(
        article.title,
        day.strftime("%Y-%m-%d") if day else None,
        instant,
        tuple(article.authors),
        article.text,
    )


def _fast(address: str, body: bytes) -> PageReading:
    return _trafilatura(address, body, fast=True, include_comments=False)


Reader = Callable[[str, bytes], PageReading]


def readers() -> Mapping[str, Reader]:
    """The peers that are installed, by name."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found: dict[str, Reader] = {"trafilatura": _trafilatura, "trafilatura, fast": _fast}
    if importlib.util.find_spec("newspaper"):
        found["newspaper4k"] = _newspaper
    return found


def reading(reader: Reader, address: str, body: bytes) -> PageReading:
    """What a peer finds; nothing where it raises."""
    with suppress(Exception):  # a peer that raises has found nothing
        return reader(address, body)
    return PageReading()


def interval(differences: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean difference, by paired bootstrap with a fixed seed."""
    draw = random.Random(0)
    count = len(differences)
    means = sorted(sum(draw.choices(differences, k=count)) / count for _ in range(DRAWS))
    return means[int(_TAIL * DRAWS)], means[-1 - int(_TAIL * DRAWS)]
