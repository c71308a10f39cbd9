"""Every command as a person types it: output, exit codes, and what must never reach a terminal.

Real processes where signals, exit codes and streams matter; elsewhere click's runner in this process.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsdesk.command_line import main, newsdesk
from tests.support.feeds import Item, many, rss
from tests.support.shell import PATIENCE_S, Shell
from tests.support.web import Web, web_in_thread

FEED = rss(*many(3), title="The Daily")

EVIL = "\x1b[31mRED\x1b]0;owned\x07 \x9b2J \u202eesrever\u202c \u2066in\u2069 \x00nul \x08 [b]bold[/b] \ud83d\ude00"


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        web.serve("/feed.xml", FEED)
        yield web


@pytest.fixture
def runner(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(tmp_path, web, monkeypatch)


class Runner:
    """A folder of its own, and newsdesk run in it without a new process each time."""

    def __init__(self, folder: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shell = Shell(folder, web)
        self.web = web
        monkeypatch.chdir(folder)
        monkeypatch.setenv("HOME", str(folder))
        for name in [name for name in os.environ if name.startswith("NEWSDESK_")]:
            monkeypatch.delenv(name)
        self._patch = monkeypatch

    def type(self, *words: str, code: int = 0) -> str:
        """Both streams of `newsdesk WORDS`, which must end with `code`."""
        output, ended = self.typed(*words)
        assert ended == code, f"{words} ended with {ended}: {output}"
        return output

    def typed(self, *words: str) -> tuple[str, Any]:
        """Both streams and the exit code, through the real `main`."""
        with CliRunner().isolation() as (out, err, _), self._patch.context() as patch:
            patch.setattr("sys.argv", ["newsdesk", *words])
            patch.setattr("newsdesk.commands.crawl.STARTED", time.time())
            try:
                main()
                ended: Any = 0
            except SystemExit as end:
                ended = end.code or 0
            self.stdout = out.getvalue().decode()
            output = str(self.stdout + err.getvalue().decode())
        return output, ended

    def json(self, *words: str) -> Any:
        """What `newsdesk WORDS --json` prints on stdout."""
        self.type(*words, "--json")
        return json.loads(self.stdout)

    def add(self, host: str = "daily.test", path: str = "/feed.xml", *more: str, code: int = 0) -> str:
        return self.type("add", self.web.url(host, path), *more, code=code)


def harmless(output: str) -> bool:
    return not [
        character for character in output
        if character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs")
    ]  # fmt: skip


# add


def test_add_then_crawl_then_stories(runner: Runner) -> None:
    output = runner.add("daily.test", "/feed.xml", "--tag", "local", "--every", "30m")
    assert "added" in output and "The Daily" in output and "every 30 min" in output
    assert runner.json("stories") == []
    assert "1 visit, 0 failed; 3 seen = 3 new" in runner.type("crawl")
    assert [row["title"] for row in runner.json("stories")] == [
        f"Story number {n} of daily.test" for n in (2, 1, 0)
    ]
    [source] = runner.json("sources")
    assert (source["tags"], source["stories"], source["state"]) == (["local"], 3, "active")


REFUSED: list[tuple[tuple[str, ...], int, str]] = [
    (("add",), 2, "give an address"),
    (("add", "not an address"), 2, "is not an address"),
    (("add", "ftp://daily.test/feed"), 2, "not an address"),
    (("add", "file:///etc/passwd"), 2, "not an address"),
    (("add", ""), 2, "the address is empty"),
    (("add", "daily.test", "--every", "nonsense"), 2, "30m, 2h or 1d"),
    (("add", "daily.test", "--every", "0"), 2, "more than 0"),
    (("add", "daily.test", "--cron", "* *"), 2, "five fields"),
    (("add", "daily.test", "--cron", "* * * * *", "--every", "1h"), 2, "give one of them"),
    (("add", "a.test", "b.test", "--name", "x"), 2, "one address"),
    (("add", "http://127.0.0.1:9/feed"), 1, "not on the public internet"),
    (("stories",), 2, "`newsdesk add ADDRESS` creates it"),
    (("story", "1"), 2, "`newsdesk add ADDRESS` creates it"),
    (("sources",), 2, "`newsdesk add ADDRESS` creates it"),
    (("sources", "pause", "1"), 2, "`newsdesk add ADDRESS` creates it"),
    (("runs",), 2, "`newsdesk add ADDRESS` creates it"),
    (("crawl",), 2, "`newsdesk add ADDRESS` creates it"),
    (("crawl", "1", "--due"), 2, "not both"),
    (("nonsense",), 2, "nonsense"),
    (("stories", "--limit", "0"), 2, "0"),
    (("stories", "--nonsense"), 2, "nonsense"),
    (("story", "x"), 2, "`newsdesk add ADDRESS` creates it"),
    (("story",), 2, "ID"),
]


@pytest.mark.parametrize(("words", "code", "message"), REFUSED, ids=[" ".join(row[0]) for row in REFUSED])
def test_wrong_use_ends_with_a_message(
    runner: Runner, words: tuple[str, ...], code: int, message: str
) -> None:
    out = runner.type(*words, code=code)
    assert message in out and "Traceback" not in out
    if code == 2:
        assert not runner.shell.db.exists()


def test_add_refuses_pages_without_a_feed_and_adds_the_rest(runner: Runner) -> None:
    runner.web.serve("/page", b"<html><body>Hello</body></html>", type="text/html")
    runner.web.serve("/feed.xml", status=404, host="a.test")
    url = runner.web.url
    output = runner.type(
        "add", url("a.test", "/page"), url("b.test", "/feed.xml"), url("c.test", "/none"), code=1
    )
    assert output.count("not added") == 2 and "web page" in output and "404" in output and "--force" in output
    assert [source["address"] for source in runner.json("sources")] == [url("b.test", "/feed.xml")]
    assert "added" in runner.add("c.test", "/none", "--force")
    assert len(runner.web.requests_to("/none")) == 1  # forced: not requested
    assert "1 failed" in runner.type("crawl", code=1)


def test_add_twice_and_after_retiring(runner: Runner) -> None:
    runner.add()
    assert runner.add().startswith("known")
    assert runner.add("DAILY.test").startswith("known")
    runner.type("sources", "retire", "1")
    assert runner.json("sources") == []
    assert runner.add().startswith("revived")
    assert [(one["id"], one["state"]) for one in runner.json("sources")] == [(1, "active")]


# sources


def test_sources_are_paused_resumed_and_shown(runner: Runner) -> None:
    runner.add("daily.test", "/feed.xml", "--name", "Harbour Gazette", "--tag", "local")
    runner.add("b.test")
    runner.type("crawl")
    assert runner.type("sources", "pause", "harbour") == "paused 1\n"
    assert "1 visit," in runner.type("crawl")
    assert "no active source has the tag 'local'" in runner.type("crawl", "--tag", "local", code=2)
    assert runner.type("sources", "resume", "1") == "resumed 1\n"
    assert [row["id"] for row in runner.json("sources", "--tag", "LOCAL")] == [1]
    assert "no source has the tag" in runner.type("sources", "--tag", "nobody")
    listed = runner.type("sources")
    assert "Harbour Gazette" in listed
    same = runner.type("sources", "list")
    assert re.sub(r"\d+ s", "some s", listed) == re.sub(r"\d+ s", "some s", same)
    shown = runner.json("sources", "show", "Harbour Gazette")
    assert (shown["id"], shown["stories"], len(shown["visits"])) == (1, 3, 1)
    assert "known_entries" not in shown
    assert "outcome_message" in runner.type("sources", "show", "1")
    runner.type("sources", "retire", "1", "2")
    assert [row["state"] for row in runner.json("sources", "--retired")] == ["retired"] * 2
    assert "no sources yet" in runner.type("sources")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("nobody", "no source is named"),
        ("test", "fits more than one"),
        ("99", "no source"),
        ("", "an empty name fits no source"),
        (" ", "an empty name fits no source"),
        ("9" * 40, "no source"),
    ],
)
def test_a_source_name_must_match_one_source(runner: Runner, named: str, words: str) -> None:
    runner.add("a.test")
    runner.add("b.test")
    for command in (("crawl",), ("sources", "show"), ("sources", "pause")):
        assert words in runner.type(*command, named, code=2)


# crawl


def test_exit_codes_of_crawl(runner: Runner) -> None:
    runner.add()
    runner.add("bad.test", "/none", "--force")
    output = runner.type("crawl", code=1)
    assert "failed  " in output and "404" in output and "2 visits, 1 failed; 3 seen = 3 new" in output
    assert "nothing to visit" in runner.type("crawl", "--due")
    assert "no active source has the tag" in runner.type("crawl", "--tag", "x", code=2)
    assert runner.type("crawl", "1", "--quiet") == ""
    assert "same-document" in runner.type("crawl", "1", "--verbose")


@pytest.mark.parametrize("tag", ["", " "])
def test_an_empty_tag_is_not_every_source(runner: Runner, tag: str) -> None:
    runner.add("daily.test", "/feed.xml", "--force")
    assert "a tag cannot be empty" in runner.type("crawl", "--tag", tag, code=2)
    assert "not both" in runner.type("crawl", "1", "--tag", tag, code=2)
    assert runner.web.log == []


def test_an_empty_name_is_not_the_only_source(runner: Runner) -> None:
    runner.add("daily.test", "/feed.xml", "--force")
    assert "an empty name fits no source" in runner.type("crawl", "", code=2)
    assert "an empty name fits no source" in runner.type("sources", "retire", "", code=2)


def test_a_crawl_starts_when_it_is_typed_not_when_its_shell_was(tmp_path: Path, web: Web) -> None:
    """`exec` keeps the process and its start: a source that the shell added before is due nevertheless."""
    shell, newsdesk_ = Shell(tmp_path, web), f"{sys.executable} -m newsdesk"
    script = f"{newsdesk_} add {web.url('daily.test', '/feed.xml')} --force; exec {newsdesk_} crawl --due"
    subprocess.run(["sh", "-c", script], cwd=tmp_path, env=shell.environment, check=True, timeout=60)
    assert shell.rows("SELECT count(*) FROM visit WHERE outcome = 'read'") == [1]


def test_crawl_reports_hosts_that_ask_to_wait(runner: Runner) -> None:
    runner.web.serve("/busy.xml", status=429, headers={"Retry-After": "600"})
    runner.add("busy.test", "/busy.xml", "--force")
    runner.type("crawl", code=1)
    output = runner.type("crawl")
    assert "1 source was not visited: its host asked to wait" in output and "UTC" in output


# stories, story, runs


def test_stories_are_found_and_limited(runner: Runner) -> None:
    runner.add()
    runner.type("crawl")
    assert len(runner.json("stories", "--limit", "2")) == 2
    assert len(runner.json("stories", "story", "number")) == 3
    assert runner.json("stories", '"number 1"')[0]["title"] == "Story number 1 of daily.test"
    assert runner.json("stories", "nowhere") == []
    assert "no story matches 'nowhere'" in runner.type("stories", "nowhere")
    assert "Story number 2" in runner.type("stories")


def test_one_story_is_shown_whole(runner: Runner) -> None:
    runner.add()
    runner.type("crawl")
    runner.web.serve("/feed.xml", rss(Item(title="Another title", link="http://daily.test/stories/0",
                                         guid="daily.test-0", text="<p>New words.</p>")))  # fmt: skip
    runner.type("crawl")
    story = runner.json("story", "1")
    assert (story["title"], story["text"], story["authors"][0]["name"]) == (
        "Another title",
        "New words.",
        "Ann Hill",
    )
    assert story["revisions"][0]["fields"]["title"] == ["Story number 0 of daily.test", "Another title"]
    output = runner.type("story", "1")
    assert "New words." in output and "Ann Hill" in output and "Another title" in output and "seen " in output
    assert "there is no story 99" in runner.type("story", "99", code=2)
    for never in ("0", "-1", "9" * 30):
        assert "Traceback" not in runner.type("story", never, code=2)


def test_runs_and_their_visits(runner: Runner) -> None:
    runner.add()
    assert "no runs yet" in runner.type("runs")
    runner.type("crawl")
    runner.type("crawl")
    assert [(run["id"], run["visits"], run["new"], run["ended_by"]) for run in runner.json("runs")] == [
        (2, 1, 0, "done"),
        (1, 1, 3, "done"),
    ]
    [visit] = runner.json("runs", "1")
    assert (visit["outcome"], visit["seen"]) == ("read", 3)
    assert "The Daily" in runner.type("runs", "1") and "crawl" in runner.type("runs")
    assert "run 99 has no visits" in runner.type("runs", "99", code=2)
    assert "not in the range" in runner.type("runs", "9" * 30, code=2)


# Published text


def test_no_published_text_controls_the_terminal(runner: Runner) -> None:
    """ESC, C1, bells, bidirectional controls, markup of the table's library, in every field there is."""
    evil = json.dumps(EVIL)
    runner.web.serve("/feed.xml", f'{{"version": "https://jsonfeed.org/version/1.1", "title": {evil}, "items": ['
        f'{{"id": {evil}, "url": "http://daily.test/x", "title": {evil}, "content_text": {evil}, "tags": [{evil}],'
        f' "authors": [{{"name": {evil}}}], "date_published": {evil}, "summary": {evil}}}]}}',
        type="application/feed+json")  # fmt: skip
    runner.web.serve("/bad", b"x", status=500, host="bad.test")
    runner.web.serve("/raw", raw=b"HTTP/1.1 500 \x1b[31mRED\x1b]0;x\x07\r\nContent-Length: 0\r\n\r\n")
    output = runner.add()
    output += runner.add(
        "bad.test", "/raw", "--force", "--name", EVIL.replace("\x00", "").replace("\ud83d\ude00", "")
    )
    output += runner.type("crawl", code=1)
    output += (
        runner.type("stories") + runner.type("story", "1") + runner.type("sources") + runner.type("runs", "1")
    )
    output += (
        runner.type("sources", "show", "1")
        + runner.type("sources", "show", "2")
        + runner.type("stories", EVIL[:9])
    )
    assert harmless(output), [hex(ord(character)) for character in output if not harmless(character)]
    assert "[b]bold[/b]" in output  # printed as it is, not as markup
    for words in (("stories",), ("story", "1"), ("sources",), ("runs", "1"), ("sources", "show", "2")):
        out = runner.type(*words, "--json")
        assert harmless(out), words
        json.loads(out)


