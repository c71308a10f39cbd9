"""The shapes that the stories of one site have, learned from addresses that are known. Pure.

A site's feed and sitemap name stories; reading a page shows whether it was one. What is kept is small, however many
addresses it was learned from, and is written as JSON.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Literal

from newsdesk.crawler.links.address_form import NAMES, AddressForm, form_of
from newsdesk.crawler.normalise.urls.canonical import canonical_url

Fit = Literal["story", "likely", "unknown", "unlikely", "other"]
MOST_SHAPES = 60  # of each kind; the most frequent are kept
MOST_FOLDERS = 60
MOST_ADDRESSES = 20_000  # that are learned from at once
_ENOUGH = 8  # stories by which another shape is unlikely
_MANY = 12  # stories by which another folder is unlikely
_FEW = 2
_WEAK = frozenset(("/w", "/w/w", "/w/w/w", "/", "/slug3", "/w/slug3"))  # shapes that sections have too


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressShapes:
    """How many known stories, and pages that were none, have each shape, first folder and host."""

    stories: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    folders: Mapping[str, int] = field(default_factory=dict)  # the folders of stories
    other_folders: Mapping[str, int] = field(default_factory=dict)
    hosts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.stories.values())

    def fit(self, canonical: str) -> Fit:
        """How well an address fits to what is known of the site."""
        form = form_of(canonical)
        known, not_story = self.stories.get(form.shape, 0), self.others.get(_detailed(form), 0)
        folder = _folder(form)
        in_folder, others_in_folder = self.folders.get(folder, 0), self.other_folders.get(folder, 0)
        total = self.total
        if not_story > known or (not_story >= _FEW and form.shape in _WEAK):
            return "other"
        if folder and others_in_folder >= 3 and others_in_folder > 2 * in_folder:
            return "other"
        if known >= _FEW and known >= 0.02 * total:
            if form.shape in _WEAK:
                usual = total >= _ENOUGH and 2 * known >= total and 2 * in_folder >= total
                return "story" if folder and usual else "likely"
            if in_folder:
                return "story"
            if self.has_few_folders:
                return "unlikely"
            return "story" if form.is_identified and total >= _MANY else "likely"
        if known:
            return "likely"
        if total < _ENOUGH or self._knows_other_names(form):
            return "unknown"
        return "unlikely"

    def _knows_other_names(self, form: AddressForm) -> bool:
        """Whether stories have names of another length in its place, which says nothing against a short one."""
        if form.is_identified or form.last not in NAMES:
            return False
        head = form.shape.removesuffix(form.ending).rpartition("/")[0]
        return any(f"{head}/{name}{form.ending}" in self.stories for name in NAMES)

    @property
    def has_few_folders(self) -> bool:
        """Whether the stories are in few folders, so that another one holds something else."""
        return self.total >= _MANY and 4 * len(self.folders) <= self.total

    def to_json(self) -> str:
        return json.dumps(
            {name: dict(getattr(self, name)) for name in _FIELDS if getattr(self, name)},
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str | None) -> AddressShapes:
        """What `to_json` wrote; nothing is known where the text is damaged."""
        try:
            read: Any = json.loads(text or "{}")
        except (ValueError, RecursionError):
            read = {}
        values = read if isinstance(read, dict) else {}
        return cls(**{name: _counts(values.get(name)) for name in _FIELDS})


_FIELDS = ("stories", "others", "folders", "other_folders", "hosts")


def learn_shapes(
    stories: Iterable[str], others: Iterable[str] = (), *, known: AddressShapes | None = None
) -> AddressShapes:
    """The shapes of addresses of stories, and of pages of the site that are none, added to what is `known`."""
    before = known or AddressShapes()
    shapes, folders, hosts = Counter(before.stories), Counter(before.folders), Counter(before.hosts)
    other_shapes, other_folders = Counter(before.others), Counter(before.other_folders)
    for form in _forms(stories):
        shapes[form.shape] += 1
        folders[_folder(form)] += 1
        hosts[form.host] += 1
    for form in _forms(others):
        other_shapes[_detailed(form)] += 1
        other_folders[_folder(form)] += 1
    return AddressShapes(
        stories=_most(shapes, MOST_SHAPES),
        others=_most(other_shapes, MOST_SHAPES),
        folders=_most(folders, MOST_FOLDERS),
        other_folders=_most(other_folders, MOST_FOLDERS),
        hosts=_most(hosts, MOST_FOLDERS),
    )


def _forms(addresses: Iterable[str]) -> Iterable[AddressForm]:
    for _, address in zip(range(MOST_ADDRESSES), addresses, strict=False):
        canonical = canonical_url(address)
        if canonical.startswith("//"):
            yield form_of(canonical)


def _detailed(form: AddressForm) -> str:
    """The shape with its folders by name: what was no story in `/tag/` says nothing about `/sport/`."""
    names = [
        name if piece == "w" and at < len(form.pieces) - 1 else piece
        for at, (piece, name) in enumerate(zip(form.pieces, form.names, strict=True))
    ]
    return "/" + "/".join(names) + form.ending + form.parameter


def _folder(form: AddressForm) -> str:
    """The folders in front of the first number or date: `news/articles`."""
    named = takewhile(lambda pair: pair[0] in NAMES, zip(form.pieces[:-1], form.names[:-1], strict=True))
    return "/".join(name for _, name in named)


def _most(counts: Counter[str], most: int) -> dict[str, int]:
    return dict(counts.most_common(most))


def _counts(value: Any) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    return {
        str(name)[:500]: count
        for name, count in list(value.items())[: 2 * MOST_SHAPES]
        if isinstance(count, int) and not isinstance(count, bool) and count > 0
    }
