"""Runs one command on a disk that is full from its n-th write on, for n = 1, 2, 3 …

`run_full` starts this file as a process on the failing disk (`disk.py`). The process imports newsdesk once
and forks a child for each n, in a folder of its own. It prints the output and exit code of each as JSON.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The end of a command whose disk was full from write `at` on. `hit`: the command reached that write."""

    at: int
    folder: Path
    code: int
    out: str
    err: str
    hit: bool


def run_full(
    arguments: Sequence[str], folders: Iterable[Path], environment: dict[str, str], at: Sequence[int]
) -> Iterator[Ended]:
    """Run `newsdesk ARGUMENTS` in each folder, with a disk that is full at the write with the same index in `at`."""
    orders = [(write, str(folder)) for write, folder in zip(at, folders, strict=True)]
    started = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.crash.full"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
    )
    out, _ = started.communicate(json.dumps({"arguments": arguments, "orders": orders}))
    assert started.returncode == 0, out
    for line in out.splitlines():
        ended = json.loads(line)
        yield Ended(**{**ended, "folder": Path(ended["folder"])})


def _child(write: int, folder: Path, arguments: Sequence[str]) -> None:
    """Run one command in a forked process. Never returns."""
    os.chdir(folder)
    for number, name in ((1, "out.txt"), (2, "err.txt")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    disk = ctypes.CDLL(None)
    disk.disk_full_at(ctypes.c_long(write))
    from newsdesk.command_line import main

    sys.argv = ["newsdesk", *arguments]
    code = 70  # an exception that main does not catch is a fault; its traceback is in err.txt
    try:
        main()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        (folder / "writes.txt").write_text(str(disk.disk_writes()))
        os._exit(code)


def main() -> None:
    """Run the orders of stdin one by one."""
    import newsdesk.command_line
    import newsdesk.commands.crawl
    import newsdesk.commands.sources  # noqa: F401 - imported once for all children

    request = json.load(sys.stdin)
    for write, folder in request["orders"]:
        child = os.fork()
        if child == 0:
            _child(write, Path(folder), request["arguments"])
        _, status = os.waitpid(child, 0)
        ended = {
            "at": write,
            "folder": folder,
            "code": os.waitstatus_to_exitcode(status),
            "out": Path(folder, "out.txt").read_text(),
            "err": Path(folder, "err.txt").read_text(),
            "hit": int(Path(folder, "writes.txt").read_text()) >= write,
        }
        print(json.dumps(ended), flush=True)


if __name__ == "__main__":
    main()
