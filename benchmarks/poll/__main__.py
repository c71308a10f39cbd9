"""`python -m benchmarks.poll`: CPU for each feed, ours and the peer's, in one run.

Both sides poll a small and a large set of feeds in each phase. The marginal cost is the difference, so it
excludes start-up (imports, worker processes). The sides take turns, and the minimum of the repeats counts:
a busy machine only adds. Limits: first poll 0.35 of the peer, unchanged 0.40, whole bodies with a tenth of
the feeds changed 0.06. Exit code 1 when one is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.poll.measure import UNCHANGED_ROUNDS

LIMITS = {"first": 0.35, "unchanged": 0.40, "bodies": 0.06}
SIDES = ("peer", "ours")
Figures = dict[str, float]


@contextmanager
def feed_server(feeds: int) -> Iterator[str]:
    """Serve the feeds in a separate process; yields the port."""
    command = [sys.executable, "-m", "benchmarks.poll.server", str(feeds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        yield server.stdout.readline().strip()
        server.stdin.close()


def poll(side: str, *, small: int, large: int, port: str) -> Figures:
    """CPU seconds of one side in all phases, in a new process with a new file."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", f"benchmarks.poll.{side}", str(Path(folder) / "poll.db"), port]
        done = subprocess.run(
            [*command, str(small), str(large)], stdout=subprocess.PIPE, text=True, check=True
        )
    figures: Figures = json.loads(done.stdout)
    return figures


def marginal(figures: Figures, phase: str, *, feeds: int) -> float:
    """The cost of one more feed in a phase, in ms."""
    rounds = UNCHANGED_ROUNDS if phase == "unchanged" else 1
    return 1000 * (figures[f"{phase}.large"] - figures[f"{phase}.small"]) / feeds / rounds


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--feeds", type=int, default=300, help="feeds in the large set, beyond those of the small set"
    )
    parser.add_argument("--small", type=int, default=60, help="feeds in the small set")
    parser.add_argument("--repeat", type=int, default=3, help="how often each side polls")
    options = parser.parse_args()
    small, large = options.small, options.small + options.feeds
    runs: dict[str, list[Figures]] = {side: [] for side in SIDES}
    with feed_server(small + large) as port:
        for _ in range(options.repeat):
            for side in SIDES:
                runs[side].append(poll(side, small=small, large=large, port=port))
    stories = {figures["stories"] for side in SIDES for figures in runs[side]}
    assert len(stories) == 1, f"the sides stored different numbers of stories: {stories}"
    print(
        f"{options.feeds} feeds x 30 entries, marginal CPU in ms a feed, minimum of {options.repeat} runs"
        f" ({stories.pop():g} stories stored by both)"
    )
    print(f"{'phase':<12}{'peer':>9}{'newsdesk':>10}{'ratio':>8}{'limit':>8}")
    missed = False
    for phase, limit in LIMITS.items():
        peer, ours = (min(marginal(run, phase, feeds=options.feeds) for run in runs[side]) for side in SIDES)
        missed |= ours / peer > limit
        print(f"{phase:<12}{peer:>9.2f}{ours:>10.2f}{ours / peer:>8.3f}{limit:>8.2f}")
    startup = min(
        run["first.small"] - small * marginal(run, "first", feeds=options.feeds) / 1000
        for run in runs["ours"]
    )
    print(f"start-up of a session with its worker processes, not included: {startup:.2f} s")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
