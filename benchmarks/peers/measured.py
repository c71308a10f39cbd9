"""What a command costs with all processes that it starts: CPU, peak memory, bytes written. Linux only.

Also a script, since it counts the children of its own process: `measured.py RESULT LIMIT_S COMMAND…` runs the
command and writes the cost to the file RESULT as JSON. The workers of a fork server are children of nobody who
waits for them, so this process becomes the one to which orphans are given, and waits for all.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_S = 0.1


@dataclass(frozen=True)
class Cost:
    """CPU (user and system) and elapsed time in seconds; the highest sum of the proportional set sizes of all
    processes at one moment, in MiB; bytes that were written to disk; the exit code."""

    cpu: float
    elapsed: float
    peak_mib: float
    written: int
    code: int


def measure(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    folder: Path,
    limit_s: float = 900.0,
) -> Cost:
    """The cost of a command, run in a folder. Its output is added to `output.log` there."""
    with tempfile.NamedTemporaryFile("r") as result, (folder / "output.log").open("a") as log:
        subprocess.run(
            [sys.executable, "-P", __file__, result.name, str(limit_s), *map(str, command)],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
        )
        return Cost(**json.load(result))


def mib_below(root: int) -> float:
    """The proportional set size of all processes that a process started, and of theirs."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            parent = (folder / "stat").read_text().rpartition(") ")[2].split(" ")[1]
            children[int(parent)].append(int(folder.name))
    todo, total = list(children[root]), 0
    while todo:
        process = todo.pop()
        todo += children[process]
        with suppress(OSError, IndexError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def written_bytes() -> int:
    """Bytes that this process, and the children it waited for, gave to a file system on disk."""
    return int(Path("/proc/self/io").read_text().split("\nwrite_bytes: ")[1].split()[0])


def run(command: Sequence[str], *, limit_s: float) -> Cost:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    peak, ended = 0.0, threading.Event()
    before, begun = written_bytes(), time.monotonic()
    main = os.posix_spawnp(command[0], command, os.environ, setpgroup=0)

    def sample() -> None:
        nonlocal peak
        while not ended.wait(SAMPLE_S):
            peak = max(peak, mib_below(os.getpid()))
            if time.monotonic() - begun > limit_s:
                os.killpg(main, 9)

    sampling = threading.Thread(target=sample, daemon=True)
    sampling.start()
    code = 1
    while True:
        try:
            process, status = os.wait()
        except ChildProcessError:
            break
        if process == main:
            code = os.waitstatus_to_exitcode(status)
    ended.set()
    sampling.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(
        cpu=used.ru_utime + used.ru_stime,
        elapsed=time.monotonic() - begun,
        peak_mib=peak,
        written=written_bytes() - before,
        code=code,
    )


if __name__ == "__main__":
    found = run(sys.argv[3:], limit_s=float(sys.argv[2]))
    Path(sys.argv[1]).write_text(json.dumps(asdict(found)))
