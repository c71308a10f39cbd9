"""The task of a document that is inspected: what a worker needs to parse it, and each step that it returns. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsdesk.crawler.models import Article
from newsdesk.crawler.site_files.site_file import SiteFileRef
from newsdesk.crawler.workers.document import Document
from newsdesk.crawler.workers.task import Task
from newsdesk.storage.records.entries import FeedEntry
from newsdesk.storage.records.pages import ClaimedPage
from newsdesk.storage.records.rights.site import NO_SITE_RIGHTS, SiteRights
from newsdesk.storage.records.stories import Story
from newsdesk.storage.records.visits import ClaimedVisit, FeedFacts, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One published value of a field, and where it was found. `length` is that of the whole value."""

    field: str
    origin: str
    value: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNames:
    """An entry of a feed by its title, GUID and link."""

    title: str | None
    guid: str | None
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A document at each step. `problem`: why there is no story. Of a feed `entries` are all of its entries as they
    would be kept, `at` is the position of the chosen one. `own` is the story of a page alone, `story` page and feed
    merged."""

    charset: str
    doubts: tuple[str, ...] = ()
    problem: str | None = None
    facts: FeedFacts | None = None
    entry_names: tuple[EntryNames, ...] = ()
    entries: tuple[FeedEntry, ...] = ()
    at: int = 0
    scheme_changed: bool = False
    whole: bool = True
    candidates: tuple[Candidate, ...] = ()
    article: Article | None = None
    own: Story | None = None
    story: Story | None = None

    @property
    def kind(self) -> str:
        return "page" if self.facts is None else "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectTask(Task[Inspection]):
    """A document to inspect. `visit` and `page`: what is known when it is a feed, and when it is a page. `entry`: the
    number from 1, the GUID or the link of the entry to show. `site_file`: that of the document's host; `site_rights`:
    what the host states."""

    READER = "newsdesk.crawler.workers.readers.inspection:inspect_document"
    document: Document
    visit: ClaimedVisit
    page: ClaimedPage
    entry: str | None
    site_file: SiteFileRef | None = None
    site_rights: SiteRights = NO_SITE_RIGHTS

    @property
    def limits(self) -> Limits:
        return self.visit.limits

    @property
    def weight(self) -> int:
        return 16 * len(self.document.body)


def article_values(article: Article) -> list[tuple[str, str]]:
    """(field, value) of an Article, several with the same name where it has several."""
    texts = (("title", article.title), ("summary", article.summary), ("text", article.content))
    single = {
        "published": article.published,
        "updated": article.updated,
        "language": article.language,
        "image": article.image,
        "guid": article.guid,
        "link": article.link,
        "original link": article.original_link,
    }
    people = ((one.name, one.email, one.uri) for one in article.authors)
    found = [(name, markup.value) for name, markup in texts if markup is not None]
    found += [(name, value) for name, value in single.items() if value is not None]
    found += [("authors", " ".join(part for part in person if part)) for person in people]
    found += [("categories", one) for one in article.categories]
    found += [("enclosures", one.url) for one in article.enclosures]
    found += [("rights", f"{one.what} {one.value} ({one.where})") for one in article.rights]
    return found
