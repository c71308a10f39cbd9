"""RSS documents of 30 entries and about 150 kB, in editions, of invented English."""

from __future__ import annotations

import itertools
import random
import re
from html import escape

ENTRIES = 30
ENTRY_CHARS = 3600
_SYLLABLES = re.findall(r"..", "bacedifogumelanirosutavewixoyulamenostarinde")
VOCABULARY = 8000


def _vocabulary() -> list[str]:
    """Invented words, as many as a newspaper uses in a week: the cost of the search index depends on it."""
    chance = random.Random(8)
    words = {"".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(3 * VOCABULARY)}
    return sorted(words, key=lambda word: (len(word), word))[:VOCABULARY]


_WORDS = _vocabulary()
_WEIGHTS = [*itertools.accumulate(1 / (rank + 3) for rank in range(len(_WORDS)))]  # few common, many rare


def feed_bytes(number: int, *, edition: int) -> bytes:
    """Feed `number` of an edition: each edition adds an entry at the top and drops one at the end."""
    items = "".join(_item(number, entry) for entry in range(ENTRIES + edition - 1, edition - 1, -1))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Paper {number}</title><link>http://paper{number}.example/</link>"
        f"<description>News of town {number}</description><language>en</language>{items}</channel></rss>"
    ).encode()


def _item(feed: int, entry: int) -> str:
    chance = random.Random(f"{feed}/{entry}")
    link = f"http://paper{feed}.example/2026/11/{entry}/{chance.choice(_WORDS)}-{chance.choice(_WORDS)}"
    body = ""
    while len(body) < ENTRY_CHARS:
        body += _paragraph(chance, link)
    title = " ".join(chance.choices(_WORDS, cum_weights=_WEIGHTS, k=8)).capitalize()
    return (
        f"<item><title>{title} {feed}-{entry}</title><link>{link}</link>"
        f'<guid isPermaLink="false">paper{feed}-{entry}</guid>'
        f"<dc:creator>{_reporter(feed, chance.randrange(12))}</dc:creator>"
        f"<pubDate>{20 + entry % 5:02d} Nov 2026 {entry % 24:02d}:{feed % 60:02d}:00 GMT</pubDate>"
        f"<category>{chance.choice(_WORDS[:20])}</category>"
        f"<description>{escape(_sentence(chance, 30))}</description>"
        f"<content:encoded>{escape(body)}</content:encoded></item>"
    )


def _reporter(feed: int, number: int) -> str:
    """One of the twelve reporters of a paper."""
    chance = random.Random(f"reporter {feed}/{number}")
    return f"{chance.choice(_WORDS)} {chance.choice(_WORDS)}".title()


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, cum_weights=_WEIGHTS, k=words)).capitalize() + "."


def _paragraph(chance: random.Random, link: str) -> str:
    """One paragraph with the markup that a newspaper's content system puts in: about 8 tags a kB."""
    number = chance.randrange(10_000)
    text = (
        f'<p>{_sentence(chance, 24)} <a href="{link}/related/{number}" target="_blank" rel="noopener">'
        f"{_sentence(chance, 4)}</a> {_sentence(chance, 14)}"
        f" &quot;<em>{_sentence(chance, 6)}</em>&quot;</p>\n"
    )
    if number % 3 == 0:
        image = f"{link}/images/{number}"
        text += (
            f'<figure class="wp-block-image size-large"><img src="{image}-1024.jpg"'
            f' alt="{_sentence(chance, 5)}" width="1024" height="683" loading="lazy"'
            f' srcset="{image}-1024.jpg 1024w, {image}-300.jpg 300w"/>'
            f"<figcaption>{_sentence(chance, 9)}</figcaption></figure>\n"
        )
    if number % 5 == 0:
        text += f"<h3>{_sentence(chance, 5)}</h3>\n<ul>" + 3 * f"<li>{_sentence(chance, 7)}</li>" + "</ul>\n"
    return text
