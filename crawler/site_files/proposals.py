"""Selectors for a new site file, found on a few pages of one layout. Pure, in workers only.

Where the general rules, or the operator, say what the value of a field is, the elements that show it are looked for,
and the selectors that find them. The one that is right on most pages is proposed; of equal ones the simplest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import html

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.pages.layout import text_of
from newsdesk.crawler.site_files import selecting
from newsdesk.crawler.workers.site_files_task import ProposedField
from newsdesk.storage.records.stories import Story

MOST = 5_000  # elements of a page that are looked at
_LONGEST = 400  # characters of a title, byline or date
_BESIDE_NAMES = 60  # characters beside the names in a byline
_BESIDE_DATE = 40
_LEAST_BODY = 0.9  # share of the story's paragraphs in the element of the body
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{2,40}")  # a class or id that a person wrote: no digits
_ATTRIBUTES = ("itemprop", "data-testid", "data-component", "rel")
_SKIPPED = frozenset(("html", "head", "script", "style", "body", "noscript", "template"))
ParseDate = Callable[[str], str | None]  # a printed date → its day


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A page with the values that its selectors should give. None: not known."""

    tree: html.HtmlElement
    title: str | None = None
    names: tuple[str, ...] = ()
    day: str | None = None
    paragraphs: tuple[str, ...] = ()
    text: str = ""


def wanted_of(tree: html.HtmlElement, story: Story | None, *, corrected: dict[str, str]) -> Wanted:
    """What a page should give: by the operator where he says so, else by the general rules."""
    names = tuple(one.name for one in story.authors) if story is not None else ()
    byline = corrected.get("byline")
    return Wanted(
        tree=tree,
        title=corrected.get("title") or (story.title if story is not None else None),
        names=(byline,) if byline else names,
        day=corrected.get("date") or (story.published_day if story is not None else None),
        paragraphs=tuple(
            line for one in (story.text or "").splitlines() if len(line := folded(one)) > _BESIDE_NAMES
        )
        if story is not None
        else (),
        text=folded(story.text or "") if story is not None else "",
    )


def propose(pages: Sequence[Wanted], *, day_of: ParseDate) -> tuple[ProposedField, ...]:
    """The best selector of each field for which there is one."""
    found = (
        _best("title", pages, lambda page: bool(page.title), _is_title, selecting.texts),
        _best("byline", pages, lambda page: bool(page.names), _is_byline, selecting.texts),
        _best(
            "date",
            pages,
            lambda page: bool(page.day),
            lambda page, text: _is_date(page, text, day_of),
            selecting.dates,
        ),
        _best_body(pages),
    )
    proposed = tuple(one for one in found if one is not None)
    return (*proposed, *_inside_body(pages, proposed))


def _inside_body(pages: Sequence[Wanted], proposed: Sequence[ProposedField]) -> Iterator[ProposedField]:
    """What is to be dropped: a byline and a date that stand in the body."""
    body = next((one.selector for one in proposed if one.field == "body"), None)
    for one in proposed if body is not None else ():
        inside = sum(_is_inside(page.tree, one.selector, body or "") for page in pages)
        if one.field in ("byline", "date") and inside:
            yield ProposedField(
                field="drop", selector=one.selector, right=inside, of=len(pages), values=one.values
            )


def _is_inside(tree: html.HtmlElement, selector: str, body: str) -> bool:
    holders = set(_found(tree, body))
    return any(above in holders for one in _found(tree, selector) for above in (one, *one.iterancestors()))


def _is_title(page: Wanted, text: str) -> bool:
    return folded(text) == folded(page.title or "")


def _is_byline(page: Wanted, text: str) -> bool:
    plain = folded(text)
    return all(folded(name) in plain for name in page.names) and len(text) <= _BESIDE_NAMES + sum(
        map(len, page.names)
    )


def _is_date(page: Wanted, text: str, day_of: ParseDate) -> bool:
    return any(letter.isdigit() for letter in text) and len(text) <= _BESIDE_DATE and day_of(text) == page.day