def test_json_keeps_letters_readable(runner: Runner) -> None:
    runner.web.serve("/feed.xml", rss(Item(title="大橋 Ålesund")))
    runner.add()
    runner.type("crawl")
    assert "大橋 Ålesund" in runner.type("stories", "--json")


# The file, the help


@pytest.mark.parametrize(
    "words", [("stories",), ("crawl",), ("sources",), ("add", "http://a.test/", "--force")]
)
def test_a_file_that_is_not_ours_is_one_clear_line(runner: Runner, words: tuple[str, ...]) -> None:
    runner.shell.db.write_text("this is not a database, whatever its name says. " * 30)
    output = runner.type(*words, code=2)
    assert output.count("\n") == 1 and output.startswith("newsdesk: ") and "not a SQLite file" in output


def test_a_damaged_file_is_one_clear_line(runner: Runner) -> None:
    runner.web.serve("/feed.xml", rss(*many(200)))
    runner.add()
    runner.type("crawl")
    with runner.shell.db.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096 * 60)
    for words in (("stories",), ("crawl",)):
        output = runner.type(*words, code=2)
        assert output.count("\n") == 1 and "damaged" in output, output


def test_a_bad_setting_is_one_clear_line(runner: Runner) -> None:
    (runner.shell.folder / "newsdesk.toml").write_text("[politeness]\ndelay = 1\n")
    output = runner.type("stories", code=2)
    assert output.count("\n") == 1 and "did you mean politeness.delay_s?" in output


