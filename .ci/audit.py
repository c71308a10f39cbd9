"""Asks the public advisories about every package of requirements-dev.lock, by pip-audit. That has all packages of
requirements.lock.

pip-audit says "no known vulnerabilities" also of packages that it could not look up; this does not. Exit 0:
all were looked up and are clean, or none could be looked up, which is said; 1: one is known to be vulnerable,
or only a part could be looked up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

ASK = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off")


def main() -> int:
    asked = [sys.executable, "-m", "pip_audit", *ASK, "-r", "requirements-dev.lock"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"audit skipped: pip-audit could not ask its database: {done.stderr.strip()[-500:]}")
        return 0
    lines, code = verdict(packages)
    print("\n".join(lines))
    return code


def verdict(packages: list[dict[str, Any]]) -> tuple[list[str], int]:
    """What pip-audit's list of packages means: lines for people, and the exit code."""
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if len(unknown) == len(packages):
        return ["audit skipped: no database of advisories could be reached from here"], 0
    flaws = [
        f"{package['name']} {package['version']}: {flaw['id']}"
        + (f", mended in {', '.join(flaw['fix_versions'])}" if flaw["fix_versions"] else ", not mended yet")
        for package in packages
        for flaw in package.get("vulns", ())
    ]
    lines = [*flaws, f"{len(packages) - len(unknown)} packages looked up, {len(flaws)} advisories"]
    if unknown:
        lines.append(f"not looked up: {', '.join(unknown)}")
    return lines, int(bool(unknown or flaws))


if __name__ == "__main__":
    sys.exit(main())