def _best(
    field: str,
    pages: Sequence[Wanted],
    has_value: Callable[[Wanted], bool],
    is_right: Callable[[Wanted, str], bool],
    values_of: Callable[[Sequence[object]], tuple[str, ...]],
) -> ProposedField | None:
    known = [page for page in pages if has_value(page)]
    selectors: Counter[str] = Counter()
    for page in known:
        for element in _elements(page.tree):
            values = values_of([element])
            if values and len(values[0]) <= _LONGEST and is_right(page, values[0]):
                selectors.update({*_selectors(element)})
    scored = []
    for selector, _ in selectors.most_common(200):
        shown = [values_of(selecting.select(page.tree, selector)) for page in known]
        right = sum(
            bool(found) and is_right(page, ", ".join(found) if field == "byline" else found[0])
            for page, found in zip(known, shown, strict=True)
        )
        scored.append((right, -_complexity(selector), selector))
    if not scored or not (best := max(scored))[0]:
        return None
    return ProposedField(
        field=field,
        selector=best[2],
        right=best[0],
        of=len(known),
        values=tuple(", ".join(values_of(selecting.select(page.tree, best[2]))) for page in pages),
    )


def _best_body(pages: Sequence[Wanted]) -> ProposedField | None:
    """The innermost element that holds most paragraphs of the story, or its paragraphs alone where it holds more than
    the story."""
    known = [page for page in pages if page.paragraphs]
    places = [_body_of(page) for page in known]
    selectors: Counter[str] = Counter()
    for place in places:
        if place is not None:
            selectors.update({*_selectors(place)})
    scored = []
    for selector in selectors:
        right = sum(
            list(selecting.select(page.tree, selector))[:2] == [place]
            for page, place in zip(known, places, strict=True)
        )
        for one in (selector, f"{selector} > p"):
            scored.append((right, -_surplus(known, one), -_complexity(one), one))
    if not scored or not (best := max(scored))[0]:
        return None
    chosen = [selecting.select(page.tree, best[3]) for page in pages]
    return ProposedField(
        field="body",
        selector=best[3],
        right=best[0],
        of=len(known),
        values=tuple(" ".join(selecting.texts(found))[:_LONGEST] for found in chosen),
    )


def _surplus(pages: Sequence[Wanted], selector: str) -> float:
    """By how much the selected texts are longer or shorter than the stories, as a share, to two digits."""
    shares = []
    for page in pages:
        selected = folded(" ".join(map(text_of, _found(page.tree, selector))))
        shares.append(abs(len(selected) - len(page.text)) / max(1, len(page.text)))
    return round(sum(shares) / len(shares), 2)


def _found(tree: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    return [one for one in selecting.select(tree, selector) if isinstance(one, html.HtmlElement)]


def _body_of(page: Wanted) -> html.HtmlElement | None:
    wanted = set(page.paragraphs)
    counts: Counter[html.HtmlElement] = Counter()
    for element in _elements(page.tree):
        if len(element) < 30 and folded(text_of(element)) in wanted:
            wanted.discard(folded(text_of(element)))
            counts.update(above for above in element.iterancestors() if above.tag not in _SKIPPED)
    enough = [one for one, number in counts.items() if number >= _LEAST_BODY * len(page.paragraphs)]
    return max(enough, key=lambda one: sum(1 for _ in one.iterancestors()), default=None)


def _elements(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    body = tree.find("body")
    start = tree if body is None else body
    return (one for one in islice(start.iter(), MOST) if isinstance(one.tag, str) and one.tag not in _SKIPPED)


def _selectors(element: html.HtmlElement) -> Iterator[str]:
    """Selectors that find the element: its own, and its own below its parents'."""
    own = [*_simple(element)]
    yield from own
    for above in islice(element.iterancestors(), 3):
        if above.tag in _SKIPPED:
            return
        for outer in _simple(above):
            if outer != above.tag:
                yield from (f"{outer} {inner}" for inner in (*own[:3], element.tag))


def _simple(element: html.HtmlElement) -> Iterator[str]:
    if _NAME.fullmatch(element.get("id") or ""):
        yield f"#{element.get('id')}"
    for name in _ATTRIBUTES:
        if _NAME.fullmatch(value := element.get(name) or ""):
            yield f'[{name}="{value}"]'
    classes = [one for one in (element.get("class") or "").split() if _NAME.fullmatch(one)][:4]
    yield from (f".{one}" for one in classes)
    yield from (f"{element.tag}.{one}" for one in classes)
    if element.tag in ("h1", "h2", "time", "article", "main"):
        yield element.tag


def _complexity(selector: str) -> int:
    return 20 * selector.count(" ") + len(selector)
