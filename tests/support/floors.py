"""Floors of parsing quality: the results of the last measurement on labelled cases. They only rise.

`floors.json` has for each field a digest of its file of cases and the numbers to reach; with other cases the test
fails with a message. The cases are not in the repository; NEWSDESK_CORPUS names their folder. `tests.support.rules`
checks the cases that are in the repository.
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
    """Digest and rows of a file of cases; skips the test without a corpus."""
    folder = os.environ.get("NEWSDESK_CORPUS")
    if not folder:
        pytest.skip("NEWSDESK_CORPUS is not set: no labelled cases to measure on")
    raw = (Path(folder) / name).read_bytes()
    return blake2b(raw, digest_size=8).hexdigest(), [json.loads(line) for line in raw.splitlines() if line]


def hold_floor(field: str, cases: str, at_least: dict[str, float], at_most: dict[str, float]) -> None:
    """Fail when a measured number is worse than its floor, or was measured on other cases.

    With `--floors` the floors are written instead: *raise* raises floors that were exceeded, and fails where one
    was not reached; *lower* sets all floors to the measured numbers, which the commit message must mention.
    """
    floors = json.loads(FLOORS.read_text())
    floor = floors.get(field, {"cases": cases})
    if MODE == "lower" or (MODE == "raise" and floor["cases"] == cases):
        lower = MODE == "lower"
        raised = {
            name: _rounded_down(got) for name, got in at_least.items() if lower or got > floor.get(name, -1.0)
        }
        lowered = {name: got for name, got in at_most.items() if lower or got < floor.get(name, got + 1)}
        floor = floors[field] = {**floor, **raised, **lowered, "cases": cases}
        rows = (f'  "{name}": {json.dumps(row)}' for name, row in floors.items())
        FLOORS.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    assert floor["cases"] == cases, (
        f"{field}: the floor was measured on other cases; measure again with pytest --floors=lower"
    )
    worse = [f"{name} {got:.4f} < {floor[name]}" for name, got in at_least.items() if got < floor[name]]
    worse += [f"{name} {got:.4f} > {floor[name]}" for name, got in at_most.items() if got > floor[name]]
    assert not worse, f"{field}: {'; '.join(worse)}"


def _rounded_down(measured: float) -> float:
    """Rounded down to a multiple of 0.005, so that small differences between machines do not matter."""
    return floor_of(measured * 200) / 200
