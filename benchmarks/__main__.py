"""`python -m benchmarks`: every benchmark of this folder, one after another.

A benchmark is a folder with a `__main__.py`. It exits with 0 when its limits are met. Exit code 1 when one
fails; the others still run.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    missed = []
    for name in sorted(found.parent.name for found in HERE.glob("*/__main__.py")):
        print(f"== {name}", flush=True)
        begun = time.monotonic()
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent).returncode:
            missed.append(name)
        print(f"{time.monotonic() - begun:.0f} s\n", flush=True)
    if missed:
        print(f"missed: {', '.join(missed)}")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
