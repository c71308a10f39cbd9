"""A disk that fails for one process: `disk.c`, compiled where there is a C compiler, and how to load it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


class NoDiskError(Exception):
    """Why no failing disk can be had here, in words."""


def compiled(folder: Path) -> Path:
    """The library for LD_PRELOAD, made in `folder`. Raises NoDiskError."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not sys.platform.startswith("linux"):
        raise NoDiskError("a failing disk is made with LD_PRELOAD and /proc, which are Linux's")
    if compiler is None:
        raise NoDiskError("no C compiler (cc, gcc, clang) makes the failing disk")
    made = folder / "disk.so"
    source = Path(__file__).with_name("disk.c")
    done = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl", "-lpthread"],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NoDiskError(f"{compiler} cannot make {source.name}: {done.stderr.strip()[:200]}")
    return made


def loaded(
    library: Path, files: str, *, full_at: int | None = None, log: Path | None = None
) -> dict[str, str]:
    """The environment with which a process has that disk under the files in whose paths `files` stands:
    full from the `full_at`-th write on, or with a `log` of all that is written."""
    told = {"LD_PRELOAD": str(library), "DISK_FILES": files}
    if full_at is not None:
        told["DISK_FULL_AT"] = str(full_at)
    if log is not None:
        told["DISK_LOG"] = str(log)
    return told
