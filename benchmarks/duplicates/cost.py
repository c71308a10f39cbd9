"""CPU a story with many stories indexed, and the bytes of the index a story.

The index is filled with cheap texts of a story's length: words by their frequency in prose, one sentence in five
from templates. Then stories of the slice mixed are added, three times as many as a batch has; the batch that costs
least counts. Each measurement has a process of its own.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

import psutil

from benchmarks.duplicates.contestants import CONTESTANTS
from benchmarks.duplicates.corpus import corpus, real_stories
from benchmarks.duplicates.measure import run
from benchmarks.duplicates.newsroom import START
from benchmarks.duplicates.stories import Story
from benchmarks.duplicates.stream import make_stream
from benchmarks.duplicates.tables import fill_template, read_templates

SIZES = (10_000, 100_000, 1_000_000)
LARGEST = {"MinHash-LSH": 100_000, "SimHash": 100_000, "winnowing": 100_000}  # of others: memory
LIMITS = {"ms CPU": 1.5, "growth": 1.6, "bytes": 700.0}
DAYS = 7  # over which the filler is spread, so that all of it stays in the window
BATCH = 500
WORDS = 60_000


def filler(number: int, seed: int) -> Iterator[Story]:
    chance = random.Random(f"filler {seed}")
    letters = "aabcdeefghiilmnoprrsstuy"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(WORDS)]
    weights = [*itertools.accumulate(1 / (rank + 3) for rank in range(WORDS))]
    sentences = [
        paragraph
        for template in read_templates("templates", "dev")
        for _ in range(20)
        for paragraph in fill_template(template, chance, "dev").paragraphs
    ]
    begin, step = START - timedelta(days=DAYS), timedelta(days=DAYS) / number
    for place in range(number):
        drawn = chance.choices(words, cum_weights=weights, k=chance.randint(120, 320))
        parts = [" ".join(drawn[at : at + 16]) for at in range(0, len(drawn), 16)]
        for at in range(0, len(parts), 5):
            parts[at] = chance.choice(sentences)
        yield Story(
            cluster=place, title=" ".join(drawn[5:14]), text=". ".join(parts), published=begin + place * step,
            source=f"Outlet {place % 400}", language="en", origin="invented", kinds=(),
        )  # fmt: skip


def measure_cost(name: str, size: int, seed: int) -> dict[str, Any]:
    folder = corpus()
    real = real_stories(folder, "dev") if folder else []
    probes = make_stream("mixed", seed=seed, half="dev", stories=3 * BATCH, real=real)
    minutes = timedelta(minutes=1)
    probes = [replace(story, published=START + place * minutes) for place, story in enumerate(probes)]
    contestant = CONTESTANTS[name]()
    before, begun = psutil.Process().memory_info().rss, time.process_time()
    fill = getattr(contestant, "fill", None)
    if fill:
        fill(filler(size, seed))
    else:
        for story in filler(size, seed):
            contestant.add(story.title, story.text, story.published, story.source, story.language)
    building = time.process_time() - begun
    key_bytes = getattr(contestant, "key_bytes", None)
    used = key_bytes() if key_bytes else psutil.Process().memory_info().rss - before
    spent = [run(contestant, probes[at : at + BATCH])[1] for at in range(0, len(probes), BATCH)]
    return {
        "contestant": name, "indexed": size, "cpu_ms": 1000 * min(spent) / BATCH, "bytes": used / size,
        "building_s": building,
    }  # fmt: skip


def cost(names: Sequence[str], sizes: Sequence[int], seed: int) -> Iterator[dict[str, Any]]:
    """A row for each method and size that it bears."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for name in names:
            for size in sizes:
                if size <= LARGEST.get(name, max(sizes)):
                    yield pool.submit(measure_cost, name, size, seed).result()
