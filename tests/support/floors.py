"""Floors of parsing quality: the scores on the labelled cases when last measured. They only rise.

`floors.json` has for each field a digest of its file of cases and the scores that must be reached. With other
cases the floor does not apply, and the test fails and says so. The cases are not in the repository;
NEWSDESK_CORPUS names their folder. `tests.support.rules` covers the cases that are in the repository.
"""

from __future__ import annotations

import json
import os
from hashlib import blake2b
from math import floor as floor_of
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import FIXTURES

FLOORS = FIXTURES / "floors.json"
MODE = "hold"  # or raise, lower; see `conftest`


def read_cases(name: str) -> tuple[str, list[dict[str, Any]]]:
    """Digest and rows of a file of cases; skips the test when there is no corpus."""
    folder = os.environ.get("NEWSDESK_CORPUS")
    if not folder:
        pytest.skip("NEWSDESK_CORPUS is not set: no labelled cases to measure on")
    raw = (Path(folder) / name).read_bytes()
    return blake2b(raw, digest_size=8).hexdigest(), [json.loads(line) for line in raw.splitlines() if line]


def hold_floor(field: str, cases: str, at_least: dict[str, float], at_most: dict[str, float]) -> None:
    """Fails when a measured number is worse than its floor, or was measured on other cases. With `--floors`
    the floors are written instead: *raise* lifts those that were passed, and fails as ever where one was not;
    *lower* sets them all to what was measured, which is to be told in the commit."""
    floors = json.loads(FLOORS.read_text())
    floor = floors.get(field, {"cases": cases})
    if MODE == "lower" or (MODE == "raise" and floor["cases"] == cases):
        lower = MODE == "lower"
        lifted = {name: _down(got) for name, got in at_least.items() if lower or got > floor.get(name, -1.0)}
        sunk = {name: got for name, got in at_most.items() if lower or got < floor.get(name, got + 1)}
        floor = floors[field] = {**floor, **lifted, **sunk, "cases": cases}
        rows = (f'  "{name}": {json.dumps(row)}' for name, row in floors.items())
        FLOORS.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    assert floor["cases"] == cases, (
        f"{field}: other cases than the floor was measured on; measure again: pytest --floors=lower"
    )
    worse = [f"{name} {got:.4f} < {floor[name]}" for name, got in at_least.items() if got < floor[name]]
    worse += [f"{name} {got:.4f} > {floor[name]}" for name, got in at_most.items() if got > floor[name]]
    assert not worse, f"{field}: {'; '.join(worse)}"


def _down(measured: float) -> float:
    """To the half of a hundredth below: what is measured a hair otherwise on another machine still holds."""
    return floor_of(measured * 200) / 200
