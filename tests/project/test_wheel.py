"""The wheel: one package, whole and nothing else; it works beside modules that are called like its folders.

Built from a copy of what git knows of this folder. The environment it goes into borrows the packages of this
interpreter, but not its newsdesk.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from newsdesk import __version__
from tests.support.feeds import Item, rss
from tests.support.paths import ROOT
from tests.support.shell import Shell
from tests.support.web import web_in_thread

FOLDERS = ("crawler", "scheduler", "storage")
INFO = f"newsdesk-{__version__}.dist-info"
TABLES = "newsdesk/crawler/normalise/dates/tables"
NAMES = "newsdesk/crawler/normalise/bylines/tables"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
GONE = "newsdesk/gone.py"  # of an earlier version, left in build/lib
SDIST = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"

pytestmark = pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="this Python has no pip")


@dataclass(frozen=True, kw_only=True)
class Built:
    wheel: Path
    output: str  # what pip printed
    names: list[str]


def _ran(
    *words: str | Path, folder: Path, environment: Mapping[str, str], seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip


def _run(
    *words: str | Path, folder: Path, environment: Mapping[str, str], seconds: float = 60
) -> tuple[str, str]:
    """Both outputs of what ended well."""
    done = _ran(*words, folder=folder, environment=environment, seconds=seconds)
    assert done.returncode == 0, f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout, done.stderr


def _plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONWARNINGS")}


def _is_here(wanted: str) -> bool:
    requirement = Requirement(wanted)
    try:
        return requirement.specifier.contains(version(requirement.name))
    except PackageNotFoundError:
        return False


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a commit of this folder would hold, links kept; beside it a module that an earlier build left."""
    asked = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    try:
        listed = _ran(*asked, folder=ROOT, environment=os.environ)
    except FileNotFoundError:
        pytest.skip("git is not here to say what belongs to the project")
    if listed.returncode:
        pytest.skip(f"git does not say what belongs to the project: {listed.stderr.strip()}")
    copy = tmp_path_factory.mktemp("tree")
    for name in filter(None, listed.stdout.split("\0")):
        here, there = ROOT / name, copy / name
        if here.is_symlink() or here.is_file():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(here, there, follow_symlinks=False)
    left = copy / "build" / "lib" / GONE
    left.parent.mkdir(parents=True)
    left.write_text("")
    return copy


