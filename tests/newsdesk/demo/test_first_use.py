"""The README's first use, typed as it is printed there against `newsdesk demo serve`.

The only word that differs is the port, which may be taken on this machine.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.shell import ROOT, Shell

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


def test_the_first_use_ends_with_stories_on_the_screen(tmp_path: Path) -> None:
    served, typed = printed()
    environment = Shell(tmp_path).environment
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    (tmp_path / "newsdesk.toml").unlink()
    words = [sys.executable, "-m", *served.split(), "--port", "0"]
    serving = subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert serving.stdout is not None
        [port] = re.findall(r"127\.0\.0\.1:(\d+)", serving.stdout.readline())
        script = "\n".join(("set -e", *typed)).replace(f":{PORT}", f":{port}")
        done = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, env=environment, text=True, capture_output=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        serving.send_signal(signal.SIGINT)
        serving.communicate(timeout=20)
    assert done.stdout.count("added") == 3
    assert "3 visits, 0 failed, 30 pages, 0 failed; 63 seen = 33 new" in done.stdout
    titles = re.findall(r"^ *\d+  \d{4}-\d\d-\d\d", done.stdout, flags=re.MULTILINE)
    assert len(titles) > 10
    assert "page read" in done.stdout  # of the one story that is shown
