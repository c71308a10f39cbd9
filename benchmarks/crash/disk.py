"""A disk that fails for one process: compiles `disk.c` where there is a C compiler, and loads it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


class NoDiskError(Exception):
    """The failing disk cannot be built here; the message says why."""


def compiled(folder: Path) -> Path:
    """Compile the library for LD_PRELOAD in `folder`. Raises NoDiskError."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not sys.platform.startswith("linux"):
        raise NoDiskError("the failing disk needs LD_PRELOAD and /proc, which only Linux has")
    if compiler is None:
        raise NoDiskError("no C compiler (cc, gcc, clang) was found for the failing disk")
    library = folder / "disk.so"
    source = Path(__file__).with_name("disk.c")
    done = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl", "-lpthread"],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NoDiskError(f"{compiler} cannot compile {source.name}: {done.stderr.strip()[:200]}")
    return library


def loaded(
    library: Path, files: str, *, full_at: int | None = None, log: Path | None = None
) -> dict[str, str]:
    """The environment that gives a process this disk for the files whose paths contain `files`: full from the
    `full_at`-th write on, or with a `log` of all writes."""
    environment = {"LD_PRELOAD": str(library), "DISK_FILES": files}
    if full_at is not None:
        environment["DISK_FULL_AT"] = str(full_at)
    if log is not None:
        environment["DISK_LOG"] = str(log)
    return environment
