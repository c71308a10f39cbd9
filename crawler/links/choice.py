"""Which links of a page are stories: a score for each address, from named reasons.

Pure. Each link is judged by itself first: its address, text, region and card. Then by its like: addresses of one shape
are made for one purpose, so that a headline that says little is a story where the others of its shape are. What is
known of the site's addresses counts most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.links.address_form import AddressForm, form_of, is_page_parameter
from newsdesk.crawler.links.anchor_text import word_count
from newsdesk.crawler.links.models import PageLink, Reason, Region, StoryLink
from newsdesk.crawler.links.shapes import AddressShapes
from newsdesk.crawler.links.tables import anchor_texts, index_words
from newsdesk.crawler.normalise.urls.canonical import canonical_url, is_front_form
from newsdesk.crawler.normalise.urls.sites import site_of

_START = -1.5
_REGIONS: dict[Region, float] = {
    "main": 0.3,
    "aside": 0.0,
    "related": 0.3,
    "header": -1.0,
    "navigation": -2.0,
    "breadcrumb": -3.5,
    "footer": -2.0,
    "pagination": -4.0,
    "tags": -2.5,
    "author": -2.5,
    "comments": -1.5,
    "share": -3.0,
    "account": -2.5,
    "advertisement": -3.5,
    "head": -4.0,
    "json-ld": 0.0,
}
_LEARNED = {"story": 3.5, "likely": 1.2, "unknown": 0.0, "unlikely": -1.5, "other": -3.5}
_PRECEDENCE = ("story", "likely", "unknown", "unlikely", "other")
_MOST_BY_LIKE = 1.8
_LONGEST_TITLE = 300


@dataclass(slots=True)
class _Address:
    """One address of the page with all links to it."""

    canonical: str
    form: AddressForm
    links: list[PageLink]
    reasons: list[Reason]
    score: float = 0.0

    def add(self, name: str, weight: float) -> None:
        if weight:
            self.reasons.append(Reason(name, round(weight, 2)))
            self.score += weight


def choose_story_links(
    links: Iterable[PageLink], *, address: str, shapes: AddressShapes | None = None
) -> tuple[StoryLink, ...]:
    """The links of the page at `address` that are stories, each address once, in the order of the page."""
    return tuple(one for one in judge_links(links, address=address, shapes=shapes) if one.is_story)


def judge_links(
    links: Iterable[PageLink], *, address: str, shapes: AddressShapes | None = None
) -> tuple[StoryLink, ...]:
    """Every address that the page links to, with its score and reasons; `is_story` says what is chosen."""
    by_address: dict[str, _Address] = {}
    for link in links:
        known = by_address.get(link.canonical)
        if known is None:
            known = _Address(link.canonical, form_of(link.canonical), [], [])
            known.add("most links of a page are no stories", _START)
            by_address[link.canonical] = known
        known.links.append(link)
    own = _own_sites(address, shapes)
    page = canonical_url(address)
    found = [*by_address.values()]
    for one in found:
        _judge_address(one, own=own, page=page)
        _judge_text(one)
        _judge_place(one)
        if shapes is not None:
            fit = shapes.fit(one.canonical)
            one.add(f"addresses of the site's stories: {fit}", _LEARNED[fit])
    _judge_by_like(found)
    return tuple(_story_link(one) for one in found)


def _own_sites(address: str, shapes: AddressShapes | None) -> frozenset[str]:
    sites = {site_of(address)}
    if shapes is not None and shapes.total:
        sites.update(site_of(host) for host, count in shapes.hosts.items() if count >= 0.1 * shapes.total)
    return frozenset(sites)


def _judge_address(one: _Address, *, own: frozenset[str], page: str) -> None:
    form = one.form
    if site_of(f"https:{one.canonical}") not in own:
        one.add("another site", -6.0)
        return
    if form.is_file:
        one.add("a file", -6.0)
    if is_front_form(one.canonical):
        one.add("a front page", -6.0)
        return
    label = form.host.partition(".")[0]
    if label in index_words.HOSTS and form.host != page[2:].partition("/")[0]:
        one.add(f"a host for other things: {label}", -3.0)
    names_story = _judge_form(one)
    if form.parameters and all(map(is_page_parameter, form.parameters)):
        one.add("a further page of a list", -4.0)
    if page.startswith(f"{one.canonical}/"):
        one.add("the page is below it", -3.0)
    _judge_words(one, names_story=names_story)


def _judge_form(one: _Address) -> bool:
    """What the form of the address says. Whether it names one story by itself."""
    form = one.form
    weight, name = {
        "slug-id": (2.5, "a name with a number in the address"),
        "slug": (1.8 if form.words >= 5 else 1.3, "a long name in the address"),
        "slug3": (0.4, "a name of three words in the address"),
        "id": (1.2, "a number in the address"),
        "code": (1.5, "a code in the address"),
        "n": (-0.5, "a short number in the address"),
        "w": (-0.8, "a short name in the address"),
        "date": (-2.5, "a date only in the address"),
        "": (-1.0, "no name in the address"),
    }[form.last]
    if form.parameter and form.last in ("w", "", "n", "slug3"):
        weight, name = (0.8, "a number in the address's parameters")
        if form.parameter.endswith("=n"):
            weight = 0.2
    elif len(form.pieces) == 1 and form.last == "w":
        weight, name = -1.5, "a short name at the root of the site"
    one.add(name, weight)
    if form.has_date and form.last != "date":
        one.add("a date in the address", 1.8 if form.last != "w" or form.words >= 2 else 1.2)
    return weight >= 1.2 or (form.has_date and form.last != "date")


def _judge_words(one: _Address, *, names_story: bool) -> None:
    """Words of lists and services in the address. Below a list of sections a story may still stand."""
    form = one.form
    names = form.names
    if not names:
        return
    last, folders = names[-1], names[:-1]
    for table, what in ((index_words.LISTS, "a list"), (index_words.AUTHORS, "an author")):
        if last in table and not form.parameter:
            one.add(f"the address of {what}: {last}", -2.5)
            break
        inner = next((name for name in reversed(folders) if name in table), None)
        if inner is not None:
            directly = inner == folders[-1] or form.last in ("n", "w")
            strong = directly and not (form.has_date or form.last in ("slug-id", "id", "code"))
            one.add(f"below {what}: {inner}", -4.0 if strong else -2.0 if directly else -0.5)
            break
    if last in index_words.SERVICES or (
        not names_story and form.words <= 4 and any(word in index_words.SERVICES for word in _words(last))
    ):
        one.add(f"the address of a service: {last}", -3.0)
    else:
        service = next((name for name in folders if name in index_words.SERVICES), None)
        if service is not None:
            one.add(f"below a service: {service}", -1.0 if names_story else -2.5)


def _words(name: str) -> list[str]:
    return [word for word in name.replace("_", "-").split("-") if len(word) > 4]


def _judge_text(one: _Address) -> None:
    best = max(map(_text_words, one.links))
    if best == 0:
        one.add("no text" if not any(link.text for link in one.links) else "a text that names nothing", -0.8)
    elif best >= 6:
        one.add("a text as long as a headline", 2.2)
    elif best >= 4:
        one.add("a text of four words or more", 1.3)
    elif best < 2.5:
        one.add("a short text", -1.0)
    if any(folded(link.text) in anchor_texts.SERVICES for link in one.links if len(link.text) < 50):
        one.add("the text names a service", -3.0)


def _text_words(link: PageLink) -> float:
    if len(link.text) < 40 and folded(link.text) in anchor_texts.GENERIC:
        return 0.0
    return word_count(link.text)


def _judge_place(one: _Address) -> None:
    links = one.links
    region = max((link.region for link in links), key=lambda region: _REGIONS[region])
    one.add(f"in the part: {region}", _REGIONS[region])
    if any(link.heading for link in links):
        one.add("in a heading", 1.0)
    elif any(link.in_anchor_class for link in links):
        one.add("its class names a headline", 0.4)
    if any(link.date for link in links):
        one.add("a date beside it", 1.3)
    if any(link.summary >= 60 for link in links):
        one.add("a summary beside it", 0.8)
    if any(link.picture for link in links):
        one.add("a picture beside it", 0.4)
    if any(link.listed for link in links):
        one.add("in a list of the page's JSON-LD", 2.5)
    if any(link.label for link in links):
        one.add("marked as paid for", -5.0)
    rel = {word for link in links for word in link.rel}
    if "sponsored" in rel:
        one.add("rel=sponsored", -5.0)
    if rel & {"tag", "category", "author", "license", "search"}:
        one.add("rel says a list or a person", -3.5)
    if "bookmark" in rel:
        one.add("rel=bookmark", 1.5)


def _judge_by_like(found: Sequence[_Address]) -> None:
    """Addresses of one shape, in one folder, count for each other by their mean."""
    groups: Mapping[tuple[str, ...], list[_Address]] = defaultdict(list)
    for one in found:
        groups[_group(one.form)].append(one)
    by_like = {}
    for key, group in groups.items():
        if len(group) >= 3:
            mean = sum(min(max(one.score, -4.0), 4.0) for one in group) / len(group)
            by_like[key] = min(max(0.6 * mean, -_MOST_BY_LIKE), _MOST_BY_LIKE)
    for key, group in groups.items():
        if key in by_like:
            for one in group:
                one.add("as others of its shape", by_like[key])


def _group(form: AddressForm) -> tuple[str, ...]:
    """Short names are alike only in one folder; others by their shape on one host."""
    if form.last in ("w", "slug3", "n") and not form.has_date:
        return (form.host, form.shape, *form.names[:-1])
    return (form.host, form.shape, form.names[0] if form.pieces[:1] == ("w",) and len(form.names) > 1 else "")


def _story_link(one: _Address) -> StoryLink:
    best = max(one.links, key=lambda link: (bool(link.heading), _text_words(link)))
    if _text_words(best) < 3:
        best = max(one.links, key=_text_words)
    date = next((link.date for link in one.links if link.date), None)
    return StoryLink(
        address=one.links[0].address,
        canonical=one.canonical,
        title=best.text[:_LONGEST_TITLE] or None,
        date=date,
        position=one.links[0].position,
        score=round(one.score, 2),
        reasons=tuple(one.reasons),
    )
