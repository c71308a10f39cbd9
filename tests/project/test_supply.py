"""The lock, and what `make audit` makes of pip-audit's answers."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from types import ModuleType
from typing import Any

import pytest

from tests.support.paths import ROOT


def _audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CLEAN = {"name": "lxml", "version": "6.0", "vulns": []}
SKIPPED = {"name": "aiohttp", "skip_reason": "not found"}
MENDED = {"name": "brotli", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.2"]}]}
OPEN = {"name": "brotli", "version": "1.0", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}


@pytest.mark.parametrize(
    ("packages", "output", "code"),
    [
        ([CLEAN, CLEAN], "2 packages looked up, 0 advisories", 0),
        ([SKIPPED, SKIPPED], "audit skipped: no database of advisories could be reached from here", 0),
        ([CLEAN, SKIPPED], "not looked up: aiohttp", 1),
        ([CLEAN, MENDED], "brotli 1.0: PYSEC-1, mended in 1.2", 1),
        ([OPEN], "brotli 1.0: PYSEC-2, not mended yet", 1),
    ],
)
def test_an_audit_never_calls_clean_what_it_could_not_look_up(
    packages: list[dict[str, Any]], output: str, code: int
) -> None:
    lines, got = _audit().verdict(packages)
    assert output in lines
    assert got == code


LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_is_pinned_and_has_its_hashes(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    packages = [entry for entry in re.split(r"\n(?=[a-z0-9])", lock) if not entry.startswith("#")]
    assert len(packages) > 50
    for entry in packages:
        name = entry.split("\n")[0]
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,._-]+\])?==\S+", name), name
        assert "--hash=sha256:" in entry, name


def _versions(name: str) -> set[str]:
    lock = (ROOT / name).read_text(encoding="utf-8")
    return set(re.findall(r"^[a-z0-9._-]+(?:\[[^]]*\])?==[^ ;\\]+", lock, re.MULTILINE))


def _names(versions: set[str]) -> set[str]:
    return {re.split(r"\[|==", version)[0] for version in versions}


def test_the_locks_hold_every_dependency_and_only_one_has_the_tools() -> None:
    """What an image or a unit installs has no tools for tests."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed, tools = (
        {re.split(r"[>=\[]", text)[0] for text in listed}
        for listed in (project["dependencies"], project["optional-dependencies"]["dev"])
    )
    plain, whole = map(_versions, LOCKS)
    assert needed <= _names(plain) and tools <= _names(whole), "a package is not locked: make lock"
    assert plain <= whole and not _names(plain) & {"hypothesis", "mypy", "pytest", "ruff"}
