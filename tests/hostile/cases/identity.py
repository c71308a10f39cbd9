"""Feeds that change the GUIDs and links of their stories, share them, or use those of other feeds. Threats A8, A16."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.hostile.case import Case, CaseServer
from tests.hostile.run import HEALTHY, STORIES, CaseResult
from tests.support.feeds import Item, many, rss

# One case a line.
# fmt: off

VISITS = 6
DATES = [f"Tue, 24 Nov 2026 0{n}:36:00 GMT" for n in range(10)]


def _stories(make: Callable[[int], dict[str, Any]], count: int = 10) -> bytes:
    return rss(
        *(
            Item(**{"title": f"Story {n}", "link": f"http://own.example/{n}", "guid": f"g{n}", "date": DATES[n],
                    "text": f"<p>What happened in story {n}.</p>", **make(n)})
            for n in range(count)
        )
    )


def _each_visit(name: str, description: str, make: Callable[[int, int], dict[str, Any]], **fields: Any) -> Case:
    """Ten stories, VISITS visits; `make(visit, n)` gives the fields of an item."""
    responses = tuple({"body": _stories(lambda n, v=visit: make(v, n))} for visit in range(VISITS))
    return Case(name=f"i-{name}", description=description, responses=responses, visits=VISITS, outcome="read",
                **{"story_count": 10, "most_revisions": 0, **fields})


def _shared(name: str, description: str, make: Callable[[int], dict[str, Any]], **fields: Any) -> Case:
    return Case(name=f"i-{name}", description=description, responses=({"body": _stories(make)},), outcome="read", **{"story_count": 10, **fields})


def _healthys(server: CaseServer, **fields: Any) -> bytes:
    """The entries of a healthy feed with another text."""
    return rss(*(Item(title="EVIL", link=item.link, guid=item.guid, text="<p>EVIL</p>", **fields) for item in many(STORIES, site=HEALTHY[0])))


def _nothing_evil(result: CaseResult) -> None:
    for story in result.stories:
        if HEALTHY[0] in story["url"]:
            assert story["title"] != "EVIL", f"{story['url']} was taken over"


MOST_A_DAY = 10 * 10  # ten stories, each revised a limited number of times

CASES = (
    _each_visit("guid-churn", "makes its GUIDs anew each time", lambda v, n: {"guid": f"{v}-{n}"}),
    _each_visit("guid-churn-permalink", "makes its GUIDs anew, each an address", lambda v, n: {"guid": f"http://own.example/?p={v}{n}", "permalink": True}, story_count=10),
    _each_visit("guid-churn-no-link", "makes its GUIDs anew and has no links", lambda v, n: {"guid": f"{v}-{n}", "link": None}),
    _each_visit("guid-churn-home", "makes its GUIDs anew and links the home page", lambda v, n: {"guid": f"{v}-{n}", "link": "http://own.example/"}),
    _each_visit("guid-churn-no-date", "makes its GUIDs anew, has neither links nor dates", lambda v, n: {"guid": f"{v}-{n}", "link": None, "date": None}),
    _each_visit("tracking-churn", "changes the tracking in its links each time", lambda v, n: {"link": f"http://own.example/{n}?utm_source=v{v}&fbclid={v}"}),
    _each_visit("tracking-churn-no-guid", "changes the tracking in its links, has no GUIDs", lambda v, n: {"guid": None, "link": f"http://own.example/{n}?utm_campaign=v{v}"}),
    _each_visit("parameter-churn", "changes an unknown parameter of its links each time", lambda v, n: {"link": f"http://own.example/{n}?r={v}{n}77"}),
    _each_visit("parameter-churn-no-guid", "changes an unknown parameter of its links, has no GUIDs", lambda v, n: {"guid": None, "link": f"http://own.example/{n}?r={v}{n}77"}),
    _each_visit("parameter-churn-in-guid", "changes a parameter of its links, which are its GUIDs", lambda v, n: {"link": f"http://own.example/{n}?r={v}{n}77", "guid": f"http://own.example/{n}?r={v}{n}77", "permalink": True}),
    _each_visit("session-churn", "has a session in its links, another each time", lambda v, n: {"guid": None, "link": f"http://own.example/{n};jsessionid={v}ABCDEF{n}?PHPSESSID={v}{'a' * 31}"}),
    _each_visit("link-and-guid-churn", "makes links and GUIDs anew each time", lambda v, n: {"guid": f"{v}-{n}", "link": f"http://own.example/{v}/{n}"}),
    _each_visit("host-churn", "links another host of its own each time", lambda v, n: {"link": f"http://cdn{v}.press.com/{n}"}),
    _each_visit("scheme-churn", "turns between http and https, www and without", lambda v, n: {"link": f"http{'s' * (v % 2)}://{'www.' * (v % 3 == 1)}own.example/{n}"}),
    _each_visit("date-churn", "dates all its stories now, each time", lambda v, n: {"date": f"Tue, 24 Nov 2026 0{v}:00:0{n} GMT"}, most_revisions=MOST_A_DAY),
    _each_visit("date-churn-no-guid", "dates all its stories now, has no GUIDs", lambda v, n: {"guid": None, "date": f"Tue, 24 Nov 2026 0{v}:00:0{n} GMT"}, most_revisions=MOST_A_DAY),
    _each_visit("date-churn-home", "dates all its stories now, and links the home page", lambda v, n: {"link": "http://own.example/", "date": f"Tue, 24 Nov 2026 0{v}:00:0{n} GMT"}, most_revisions=MOST_A_DAY),
    _each_visit("title-flip", "turns each title between two", lambda v, n: {"title": f"Story {n} {'AB'[v % 2]}"}, most_revisions=30),
    _each_visit("title-churn", "makes each title anew", lambda v, n: {"title": f"Story {n} as of {v}"}, most_revisions=MOST_A_DAY),
    _each_visit("text-churn", "counts its readers in each text", lambda v, n: {"text": f"<p>Story {n}, read {v * 977} times.</p>"}, most_revisions=MOST_A_DAY),
    _each_visit("author-churn", "names another author each time", lambda v, n: {"author": f"{['Ann', 'Bea', 'Cem', 'Dee', 'Eva', 'Fay', 'Gus', 'Hal'][v]} Hill"}, most_revisions=MOST_A_DAY),
    _each_visit("order-churn", "turns its order round each time", lambda v, n: {"guid": f"g{(n + v) % 10}", "link": f"http://own.example/{(n + v) % 10}", "title": f"Story {(n + v) % 10}", "date": DATES[(n + v) % 10], "text": f"<p>{(n + v) % 10}</p>"}),
    _each_visit("guids-turn", "deals its GUIDs out anew each time", lambda v, n: {"guid": f"g{(n + v) % 10}"}),
    _each_visit("markup-churn", "changes only its markup each time", lambda v, n: {"text": f"<p class='c{v}'>What   happened in <b id='{v}'>story</b> {n}.</p>"}),
    Case(name="i-empty-and-back", description="has no entries every second time", visits=4, outcome="read", story_count=10, most_revisions=0,
         responses=(*({"body": body} for body in (_stories(lambda n: {}), rss(), _stories(lambda n: {}), rss())),)),
    _shared("one-guid", "gives all entries one GUID", lambda n: {"guid": "same"}),
    _shared("one-link", "gives all entries one link", lambda n: {"link": "http://own.example/same"}),
    _shared("one-guid-one-link", "gives all entries one GUID and one link", lambda n: {"guid": "same", "link": "http://own.example/same"}),
    _shared("one-title", "gives all entries one title", lambda n: {"title": "Same"}),
    _shared("nothing-but-titles", "has entries with nothing but titles", lambda n: {"guid": None, "link": None, "date": None, "text": "", "author": None}),
    _shared("nothing-but-texts", "has entries with nothing but texts", lambda n: {"guid": None, "link": None, "date": None, "title": "", "author": None}),
    _shared("guid-spaces", "has GUIDs of spaces alone", lambda n: {"guid": "   "}),
    _shared("guid-numbers", "counts its entries by GUIDs", lambda n: {"guid": str(n)}),
    _shared("guid-injection", "has GUIDs that end a statement", lambda n: {"guid": f"'; DELETE FROM story WHERE '{n}'='{n}"}),
    _shared("link-home", "links the home page from all entries", lambda n: {"link": "http://own.example/", "guid": None}),
    _shared("link-fragments", "tells its entries apart by fragments", lambda n: {"link": f"http://own.example/live#{n}"}),
    _shared("same-date", "gives all entries one date", lambda n: {"date": DATES[0]}),
    Case(name="i-other-guids", description="uses the GUIDs of another feed for its own stories", visits=3, outcome="same-document", story_count=STORIES,
         responses=(lambda server: {"body": rss(*(Item(title=f"mine {n}", link=f"http://own.example/mine/{n}", guid=item.guid)
                                               for n, item in enumerate(many(STORIES, site=HEALTHY[0]))))},)),
    Case(name="i-other-links", description="carries another feed's links with its own words", visits=3, outcome="same-document", story_count=STORIES,
         responses=(lambda server: {"body": _healthys(server)},), check=_nothing_evil),
    Case(name="i-other-later", description="carries another feed's links, dated later", visits=3, outcome="same-document", story_count=STORIES,
         responses=(lambda server: {"body": _healthys(server, date="Wed, 25 Nov 2026 00:00:00 GMT")},), check=_nothing_evil),
    Case(name="i-other-by-permalink", description="names another feed's stories by permalinks of its own", visits=2, outcome="same-document", story_count=STORIES,
         responses=(lambda server: {"body": rss(*(Item(title="EVIL", link=f"http://own.example/e{n}", guid=item.link, permalink=True)
                                               for n, item in enumerate(many(STORIES, site=HEALTHY[0]))))},), check=_nothing_evil),
    Case(name="i-other-home", description="says that it is another site by its link and title", visits=2, outcome="same-document", story_count=STORIES,
         responses=(lambda server: {"body": _healthys(server).replace(b"http://daily.test/", f"http://{HEALTHY[0]}/".encode())},), check=_nothing_evil),
    Case(name="i-other-redirect", description="redirects to another's feed", visits=2, outcome="same-document", story_count=STORIES,
         responses=(lambda server: {"status": 301, "headers": {"Location": server.url("/feed.xml", HEALTHY[0])}},)),
    Case(name="i-flood", description="carries 700 new stories each time", visits=3, outcome="partly-read", story_count=1500,
         responses=tuple({"body": rss(*(Item(title=f"f{v} {n}", link=f"http://own.example/f/{v}/{n}", guid=f"f{v}-{n}", text="", author=None)
                                      for n in range(700)))} for v in range(3))),
)
