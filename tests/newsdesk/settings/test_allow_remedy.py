"""The remedy of a refused address: done as it says, it works, whatever the settings file holds already."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from newsdesk.settings.reader import read_settings
from tests.support.feeds import many, rss
from tests.support.shell import Shell
from tests.support.web import web_in_thread

RESOLVE = 'resolve = ["*.test=127.0.0.1"]'
FILES = {
    "none": None,
    "no table": f"network.{RESOLVE}\n",
    "other tables": f"[politeness]\ndelay_s = 0\n\n[pages]\nbacklog = 3\n\n[network]\n{RESOLVE}\n",
    "table at the end": f'db = "news.db"\n[politeness]\ndelay_s = 0\n[network]\n{RESOLVE}',
    "allowed already": f'[network]\nallow = ["10.0.0.0/8"]\n{RESOLVE}\n[pages]\nbacklog = 3\n',
    "allowed by a dotted key": f'network.{RESOLVE}\nnetwork.allow = ["10.0.0.0/8"]\n[pages]\nbacklog = 3\n',
}
REMEDIES = (
    r"write this line at the top of (?P<file>\S+): (?P<line>.+)",
    r"write this line below \[network\] in (?P<file>\S+): (?P<line>.+)",
    r"replace the setting network\.allow in (?P<file>\S+) by this line: (?P<line>.+)",
)


def do_as_told(message: str) -> Path:
    """Paste the line of the message into the file that it names."""
    kind, told = next(
        (kind, found) for kind, remedy in enumerate(REMEDIES) if (found := re.search(remedy, message))
    )
    file, line = Path(told["file"]), told["line"].strip()
    before = file.read_text() if file.exists() else ""
    if kind == 0:
        after = f"{line}\n{before}"
    elif kind == 1:
        after = before.replace("[network]\n", f"[network]\n{line}\n")
    else:
        after = re.sub(r"^(network\.)?allow = .*$", line, before, flags=re.MULTILINE)
    assert after != before
    file.write_text(after)
    return file


PLACES = ("folder", "home", "named")
PASTED = [
    (name, place) for name, text in FILES.items() for place in PLACES if text is not None or place == "folder"
]


@pytest.mark.parametrize(("name", "place"), PASTED)
def test_the_line_of_a_refused_address_can_be_pasted(name: str, place: str, tmp_path: Path) -> None:
    text = FILES[name]
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*many(2)))
        shell = Shell(tmp_path)
        (tmp_path / "newsdesk.toml").unlink()
        file = {
            "folder": tmp_path / "newsdesk.toml",
            "home": tmp_path / ".config" / "newsdesk" / "newsdesk.toml",
            "named": tmp_path / "other.toml",
        }[place]
        if text is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        if place == "named":
            shell.environment["NEWSDESK_CONFIG"] = "other.toml"
        address = f"http://127.0.0.1:{web.port}/feed.xml" if text is None else web.url("a.test", "/feed.xml")
        message = shell.run("add", address, code=1)
        assert do_as_told(message) == file
        assert "added" in shell.run("add", address)
        if "allow =" in (text or ""):
            assert "10.0.0.0/8" in shell.run("config")


def test_where_a_variable_decides_the_remedy_is_the_variable(tmp_path: Path) -> None:
    with web_in_thread() as web:
        web.serve("/feed.xml", rss(*many(2)))
        shell = Shell(tmp_path)
        shell.environment["NEWSDESK_NETWORK_ALLOW"] = "10.0.0.0/8"
        message = shell.run("add", f"http://127.0.0.1:{web.port}/feed.xml", code=1)
        told = re.search(r"set (NEWSDESK_NETWORK_ALLOW=\S+)", message)
        assert told is not None
        done = subprocess.run(
            ["env", told[1], "printenv", "NEWSDESK_NETWORK_ALLOW"], text=True, capture_output=True
        )
        assert done.stdout == f"10.0.0.0/8,127.0.0.1:{web.port}\n"
        shell.environment["NEWSDESK_NETWORK_ALLOW"] = done.stdout.strip()
        assert "added" in shell.run("add", f"http://127.0.0.1:{web.port}/feed.xml")


def test_the_remedy_keeps_what_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("newsdesk.toml").write_text('[network]\nallow = ["[::1]:80", "10.0.0.0/8"]\n')
    remedy = read_settings({}).runner.session.client.allow_remedy
    assert remedy == (
        f"replace the setting network.allow in {tmp_path / 'newsdesk.toml'} by this line:"
        ' allow = ["[::1]:80", "10.0.0.0/8", "ENTRY"]'
    )
