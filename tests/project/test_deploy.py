"""The unit, the image and the compose file against what they start."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from newsdesk.settings.definitions import SETTINGS, variable_of
from tests.support.paths import ROOT

DEPLOY = ROOT / "deploy"


def _unit() -> configparser.ConfigParser:
    class Several(dict):  # type: ignore[type-arg]
        """A unit may say a key several times."""

        def __setitem__(self, key: str, value: object) -> None:
            if isinstance(value, list) and key in self:
                self[key].extend(value)
            else:
                super().__setitem__(key, value)

    unit = configparser.ConfigParser(strict=False, interpolation=None, dict_type=Several)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "newsdesk.service")
    return unit


def test_the_unit_starts_the_service_by_its_own_user_and_waits_long_enough() -> None:
    service = _unit()["Service"]
    assert service["ExecStart"].split()[1:] == ["serve", "--log", "json"]
    assert (service["Type"], service["User"]) == ("notify", "newsdesk")
    assert int(service["TimeoutStopSec"]) > 10  # what a stop takes at most
    assert int(service["WatchdogSec"]) > 4 * 5  # it speaks every five seconds
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"


SERVICE = (DEPLOY.parent / "docs" / "service.md").read_text(encoding="utf-8")


def _typed() -> list[str]:
    """The commands of the page, without what they print."""
    blocks = re.findall(r"```console\n(.*?)```", SERVICE, re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("command", _typed())
def test_a_shell_takes_each_command_of_the_page(command: str) -> None:
    assert subprocess.run(["sh", "-n", "-c", command], check=False).returncode == 0
    words = shlex.split(command, comments=True)
    named = [word for word in words if word.startswith(("deploy/", "/opt/newsdesk-src/deploy/"))]
    for word in named:
        assert (DEPLOY.parent / word.removeprefix("/opt/newsdesk-src/")).exists(), word


def test_the_page_makes_what_the_unit_names() -> None:
    """The paths, the user and the folder of the unit are those that the commands make."""
    service, typed = _unit()["Service"], "\n".join(_typed())
    assert f"{Path(service['ExecStart'].split()[0]).parent}/pip install" in typed
    user, home = service["User"], service["WorkingDirectory"]
    assert f"useradd --system --home-dir {home} --shell /usr/sbin/nologin {user}\n" in typed
    assert home == f"/var/lib/{service['StateDirectory']}" and f"sudo -u {user} env -C {home} " in typed


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    """But for the program, which is not installed here."""
    unit = (DEPLOY / "newsdesk.service").read_text()
    (tmp_path / "newsdesk.service").write_text(unit.replace("/opt/newsdesk/bin/newsdesk", "/bin/echo"))
    asked = ("systemd-analyze", "verify", str(tmp_path / "newsdesk.service"))
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    output = (done.stdout + done.stderr).splitlines()  # also of this machine's other units
    assert [line for line in output if "newsdesk" in line] == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_takes_the_unit_and_calls_it_well_closed() -> None:
    asked = (
        "systemd-analyze",
        "security",
        "--offline=true",
        "--threshold=20",
        str(DEPLOY / "newsdesk.service"),
    )
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if "Unknown" in done.stderr or "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze knows no --offline")
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_the_image_runs_without_rights_and_asks_for_its_health() -> None:
    image = (DEPLOY / "Dockerfile").read_text()
    stages = image.split("\nFROM ")
    last = stages[-1]
    assert re.search(r"^USER newsdesk$", last, re.MULTILINE)
    assert "/health/ready" in last
    assert "--require-hashes" in image
    known = {variable_of(name) for name in SETTINGS}
    assert set(re.findall(r"NEWSDESK_[A-Z_]+", image)) <= known
    compose = (DEPLOY / "compose.yaml").read_text()
    assert "read_only: true" in compose
    assert '"127.0.0.1:8642:8642"' in compose


def test_the_image_is_made_of_the_program_alone() -> None:
    """Whatever else lies in the folder, a store or a file of secrets, stays outside."""
    root = DEPLOY.parent
    output = [line for line in (root / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert output[0] == "*"
    let_in = {line[1:] for line in output if line.startswith("!")}
    assert let_in == {
        "LICENSE", "README.md", "pyproject.toml", "requirements.lock", "scrapy.cfg",
        "crawler", "newsdesk", "scheduler", "storage",
    }  # fmt: skip
    assert all((root / name).exists() for name in let_in)
