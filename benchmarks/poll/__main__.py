"""`python -m benchmarks.poll`: CPU a feed, ours against the peer's, in one run.

Both sides poll a small and a large set of feeds in each phase; the marginal cost is the difference, so that
start-up (imports, the readers' pool) stands apart. Limits: first poll 0.35 of the peer, unchanged 0.40,
whole bodies with a tenth of the feeds changed 0.06. Exit code 1 when one is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.poll.measure import UNCHANGED_ROUNDS

LIMITS = {"first": 0.35, "unchanged": 0.40, "bodies": 0.06}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--feeds", type=int, default=300, help="feeds of the large set, beyond the small one's"
    )
    parser.add_argument("--small", type=int, default=60, help="feeds of the small set")
    options = parser.parse_args()
    small, large = options.small, options.small + options.feeds
    with (
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.poll.server", str(small + large)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        assert server.stdin is not None and server.stdout is not None
        port = server.stdout.readline().strip()
        sides = {}
        for side in ("peer", "ours"):
            command = [
                sys.executable,
                "-m",
                f"benchmarks.poll.{side}",
                str(Path(folder) / f"{side}.db"),
                port,
            ]
            done = subprocess.run(
                [*command, str(small), str(large)], stdout=subprocess.PIPE, text=True, check=True
            )
            sides[side] = json.loads(done.stdout)
        server.stdin.close()
    assert sides["peer"]["stories"] == sides["ours"]["stories"], sides
    missed = False
    print(
        f"{options.feeds} feeds x 30 entries, marginal CPU in ms a feed"
        f" ({sides['ours']['stories']} stories kept by both)"
    )
    print(f"{'phase':<12}{'peer':>9}{'newsdesk':>10}{'ratio':>8}{'limit':>8}")
    for phase, limit in LIMITS.items():
        peer, ours = (
            1000
            * (sides[side][f"{phase}.large"] - sides[side][f"{phase}.small"])
            / options.feeds
            / (UNCHANGED_ROUNDS if phase == "unchanged" else 1)
            for side in ("peer", "ours")
        )
        missed |= ours / peer > limit
        print(f"{phase:<12}{peer:>9.2f}{ours:>10.2f}{ours / peer:>8.3f}{limit:>8.2f}")
    startup = (
        sides["ours"]["first.small"]
        - options.small * (sides["ours"]["first.large"] - sides["ours"]["first.small"]) / options.feeds
    )
    print(f"start-up of a session with its readers, apart: {startup:.2f} s")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
