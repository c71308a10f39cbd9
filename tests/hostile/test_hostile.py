"""Every hostile case against the real runner: all run together once, then each is checked.

`pytest tests/hostile -k NAME` runs only the chosen cases, with the healthy feeds and the canaries.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.hostile.case import Case, all_cases
from tests.hostile.checks import problems_of, problems_of_run
from tests.hostile.run import RunResult, run_cases
from tests.support.shell import PATIENCE_S

CASES = all_cases()


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    chosen = [
        item.callspec.params["case"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module and hasattr(item, "callspec")
    ]
    folder = tmp_path_factory.mktemp("hostile")
    # `make hostile` has the short limit: here other work may take most of the machine's time
    return asyncio.run(run_cases(chosen or list(CASES.values())[:5], folder, reading_s=PATIENCE_S))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_case(case: Case, run: RunResult) -> None:
    problems = problems_of(run.results[case.name])
    if case.known_failure and problems:
        pytest.xfail(case.known_failure)
    assert not problems, f"{case.name} {case.description}:\n" + "\n".join(problems)
    assert not case.known_failure, f"{case.name} passes now: remove its known_failure"


def test_healthy_feeds_are_stored_completely_and_no_canary_is_contacted(run: RunResult) -> None:
    assert not problems_of_run(run)


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 150
