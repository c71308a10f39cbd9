"""Which of the names in a byline are the authors of the story. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from newsdesk.storage.records.stories import Author

# Photographers do not count. Editors do where a byline names nobody else: many papers sign with the editor in charge.
AUTHOR_ROLES = ("writer", "reporting", "translation")
_WITHOUT_AUTHOR = "editing"


def authors_by_role(named: Sequence[Author]) -> tuple[Author, ...]:
    """The authors among the names of a byline: those who wrote, else people who edited."""
    authors = tuple(one for one in named if one.role in AUTHOR_ROLES)
    return authors or tuple(one for one in named if one.role == _WITHOUT_AUTHOR and one.kind == "person")
