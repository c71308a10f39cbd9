"""`newsdesk rebuild links`: what it prints, and that it resumes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from newsdesk.command_line import newsdesk
from newsdesk.scheduler.run.runner import Runner
from newsdesk.storage.clusters.replay import Replay, working_file
from newsdesk.storage.hosts.leases import Wanted
from tests.storage.records.copies.test_copies import FERRY, OTHER_FERRY
from tests.support.feeds import Item, rss
from tests.support.runner import TestRunner, open_runner, utc_now
from tests.support.web import Web

EDITED = FERRY.replace("handed out", "gave them")


@pytest.fixture
async def runner(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TestRunner]:
    monkeypatch.chdir(tmp_path)
    async with open_runner(tmp_path, web) as runner:
        for number, text in enumerate((FERRY, OTHER_FERRY, EDITED, FERRY)):
            host = f"outlet{number}.test"
            item = Item(title=f"Title {number}", text=f"<p>{text}</p>", link=f"http://{host}/a")
            web.serve(f"/{number}.xml", rss(item))
            runner.add(host, f"/{number}.xml")
            await runner.crawl()
        yield runner


def typed(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(newsdesk, ["rebuild", "links", *words])
    assert result.exit_code == code, result.output
    return result.stdout


def as_other_rules_did(db: Database) -> None:
    db.conn.execute("DELETE FROM link WHERE story_id = 4")
    db.conn.execute("UPDATE link SET kind = 'excerpt', score = 0.4")
    db.conn.execute("INSERT INTO link VALUES (2, 1, 'copy', 0.9, 'other rules', '2026')")
    db.conn.execute("UPDATE story SET cluster = iif(id < 3, 1, NULL)")
    db.conn.execute("UPDATE rule_version SET version = 'c0' WHERE name = 'copies'")


async def test_it_shows_what_would_change_and_writes_it_on_demand(runner: TestRunner) -> None:
    links = "SELECT story_id, other_id, kind, score FROM link ORDER BY 1, 2"
    right = runner.rows(links), runner.rows("SELECT cluster FROM story")
    assert typed() == "4 stories linked again: 0 links and the clusters of 0 stories differ\n"
    runner.writer.do(as_other_rules_did)
    output = typed()
    assert "1 link: gone" in output and "1 link: another kind" in output and "1 cluster: grows" in output
    assert "story 2 Title 1 (outlet1.test)" in output and "1 → alone: story 2" in output
    assert output.endswith("--apply writes the differences\n")
    found = json.loads(typed("--json", "--examples", "1"))
    assert (found["links"]["gone"], found["links"]["another kind"], found["applied"]) == (1, 1, False)
    [gone] = [one for one in found["link_examples"] if one["change"] == "gone"]
    assert [one["outlet"] for one in gone["stories"]] == ["outlet1.test", "outlet0.test"]
    assert gone["stored"] == {"kind": "copy", "score": 0.9, "reason": "other rules"} and gone["now"] is None
    assert runner.rows(links) != right[0]
    said: list[str] = []
    await Runner(runner.writer, runner.settings, on_message=said.append).run(Wanted(requested_at=utc_now()))
    assert any("`newsdesk rebuild links`" in message for message in said)

    assert typed("--apply").endswith("differ; written\n")
    assert (runner.rows(links), runner.rows("SELECT cluster FROM story")) == right
    assert typed("--apply").endswith("differ; nothing to write\n")
    said.clear()
    await Runner(runner.writer, runner.settings, on_message=said.append).run(Wanted(requested_at=utc_now()))
    assert not any("rebuild" in message for message in said)


async def test_what_was_stopped_is_resumed(runner: TestRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsdesk.storage.clusters.replay.GROUP_SIZE", 2)
    whole = Replay.link_next

    def stopped(self: Replay) -> int:
        if self.done:
            raise KeyboardInterrupt
        return whole(self)

    monkeypatch.setattr(Replay, "link_next", stopped)
    typed(code=130)
    assert working_file(runner.path).exists()
    monkeypatch.setattr(Replay, "link_next", whole)
    with Replay(runner.path) as replay:
        assert replay.done == 2
        error = CliRunner().invoke(newsdesk, ["rebuild", "links"]).exception
        assert "another `newsdesk rebuild links` works on" in str(error)
    assert typed().startswith("4 stories linked again: 0 links")
    assert not working_file(runner.path).exists()


def apply_until_killed(*, linked: int) -> None:
    """Kill a rebuild after so many stories."""
    slow = (
        "import time; from newsdesk.storage.clusters import replay; replay.GROUP_SIZE = 1;"
        "whole = replay.Replay.link_next;"
        "replay.Replay.link_next = lambda self: print(self.done, flush=True) or time.sleep(0.2) or whole(self);"
        "from newsdesk.__main__ import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", slow, "rebuild", "links", "--apply"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    while process.stdout.readline() != f"{linked}\n":
        assert process.poll() is None
    process.kill()
    process.wait()


async def test_a_kill_leaves_what_the_next_one_resumes(runner: TestRunner) -> None:
    runner.writer.do(as_other_rules_did)
    apply_until_killed(linked=2)
    with Replay(runner.path) as replay:
        assert replay.done == 2
    assert typed("--apply").endswith("differ; written\n")
    assert typed().startswith("4 stories linked again: 0 links")