def test_every_command_has_help_with_an_example() -> None:
    names = newsdesk.list_commands(None)  # type: ignore[arg-type]
    assert {"add", "crawl", "runs", "sources", "stories", "story"} <= set(names)
    for name in names:
        result = CliRunner().invoke(newsdesk, [name, "--help"])
        assert result.exit_code == 0 and "Usage:" in result.output
    assert "newsdesk add" in CliRunner().invoke(newsdesk, ["--help"]).output


NOT_TEXT = [
    ("crawl", "\udcff"),
    ("crawl", "--tag", "a\udcffb"),
    ("stories", "\udcff"),
    ("add", "http://daily.test/\udcff", "--force"),
    ("\udcff",),
]


@pytest.mark.parametrize(
    "words", NOT_TEXT, ids=[" ".join(words).encode("unicode_escape").decode() for words in NOT_TEXT]
)
def test_an_argument_that_is_not_utf_8_is_refused_in_one_line(runner: Runner, words: tuple[str, ...]) -> None:
    runner.add()
    output = runner.type(*words, code=2)
    assert (
        output.startswith("newsdesk: an argument is not UTF-8: '")
        and r"\xff" in output
        and output.count("\n") == 1
    )


# As processes


def test_as_processes_from_add_to_story(tmp_path: Path, web: Web) -> None:
    shell = Shell(tmp_path, web)
    shell.run("add", web.url("daily.test", "/feed.xml"))
    shell.run("crawl")
    assert len(json.loads(shell.run("stories", "--json"))) == 3
    assert "Story number" in shell.run("story", "1")
    assert "newsdesk, version" in shell.run("--version")
    assert "there is no story" in shell.run("story", "99", code=2)


