"""Precision and recall of the story links of pages, over all links and as the mean over pages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.links.cases import Case
from newsdesk.crawler.links.choice import judge_links
from newsdesk.crawler.links.models import StoryLink
from newsdesk.crawler.links.reader import read_links
from newsdesk.crawler.links.shapes import learn_shapes
from newsdesk.crawler.normalise.urls.canonical import canonical_url


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    """Canonical addresses: `found` were chosen and are stories, `wrong` were chosen and are none, `missed` are stories
    and were not chosen."""

    case: Case
    found: frozenset[str]
    wrong: frozenset[str]
    missed: frozenset[str]
    links: dict[str, StoryLink]

    @property
    def precision(self) -> float:
        chosen = len(self.found) + len(self.wrong)
        return len(self.found) / chosen if chosen else float(not self.missed)

    @property
    def recall(self) -> float:
        stories = len(self.found) + len(self.missed)
        return len(self.found) / stories if stories else 1.0


def score(case: Case, *, with_known: bool) -> PageScore:
    """One page; `with_known` learns the shapes of addresses from the stories that are known from the site's feed."""
    shapes = learn_shapes(case.known_stories) if with_known and case.known_stories else None
    links = read_links(case.body, address=case.address)
    judged = {one.canonical: one for one in judge_links(links, address=case.address, shapes=shapes)}
    chosen = frozenset(name for name, one in judged.items() if one.is_story)
    stories, also = (frozenset(map(canonical_url, group)) for group in (case.stories, case.also))
    return PageScore(
        case=case,
        found=chosen & stories,
        wrong=chosen - stories - also,
        missed=stories - chosen,
        links=judged,
    )


def totals(pages: Sequence[PageScore]) -> dict[str, float]:
    """Micro figures are over all links, means over pages."""
    found, wrong, missed = (
        sum(len(getattr(page, name)) for page in pages) for name in ("found", "wrong", "missed")
    )
    return {
        "pages": len(pages),
        "stories": found + missed,
        "precision": round(found / (found + wrong), 4) if found + wrong else 1.0,
        "recall": round(found / (found + missed), 4) if found + missed else 1.0,
        "mean precision": round(sum(page.precision for page in pages) / len(pages), 4) if pages else 1.0,
        "mean recall": round(sum(page.recall for page in pages) / len(pages), 4) if pages else 1.0,
    }
