"""Rounds of a crawl that is killed with SIGKILL at a random moment, and the checks after each.

A local server serves feeds that grow between the rounds. Pages of some feeds are read too, and every fourth
story is Japanese, so that both search indexes are used. `newsdesk crawl` runs as a process; only that process
is killed, its worker processes have to end by themselves. Another connection reads and searches meanwhile:
the stories that it saw before the kill are the acknowledged ones.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Self

import psutil

from newsdesk.storage.db.database import reading
from newsdesk.storage.search.conditions import condition
from newsdesk.storage.search.index import index_differences
from newsdesk.storage.search.query import parse_query
from tests.support.articles import article
from tests.support.feeds import Item, rss
from tests.support.web import Web, web_in_thread

ROOT = Path(__file__).parent.parent.parent
ORPHANS_END_S = 10.0
IN_FLIGHT = """
SELECT (SELECT count(source_id) FROM visit WHERE run_id = (SELECT max(id) FROM run)),
  (SELECT count(*) FROM page WHERE due_at IS NOT NULL)
"""
AT_THE_END = """
SELECT (SELECT count(*) FROM page WHERE outcome = 'read'),
  (SELECT count(*) FROM page WHERE outcome IS NULL OR outcome_category <> 'ok'),
  (SELECT count(*) FROM run WHERE ended_at IS NULL)
