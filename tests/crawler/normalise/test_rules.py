"""A rule that gives other outcomes has another version, so that no store takes better reading for news; and
floors of quality go down only when they are told to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import floors
from tests.support.rules import GOLDEN, VERSIONS, changed, outcomes

WHERE = {
    "reader": "READER_VERSION in crawler/normalise/story.py",
    "address": "KEY_VERSION in crawler/normalise/urls/canonical.py",
}


@pytest.fixture(scope="module")
def now() -> dict[str, dict[str, str]]:
    return outcomes()


@pytest.mark.parametrize("kind", VERSIONS)
def test_other_outcomes_have_another_version(kind: str, now: dict[str, dict[str, str]]) -> None:
    golden = json.loads(GOLDEN.read_text())
    count = changed(golden, now)[kind]
    raised = golden[kind]["version"] != VERSIONS[kind]
    assert raised or not count, (
        f"{count} of {len(now[kind])} cases come out otherwise than by {VERSIONS[kind]}: raise {WHERE[kind]},"
        " then run `python -m tests.support.rules`"
    )
    assert not raised, (
        f"{WHERE[kind]} is {VERSIONS[kind]} now: run `python -m tests.support.rules`, which notes it"
    )


def test_the_cases_are_many_and_tell(now: dict[str, dict[str, str]]) -> None:
    for kind, least in (("reader", 2000), ("address", 80)):
        assert len(now[kind]) >= least and len(set(now[kind].values())) > 2 * least // 5


FLOORS = [  # (how, cases, measured, what stands then; None: it fails)
    ("hold", "a", 0.95, 0.9),
    ("hold", "a", 0.85, None),
    ("hold", "b", 0.95, None),
    ("raise", "a", 0.957, 0.955),
    ("raise", "a", 0.85, None),
    ("raise", "b", 0.95, None),
    ("lower", "a", 0.85, 0.85),
    ("lower", "b", 0.95, 0.95),
]


@pytest.mark.parametrize(("how", "cases", "measured", "stands"), FLOORS)
def test_floors_go_down_only_when_told_to(
    how: str,
    cases: str,
    measured: float,
    stands: float | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "floors.json"
    path.write_text('{"one": {"cases": "a", "f1": 0.9, "wrong": 2}}')
    monkeypatch.setattr(floors, "FLOORS", path)
    monkeypatch.setattr(floors, "MODE", how)
    if stands is None:
        with pytest.raises(AssertionError):
            floors.hold_floor("one", cases, {"f1": measured}, {"wrong": 1})
        stands, cases = 0.9, "a"
    else:
        floors.hold_floor("one", cases, {"f1": measured}, {"wrong": 1})
    floor = json.loads(path.read_text())["one"]
    assert (floor["cases"], floor["f1"]) == (cases, stands)
