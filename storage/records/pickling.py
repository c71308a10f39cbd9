"""Fast pickling of records that cross processes by the thousand: as a tuple of values, set by slot.

By default a frozen, slotted dataclass is pickled field by field in Python: 1 ms for a document of thirty
stories, a tenth of the time to read it.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T", bound=type)


def pickled_as_tuple(cls: T) -> T:
    """Class decorator for frozen, slotted dataclasses of more than one field. Put it outermost."""
    names = [field.name for field in fields(cls)]
    values = attrgetter(*names)

    def reduce(self: Any) -> tuple[Any, ...]:
        return _new_record, (cls, values(self))

    cls.__reduce__ = reduce  # type: ignore[assignment] # the class was created just now
    cls._setters = [getattr(cls, name).__set__ for name in names]  # type: ignore[attr-defined]
    return cls


def _new_record(cls: Any, values: tuple[Any, ...]) -> Any:
    made = object.__new__(cls)
    for set_slot, value in zip(cls._setters, values, strict=True):
        set_slot(made, value)
    return made
