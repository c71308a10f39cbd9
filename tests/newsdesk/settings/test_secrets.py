"""Secrets from the operator's file to the request: every command stores and prints their names, never their values."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsdesk.crawler import session
from newsdesk.settings.reader import SettingsError, read_settings
from newsdesk.storage.records.visits import SecretNames
from tests.crawler.credentials.test_credentials import private
from tests.crawler.credentials.test_redaction import TYPED, dump
from tests.newsdesk.commands.test_commands import Runner
from tests.support.feeds import Item, rss
from tests.support.web import Web, web_in_thread

CANARY = "CANARY-and-more"
LOGIN = "Basic ZWRpdG9yOkNBTkFSWS1hbmQtbW9yZQ=="  # of the value below
SECRETS = f"""
paper = "editor:{CANARY}"
key = "X-Api-Key: {CANARY}"
consent = "consent={CANARY}"
way = "http://me:{CANARY}@127.0.0.1:1"
wrong = "{CANARY}"
"""
PAGE = "<html><title>Ferry</title><body><article><h1>Ferry</h1>{}</article></body></html>".format(
    "<p>The ferry to the island sails again after a long winter in the dock of the town.</p>" * 12
)


def write(text: str = SECRETS, file: str = "newsdesk.secrets.toml", mode: int = 0o600) -> None:
    Path(file).write_text(text)
    Path(file).chmod(mode)


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        yield web


@pytest.fixture
def runner(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(tmp_path, web, monkeypatch)


# The file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o644, 0o660])
def test_a_file_with_access_for_others_is_refused(folder: Path, mode: int) -> None:
    write(mode=mode)
    with pytest.raises(SettingsError, match=rf"mode 0{mode:o}\); `chmod 600 newsdesk.secrets.toml`"):
        read_settings({})
    Path("newsdesk.secrets.toml").chmod(0o400)
    assert "paper" in repr(read_settings({}))


def test_a_pipe_and_a_folder_are_refused(folder: Path) -> None:
    os.mkfifo("newsdesk.secrets.toml", 0o600)
    with pytest.raises(SettingsError, match="not a regular file"):
        read_settings({})
    Path("newsdesk.secrets.toml").unlink()
    Path("newsdesk.secrets.toml").mkdir(0o700)
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        read_settings({})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file away")
def test_a_file_of_another_user_is_refused(folder: Path) -> None:
    write()
    os.chown("newsdesk.secrets.toml", 12345, -1)
    with pytest.raises(SettingsError, match=r"another user \(uid 12345\); `chown 0 newsdesk"):
        read_settings({})


UNREADABLE = [
    ("paper = CANARY", "is not valid TOML"),
    ('"pa per" = "CANARY"', "'pa per' is not a valid name"),
    ('[paper]\nauth = "CANARY"', "paper is not a text"),
    ("paper = 7031", "paper is not a text"),
    ('paper = " "', "paper is not a text"),
    ('paper = "CANARY', "is not valid TOML"),
]


@pytest.mark.parametrize(("text", "words"), UNREADABLE)
def test_errors_of_the_file_repeat_no_value(folder: Path, text: str, words: str) -> None:
    write(text)
    with pytest.raises(SettingsError, match=words) as error:
        read_settings({})
    assert "CANARY" not in str(error.value) and "7031" not in str(error.value)


def test_the_place_of_the_file(folder: Path) -> None:
    """Beside the settings, unless the setting names another; then it must be there."""
    other = folder / "other"
    other.mkdir()
    (other / "newsdesk.toml").write_text("")
    write('beside = "a:b"', str(other / "newsdesk.secrets.toml"))
    write('here = "a:b"')
    write('named = "a:b"', "mine.toml")
    assert "Secrets(here)" in repr(read_settings({}))
    config = {"NEWSDESK_CONFIG": str(other / "newsdesk.toml")}
    assert "Secrets(beside)" in repr(read_settings(config))
    assert "Secrets(named)" in repr(read_settings({**config, "NEWSDESK_SECRETS": "mine.toml"}))
    with pytest.raises(SettingsError, match=r"secrets names none.toml, but there is no such file"):
        read_settings({"NEWSDESK_SECRETS": "none.toml"})
    Path("newsdesk.secrets.toml").unlink()
    assert "Secrets()" in repr(read_settings({}))


@pytest.mark.parametrize("name", ["NEWSDESK_SECRET_", "NEWSDESK_SECRET_a", "NEWSDESK_SECRET_A.B"])
def test_a_variable_with_a_bad_name_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: "a:b"})
    assert "NEWSDESK_SECRET_A_1" in repr(read_settings({"NEWSDESK_SECRET_A_1": "u:CANARY"}))


# Commands


def fill(runner: Runner, web: Web) -> None:
    """A paper that wants a password, with a story here and one elsewhere."""
    write()
    stories = [Item(link=web.url("paper.test", "/here")), Item(link=web.url("away.test", "/there"))]
    web.serve("/feed.xml", rss(*stories, title="The Paper"))
    for path in ("/here", "/there"):
        web.serve(path, PAGE, type="text/html")
    options = ("--auth", "paper", "--header", "key", "--cookies", "consent", "--full-text")
    assert "added" in runner.add("paper.test", "/feed.xml", *options)


def test_secrets_are_sent_to_the_feed_and_its_own_pages_only(runner: Runner, web: Web) -> None:
    fill(runner, web)
    runner.type("crawl")
    sent = {"authorization": LOGIN, "x-api-key": CANARY, "cookie": f"consent={CANARY}"}
    got: dict[str, list[dict[str, str]]] = {}
    for request in web.log:
        got.setdefault(f"{request.host}{request.path}", []).append(private(request.headers))
    assert got == {
        "paper.test/feed.xml": [sent, sent],  # added, crawled
        "paper.test/robots.txt": [{}],
        "paper.test/.well-known/tdmrep.json": [{}],
        "paper.test/here": [sent],
        "away.test/robots.txt": [{}],
        "away.test/.well-known/tdmrep.json": [{}],
        "away.test/there": [{}],
    }


def test_no_output_row_or_list_has_a_value(runner: Runner, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(runner, web)
    echo = ("Set-Cookie", f"x={CANARY}")
    web.serve("/echo", status=503, raw=f"HTTP/1.1 503 {CANARY} {LOGIN}\r\n\r\n".encode(), headers=(echo,))
    monkeypatch.setenv("NEWSDESK_SECRET_OTHER", "u:CANARY-variable")
    output = [
        runner.type("add", web.url("paper.test", "/echo"), "--auth", "paper", code=1),
        runner.type("add", "--force", web.url("paper.test", "/echo"), "--auth", "paper"),
        runner.type(
            "add", "--force", web.url("paper.test", "/wrong"), "--auth", "wrong", "--header", "other"
        ),
        runner.type("add", "--force", web.url("paper.test", "/away"), "--proxy", "way"),
        runner.type("crawl", code=1),
        runner.type("sources", "edit", "1", "--auth", "paper", "--header", "wrong"),
        *(runner.typed(*words)[0] for words in TYPED),
        runner.type("sources", "export", "--with-secrets"),
    ]
    for value in (f"editor:{CANARY}", f"X-Api-Key: {CANARY}"):
        for option in ("--auth", "--header", "--cookies", "--proxy"):
            output.append(runner.type("add", web.url("paper.test"), option, value, code=2))
            output.append(runner.type("sources", "edit", "1", option, value, code=2))
    for words in (*output, dump(runner)):
        assert "CANARY" not in words and LOGIN not in words
    together = "".join(output)
    for words in (
        "answered 503 *** Basic ***",
        "'wrong' in",
        "the proxy of the secret 'way'",
        " DEBUG ",  # of a crawl with --log-level debug
    ):
        assert words in together
    assert re.search(r"^auth +paper$", together, re.MULTILINE)


def test_an_internal_error_shows_no_value(runner: Runner, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(runner, web)

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(quoted)  # a traceback quotes the line, too

    quoted = f"with editor:{CANARY} and {LOGIN} at https://x.test/?token=CANARY"
    monkeypatch.setattr(session, "VISITS", {"feed": broken})
    output = runner.type("crawl", code=1)
    [kept] = runner.shell.rows("SELECT traceback FROM visit WHERE outcome = 'internal-error'")
    assert "RuntimeError" in kept and "CANARY" not in kept + output and LOGIN not in kept + output


def test_an_unknown_name_is_reported_at_once_and_at_the_visit(runner: Runner, web: Web) -> None:
    web.serve("/feed.xml", rss(title="The Paper"))
    where = 'write paper = "user:password" into newsdesk.secrets.toml, or set NEWSDESK_SECRET_PAPER'
    output = runner.add("paper.test", "/feed.xml", "--auth", "paper", code=1)
    assert "not added" in output and where in output and not web.log
    output = runner.add("paper.test", "/feed.xml", "--auth", "paper", "--force")
    assert "added" in output and where in output
    output = runner.type("crawl", code=1)
    assert where in output and not web.log
    assert runner.shell.rows("SELECT outcome, outcome_category FROM source") == [
        ("secret-missing", "forbidden")
    ]
    output = runner.type("sources", "edit", "1", "--cookies", "none")
    assert "changed 1: cookies = none" in output and "'none' for cookies" in output
    runner.type("sources", "edit", "1", "--cookies", "")
    write()
    runner.type("crawl")
    assert private(web.log[0].headers) == {"authorization": LOGIN}


def names(runner: Runner) -> list[Any]:
    return runner.shell.rows("SELECT auth, headers, cookies, proxy FROM source ORDER BY id")


def test_names_are_set_changed_and_cleared(runner: Runner, web: Web) -> None:
    write()
    runner.add(
        "paper.test",
        "/f",
        "--force",
        "--auth",
        "paper",
        "--header",
        "key",
        "--header",
        "more",
        "--proxy",
        "way",
    )
    assert names(runner) == [("paper", '["key", "more"]', None, "way")]
    runner.type("sources", "edit", "1", "--header", "only", "--cookies", "consent", "--proxy", "")
    assert names(runner) == [("paper", '["only"]', "consent", None)]
    shown = runner.json("sources", "show", "1")
    assert (shown["auth"], shown["headers"], shown["cookies"]) == ("paper", ["only"], "consent")
    runner.type("sources", "edit", "1", "--header", "", "--auth", "")
    assert names(runner) == [(None, "[]", "consent", None)]
    runner.type("sources", "retire", "1")
    runner.add("paper.test", "/f", "--force", "--auth", "paper")
    assert names(runner) == [("paper", "[]", "consent", None)], (
        "revived with its old ones, where none are given"
    )


def test_other_secrets_request_the_whole_document(runner: Runner, web: Web) -> None:
    """A subscriber may get another document than the public."""
    write()
    web.serve("/feed.xml", rss(title="The Paper"), etag='"1"')
    runner.add("paper.test")
    runner.type("crawl")
    runner.type("sources", "edit", "1", "--auth", "paper")
    runner.type("crawl")
    assert "if-none-match" not in web.log[-1].headers and web.log[-1].headers["authorization"] == LOGIN


def test_a_feed_elsewhere_is_added_without_the_secrets(runner: Runner, web: Web) -> None:
    """A page may link a feed on another site."""
    write()
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    web.serve(
        "/", f"<html><head>{link.format(web.url('evil.test', '/feed.xml'))}</head></html>", type="text/html"
    )
    web.serve("/feed.xml", rss(Item(), title="Evil"))
    output = runner.add("paper.test", "/", "--auth", "paper")
    assert "without the secrets" in output and names(runner) == [(None, "[]", None, None)]
    runner.type("crawl")
    assert all(("authorization" in one.headers) is (one.host == "paper.test") for one in web.log)


def test_lists_have_names_and_an_import_takes_them_on_demand(
    runner: Runner, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    options = (
        "--auth",
        "paper",
        "--header",
        "key",
        "--header",
        "wrong",
        "--cookies",
        "consent",
        "--proxy",
        "way",
    )
    runner.add("paper.test", "/f", "--force", *options)
    first = names(runner)
    runner.type("sources", "export", "all.opml")
    assert CANARY not in Path("all.opml").read_text()
    for options, kept in (((), [(None, "[]", None, None)]), (("--with-secrets",), first)):
        monkeypatch.setenv("NEWSDESK_DB", str(runner.shell.folder / f"{len(options)}.db"))
        runner.shell.db = runner.shell.folder / f"{len(options)}.db"
        output = runner.type("sources", "import", "all.opml", *options)
        assert names(runner) == kept and (
            "1 source imported without the names of secrets" in output
        ) is not bool(options)
        assert ("'wrong'" in output) is bool(options)


def test_a_list_with_a_secret_in_place_of_a_name_is_refused(runner: Runner) -> None:
    Path("list.opml").write_text(
        '<opml version="2.0" xmlns:n="urn:newsdesk:opml"><body>'
        '<outline xmlUrl="https://a.test/f" n:auth="me:CANARY"/></body></opml>'
    )
    output = runner.type("sources", "import", "list.opml", "--with-secrets", code=1)
    assert "refused  line 1" in output and "newsdesk:auth" in output and "CANARY" not in output


def test_the_password_in_an_address_is_refused_with_the_remedy(runner: Runner) -> None:
    output = runner.type("add", "https://me:CANARY@paper.test/f", code=2)
    assert "newsdesk.secrets.toml" in output and "--auth" in output and "***@paper.test" in output


def test_pages_are_requested_with_the_secrets_of_the_source_of_their_origin(runner: Runner, web: Web) -> None:
    """Of two papers that carried a story, and by the way of the one with a proxy, if neither lies there."""
    from sqlite_utils import Database

    from newsdesk.storage.sources.secret_names import names_for_page

    web.serve("/one", rss(Item(link=web.url("one.test", "/s"), guid="g")))
    web.serve("/two", rss(Item(link=web.url("one.test", "/s"), guid="g")))
    runner.add("two.test", "/two", "--force", "--auth", "two", "--proxy", "way")
    runner.add("one.test", "/one", "--force", "--auth", "one")
    runner.type("sources", "edit", "1", "--proxy", "")
    write('one = "a:b"\ntwo = "a:b"')
    runner.type("crawl")
    runner.type("sources", "edit", "1", "--proxy", "way")
    db = Database(runner.shell.db)
    one, two = SecretNames(auth="one"), SecretNames(auth="two", proxy="way")
    for address, found in (
        (web.url("one.test", "/s"), (one, web.url("one.test", "/one"))),
        (web.url("two.test", "/s"), (two, web.url("two.test", "/two"))),
        (web.url("away.test", "/s"), (two, web.url("two.test", "/two"))),
    ):
        assert names_for_page(db, address, page_id=0, story_id=1) == found
    db.close()
