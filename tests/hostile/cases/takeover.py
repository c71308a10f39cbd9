"""Sources and pages that try to take the stories, addresses or names of another source of the store, and the honest
ones that look alike. Threat A16."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from newsdesk.storage.db.database import reading
from tests.hostile.case import Case, CaseServer
from tests.hostile.run import HEALTHY, HERE, STORIES, CaseResult
from tests.support.articles import PARAGRAPHS, article, canonical
from tests.support.feeds import Item, many, rss

HTML = "text/html; charset=utf-8"
OURS, EVIL_TEXT = "Bridge opens in May", tuple(f"EVIL {line}" for line in reversed(PARAGRAPHS))
Response = Mapping[str, Any] | Callable[[CaseServer], Mapping[str, Any]]


def _feed(path: str, title: str = OURS, text: str = "") -> Callable[[CaseServer], dict[str, Any]]:
    return lambda server: {
        "body": rss(Item(title=title, link=server.url(path), guid=path, text=text, author=None))
    }


def _page(
    claims: str | None = None, title: str = OURS, *paragraphs: str
) -> Callable[[CaseServer], dict[str, Any]]:
    def response(server: CaseServer) -> dict[str, Any]:
        head = "" if claims is None else canonical(server.url(claims))
        return {"body": article(title, *paragraphs, head=head), "type": HTML}

    return response


def _kept(result: CaseResult) -> None:
    """The neighbour has its story at its own address, with its own text."""
    [story] = result.others
    assert story["url"].endswith("/b/bridge"), f"its address is {story['url']}"
    assert "EVIL" not in story["text"] and "EVIL" not in story["title"], f"its text is {story['text'][:80]!r}"
    assert PARAGRAPHS[0] in story["text"]


def _pages(name: str, description: str, page: Response, *, feed: str = "/a/bridge", **fields: Any) -> Case:
    """Two users of one domain, read with full text. The first is hostile, and publishes after the other."""
    paths = {
        "/b/feed": _feed("/b/bridge"),
        "/b/bridge": _page(),
        "/a/bridge": page,
        **fields.pop("paths", {}),
    }
    given = {
        "also": ("/b/feed",),
        "visits": 3,
        "story_count": 1,
        "outcome": "same-document",
        "check": _kept,
        **fields,
    }
    return Case(
        name=f"takeover-{name}",
        description=description,
        full_text=True,
        feed_address=f"{HERE}/a/feed",
        responses=({"body": rss()}, _feed(feed)),
        paths=paths,
        **given,
    )


# fmt: off


def _feeds(name: str, description: str, *responses: Callable[[CaseServer], dict[str, Any]], **fields: Any) -> Case:
    """Two users of one domain, read without their pages; the first is hostile and changes its feed."""
    return Case(name=f"takeover-{name}", description=description, feed_address=f"{HERE}/a/feed", also=("/b/feed",), responses=responses, visits=len(responses) + 1,
                paths={"/b/feed": _feed("/b/bridge", text=f"<p>{PARAGRAPHS[0]}</p>")}, outcome="same-document", check=_kept, **fields)


def _unclaimed(result: CaseResult) -> None:
    [story] = result.stories
    assert all("/b/" not in address["url"] for address in story["addresses"])
    [page] = story["pages"]
    assert "is not its own: the page there has another text" in page["outcome_message"], page["outcome_message"]


def _one(result: CaseResult) -> None:
    """The page and its other address are one story."""
    [story] = result.stories
    assert len(story["addresses"]) == 2, f"its addresses are {[one['url'] for one in story['addresses']]}"


def _separate(result: CaseResult) -> None:
    with reading(result.db) as db:
        names = db.conn.execute(
            "SELECT DISTINCT story.url FROM entry JOIN source ON source.id = source_id JOIN story ON story.id = story_id"
            " WHERE source.address LIKE ?", (f"%//{HEALTHY[0]}%",)
        ).fetchall()
    assert names and all(HEALTHY[0] in url for (url,) in names), f"the healthy source has {names}"


CASES = (
    _pages("canonical-title", "names another user's story as canonical, with its title", _page("/b/bridge", OURS, *EVIL_TEXT)),
    _pages("canonical-first", "claims an address before the other user has published it", _page("/b/bridge", OURS, *EVIL_TEXT), also=(), check=_unclaimed, visits=2, outcome="read"),
    _pages("canonical-copy", "copies another user's text under its own title", _page("/b/bridge", "EVIL", *PARAGRAPHS)),
    _pages("redirect", "redirects its story to that of another user", lambda server: {"status": 302, "headers": {"Location": server.url("/b/bridge")}}),
    _pages("redirect-permanent", "redirects its story for good to that of another user", lambda server: {"status": 301, "headers": {"Location": server.url("/b/bridge")}}),
    _feeds("feed-changes", "carries another user's story, then changes it", _feed("/b/bridge", text=f"<p>{PARAGRAPHS[0]}</p>"), _feed("/b/bridge", "EVIL", "<p>EVIL</p>"), story_count=1),
    _feeds("feed-moves", "carries another user's story, then moves it to its own address", _feed("/b/bridge", text=f"<p>{PARAGRAPHS[0]}</p>"), lambda server: {"body": rss(Item(title=OURS, link=server.url("/a/x"), guid="/b/bridge", text="<p>EVIL</p>", author=None))}, story_count=2),
    Case(name="takeover-source-redirect", description="redirects its feed to another source for three days", batch="days", visits=5, outcome="read|same-document|unchanged", story_count=1 + STORIES,
         responses=({"body": rss(Item(title="EVIL", link="http://own.example/evil", guid="evil"))},
                    *(lambda server: {"status": 301, "headers": {"Location": server.url("/feed.xml", HEALTHY[0])}},) * 4), check=_separate),
    Case(name="takeover-honest-move", description="moves its feed to another address, for good", batch="days", visits=5, outcome="read|same-document|unchanged", story_count=3,
         responses=({"body": rss(*many(3, site="own.example"))}, *({"status": 301, "headers": {"Location": "/new.xml"}},) * 4), paths={"/new.xml": {"body": rss(*many(3, site="own.example"))}},
         check=lambda result: _moved(result)),
    _pages("honest-canonical", "has a right canonical link", _page("/news/bridge"), paths={"/news/bridge": _page("/news/bridge")}, also=(), check=_one, visits=2, outcome="read"),
    _pages("honest-amp", "links its AMP form", _page("/a/bridge"), feed="/amp/41", paths={"/amp/41": _page("/a/bridge")}, also=(), check=_one, visits=2, outcome="read"),
    _pages("honest-print", "links its form for print", _page("/a/bridge"), feed="/print/41", paths={"/print/41": _page("/a/bridge")}, also=(), check=_one, visits=2, outcome="read"),
)


def _moved(result: CaseResult) -> None:
    assert result.source["address"].endswith("/new.xml"), f"its address is {result.source['address']}"
