"""Every hostile case against the real desk: played once together, then judged one by one.

`pytest tests/hostile -k NAME` plays only the chosen cases, beside the healthy feeds and the canaries.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.hostile.case import Case, all_cases
from tests.hostile.laws import faults_of, faults_of_run
from tests.hostile.stage import Played, play

CASES = all_cases()


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    chosen = [
        item.callspec.params["case"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module and hasattr(item, "callspec")
    ]
    return asyncio.run(play(chosen or list(CASES.values())[:5], tmp_path_factory.mktemp("hostile")))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_case(case: Case, played: Played) -> None:
    faults = faults_of(played.ends[case.name])
    if case.failing and faults:
        pytest.xfail(case.failing)
    assert not faults, f"{case.name} {case.does}:\n" + "\n".join(faults)
    assert not case.failing, f"{case.name} passes now: take its mark off"


def test_healthy_feeds_are_stored_whole_and_no_canary_is_contacted(played: Played) -> None:
    assert not faults_of_run(played)


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 150
