"""`python -m benchmarks.quality.dates`: which date is chosen, on the labelled pages of a corpus on which rules were
chosen (`pages` and `dev`).

For each origin: how many pages have a date there, and how often its first date is the labelled day. For the
chosen date: the day of each set and, where an instant is labelled, the instant to the minute. Then the pages
with a wrong day. A label in UTC counts as either day. The figures are fitted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from benchmarks.quality.cases import Case, cases, corpus
from benchmarks.quality.ours import NOW
from benchmarks.quality.scores import day_is_right, instant_is_right
from newsdesk.crawler.models import Article, PageCandidates
from newsdesk.crawler.normalise.dates.precedence import ORIGINS
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.publication import OutletHints, StoryDates, normalise_dates
from newsdesk.crawler.pages.reader import read_page

LATEST = NOW + timedelta(days=1)
FITTED_SETS = ("pages", "dev")


def main() -> int:
    folder = corpus()
    if folder is None:
        print("nothing measured: NEWSDESK_CORPUS names no folder with pages.jsonl")
        return 0
    origins: Counter[str] = Counter()
    right: Counter[str] = Counter()
    shares: dict[str, list[bool]] = {}
    wrong_pages = []
    pages = {name: cases(folder, name) for name in FITTED_SETS}
    for name, page, candidates in _candidates(pages):
        truth, chosen = page.truth, _when(candidates)
        for origin in ORIGINS:
            alone = _when(candidates, origin)
            if alone.published is not None and alone.published.instant <= LATEST:
                origins[origin] += 1
                right[origin] += alone.published.local_day == truth["date"]
        reading = chosen.published
        day, instant = (reading.local_day, reading.instant) if reading else (None, None)
        hit = day_is_right(day, instant, truth)
        shares.setdefault(f"day, {name}", []).append(hit)
        if "date_instant" in truth:
            shares.setdefault("instant", []).append(instant_is_right(instant, truth))
        if not hit:
            origin = chosen.evidence.get("published", {}).get("origin", "none")
            wrong_pages.append(f"{truth['date']}  {day or 'none':<10}  {origin:<12}  {page.address[:100]}")
    print(f"{'first date of':<16}{'pages':>6}{'right':>7}")
    for origin in ORIGINS:
        if origins[origin]:
            print(f"{origin:<16}{origins[origin]:>6}{right[origin] / origins[origin]:>7.2f}")
    print("\nchosen date, fitted: rules were chosen on these pages")
    for name, hits in sorted(shares.items()):
        print(f"{name:<16}{sum(hits) / len(hits):>7.3f}  of {len(hits)} pages")
    print("\nlabel       chosen      origin        address")
    print("\n".join(wrong_pages))
    return 0


def _candidates(pages: Mapping[str, Sequence[Case]]) -> Iterator[tuple[str, Case, PageCandidates]]:
    for name, found in pages.items():
        for page in found:
            if "date" in page.truth:
                yield (
                    name,
                    page,
                    read_page(
                        page.body,
                        address=page.address,
                        content_type="text/html",
                        charset=None,
                        wants_text=False,
                    ),
                )


def _when(candidates: PageCandidates, origin: str | None = None) -> StoryDates:
    """The date that follows from all dates of a page, or from those of one origin."""
    dates = tuple(one for one in candidates.dates if origin in (None, one.origin))
    language = next(
        (tag for one in candidates.fields.get("language", ()) if (tag := normalise_language(one.value))), None
    )
    return normalise_dates(
        Article(dates=dates), language=language, outlet=OutletHints(address=candidates.address), now=NOW
    )


if __name__ == "__main__":
    raise SystemExit(main())
