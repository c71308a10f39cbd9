"""Which visit finds a story first, where several sources carry it. Pure; Unix seconds."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol


class Published(Protocol):
    """What one source published: `times` in order, in a feed of `window` entries on `host`. `stories`: which stories
    these are, for those that several sources carry; empty if it shares none."""

    @property
    def host(self) -> str: ...
    @property
    def window(self) -> int: ...
    @property
    def times(self) -> Sequence[float]: ...
    @property
    def stories(self) -> Sequence[int]: ...


class FirstFinds:
    """The first find of each story. A story counts from its earliest publication; one that its earliest source had
    before its first visit, at `first`, is history and does not count.

    `found`: (published, delay) of the stories found."""

    def __init__(self, sources: Sequence[Published], first: Sequence[float]) -> None:
        self.found: list[tuple[float, float]] = []
        self._sources = sources
        self._published: dict[Hashable, float] = {}
        self._history: set[Hashable] = set()
        self._known: set[Hashable] = set()
        self._lost: set[Hashable] = set()
        for place, (source, begin) in enumerate(zip(sources, first, strict=True)):
            for number, at in enumerate(source.times):
                story = self._story(place, number)
                if at < self._published.get(story, at + 1):
                    self._published[story] = at
                    (self._history.add if at <= begin else self._history.discard)(story)

    def _story(self, place: int, number: int) -> Hashable:
        stories = self._sources[place].stories
        return stories[number] if stories else (place, number)

    def count(self) -> int:
        """How many stories there are to be found."""
        return len(self._published) - len(self._history)

    def find(self, place: int, begin: int, end: int, at: float) -> int:
        """A visit at `at` finds the stories from `begin` to `end` of a source: how many of them no visit had found."""
        before = len(self._known)
        for number in range(begin, end):
            story = self._story(place, number)
            if story not in self._known:
                self._known.add(story)
                if story not in self._history:
                    self.found.append((self._published[story], at - self._published[story]))
        return len(self._known) - before

    def lose(self, place: int, begin: int, end: int) -> None:
        """The stories from `begin` to `end` of a source left its feed unseen."""
        self._lost.update(self._story(place, number) for number in range(begin, end))

    def lost(self) -> list[float]:
        """When the stories were published that left a feed unseen and that no visit found anywhere."""
        return [self._published[story] for story in self._lost - self._known - self._history]