@pytest.fixture(scope="module")
def building(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the setuptools that pyproject.toml asks for is importable."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["build-system"]["requires"]
    if all(map(_is_here, wanted)):
        return _plain()
    folder = tmp_path_factory.mktemp("setuptools")
    done = _ran(
        *PIP, "--retries", "1", "--timeout", "10", "install", "--quiet", "--target", folder, *wanted,
        folder=folder, environment=_plain(), seconds=120,
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word why"])[-1]
        pytest.skip(f"no wheel can be built here: pip does not get {', '.join(wanted)}: {last}")
    return {**_plain(), "PYTHONPATH": str(folder)}


def _build(source: Path, into: Path, building: dict[str, str]) -> Built:
    out, err = _run(
        *PIP, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "--no-cache-dir",
        "--wheel-dir", into, source, folder=into, environment=building, seconds=120,
    )  # fmt: skip
    (wheel,) = into.glob("*.whl")
    with ZipFile(wheel) as packed:
        return Built(wheel=wheel, output=out + err, names=packed.namelist())


@pytest.fixture(scope="module")
def built(tree: Path, building: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Built:
    return _build(tree, tmp_path_factory.mktemp("wheel"), building)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel, its dependencies, and packages called like its folders."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    _run(
        *PIP, "--python", python, "install", "--quiet", "--no-index", "--no-deps", built.wheel,
        folder=environment, environment=_plain(),
    )  # fmt: skip
    (site,) = environment.glob("lib/python*/site-packages")
    for name in FOLDERS:
        (site / name).mkdir()
        (site / name / "__init__.py").write_text(f'raise RuntimeError("a decoy: {name}")\n')
    # Python reads no .pth files in these folders: an editable newsdesk stays out.
    borrowed = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (site / "dependencies.pth").write_text("".join(f"{path}\n" for path in borrowed))
    return python


def test_the_wheel_holds_every_file_of_the_package_once_and_nothing_else(tree: Path, built: Built) -> None:
    assert {name.partition("/")[0] for name in built.names} == {"newsdesk", INFO}
    assert len(built.names) == len(set(built.names))
    wanted = {
        f"{prefix}{path.relative_to(tree).as_posix()}"
        for folder, prefix in (("newsdesk", ""), *((name, "newsdesk/") for name in FOLDERS))
        for path in (tree / folder).rglob("*")
        if path.is_file() and path.suffix != ".md"
    }
    assert {name for name in built.names if not name.startswith(INFO)} == wanted
    assert GONE not in built.names
    assert "newsdesk/py.typed" in built.names


def test_building_prints_no_warning(built: Built) -> None:
    assert "warning" not in built.output.lower()


def test_a_source_archive_gives_the_same_wheel(
    tree: Path, built: Built, building: dict[str, str], tmp_path: Path
) -> None:
    _run(sys.executable, "-c", SDIST, tmp_path, folder=tree, environment=building, seconds=120)
    (archive,) = tmp_path.glob("newsdesk-*.tar.gz")
    again = tmp_path / "wheel"
    again.mkdir()
    assert sorted(_build(archive, again, building).names) == sorted(built.names)


def test_the_licences_go_along(built: Built) -> None:
    texts = {name.removeprefix(f"{INFO}/licenses/") for name in built.names if "/licenses/" in name}
    beside = {
        name for name in built.names for folder in (TABLES, NAMES) if fnmatch(name, f"{folder}/LICENSE-*.txt")
    }
    assert texts == {"LICENSE", *beside}
    with ZipFile(built.wheel) as packed:
        assert b"UNICODE LICENSE V3" in packed.read(f"{TABLES}/LICENSE-CLDR.txt")
        metadata = packed.read(f"{INFO}/METADATA").decode()
    assert "\nLicense-Expression: MIT AND Unicode-3.0\n" in metadata


@pytest.mark.parametrize("tables", [TABLES, NAMES])
def test_the_notice_tells_the_origin_of_each_table(tables: str) -> None:
    folder = ROOT / tables
    lines = (folder / "NOTICE.txt").read_text(encoding="utf-8").splitlines()[1:]
    patterns = [pattern for line in lines if line and line[0] != " " for pattern in line.split(", ")]
    for path in folder.glob("*.py"):
        if path.name != "__init__.py":
            assert sum(fnmatch(path.name, pattern) for pattern in patterns) == 1, path.name
    assert {name for line in lines for name in line.rstrip(".").split() if name.startswith("LICENSE")} == {
        path.name for path in folder.glob("LICENSE-*.txt")
    }


def test_newsdesk_works_where_others_have_its_folders_names(installed: Path, tmp_path: Path) -> None:
    """In the environment, and in the folder in which it is called."""
    (tmp_path / "storage.py").write_text('raise RuntimeError("a decoy: storage of the folder")\n')
    newsdesk = installed.parent / "newsdesk"
    with web_in_thread() as web:
        shell = Shell(tmp_path, web)
        environment = {name: value for name, value in shell.environment.items() if name != "PYTHONPATH"}

        def output(*words: str | Path) -> str:
            return _run(*words, folder=tmp_path, environment=environment)[0]

        web.serve("/feed.xml", rss(Item(link=web.url("daily.test", "/ferry"))))
        web.serve("/ferry", "<h1>Ferry timetable changes on Monday</h1>", type="text/html")
        assert "The Daily" in output(newsdesk, "add", web.url("daily.test", "/feed.xml"), "--full-text")
        assert "1 seen = 1 new" in output(newsdesk, "crawl")
        assert len(web.requests_to("/ferry")) == 1
        assert "Ferry timetable changes on Monday" in output(newsdesk, "stories")
        # With -m the folder itself is on the path, before everything else.
        assert "Ferry timetable changes on Monday" in output(installed, "-m", "newsdesk", "stories")
        environment["SCRAPY_SETTINGS_MODULE"] = "newsdesk.crawler.settings"
        assert output(installed, "-m", "scrapy", "list").split() == ["feed", "page", "site"]

    where = output(installed, "-c", "import newsdesk.storage; print(newsdesk.storage.__file__)")
    assert Path(where.strip()).is_relative_to(installed.parents[1])


@pytest.mark.parametrize("name", FOLDERS)
def test_the_decoys_would_have_been_noticed(installed: Path, tmp_path: Path, name: str) -> None:
    done = _ran(installed, "-c", f"import {name}", folder=tmp_path, environment=_plain())
    assert f"a decoy: {name}" in done.stderr


def test_it_may_be_called_in_the_folder_that_holds_its_http(installed: Path) -> None:
    """Whose `http` is called like that of the standard library."""
    (folder,) = installed.parents[1].glob("lib/python*/site-packages/newsdesk/crawler")
    assert (folder / "http").is_dir()
    out, _ = _run(installed.parent / "newsdesk", "crawl", "--help", folder=folder, environment=_plain())
    assert "Usage" in out
