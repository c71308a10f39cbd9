"""Which links of a page are stories: a score for each address, from named reasons.

Pure. Each address is judged by itself first: its form, text, region and card. Then by its like: addresses of one shape
are made for one purpose, so that a headline that says little is a story where the others of its shape are. What is
known of the site's addresses counts most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from dataclasses import dataclass, field

from newsdesk.crawler.documents.folding import folded
from newsdesk.crawler.links.address_form import NAMES, AddressForm, form_of
from newsdesk.crawler.links.address_reasons import DECISIVE, address_reasons, names_story, own_site
from newsdesk.crawler.links.anchor_text import naming_words
from newsdesk.crawler.links.models import PageLink, Reason, Region, StoryLink
from newsdesk.crawler.links.shapes import AddressShapes, learn_shapes
from newsdesk.crawler.links.tables import anchor_texts
from newsdesk.crawler.normalise.urls.canonical import canonical_url
from newsdesk.crawler.normalise.urls.hosts import bare_host

_START = -1.5
_REGIONS: dict[Region, float] = {
    "main": 0.3,
    "related": 0.9,
    "aside": 0.0,
    "json-ld": 0.0,
    "header": -1.0,
    "comments": -1.5,
    "navigation": -2.0,
    "footer": -2.5,
    "tags": -2.5,
    "author": -2.5,
    "account": -2.5,
    "share": -3.0,
    "breadcrumb": -3.5,
    "advertisement": -4.5,
    "pagination": -4.0,
    "head": -4.0,
}
_CONTENT: tuple[Region, ...] = ("main", "related", "aside", "json-ld")
_LEARNED = {"story": 3.5, "likely": 1.2, "unknown": 0.0, "unlikely": -1.5, "other": -3.5}
_BY_PAGE = {"story": 0.5, "likely": 0.0, "unknown": 0.0, "unlikely": -1.2, "other": 0.0}
_RANKED = " ol"  # in the layout of a link
_SURE = 3.0  # the score of stories from which the page's own shapes are learned
_ENOUGH = 8
_MOST_BY_LIKE = 1.8
_BY_LAYOUT = 0.3
_LONGEST_TITLE = 300


@dataclass(slots=True)
class _Address:
    """One address of the page with all links to it. `refused`: a reason decides against it."""

    canonical: str
    form: AddressForm
    links: list[PageLink] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    score: float = 0.0
    refused: bool = False

    def add(self, name: str, weight: float) -> None:
        if weight:
            self.reasons.append(Reason(name, round(weight, 2)))
            self.score += weight
            self.refused = self.refused or weight <= DECISIVE

    @property
    def region(self) -> Region:
        """The best region of its links."""
        return max((link.region for link in self.links), key=lambda region: _REGIONS[region])

    @property
    def has_card(self) -> bool:
        """Whether a date, a text or a picture stands beside it."""
        return any(link.date or link.summary >= 60 or link.picture for link in self.links)

    @property
    def in_content(self) -> bool:
        return self.region in _CONTENT


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
        if link.canonical not in by_address:
            by_address[link.canonical] = _Address(link.canonical, form_of(link.canonical))
        by_address[link.canonical].links.append(link)
    found = [*by_address.values()]
    sites, page = _own_sites(address, shapes), canonical_url(address)
    for one in found:
        one.add("most links of a page are no stories", _START)
        for reason in address_reasons(one.canonical, one.form, sites=sites, page=page):
            one.add(*reason)
        _judge_text(one)
        _judge_place(one)
        _judge_card(one)
        if shapes is not None:
            _judge_by_known(one, shapes)
    _judge_by_like(found)
    _judge_by_page(found)
    return tuple(map(_story_link, found))


def _own_sites(address: str, shapes: AddressShapes | None) -> frozenset[str]:
    """The site of the page, and the sites that a tenth of its known stories are on."""
    sites = {own_site(bare_host(address) or "")}
    if shapes is not None:
        known = sum(shapes.hosts.values())
        sites.update(own_site(host) for host, count in shapes.hosts.items() if count >= max(2, 0.1 * known))
    return frozenset(sites)


def _judge_text(one: _Address) -> None:
    best = max(naming_words(link.text) for link in one.links)
    if best == 0:
        one.add("no text that names anything", -0.8)
    elif best >= 6:
        one.add("a text as long as a headline", 2.2)
    elif best >= 4:
        one.add("a text of four words or more", 1.3)
    elif best < 2.5:
        one.add("a short text", -1.0)
    if any(len(link.text) < 50 and folded(link.text) in anchor_texts.SERVICES for link in one.links):
        one.add("the text names a service", -3.0)


def _judge_place(one: _Address) -> None:
    region = one.region
    weight = _REGIONS[region]
    if region == "author" and names_story(one.form):
        weight = -0.5  # columns stand beside their authors
    elif not (one.in_content or one.form.is_identified or one.has_card):
        weight -= 1.0  # static pages have such addresses too
    one.add(f"in the part: {region}", weight)
    rel = {word for link in one.links for word in link.rel}
    if "sponsored" in rel:
        one.add("rel=sponsored", DECISIVE)
    if rel & {"tag", "category", "author", "license", "search"}:
        one.add("rel says a list or a person", -3.5)
    if "bookmark" in rel:
        one.add("rel=bookmark", 1.5)


def _judge_card(one: _Address) -> None:
    links = one.links
    if any(link.heading and (one.has_card or naming_words(link.text) >= 2.5) for link in links):
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
    if any(link.date and (link.heading or link.summary >= 60) for link in links):
        one.add("all that a card of a story has", 0.8)
    if one.in_content and any(_RANKED in link.layout for link in links):
        one.add("in a ranked list", 0.7)
    if any(link.label for link in links):
        one.add("marked as paid for", DECISIVE)


def _judge_by_known(one: _Address, shapes: AddressShapes) -> None:
    fit = shapes.fit(one.canonical)
    weight = _LEARNED[fit]
    if weight > 1 and not (one.in_content or one.form.is_identified):
        weight = 1.0  # sections and static pages may have such names too
    if weight > 0 and one.region == "advertisement":
        weight = 0.0  # so may what is paid for
    if fit == "likely" and any(reason.name.startswith("below ") for reason in one.reasons):
        weight = 0.0  # the folder says more
    one.add(f"addresses of the site's stories: {fit}", weight)


def _judge_by_like(found: Sequence[_Address]) -> None:
    """Addresses of one shape, in one folder and in like parts of the page, count for each other by their mean; so do
    links that one template repeats."""
    counted = [one for one in found if not one.refused]
    narrow = _others(counted, lambda one: {_narrow_group(one)})
    wide = _others(counted, lambda one: {_wide_group(one)})
    layouts = _others(counted, lambda one: {link.layout for link in one.links if link.layout})
    for one, (near, count), (far, far_count), (alike, layout_count) in zip(
        counted, narrow, wide, layouts, strict=True
    ):
        weight = 0.6 * near if count > 1 else 0.3 * near if count else 0.3 * far if far_count > 1 else 0.0
        one.add("as others of its shape", min(max(weight, -_MOST_BY_LIKE), _MOST_BY_LIKE))
        if layout_count > 1:
            one.add("as others of its layout", _BY_LAYOUT * alike)


def _others(
    found: Sequence[_Address], groups_of: Callable[[_Address], Set[Hashable]]
) -> list[tuple[float, int]]:
    """For each address the mean score of the others of its group, and their number; of several groups the best."""
    sums: dict[Hashable, float] = defaultdict(float)
    counts: dict[Hashable, int] = defaultdict(int)
    groups = [groups_of(one) for one in found]
    scores = [min(max(one.score, -4.0), 4.0) for one in found]
    for keys, score in zip(groups, scores, strict=True):
        for key in keys:
            sums[key] += score
            counts[key] += 1
    return [
        max(
            (((sums[key] - score) / (counts[key] - 1), counts[key] - 1) for key in keys if counts[key] > 1),
            default=(0.0, 0),
        )
        for keys, score in zip(groups, scores, strict=True)
    ]


def _narrow_group(one: _Address) -> Hashable:
    """Addresses of one shape in one folder. Names without a number are alike whatever their length; not at the root of
    the site, where sections and static pages have short ones."""
    form = one.form
    if not one.form.is_identified and form.last in NAMES:
        kind = form.last if len(form.names) < 2 else "name"
        return (form.host, one.in_content, kind, form.ending, *form.pieces[:-1], *form.folders)
    return (form.host, one.in_content, form.shape, *form.folders)


def _wide_group(one: _Address) -> Hashable:
    """Addresses of one shape in all folders."""
    return (one.in_content, one.form.shape)


def _judge_by_page(found: Sequence[_Address]) -> None:
    """The page's own sure stories show what addresses of stories look like."""
    sure = [one for one in found if one.score >= _SURE and one.in_content]
    if len(sure) < _ENOUGH:
        return
    shapes = learn_shapes(f"https:{one.canonical}" for one in sure)
    for one in found:
        if not one.refused and one.score < _SURE and one.in_content:
            fit = shapes.fit(one.canonical)
            one.add(f"addresses of the page's stories: {fit}", _BY_PAGE[fit])


def _story_link(one: _Address) -> StoryLink:
    best = max(one.links, key=lambda link: (bool(link.heading), naming_words(link.text)))
    if naming_words(best.text) < 3:
        best = max(one.links, key=lambda link: naming_words(link.text))
    return StoryLink(
        address=one.links[0].address,
        canonical=one.canonical,
        title=best.text[:_LONGEST_TITLE] or None,
        date=next((link.date for link in one.links if link.date), None),
        position=one.links[0].position,
        score=round(one.score, 2),
        reasons=tuple(one.reasons),
    )
