"""Floors of reading quality: what the labelled cases gave when last measured. They only rise.

`floors.json` holds for each field a digest of its file of cases and the numbers that must be reached; with
other cases the floor says nothing and the test fails in words. The cases are not in the repository; their
folder stands in NEWSDESK_CORPUS.
"""

from __future__ import annotations

import json
import os
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

FLOORS = Path(__file__).with_name("floors.json")


def read_cases(name: str) -> tuple[str, list[dict[str, Any]]]:
    """Digest and rows of a file of cases; skips the test when there is no corpus."""
    folder = os.environ.get("NEWSDESK_CORPUS")
    if not folder:
        pytest.skip("NEWSDESK_CORPUS is not set: no labelled cases to measure on")
    raw = (Path(folder) / name).read_bytes()
    return blake2b(raw, digest_size=8).hexdigest(), [json.loads(line) for line in raw.splitlines() if line]


def hold_floor(field: str, cases: str, at_least: dict[str, float], at_most: dict[str, float]) -> None:
    """Fails when a measured number is worse than its floor."""
    floor = json.loads(FLOORS.read_text())[field]
    assert floor["cases"] == cases, f"{field}: other cases than the floor was measured on; measure again"
    worse = [f"{name} {got:.4f} < {floor[name]}" for name, got in at_least.items() if got < floor[name]]
    worse += [f"{name} {got:.4f} > {floor[name]}" for name, got in at_most.items() if got > floor[name]]
    assert not worse, f"{field}: {'; '.join(worse)}"
