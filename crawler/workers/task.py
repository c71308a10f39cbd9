"""A task: a document with all that parsing it needs, and the name of the function that parses it. Pure.

The main process makes tasks and gets results. Parsers take longer to import than most crawls last, so only a
worker imports them, by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pkgutil import resolve_name
from typing import ClassVar, Generic, TypeVar

from newsdesk.storage.records.visits import Limits

T_co = TypeVar("T_co", covariant=True)


class Task(ABC, Generic[T_co]):
    """The records of tasks inherit from it. A task and its result can be pickled."""

    __slots__ = ()
    READER: ClassVar[str]  # "module:function": it takes the task and returns the result

    @property
    @abstractmethod
    def limits(self) -> Limits:
        """What parsing the document may cost."""

    @property
    @abstractmethod
    def weight(self) -> int:
        """Bytes that the task and its result may take in this process."""

    def load(self) -> None:
        """Import what parsing needs, so that it does not count as the document's memory."""
        resolve_name(self.READER)

    def read(self) -> T_co:
        """Parse the document. Runs in a worker."""
        result: T_co = resolve_name(self.READER)(self)
        return result
