"""A dictionary of bounded size that drops what was not used for longest. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """At most `most` entries, and at most `most_size` of what `size_of` counts for all values together. The
    newest value stays even if it is larger than `most_size` alone. (functools.lru_cache bounds calls of a
    function by their number only; these values come from elsewhere, and differ in size.)
    """

    def __init__(
        self, most: int, *, most_size: int | None = None, size_of: Callable[[V], int] = lambda value: 0
    ) -> None:
        self._most = most
        self._most_size = most_size
        self._size_of = size_of
        self._size = 0
        self._values: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def __bool__(self) -> bool:
        return bool(self._values)

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def get(self, key: K) -> V | None:
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def set(self, key: K, value: V) -> None:
        self.pop(key)
        self._values[key] = value
        self._size += self._size_of(value)
        while len(self._values) > 1 and self._is_full():
            _, dropped = self._values.popitem(last=False)
            self._size -= self._size_of(dropped)

    def pop(self, key: K) -> V | None:
        value = self._values.pop(key, None)
        if value is not None:
            self._size -= self._size_of(value)
        return value

    def _is_full(self) -> bool:
        return len(self._values) > self._most or (
            self._most_size is not None and self._size > self._most_size
        )