"""


@dataclass(slots=True)
class Report:
    """The result of the rounds. `faults`: a message for each violation."""

    rounds: int = 0
    kills: int = 0  # the other crawls ended before the kill
    in_flight: int = 0  # kills after the first and before the last visit of a crawl
    integrity: int = 0
    lost: int = 0
    doubles: int = 0
    missing: int = 0
    orphans: int = 0
    unfound: int = 0  # stories that search misses, or finds wrongly
    stories: int = 0
    pages: int = 0  # read by the end
    faults: list[str] = field(default_factory=list)


class Rounds:
    """One database file, one server, any number of `crash` calls, then `finish`. Use as a context manager."""

    def __init__(self, folder: Path, *, feeds: int, entries: int, seed: int, full_text: int) -> None:
        """`full_text`: the number of feeds whose article pages are read."""
        self.report = Report()
        self._folder = folder
        self._db = folder / "newsdesk.db"
        self._chance = random.Random(seed)
        self._feeds = [entries] * feeds  # how many stories each has published so far
        self._full_text = full_text
        self._edition = 0
        self._open = ExitStack()
        self._requests = float(feeds)  # requests of a whole crawl, estimated

    def __enter__(self) -> Self:
        self._web: Web = self._open.enter_context(web_in_thread())
        (self._folder / "newsdesk.toml").write_text(
            f"[politeness]\ndelay_s = 0\nper_minute = 100000\nhosts = 2\n{self._web.config()}"
        )
        for number in range(len(self._feeds)):
            self._publish(number)
        addresses = [self._web.url(_host(number), "/feed.xml") for number in range(len(self._feeds))]
        for option, chosen in (
            ((), addresses[self._full_text :]),
            (("--full-text",), addresses[: self._full_text]),
        ):
            if chosen:
                self._newsdesk("add", "--force", *option, *chosen).wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def crash(self) -> None:
        """Change some feeds, crawl, kill, check."""
        self._edition += 1
        for number in self._chance.sample(range(len(self._feeds)), len(self._feeds) // 2):
            self._feeds[number] += self._chance.randint(1, 3)
            self._publish(number)
        before = len(self._web.log)
        crawl = self._newsdesk("crawl")
        acknowledged = self._watch(crawl, before, share=self._chance.random())
        crawl.kill()
        self.report.rounds += 1
        if crawl.wait() == -signal.SIGKILL:
            self.report.kills += 1
            [(visits, pages_due)] = self._rows(IN_FLIGHT)
            in_flight = 0 < visits < len(self._feeds) or (visits > 0 and pages_due > 0)
            self.report.in_flight += in_flight
            # while kills hit a running crawl, a whole crawl makes more requests
            self._requests *= 1.1 if in_flight else 1.0
        self._no_orphans(crawl.pid)
        self._check(acknowledged)

    def finish(self) -> None:
        """Run one whole crawl: every story must be stored, once."""
        self._edition += 1
        crawl = self._newsdesk("crawl")
        if crawl.wait(120):
            self._fault(f"the last crawl ended with {crawl.returncode}")
        self._check(set())
        wanted = Counter(
            self._link(number, story) for number, count in enumerate(self._feeds) for story in range(count)
        )
        found = Counter(url for (url,) in self._rows("SELECT url FROM story"))
        self.report.stories = found.total()
        for url in wanted - found:
            self.report.missing += 1
            self._fault(f"missing at the end: {url}")
        for url in found - wanted:
            self.report.doubles += 1
            self._fault(f"twice at the end: {url}")
        [(self.report.pages, waiting, not_ended)] = self._rows(AT_THE_END)
        if waiting:
            self.report.missing += waiting
            self._fault(f"pages not read at the end: {waiting}")
        if not_ended:
            self._fault(f"runs of killed processes that are still open: {not_ended}")
        self._no_orphans(crawl.pid)

    def _watch(self, crawl: subprocess.Popen[bytes], before: int, *, share: float) -> set[str]:
        """The addresses that were committed at the last check before the kill. The moment of the kill is chosen by the
        number of requests, not by time, so that it does not depend on the load of the machine: at one of the
        requests, or a little later, while the response is parsed or stored."""
        last = before + 1 + int(share * self._requests)
        later_s = 0.1 * self._chance.random()
        while len(self._web.log) == before and crawl.poll() is None:
            time.sleep(0.002)  # it is starting: the file may have no tables yet
        with closing(sqlite3.connect(self._db, timeout=30)) as conn:
            seen: set[str] = set()
            end = inf
            while time.monotonic() < end:
                seen = {url for (url,) in conn.execute("SELECT url FROM story")}
                conn.execute("SELECT count(*) FROM story_fts WHERE story_fts MATCH 'happened'").fetchone()
                if crawl.poll() is not None:
                    self._requests = float(len(self._web.log) - before)
                    break
                if end == inf and len(self._web.log) >= last:
                    end = time.monotonic() + later_s
                time.sleep(0.005)
            return seen

    def _publish(self, number: int) -> None:
        count = self._feeds[number]
        # Newest first; old stories stay in the feed, so that none may be missing at the end.
        edition = self._edition  # only the first story is edited each time
        items = (
            Item(
                title=_title(number, story, 0 if story else edition),
                link=self._link(number, story),
                guid=f"{number}-{story}",
                text=f"<p>{'What happened, in detail. ' * 40}{number} {story}</p>",
                date=None,
            )
            for story in reversed(range(count))
        )
        wait_s = 0.05 + 0.1 * self._chance.random()
        self._web.serve("/feed.xml", rss(*items), host=_host(number), wait_s=wait_s)
        if number < self._full_text:
            for story in range(count):
                page = article(_title(number, story, 0))
                self._web.serve(f"/stories/{story}", page, host=_host(number), type="text/html")

    def _link(self, number: int, story: int) -> str:
        return self._web.url(_host(number), f"/stories/{story}")

    def _newsdesk(self, *arguments: str) -> subprocess.Popen[bytes]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("NEWSDESK_")}
        return subprocess.Popen(
            [sys.executable, "-m", "newsdesk", *arguments],
            cwd=self._folder,
            env={**own, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _rows(self, sql: str) -> list[tuple[str]]:
        with closing(sqlite3.connect(self._db, timeout=30)) as conn:
            return conn.execute(sql).fetchall()

    def _check(self, acknowledged: set[str]) -> None:
        report = self.report
        with closing(sqlite3.connect(self._db, timeout=30, isolation_level=None)) as conn:
            broken = [row for (row,) in conn.execute("PRAGMA integrity_check") if row != "ok"]
            broken += [str(row) for row in conn.execute("PRAGMA foreign_key_check")]
            try:
                conn.execute("INSERT INTO story_fts (story_fts) VALUES ('integrity-check')")
                broken += [f"search index: {one}" for one in index_differences(conn)]
            except sqlite3.DatabaseError as error:
                broken.append(f"search index: {error}")
            urls = Counter(url for (url,) in conn.execute("SELECT url FROM story"))
        for fault in broken:
            report.integrity += 1
            self._fault(fault)
        self._search()
        for url in acknowledged - set(urls):
            report.lost += 1
            self._fault(f"acknowledged and lost: {url}")
        for url, times in urls.items():
            if times > 1:
                report.doubles += 1
                self._fault(f"{times} times: {url}")

    def _search(self) -> None:
        """Each word of the titles is found in exactly the stories that contain it."""
        for word in ("paper", "渡船"):
            with reading(self._db) as db:
                found, values = condition(db, parse_query(word))
                differ = db.conn.execute(
                    f"SELECT count(*) FROM story WHERE ({found}) <> (instr(title, ?) > 0)", (*values, word)
                ).fetchone()[0]
            if differ:
                self.report.unfound += differ
                self._fault(f"{differ} stories are not found by {word}, or found without containing it")

    def _no_orphans(self, group: int) -> None:
        end = time.monotonic() + ORPHANS_END_S
        while left := _running(group):
            if time.monotonic() > end:
                self.report.orphans += len(left)
                self._fault(f"worker processes outlived their crawl: {left}")
                for process in left:
                    process.kill()
                return
            time.sleep(0.02)

    def _fault(self, message: str) -> None:
        self.report.faults.append(f"round {self.report.rounds}: {message}")


def _host(number: int) -> str:
    return f"paper{number}.test"


def _title(number: int, story: int, edition: int) -> str:
    subject = "Story" if story % 4 else "渡船の時刻表"
    return f"{subject} {story} of paper {number}, edition {edition}"


def _running(group: int) -> list[psutil.Process]:
    """The running processes of a crawl's process group."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, ProcessLookupError, PermissionError):
            continue
    return found
