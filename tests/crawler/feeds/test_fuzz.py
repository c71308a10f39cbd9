"""A short fuzz test of both readers, always with the same documents; `python -m benchmarks.fuzz` is the long one."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz.mutation import broken
from benchmarks.fuzz.reading import faults_of_reading, feed_task_of, feeds, page_task_of, pages

FEEDS, PAGES = feeds(), pages()
# No shrinking: a smaller seed breaks a document in another way.
SHORT = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": list(HealthCheck),
}


@settings(max_examples=200, **SHORT)
@given(st.sampled_from(FEEDS), st.integers(0, 2**32))
def test_no_broken_feed_does_harm(document: bytes, seed: int) -> None:
    reading = feed_task_of(broken(document, Random(seed), others=FEEDS)).read()
    assert not faults_of_reading(reading), f"seed {seed}"


@settings(max_examples=25, **SHORT)
@given(st.sampled_from(PAGES), st.integers(0, 2**32))
def test_no_broken_page_does_harm(document: bytes, seed: int) -> None:
    reading = page_task_of(broken(document, Random(seed), others=PAGES)).read()
    assert not faults_of_reading(reading), f"seed {seed}"


def test_the_same_seed_gives_the_same_document() -> None:
    once, twice = (broken(FEEDS[0], Random(7), others=FEEDS) for _ in range(2))
    assert once == twice != FEEDS[0]
