"""`python -m tests.hostile [CASE…]`: run cases by name, all without a name; the exit code is 1 if one fails.

Names may hold `*`. An unknown name lists all cases.
"""

from __future__ import annotations

import asyncio
import fnmatch
import sys
import tempfile
from pathlib import Path

from tests.hostile.case import Case, all_cases
from tests.hostile.checks import problems_of, problems_of_run
from tests.hostile.run import RunResult, run_cases


def main(names: list[str]) -> int:
    """The exit code: 2 for an unknown name."""
    known = all_cases()
    chosen: list[Case] = []
    for name in names or ["*"]:
        found = [known[one] for one in fnmatch.filter(known, name)]
        if not found:
            print(f"there is no case {name!r}; the {len(known)} cases are:")
            print("\n".join(f"  {case.name:<34} {case.description}" for case in known.values()))
            return 2
        chosen += [case for case in found if case not in chosen]
    with tempfile.TemporaryDirectory() as folder:
        run = asyncio.run(run_cases(chosen, Path(folder)))
        return _report(chosen, run)


def _report(chosen: list[Case], run: RunResult) -> int:
    failed = 0
    for case in chosen:
        result = run.results[case.name]
        problems = problems_of(result)
        mark = "ok" if not problems else "known" if case.known_failure else "FAILED"
        failed += mark == "FAILED"
        if len(chosen) == 1 or problems:
            print(f"{mark:<7} {case.name}: {case.description}")
            print(
                f"        {result.outcome} ({result.category}), {len(result.stories)} stories: {result.message}"
            )
        for problem in problems:
            print(f"        {problem}")
    of_run = problems_of_run(run)
    for problem in of_run:
        print(f"FAILED  {problem}")
    healthy = "healthy feeds complete, no canary was contacted" if not of_run else "the run itself FAILED"
    print(f"{len(chosen)} cases, {failed} failed, in {run.seconds:.1f} s; {healthy}")
    return 1 if failed or of_run else 0


if __name__ == "__main__":
    raise SystemExit(main([name for name in sys.argv[1:] if name]))
