"""Import a library that few documents need and that takes much time and memory.

In a worker such an import must not count as the document's. There it raises LibraryNeededError instead; the pool then
imports the library and has the document read again.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

_in_worker = False


class LibraryNeededError(Exception):
    """A document needs a library that is not imported yet."""

    def __init__(self, library: str) -> None:
        super().__init__(library)
        self.library = library


def large_library(name: str) -> ModuleType:
    """The library, imported now if it was not. Raises LibraryNeededError in a worker that has not imported it."""
    if _in_worker and name not in sys.modules:
        raise LibraryNeededError(name)
    return import_module(name)


def leave_imports_to_the_pool() -> None:
    """Called once in each worker."""
    global _in_worker  # noqa: PLW0603 - a fact of this process
    _in_worker = True
