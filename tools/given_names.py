"""Write the given names of many languages into `crawler/normalise/bylines/tables/given_names.py`.

Run it by hand: `python tools/given_names.py`, with Faker (MIT) installed, whose lists of given names it merges.
newsdesk itself does not need Faker.
"""

from __future__ import annotations

import importlib
import pkgutil
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import faker.providers.person

from newsdesk.crawler.normalise.bylines.names.given_names import bare_letters

FILE = Path(__file__).parent.parent / "crawler" / "normalise" / "bylines" / "tables" / "given_names.py"
# Scripts in which names are recognised by their form.
_LEFT_OUT = ("CJK", "HANGUL", "KATAKANA", "HIRAGANA", "THAI")


def _printed() -> Iterator[str]:
    for module in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in dir(provider):
            listed = getattr(provider, attribute)
            if "first" in attribute and isinstance(listed, tuple | list | dict):
                yield from (one for one in listed if isinstance(one, str))


def words(printed: Iterable[str]) -> list[str]:
    """The words of the names as they are compared, sorted."""
    found = {bare_letters(word) for name in printed for word in name.replace("-", " ").split()}
    return sorted(
        word
        for word in found
        if len(word) > 1 and word.isalpha() and not unicodedata.name(word[0]).startswith(_LEFT_OUT)
    )


def text(listed: list[str]) -> str:
    """The content of the file."""
    lines = textwrap.wrap(" ".join(listed), 110, break_on_hyphens=False, break_long_words=False)
    return (
        '"""Given names without diacritics and capitals. Written by tools/given_names.py from Faker."""\n\n'
        'GIVEN_NAMES = """\n' + "\n".join(lines) + '\n"""\n'
    )


if __name__ == "__main__":
    FILE.write_text(text(words(_printed())), encoding="utf-8")
