"""A changed outcome of a rule needs a new version, so that stores do not take it for a change of the story; and
floors of quality are lowered only on request."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import floors, rules
from tests.support.rules import GOLDEN, VERSIONS, changed, outcomes

WHERE = {
    "reader": "READER_VERSION in crawler/normalise/reader_version.py",
    "address": "KEY_VERSION in crawler/normalise/urls/canonical.py",
}


@pytest.fixture(scope="module")
def now() -> dict[str, dict[str, str]]:
    return outcomes()


@pytest.mark.parametrize("kind", VERSIONS)
def test_changed_outcomes_have_another_version(kind: str, now: dict[str, dict[str, str]]) -> None:
    golden = json.loads(GOLDEN.read_text())
    count = changed(golden, now)[kind]
    raised = golden[kind]["version"] != VERSIONS[kind]
    assert raised or not count, (
        f"{count} of {len(now[kind])} cases have another outcome than with {VERSIONS[kind]}: raise {WHERE[kind]},"
        " then run `python -m tests.support.rules`"
    )
    assert not raised, (
        f"{WHERE[kind]} is now {VERSIONS[kind]}: run `python -m tests.support.rules` to store its outcomes"
    )


def test_the_cases_are_many_and_differ(now: dict[str, dict[str, str]]) -> None:
    for kind, least in (("reader", 2000), ("address", 80)):
        assert len(now[kind]) >= least and len(set(now[kind].values())) > 2 * least // 5


CHANGES = [  # (changed kind, raised version, written)
    (None, False, True),
    ("reader", False, False),
    ("reader", True, True),
    ("address", False, False),
    ("address", True, True),
]


@pytest.mark.parametrize(("kind", "raised", "written"), CHANGES)
def test_changed_outcomes_are_stored_only_with_a_raised_version(
    kind: str | None,
    raised: bool,
    written: bool,
    now: dict[str, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    golden = tmp_path / "rules.json"
    golden.write_text(GOLDEN.read_text())
    outcomes_after = {name: dict(cases) for name, cases in now.items()}
    if kind is not None:
        outcomes_after[kind][next(iter(now[kind]))] = "another outcome"
        assert changed(json.loads(golden.read_text()), outcomes_after)[kind] == 1
        if raised:
            monkeypatch.setitem(VERSIONS, kind, "next")
    monkeypatch.setattr(rules, "GOLDEN", golden)
    monkeypatch.setattr(rules, "outcomes", lambda: outcomes_after)
    assert rules.main() == (0 if written else 1)
    stored = json.loads(golden.read_text())
    assert stored == json.loads(GOLDEN.read_text()) or (raised and written)


FLOORS = [  # (mode, cases, measured, floor afterwards; None: it fails)
    ("hold", "a", 0.95, 0.9),
    ("hold", "a", 0.85, None),
    ("hold", "b", 0.95, None),
    ("raise", "a", 0.957, 0.955),
    ("raise", "a", 0.85, None),
    ("raise", "b", 0.95, None),
    ("lower", "a", 0.85, 0.85),
    ("lower", "b", 0.95, 0.95),
]


@pytest.mark.parametrize(("mode", "cases", "measured", "floor_after"), FLOORS)
def test_floors_are_lowered_only_on_request(
    mode: str,
    cases: str,
    measured: float,
    floor_after: float | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "floors.json"
    path.write_text('{"one": {"cases": "a", "f1": 0.9, "wrong": 2}}')
    monkeypatch.setattr(floors, "FLOORS", path)
    monkeypatch.setattr(floors, "MODE", mode)
    if floor_after is None:
        with pytest.raises(AssertionError):
            floors.hold_floor("one", cases, {"f1": measured}, {"wrong": 1})
        floor_after, cases = 0.9, "a"
    else:
        floors.hold_floor("one", cases, {"f1": measured}, {"wrong": 1})
    floor = json.loads(path.read_text())["one"]
    assert (floor["cases"], floor["f1"]) == (cases, floor_after)
