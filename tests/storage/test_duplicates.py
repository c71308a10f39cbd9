"""`benchmarks.duplicates`: the same seed gives the same streams, the measures are right, the methods find copies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.duplicates.alterations import is_spaceless
from benchmarks.duplicates.contestants import CONTESTANTS
from benchmarks.duplicates.corpus import half_of
from benchmarks.duplicates.cost import cost, filler
from benchmarks.duplicates.measure import by_kind, mistakes
from benchmarks.duplicates.scores import compare
from benchmarks.duplicates.stories import HALVES, Base, Story
from benchmarks.duplicates.stream import SLICES, make_stream
from benchmarks.duplicates.tables import read_templates
from tests.support.paths import ROOT

REAL = [
    Base(
        title=f"Title {number}", language=None, origin="corpus",
        paragraphs=tuple(f"Word{number} went to place{at} with number {at * number}." for at in range(9)),
    )
    for number in range(1, 30)
]  # fmt: skip


TEASERS = [
    replace(base, titles=(f"Other {number}",), paragraphs=base.paragraphs[:2])
    for number, base in enumerate(REAL)
]
TEASERS += [replace(base, title=f"Also {base.title}") for base in TEASERS * 2]


def stream(slice_: str, *, seed: int = 1, half: str = "dev", stories: int = 120) -> list[Story]:
    return make_stream(slice_, seed=seed, half=half, stories=stories, real=REAL, real_teasers=TEASERS)


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("slice_", SLICES)
def test_the_seed_decides_the_stream(slice_: str, half: str) -> None:
    first = stream(slice_, half=half)
    assert first == stream(slice_, half=half)
    assert first != stream(slice_, half=half, seed=2)
    assert len(first) == 120
    assert [story.published for story in first] == sorted(story.published for story in first)
    assert 1 < len({story.cluster for story in first}) < 120


def test_the_stream_does_not_depend_on_the_hash_of_strings() -> None:
    code = (
        "from benchmarks.duplicates.stream import make_stream;"
        "print(make_stream('mixed', seed=1, half='dev', stories=60, real=[]))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True, timeout=60,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(made) == 1


def test_the_halves_share_no_template_name_or_outlet() -> None:
    for kind in ("templates", "teasers", "scripts"):
        lines = [{line for one in read_templates(kind, half) for line in one.fields} for half in HALVES]
        assert lines[0]
        assert not lines[0] & lines[1]
    outlets = [{story.source for story in stream("mixed", half=half, stories=400)} for half in HALVES]
    assert not outlets[0] & outlets[1]
    assert len({half_of(f"site{number}.example") for number in range(20)}) == 2


def test_teasers_have_at_most_60_words() -> None:
    assert all(len((story.text or "").split()) <= 60 for story in stream("teasers", stories=400))


def test_scripts_have_no_spaces_between_words() -> None:
    written = [story.text or "" for story in stream("scripts") if "teaser" not in story.kinds]
    assert sum(map(is_spaceless, written)) > 0.9 * len(written)


@pytest.mark.parametrize(
    ("truth", "found", "rand", "precision", "recall"),
    [
        ("aabb", "xxyy", 1.0, 1.0, 1.0),
        ("aabb", "xxxx", 0.0, 1 / 3, 1.0),
        ("aabb", "wxyz", 0.0, None, 0.0),
        ("abcd", "wxyz", 1.0, None, None),
        # scikit-learn's documentation of adjusted_rand_score: 0.57
        ([0, 0, 1, 1], [0, 0, 1, 2], 4 / 7, 1.0, 0.5),
        ([0, 0, 1, 2], [0, 0, 1, 1], 4 / 7, 0.5, 1.0),
        # Hubert and Arabie's index may be negative
        ("aabb", "xyxy", -0.5, 0.0, 0.0),
    ],
)
def test_measures(
    truth: Sequence[object],
    found: Sequence[object],
    rand: float,
    precision: float | None,
    recall: float | None,
) -> None:
    scores = compare(truth, found)
    assert scores.rand == pytest.approx(rand)
    assert scores.precision == (None if precision is None else pytest.approx(precision))
    assert scores.recall == (None if recall is None else pytest.approx(recall))


def test_no_story_holds_the_whole_text_of_another() -> None:
    texts = [" ".join([f"word{number}x"] * 200) for number in range(40)]
    real = [Base(title="T", paragraphs=(text,), language=None, origin="corpus") for text in texts]
    stories = make_stream("mixed", seed=1, half="dev", stories=300, real=real)
    held = [sum(text in (story.text or "") for text in texts) for story in stories]
    assert set(held) == {0, 1}


def told(cluster: int, *kinds: str) -> Story:
    return Story(
        cluster=cluster, title=None, text=None, published=datetime(2026, 1, 1, tzinfo=UTC), source="", language=None,
        origin="template", kinds=kinds,
    )  # fmt: skip


def test_copies_are_counted_by_kind_and_mistakes_are_named() -> None:
    stories = [told(1), told(1, "teaser"), told(1, "teaser"), told(2), told(2, "headline", "noise")]
    ids = [0, 0, 1, 0, 0]
    assert by_kind(stories, ids) == {
        "first": (2, 1.0, 0.0),  # cluster 0 holds two of each
        "headline+noise": (1, 1.0, 0.0),
        "teaser": (2, 0.5, 0.0),
    }
    assert by_kind(stories, [0, 0, 0, 0, 4])["first"] == (2, 1.0, 0.5)
    place = {id(story): number for number, story in enumerate(stories)}
    found = [(what, place[id(one)], place[id(other)]) for what, one, other in mistakes(stories, ids)]
    assert found == [("missed", 0, 2), ("joined", 0, 3), ("joined", 0, 4)]


def test_the_cost_is_measured_with_so_many_stories_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSDESK_CORPUS", raising=False)
    assert list(filler(5, 1)) == list(filler(5, 1))
    (row,) = cost(["exact title"], [50], 1)
    assert (row["contestant"], row["indexed"]) == ("exact title", 50)
    assert row["cpu_ms"] > 0


@pytest.mark.parametrize("name", ["winnowing", "MinHash-LSH", "SimHash", "exact title"])
def test_a_method_joins_a_copy_and_no_other_story(name: str) -> None:
    if name == "MinHash-LSH":
        pytest.importorskip("datasketch")
    method, at = CONTESTANTS[name](), datetime(2026, 1, 1, tzinfo=UTC)
    texts = [" ".join(base.paragraphs) for base in REAL[:2]]
    for title, text in (("One", texts[0]), ("Two", texts[1]), ("One - Outlet", texts[0])):
        at += timedelta(hours=1)
        method.add(title, text, at, "Outlet", "en")
    assert method.clusters() == [0, 1, 0]  # type: ignore[attr-defined]


def test_the_command_prints_a_row_for_each_slice_and_method() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.duplicates", "--stories", "60", "--json", "--only", "exact title"],
        cwd=ROOT, env={**os.environ, "NEWSDESK_CORPUS": ""}, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    listed = [name for name in SLICES if name != "real-teasers"]  # without a corpus there are none
    assert [row["slice"] for row in json.loads(done.stdout)] == listed
