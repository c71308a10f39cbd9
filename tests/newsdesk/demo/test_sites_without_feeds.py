"""Sites of the newsroom without a feed, typed as a person would: added by their bare names, ingested by the service."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsdesk.demo.serve import Newsroom, newsroom_in_thread
from tests.support.shell import PATIENCE_S, Shell, wait_until

TITLES = "SELECT title FROM stories WHERE sources LIKE ? ORDER BY title"


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with newsroom_in_thread() as room:
        yield room


@pytest.fixture
def shell(tmp_path: Path, room: Newsroom) -> Shell:
    shell = Shell(tmp_path)
    (tmp_path / "newsdesk.toml").write_text(room.settings_toml() + '\n[serve]\nlisten = "127.0.0.1:0"\n')
    return shell


def test_both_are_added_by_their_bare_names_and_ingested_by_the_service(shell: Shell, room: Newsroom) -> None:
    molo, tidewater = (site for site in room.sites if site.feed is None)
    output = shell.run("add", *room.bare_names)
    assert "/news-sitemap.xml>" in output and "named by" in output
    assert "the page itself is visited, 5 links to stories" in output
    assert all(piece.title in output for piece in tidewater.pieces)
    assert shell.rows("SELECT kind FROM source ORDER BY id") == ["sitemap", "site"]

    serving = shell.start("serve")
    count = len(molo.pieces) + len(tidewater.pieces)
    of_pages = "SELECT count(*) FROM snapshot WHERE entry_id = 0"
    wait_until(lambda: shell.rows(of_pages) == [count], what="the pages of both sites")
    serving.send_signal(signal.SIGTERM)
    serving.communicate(timeout=PATIENCE_S)

    for site in (molo, tidewater):
        assert shell.rows(TITLES, f"%{site.name}%") == sorted(piece.title for piece in site.pieces)
    texts = shell.rows("SELECT text FROM stories ORDER BY id")
    assert len(texts) == count and all(len(text) > 200 for text in texts)
    assert "Tidewater Bulletin" in shell.run("sources")


def test_the_links_of_a_site_are_shown_with_their_reasons(shell: Shell, room: Newsroom) -> None:
    name = room.bare_names[1]
    output = shell.run("add", name, "--reasons")
    lines = [row.strip() for row in output.splitlines()]
    assert sum(row.startswith("story +") for row in lines) == 5
    [about] = [row for row in lines if "About us" in row]
    assert about.startswith("no story -") and "in the part: navigation -" in about
    [found] = json.loads(shell.run("add", name, "--json"))
    links = {link["address"]: link for link in found["links"]}
    assert sum(link["story"] for link in links.values()) == 5
    assert all(link["reasons"] for link in links.values())


def test_a_kind_that_is_asked_for_is_the_only_one(shell: Shell, room: Newsroom) -> None:
    harbour = next(site for site in room.sites if site.host == "harbour-gazette.test")
    output = shell.run("add", room.base(harbour), "--kind", "site")
    assert "the page itself is visited" in output and shell.rows("SELECT kind FROM source") == ["site"]
    refused = shell.run("add", room.bare_names[0], "--kind", "site", code=1)
    assert "not added" in refused and "links to stories: 0 of 0, too few for a site" in refused


def test_inspect_shows_the_links_of_a_site_with_their_verdicts(shell: Shell, room: Newsroom) -> None:
    tidewater = next(site for site in room.sites if site.feed is None and site.sitemap is None)
    address = f"{room.base(tidewater)}/"
    before = json.loads(shell.run("inspect", address, "--links", "--json"))
    assert before["stories"] == 5 and {link["verdict"] for link in before["links"]} == {None}
    shell.run("add", room.bare_names[1])
    stories = [link for link in json.loads(shell.run("inspect", address, "--json"))["links"] if link["story"]]
    assert {link["why"] for link in stories} == {"unknown and old: its page would be read"}
    assert shell.rows("SELECT count(*) FROM entry") == [0]  # nothing is written
    shell.run("crawl")
    output = shell.run("inspect", address)
    assert "links      to stories: 5 of" in output
    assert sum(row.startswith("same ") for row in output.splitlines()) == 5
    assert "the address of a service: about" in output

    explained = shell.run("explain", f"{room.base(tidewater)}{tidewater.pieces[0].path}")
    assert "new, a link of the page: " in explained and "still linked there" in explained
    assert (
        "the links of the page are identified by address; " in explained
        and "its fields come from its page" in explained
    )


def test_explain_says_that_a_link_waits(shell: Shell, room: Newsroom) -> None:
    tidewater = next(site for site in room.sites if site.feed is None and site.sitemap is None)
    shell.run("add", room.bare_names[1])
    shell.run("crawl")
    address = f"{room.base(tidewater)}{tidewater.pieces[0].path}"
    with sqlite3.connect(shell.db) as conn:
        conn.execute(
            "UPDATE entry SET story_id = NULL, verdict = 'waiting', refused_key = (SELECT key FROM address"
            " WHERE url = ?1), refused_url = ?1 WHERE id = 1",
            (address,),
        )
        conn.execute("DELETE FROM address WHERE url = ?", (address,))
    assert "waits      " in shell.run("explain", address)