def test_a_pipe_that_closes_early_is_no_traceback(tmp_path: Path, web: Web) -> None:
    shell = Shell(tmp_path, web)
    web.serve("/feed.xml", rss(*many(400)))
    shell.run("add", web.url("daily.test", "/feed.xml"))
    shell.run("crawl")
    stories = shell.start("stories", "--json", "--limit", "400")
    assert stories.stdout is not None and stories.stderr is not None
    stories.stdout.read(10)
    stories.stdout.close()
    assert "Traceback" not in stories.stderr.read()
    stories.wait(10)


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
@pytest.mark.parametrize("words", [("--verbose",), ("--log", "json"), ()], ids=" ".join)
def test_a_crawl_goes_on_when_its_output_is_closed(
    tmp_path: Path, web: Web, words: tuple[str, ...], closed: str
) -> None:
    """`newsdesk crawl -v | head -1`: failures go to stderr, each visit to stdout."""
    shell = Shell(tmp_path, web)
    addresses = [web.url(f"host{number}.test", "/feed.xml") for number in range(50)]
    shell.run("add", "--force", *addresses, web.url("bad.test", "/none"), web.url("bad.test", "/no"))
    crawl = shell.start("crawl", *words)
    getattr(crawl, closed).close()
    other = crawl.stdout if closed == "stderr" else crawl.stderr
    assert other is not None
    output = other.read()
    assert "Traceback" not in output and "Broken" not in output, output
    assert crawl.wait(PATIENCE_S) == 1  # two sources failed
    assert shell.rows("SELECT count(*) FROM visit") == [52]
    assert shell.rows("SELECT ended_by FROM run") == ["done"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_crawl_goes_on_when_the_disk_of_its_output_is_full(tmp_path: Path, web: Web) -> None:
    shell = Shell(tmp_path, web)
    shell.run("add", "--force", *(web.url(f"host{number}.test", "/feed.xml") for number in range(9)))
    with Path("/dev/full").open("w") as full:
        crawl = shell.start("crawl", "-v", stdout=full)
        err = crawl.communicate(timeout=PATIENCE_S)[1]
    assert (crawl.returncode, err) == (0, "newsdesk: stdout: No space left on device; the crawl goes on\n")
    assert shell.rows("SELECT count(*) FROM visit") == [9]


def test_add_sends_no_request_to_a_host_that_asked_to_wait(tmp_path: Path) -> None:
    with web_in_thread() as web:
        web.serve("/feed.xml", status=503, headers={"Retry-After": "3600"})
        shell = Shell(tmp_path, web)
        output = shell.run("add", web.url("busy.test", "/feed.xml"), code=1)
        assert "not added" in output
        requests = len(web.log)
        shell.run("add", web.url("busy.test", "/feed.xml"), web.url("busy.test", "/other.xml"), code=1)
        assert len(web.log) == requests, "it was requested again before its Retry-After"


def test_spellings_of_one_request_are_one_source(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    spellings = ("http://a.example/f", "HTTP://A.Example:80/f", "http://a.example/f#top")
    output = shell.run("add", "--force", *spellings, "http://b.example", "http://b.example/")
    assert [row.split()[0] for row in output.splitlines()] == ["added", "known", "known", "added", "known"]


@pytest.mark.parametrize("device", ["pipe", "/dev/zero", "/dev/random"])
def test_pipes_and_devices_are_refused(runner: Runner, device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They never begin or never end."""
    os.mkfifo("pipe")
    for words in (("inspect", device), ("sources", "import", device)):
        assert "it is a pipe, a socket, a folder or a device" in runner.type(*words, code=2)
    monkeypatch.setenv("NEWSDESK_NETWORK_CA_FILE", device)
    assert "it is a pipe, a socket, a folder or a device" in runner.type("crawl", code=2)
    monkeypatch.delenv("NEWSDESK_NETWORK_CA_FILE")
    monkeypatch.setenv("NEWSDESK_CONFIG", device)
    assert "there is no such file" in runner.type("stories", code=2)
    monkeypatch.delenv("NEWSDESK_CONFIG")
    monkeypatch.setenv("NEWSDESK_DB", device)
    for words in (("stories",), ("crawl",), ("doctor",)):
        assert "is a pipe or a device" in runner.typed(*words)[0], words
