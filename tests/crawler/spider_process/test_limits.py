"""What a spider may not do: take too much, change fixed settings, lie in a folder that others may write to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio
from scrapy.settings import Settings

from newsdesk.crawler.credentials.secrets import Secrets
from newsdesk.crawler.spider_process.fixed_settings import FIXED, changed_setting
from newsdesk.storage.records.visits import Limits, SecretNames
from tests.crawler.spider_process.spider_folder import SpiderFolder, add_spider
from tests.support.runner import TestRunner, open_runner
from tests.support.web import Web

OUTCOME = "SELECT outcome, outcome_category, outcome_message FROM source"
STORY = 'yield {"url": response.urljoin("/story"), "title": "Ferry timetable changes"}\n'


@pytest.fixture
def folder(tmp_path: Path) -> SpiderFolder:
    return SpiderFolder(tmp_path)


@pytest_asyncio.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as web:
        web.serve("/start", "<h1>Start</h1>", type="text/html")
        yield web


def opened(
    folder: SpiderFolder, web: Web, tmp_path: Path, *, limits: Limits | None = None, **changes: Any
) -> AbstractAsyncContextManager[TestRunner]:
    return open_runner(tmp_path, web, limits=limits, session=folder.settings(web, **changes))


async def outcome_of(runner: TestRunner, web: Web, name: str = "odd", **fields: Any) -> tuple[str, str, str]:
    add_spider(runner, name, web.url("daily.test", "/start"), **fields)
    await runner.crawl()
    [outcome] = runner.rows(OUTCOME)
    code, category, message = outcome
    return code, category, message


MIB = 1024 * 1024
HOGS = [  # what parse does; the limit in MiB; a part of the message
    ("kept = b'x' * (8 << 30)", 300, ""),
    ("kept = []\nwhile True: kept.append(b'x' * (1 << 20)); time.sleep(0.001)", 300, ""),
    ("if os.fork() == 0:\n  a = []\n  while True: a.append(b'x' * (1 << 20))\ntime.sleep(600)", 300, "MiB of memory"),
    ("for _ in range(60):\n  if os.fork() == 0: time.sleep(600)\ntime.sleep(600)", 60_000, "more than 32 processes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("parse", "memory_mib", "message"), HOGS, ids=["at once", "bit by bit", "in a child", "processes"]
)
async def test_a_spider_that_takes_too_much_is_ended(
    folder: SpiderFolder, web: Web, tmp_path: Path, parse: str, memory_mib: int, message: str
) -> None:
    folder.spider("odd", f"{STORY}{parse}\n", start=web.url("daily.test", "/start"))
    async with opened(folder, web, tmp_path, memory_bytes=memory_mib * MIB) as runner:
        code, category, text = await outcome_of(runner, web)
        assert (code, category) in (("spider-limit", "unreadable"), ("spider-error", "unreadable")), text
        assert message in text
        if code == "spider-error":
            assert "MemoryError" in text


async def test_what_a_spider_leaves_behind_is_ended(folder: SpiderFolder, web: Web, tmp_path: Path) -> None:
    """A child, and one in a session of its own; neither can write to the channel."""
    pids = tmp_path / "pids"
    parse = f"""
        for own in (False, True):
            if os.fork() == 0:
                if own:
                    os.setsid()
                with open({str(pids)!r}, "a") as file:
                    file.write(f"{{os.getpid()}}\\n")
                try:
                    time.sleep(600)
                finally:
                    os._exit(0)
        while not os.path.exists({str(pids)!r}) or len(open({str(pids)!r}).readlines()) < 2:
            time.sleep(0.01)
        {STORY}
    """
    folder.spider("odd", parse, start=web.url("daily.test", "/start"))
    async with opened(folder, web, tmp_path) as runner:
        code, _, text = await outcome_of(runner, web)
        assert code == "read", text
    for pid in map(int, pids.read_text().split()):
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_100_000_items_are_read_in_bounded_parts(
    folder: SpiderFolder, web: Web, tmp_path: Path
) -> None:
    """Of a crawl ten times the limit on entries is read; of these so many new ones as the limit says, the next
    visit the rest."""
    folder.spider(
        "odd",
        "for n in range(100_000): yield {'url': response.urljoin(f'/story/{n}'), 'title': f'Story {n}'}",
        start=web.url("daily.test", "/start"),
    )
    async with opened(folder, web, tmp_path, limits=Limits(entries=40)) as runner:
        code, _, text = await outcome_of(runner, web)
        assert (code, text) == (
            "partly-read",
            "the crawl was ended: it yielded more than 400 items; 400 items from 1 page",
        )
        await runner.crawl()
        await runner.crawl()
        assert runner.rows("SELECT new FROM visit") == [40, 40, 40]


async def test_items_are_limited_in_bytes(folder: SpiderFolder, web: Web, tmp_path: Path) -> None:
    folder.spider(
        "odd",
        "for n in range(1000): yield {'url': response.urljoin(f'/{n}'), 'title': f'Story {n}', 'text': 'a ' * 100_000}",
        start=web.url("daily.test", "/start"),
    )
    async with opened(folder, web, tmp_path, limits=Limits(body_bytes=MIB)) as runner:
        code, _, text = await outcome_of(runner, web)
        assert code == "partly-read" and "network.max_body_mib" in text
        [stories] = runner.rows("SELECT count(*) FROM story")
        assert 1 <= stories <= 6


WAYS = {  # how a spider sets a setting
    "custom_settings": "custom_settings = {{{name!r}: {value!r}}}",
    "update_settings": "@classmethod\ndef update_settings(cls, settings):\n"
    "    settings.set({name!r}, {value!r}, priority=99)",
    "from_crawler": "@classmethod\ndef from_crawler(cls, crawler, *args, **kw):\n"
    "    crawler.settings.set({name!r}, {value!r}, priority=99)\n    return super().from_crawler(crawler, *args, **kw)",
    "add-on": "class A:\n    def update_settings(self, settings): settings.set({name!r}, {value!r}, priority=99)\n"
    "custom_settings = {{'ADDONS': {{A: 0}}}}",
}  # fmt: skip


def test_the_settings_of_client_robots_and_rates_are_fixed() -> None:
    """Each by itself, with another value than ours; a value that means the same is no change."""
    named = {
        "DOWNLOAD_HANDLERS",
        "ROBOTSTXT_OBEY",
        "DOWNLOAD_DELAY",
        "RETRY_ENABLED",
        "COOKIES_ENABLED",
        "USER_AGENT",
    }
    assert named <= FIXED.keys()
    before = Settings()
    before.setmodule("newsdesk.crawler.settings")
    assert changed_setting(before, before.copy()) is None
    for name in FIXED:
        after = before.copy()
        after.set(name, {"another": "x"} if isinstance(before[name], Mapping) else "another")
        assert f"the spider sets {name} to " in (changed_setting(before, after) or ""), name
    after = before.copy()
    after.setdict({"ROBOTSTXT_OBEY": "False", "DOWNLOAD_DELAY": "0", "COOKIES_ENABLED": 0, "DEPTH_LIMIT": 3})
    assert changed_setting(before, after) is None


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["DOWNLOAD_DELAY", "DOWNLOAD_HANDLERS"])
async def test_a_spider_that_changes_a_fixed_setting_is_not_run(
    folder: SpiderFolder, web: Web, tmp_path: Path, way: str, name: str
) -> None:
    value = (
        7
        if name == "DOWNLOAD_DELAY"
        else {"http": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"}
    )
    folder.spider(
        "odd", STORY, start=web.url("daily.test", "/start"), more=WAYS[way].format(name=name, value=value)
    )
    async with opened(folder, web, tmp_path) as runner:
        code, category, text = await outcome_of(runner, web)
    assert (code, category) == ("spider-refused", "not-allowed"), text
    assert f"the spider sets {name} to " in text and "take the setting out" in text
    assert web.log == []


async def test_other_settings_are_the_spider_s_own(folder: SpiderFolder, web: Web, tmp_path: Path) -> None:
    """Pipelines too: what comes out of them is kept. A value that is ours already is no change."""
    more = """
        class Pipeline:
            def process_item(self, item):
                item["title"] = item["title"].upper()
                return item

        custom_settings = {"ITEM_PIPELINES": {Pipeline: 1}, "DEPTH_LIMIT": 2, "DOWNLOAD_DELAY": 0}
    """
    folder.spider("odd", STORY, start=web.url("daily.test", "/start"), more=more)
    async with opened(folder, web, tmp_path) as runner:
        code, _, text = await outcome_of(runner, web)
        assert code == "read", text
        assert runner.rows("SELECT title FROM story") == ["FERRY TIMETABLE CHANGES"]


async def test_a_setting_of_the_row_is_checked_too(folder: SpiderFolder, web: Web, tmp_path: Path) -> None:
    folder.spider("odd", STORY, start=web.url("daily.test", "/start"))
    async with opened(folder, web, tmp_path) as runner:
        _, _, text = await outcome_of(runner, web, settings=(("ROBOTSTXT_OBEY", "True"),))
        assert (
            "the spider sets ROBOTSTXT_OBEY to 'True', which is fixed: newsdesk obeys robots.txt itself"
            in text
        )


UNSAFE = [  # what others may write to
    (".", 0o770),
    (".", 0o702),
    ("odd.py", 0o620),
    ("odd.py", 0o602),
    ("parts/help.py", 0o666),
    ("parts", 0o777),
    ("..", 0o777),
]


@pytest.mark.parametrize(("name", "mode"), UNSAFE)
async def test_a_folder_that_others_may_write_to_is_refused(
    folder: SpiderFolder, web: Web, tmp_path: Path, name: str, mode: int
) -> None:
    folder.spider("odd", STORY, start=web.url("daily.test", "/start"))
    (folder.path / "parts").mkdir(mode=0o700)
    folder.write("parts/help.py", "")
    async with opened(folder, web, tmp_path) as runner:
        before = (folder.path / name).stat().st_mode
        (folder.path / name).chmod(mode)
        try:
            code, category, text = await outcome_of(runner, web)
        finally:
            (folder.path / name).chmod(before)
        assert (code, category) == ("spider-refused", "not-allowed")
        place = (folder.path / name).resolve()
        assert f"{place}: others may write to this" in text and f"(mode {mode:o})" in text
        assert f"chmod go-w {place}" in text
        assert web.log == []
        await runner.crawl()
        assert runner.rows("SELECT outcome FROM source") == ["read"]


async def test_a_link_to_a_file_that_others_may_write_is_refused(
    folder: SpiderFolder, web: Web, tmp_path: Path
) -> None:
    folder.spider("odd", STORY, start=web.url("daily.test", "/start"))
    elsewhere = tmp_path / "elsewhere.py"
    (folder.path / "odd.py").rename(elsewhere)
    (folder.path / "odd.py").symlink_to(elsewhere)
    elsewhere.chmod(0o666)
    async with opened(folder, web, tmp_path) as runner:
        code, _, text = await outcome_of(runner, web)
        assert code == "spider-refused" and "odd.py" in text


async def test_a_spider_that_is_missing_names_those_that_are_there(
    folder: SpiderFolder, web: Web, tmp_path: Path
) -> None:
    """And the files that cannot be imported, with the traceback."""
    folder.spider("other", STORY, start=web.url("daily.test", "/start"))
    folder.write("odd.py", "import nothing_of_this_name\n")
    async with opened(folder, web, tmp_path) as runner:
        code, _, text = await outcome_of(runner, web)
        assert code == "spider-refused"
        assert (
            "there is no spider 'odd' in the folder of spiders; there are: other; cannot be imported: odd.py"
            in text
        )
        assert "nothing_of_this_name" in (runner.visits[0].result.traceback or "")
        add_spider(runner, "other", web.url("daily.test", "/start"))
        await runner.crawl(2)
        assert runner.rows("SELECT outcome FROM source WHERE id = 2") == ["read"]


async def test_two_spiders_with_one_name_are_refused(folder: SpiderFolder, web: Web, tmp_path: Path) -> None:
    folder.spider("odd", STORY, start=web.url("daily.test", "/start"))
    folder.write("twin.py", (folder.path / "odd.py").read_text())
    async with opened(folder, web, tmp_path) as runner:
        _, _, text = await outcome_of(runner, web)
        assert "two spiders 'odd': in odd.py and in twin.py; rename one" in text


STARTS = [  # what the server answers to the first request; the outcome
    ({"status": 404}, "not-found"),
    ({"status": 503}, "server-error"),
    ({"status": 429}, "rate-limited"),
    ({"reset": True}, "connection-reset"),
]


@pytest.mark.parametrize(("answer", "code"), STARTS, ids=[row[1] for row in STARTS])
async def test_without_a_page_the_outcome_is_that_of_the_first_request(
    folder: SpiderFolder, web: Web, tmp_path: Path, answer: dict[str, Any], code: str
) -> None:
    """So a site that is down is visited again as a feed would be."""
    web.serve("/start", b"", **answer)
    folder.spider("odd", STORY, start=web.url("daily.test", "/start"))
    async with opened(folder, web, tmp_path) as runner:
        got, _, text = await outcome_of(runner, web)
        assert got == code, text
        blocked = runner.rows("SELECT blocked_until IS NOT NULL, rate_share FROM host")
        assert blocked == [(1, 0.5) if code == "rate-limited" else (0, None)]


async def test_a_spider_has_no_settings_or_secrets_of_newsdesk(
    folder: SpiderFolder, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_SECRET_PAPER", "open sesame")
    parse = "yield {'url': response.url, 'title': 'x', 'text': ' '.join(os.environ)}"
    folder.spider("odd", parse, start=web.url("daily.test", "/start"))
    async with opened(folder, web, tmp_path) as runner:
        await outcome_of(runner, web)
        [text] = runner.rows("SELECT text FROM story_body")
        assert "PATH" in text and "NEWSDESK" not in text


async def test_secrets_of_its_source_go_to_the_origin_of_its_first_request(
    folder: SpiderFolder, web: Web, tmp_path: Path
) -> None:
    """The spider itself never has them."""
    parse = """
        yield {"url": response.url, "title": repr(response.request.headers) + repr(vars(self))}
        if "start" in response.url:
            yield scrapy.Request(response.urljoin("/second"))
            yield scrapy.Request(response.url.replace("daily", "other"))
    """
    folder.spider("odd", parse, start=web.url("daily.test", "/start"))
    web.serve("/second", "<h1>Second</h1>", type="text/html")
    session = folder.settings(web)
    session = replace(session, client=web.settings(secrets=Secrets({"paper": "reader:CANARY"})))
    async with open_runner(tmp_path, web, session=session) as runner:
        code, _, text = await outcome_of(runner, web, secrets=SecretNames(auth="paper"))
        assert code == "read", text
        assert "CANARY" not in " ".join(runner.rows("SELECT title FROM story"))
    sent = {
        (one.host, one.path, "authorization" in one.headers) for one in web.log if one.path != "/robots.txt"
    }
    assert {
        ("daily.test", "/start", True),
        ("daily.test", "/second", True),
        ("other.test", "/start", False),
    } <= sent
    assert not any(private for host, _, private in sent if host == "other.test")
