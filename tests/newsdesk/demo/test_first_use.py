"""The README's commands, typed as they are printed there: in any order, again, and in any folder.

The only word that differs is the port, which may be taken on this machine.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.shell import PATIENCE_S, ROOT, Shell

PORT = "8765"


def printed() -> tuple[str, list[str]]:
    """What the section says to type in its two terminals, but for the environment's activation."""
    section = (ROOT / "README.md").read_text().partition("## First use")[2].partition("\n## ")[0]
    blocks = re.findall(r"```console\n(.*?)```", section, flags=re.DOTALL)
    first, second = (
        [row[2:] for row in block.splitlines() if row.startswith("$ ") and "activate" not in row]
        for block in blocks
    )
    [served] = first
    return served, second


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


class Folder:
    """A folder in which the README's commands are typed, with an address for the newsroom."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self.path = path
        self.port = free_port()
        self.environment = Shell(path).environment
        self.environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{self.environment['PATH']}"
        (path / "newsdesk.toml").unlink()

    def type(self, *commands: str) -> str:
        script = "\n".join(("set -e", *commands)).replace(f":{PORT}", f":{self.port}")
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.path, env=self.environment, text=True, capture_output=True, timeout=PATIENCE_S,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def newsroom(self) -> Iterator[None]:
        """`newsdesk demo serve` in the first terminal."""
        words = [sys.executable, "-m", *printed()[0].split(), "--port", str(self.port)]
        serving = subprocess.Popen(
            words,
            cwd=self.path, env=self.environment, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            assert serving.stdout is not None
            assert f"127.0.0.1:{self.port}" in serving.stdout.readline()
            yield
        finally:
            serving.send_signal(signal.SIGINT)
            serving.communicate(timeout=PATIENCE_S)

    def make_demo(self) -> str:
        """The recipe of `make demo`, on a free port."""
        [recipe] = re.findall(r"^demo:.*\n\t@\$\(BIN\)/(.*)$", (ROOT / "Makefile").read_text(), flags=re.M)
        return self.type(recipe.replace("$(DEMO_PORT)", str(free_port())))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "my nöws")


def shows_what_it_says(folder: Folder, demo: str) -> None:
    """The commands that the demo ends with: the story of the agency is one cluster with three outlets, and the
    corrected story has its diff."""
    commands = [row.partition("   #")[0].strip() for row in demo.splitlines() if "   # " in row]
    listed, wire, corrected = (
        next(one for one in commands if re.search(pattern, one))
        for pattern in ("stories --clusters", r"story (?!1$)\d+$", r"story \d+ --diff 2")
    )
    clusters = folder.type("cd make-demo", listed)
    assert re.search(r"^ *\d+ .* 3  Meridian Wire  .*Tide clock", clusters, flags=re.MULTILINE)
    assert clusters.count("Tide clock") == 1 and "In English: The crate" not in clusters
    copies = folder.type("cd make-demo", wire).partition("copies: ")[2].splitlines()
    assert copies[0].startswith("3 stories by 3 publishers, agency Meridian Wire")
    outlets = [row for row in copies[1:6] if not row.startswith("      ")]  # but what each changed
    assert [name in row for name, row in zip(("Harbour", "Nordlicht", "Sextant"), outlets, strict=True)] == [
        True
    ] * 3
    changed = folder.type("cd make-demo", corrected)
    assert "-Lock gate repair will cost the town 3.1 million" in changed
    assert "+Lock gate repair will cost the town 3.7 million" in changed


def test_the_first_use_ends_with_stories_on_the_screen_also_beside_make_demo(folder: Folder) -> None:
    with folder.newsroom():
        demo = folder.make_demo()  # while the newsroom of the other steps is open
        assert "75 seen = 71 new" in demo
        shows_what_it_says(folder, demo)
        output = folder.type(*printed()[1])
    assert output.count("added") == 3
    assert "3 visits, 0 failed, 30 pages, 0 failed; 63 seen = 33 new" in output
    titles = re.findall(r"^ *\d+  \d{4}-\d\d-\d\d", output, flags=re.MULTILINE)
    assert len(titles) > 10
    assert "page read" in output  # of the one story that is shown


def test_the_first_use_reads_full_text_after_the_demo_and_works_a_second_time(folder: Folder) -> None:
    folder.type(f"newsdesk demo --port {folder.port}")  # in the same folder, without full text
    with folder.newsroom():
        # the demo added three feeds that fail on purpose: a crawl ends with 1
        typed = [row.replace("newsdesk crawl", "newsdesk crawl || test $? = 1") for row in printed()[1]]
        output = folder.type(*typed)
        assert output.count("known") == 3 and output.count("full_text = 1; 10 pages") == 3
        assert "11 visits, 3 failed, 30 pages, 0 failed" in output
        output = folder.type(*typed)
    assert output.count("it has these settings already") == 3
    assert "0 new" in output


def test_make_demo_meets_no_default_of_the_demo() -> None:
    done = subprocess.run(["make", "-n", "demo"], cwd=ROOT, text=True, capture_output=True, check=True)
    words = shlex.split(next(row for row in done.stdout.splitlines() if "newsdesk demo" in row))
    assert "--folder" in words and words[words.index("--folder") + 1] != "demo"
    assert "--port" in words and words[words.index("--port") + 1] != PORT
