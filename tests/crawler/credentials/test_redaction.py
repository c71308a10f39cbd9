"""What of an address is a secret: parameters by their names, users and passwords; what shows none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.crawler.credentials.redaction import SECRET_NAMES, is_redacted, redact, redact_all
from tests.newsdesk.commands.test_commands import Runner
from tests.support.feeds import many, rss
from tests.support.web import Web, web_in_thread

SHOWN = [
    ("https://x.test/f?a=1&token=CANARY&b=2", "https://x.test/f?a=1&token=***&b=2"),
    ("https://x.test/f?API-Key=CANARY", "https://x.test/f?API-Key=***"),
    ("https://x.test/f?%74oken=CANARY", "https://x.test/f?%74oken=***"),
    ("https://x.test/f?a=1;key=CANARY", "https://x.test/f?a=1;key=***"),
    ("https://x.test/f?a=1&amp;sig=CANARY&amp;b", "https://x.test/f?a=1&amp;sig=***&amp;b"),
    ("https://x.test/f?user[password]=CANARY", "https://x.test/f?user[password]=CANARY"),  # no exact name
    ("https://x.test/f#access_token=CANARY", "https://x.test/f#access_token=***"),
    ("https://x.test/f;jsessionid=CANARY/y", "https://x.test/f;jsessionid=***"),
    ("https://x.test/token=CANARY", "https://x.test/token=***"),
    ("https://x.test/f?to=https%3A%2F%2Fy.test%2F%3Ftoken%3DCANARY", "https://x.test/f?to=***"),
    ("/f?X-Amz-Signature=CANARY", "/f?X-Amz-Signature=***"),
    ("https://me:CANARY@x.test/f", "https://***@x.test/f"),
    ("https://CANARY@x.test", "https://***@x.test"),
    ("https://me:CAN@ARY@x.test/", "https://***@x.test/"),
    ("https://me:CAN/ARY@x.test/", "https://***@x.test/"),
    ("https://me:CAN?ARY#@x.test/", "https://***@x.test/"),
    ("me:CANARY@x.test/f", "***@x.test/f"),
    ("'me:CAN/ARY@x.test/f': no", "'***@x.test/f': no"),
    ("'https://x.test/?key=CANARY': no feed, (or https://x.test/?key=CANARY).",
     "'https://x.test/?key=***': no feed, (or https://x.test/?key=***)."),
    # what is none
    ("https://x.test/f?keyword=ferry&monkey=1&id=7", "https://x.test/f?keyword=ferry&monkey=1&id=7"),
    ("https://x.test:8080/@me/feed", "https://x.test:8080/@me/feed"),
    ("x.test:8080/@me/feed", "x.test:8080/@me/feed"),
    ("https://[2001:db8::1]:80/@me", "https://[2001:db8::1]:80/@me"),
    ("write to mailto:me@x.test or me@x.test", "write to mailto:me@x.test or me@x.test"),
    ("a key = value, a token=5", "a key = value, a token=5"),
    ("https://x.test/f?token=", "https://x.test/f?token="),
]  # fmt: skip


@pytest.mark.parametrize(("address", "shown"), SHOWN)
def test_what_is_shown(address: str, shown: str) -> None:
    assert redact(address) == shown
    assert is_redacted(shown) is (shown != address)


@given(
    st.text() | st.lists(st.sampled_from(["//", "?", "key=", "a:", "@", "%3F", ";", "x", " "])).map("".join)
)
def test_twice_is_once_and_no_text_raises(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(st.sampled_from(sorted(SECRET_NAMES)), st.text("abcXYZ019-_.~+/=?@:%", min_size=1))
def test_no_value_of_a_secret_name_is_left(name: str, value: str) -> None:
    shown = redact(f"https://x.test/f?a=1&{name}=CANARY{value}&b=2")
    assert "CANARY" not in shown and shown.endswith("&b=2")


def test_a_long_text_costs_no_more_than_its_length() -> None:
    for piece in ("//a:", "?token=", "//", "a:", "?a=%", "//x:@", "?u=%2F%2F%3F", "/a="):
        redact(piece * 50_000)  # a search that goes back over what it has seen would take minutes


def test_all_texts_of_a_value() -> None:
    value = {"a": ["?key=x", {"b": "?key=x"}], "n": 1, "text": "?key=x"}
    shown = redact_all(value, keep=frozenset(("text",)))
    assert shown == {"a": ["?key=***", {"b": "?key=***"}], "n": 1, "text": "?key=x"}


# Every command, with a secret in the address of a source


@pytest.fixture
def web() -> Iterator[Web]:
    with web_in_thread() as web:
        yield web


@pytest.fixture
def runner(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(tmp_path, web, monkeypatch)


def dump(runner: Runner, *but: str) -> str:
    """All that the file holds, in words, without some columns."""
    listed = []
    for table in runner.shell.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        columns = [row[1] for row in runner.shell.rows(f"PRAGMA table_info([{table}])")]
        shown = [f"[{column}]" for column in columns if f"{table}.{column}" not in but]
        listed.append(repr(runner.shell.rows(f"SELECT {', '.join(shown)} FROM [{table}]")))
    return "\n".join(listed)


TYPED = [
    ("sources",), ("sources", "--json"), ("sources", "show", "1"), ("sources", "show", "1", "--json"),
    ("sources", "show", "2"), ("sources", "show", "test"), ("sources", "export"),
    ("sources", "export", "--format", "list"), ("runs",), ("runs", "1"), ("runs", "1", "--json"),
    ("stories",), ("stories", "--json"), ("stories", "--csv"), ("story", "1"), ("story", "1", "--json"),
    ("explain", "1"), ("explain", "1", "--json"), ("reparse",), ("reparse", "--json"),
    ("config",), ("crawl", "-v"), ("--log-level", "debug", "crawl"), ("--log-level", "debug", "crawl", "--log", "json"),
    ("crawl", "--log", "json"), ("crawl", "--log", "json", "1"),
]  # fmt: skip


def test_no_command_shows_a_secret_part_and_no_row_tells_it(runner: Runner, web: Web) -> None:
    """The address itself is asked whole, and stands in its row."""
    web.serve("/feed.xml", rss(*many(2), title=""))
    web.redirect("/loop", "/loop?token=CANARY", 302)
    web.redirect("/away", "http://me:CANARY@daily.test/", 302)
    secret, loop, away = (
        web.url("daily.test", f"{path}?token=CANARY") for path in ("/feed.xml", "/loop", "/away")
    )
    output = [
        runner.type("add", secret),
        runner.type("add", "--force", loop, away),
        runner.type("crawl", code=1),
    ]
    output += [runner.type("add", loop, "--json", code=1), runner.type("add", away, code=1)]
    for words in TYPED:
        output.append(runner.typed(*words)[0])
    output.append(runner.type("add", "https://me:CANARY@daily.test/feed", code=2))
    output.append(runner.type("add", "me:CAN/CANARY@daily.test", code=2))
    output.append(runner.type("sources", "show", "https://none.test/?key=CANARY", code=2))
    output.append(runner.type("sources", "https://none.test/?key=CANARY", code=2))
    for words in output:
        assert "CANARY" not in words
    assert "token=***" in output[0] and "redirect" in output[2]
    assert web.requests_to("/feed.xml?token=CANARY")
    assert "CANARY" not in dump(runner, "source.address")
    assert runner.shell.rows("SELECT address FROM source WHERE id = 1") == [secret]


def test_an_export_has_secret_parts_only_with_the_option(runner: Runner) -> None:
    address = "https://daily.test/feed?key=CANARY"
    runner.type("add", "--force", address, "https://plain.test/feed")
    for form in ("opml", "list"):
        output = runner.type("sources", "export", "--format", form, "out")
        assert "1 address has ***" in output and "CANARY" not in Path("out").read_text()
        shown = runner.type("sources", "import", "out", code=1)
        assert "refused" in shown and "--with-secrets" in shown and "1 known" in shown
        output = runner.type("sources", "export", "--format", form, "--with-secrets", "out")
        assert "***" not in output and address in Path("out").read_text()
        assert Path("out").stat().st_mode & 0o777 == 0o600, "also where a readable file stood before"
        assert "2 known" in runner.type("sources", "import", "out")
        Path("out").unlink()


@pytest.mark.parametrize(
    "line", ["https://me:CANARY@x.test/f", "me:CANARY@x.test/f", "https://me:CA/CANARY@x.test/f"]
)
def test_an_import_names_a_bad_line_without_its_secret(runner: Runner, line: str) -> None:
    Path("list.txt").write_text(f"https://good.test/f\n{line}\n")
    output = runner.type("sources", "import", "list.txt", code=1)
    assert "refused  line 2" in output and "1 added" in output and "CANARY" not in output
    shown = runner.type("sources", "import", "list.txt", "--json", code=1)
    assert json.loads(shown)["refused"][0]["line"] == 2 and "CANARY" not in shown
