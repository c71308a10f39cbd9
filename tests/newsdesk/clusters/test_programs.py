"""docs/clusters.md: its examples run as they are printed, and its tables name what there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from newsdesk.clusters import Cluster, Copy, cluster_of
from newsdesk.storage.db.database import connect, immediate, prepare
from newsdesk.storage.db.errors import StoreError
from tests.storage.queries.test_clusters import add_link, add_story
from tests.support.paths import ROOT

PAGE = (ROOT / "docs" / "clusters.md").read_text(encoding="utf-8")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "newsdesk.db"
    prepare(path)
    db = connect(path, readonly=False)
    with immediate(db):
        for number, site in enumerate(("a.test", "b.test", "c.test"), 1):
            add_story(db, number, site, number, agency="AP")
        add_link(db, 2, 1)
        add_link(db, 3, 1, score=0.7)
        add_story(db, 4, "d.test", 9, cluster=None)
    db.close()
    return path


def test_the_examples_run(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(store.parent)
    examples = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        exec(compile(example, "docs/clusters.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == [
        "3 stories by 3 publishers, lead 1, agency AP",
        "1 a.test 0 None None 0 0",
        "2 b.test 60 copy 0.9 0 0",
        "3 c.test 120 copy 0.7 0 0",
    ]


def test_the_page_names_every_field() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE.partition("## Stories of a store")[2]))
    assert {field.name for record in (Cluster, Copy) for field in fields(record)} <= named


def test_a_story_without_copies_has_no_cluster(store: Path) -> None:
    assert cluster_of(store, 4) is None
    assert cluster_of(str(store), 99) is None
    found = cluster_of(store, 3, most=2)
    assert found is not None and found.left_out == 1 and [one.id for one in found.copies] == [1, 3]


def test_a_store_that_is_not_there_is_an_error_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        cluster_of(tmp_path / "none.db", 1)
    assert list(tmp_path.iterdir()) == []
