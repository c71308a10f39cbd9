"""Whether the words around a date tell that it is the day on which the text was published. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from newsdesk.crawler.normalise.dates.tables.own_labels import PRESS_RELEASES, PUBLISHED, THIS_TEXT

_OPENED = 25  # characters between the words that open a sentence and the date
_NEAR = 80  # characters between other words of publication and the date


def says_published(before: str, after: str) -> bool:
    """Whether a date belongs to words of publication: `Press release of`, `Published on`, `This article was first
    published on`, `Dieser Beitrag wurde am … veröffentlicht`.

    The words of publication must open the sentence, or the sentence must be about this text: a study that was
    published on a day is something else."""
    before, after = before.casefold().lstrip(" \"'([|-–—"), after.casefold()
    opens = _opening_words().match(before)
    if opens and len(before) - opens.end() <= _OPENED:
        return True
    if not _this_text().match(before):
        return False
    words = _published_words()
    return bool(words.search(before[-_NEAR:]) or words.search(after[:_NEAR]))


@lru_cache(maxsize=1)
def _opening_words() -> re.Pattern[str]:
    return _any_of((*_forms(PUBLISHED), *_forms(PRESS_RELEASES)))


@lru_cache(maxsize=1)
def _published_words() -> re.Pattern[str]:
    return _any_of(_forms(PUBLISHED))


@lru_cache(maxsize=1)
def _this_text() -> re.Pattern[str]:
    return _any_of(_forms(THIS_TEXT))


def _forms(table: dict[str, str]) -> list[str]:
    """The forms of all languages that are long enough to be no other word."""
    return [form.casefold() for forms in table.values() for form in forms.split("|") if _is_long(form)]


def _is_long(form: str) -> bool:
    return len(form) > 4 or not form.isascii()


def _any_of(forms: list[str] | tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(set(forms), key=lambda form: (-len(form), form))
    return re.compile(rf"(?:{'|'.join(map(re.escape, longest_first))})(?![^\W\d_])")
