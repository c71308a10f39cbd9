"""`python -m tests.hostile [CASE…]`: play cases by name, all of them without one; exit code 1 when one fails.

Names may hold `*`. A name that no case has lists them all.
"""

from __future__ import annotations

import asyncio
import fnmatch
import sys
import tempfile
from pathlib import Path

from tests.hostile.case import Case, all_cases
from tests.hostile.laws import faults_of, faults_of_run
from tests.hostile.stage import Played, play


def main(names: list[str]) -> int:
    """The exit code: 2 for a name that no case has."""
    known = all_cases()
    chosen: list[Case] = []
    for name in names or ["*"]:
        found = [known[one] for one in fnmatch.filter(known, name)]
        if not found:
            print(f"there is no case {name!r}; there are {len(known)}:")
            print("\n".join(f"  {case.name:<34} {case.does}" for case in known.values()))
            return 2
        chosen += [case for case in found if case not in chosen]
    with tempfile.TemporaryDirectory() as folder:
        played = asyncio.run(play(chosen, Path(folder)))
        return _tell(chosen, played)


def _tell(chosen: list[Case], played: Played) -> int:
    failed = 0
    for case in chosen:
        end = played.ends[case.name]
        faults = faults_of(end)
        mark = "ok" if not faults else "known" if case.failing else "FAILED"
        failed += mark == "FAILED"
        if len(chosen) == 1 or faults:
            print(f"{mark:<7} {case.name}: {case.does}")
            print(f"        {end.word} ({end.group}), {len(end.stories)} stories: {end.words}")
        for fault in faults:
            print(f"        {fault}")
    of_run = faults_of_run(played)
    for fault in of_run:
        print(f"FAILED  {fault}")
    healthy = "healthy feeds stored whole, no canary was contacted" if not of_run else "the run itself FAILED"
    print(f"{len(chosen)} cases, {failed} failed, in {played.seconds:.1f} s; {healthy}")
    return 1 if failed or of_run else 0


if __name__ == "__main__":
    raise SystemExit(main([name for name in sys.argv[1:] if name]))
