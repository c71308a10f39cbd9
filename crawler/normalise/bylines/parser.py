"""Bylines: from what a publisher prints as author to names of people and organisations.

Pure, never raises, linear in the text. Spaces and separators change, letters inside a name never do (but
capitals become small in JANE DOE). A desk ("Staff", "Redaktion") is nobody; an agency is an organisation; so
is the outlet's own name, since "the paper signs this itself" is said and not unknown, while a person it is
not. The stages are the files of `byline`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from newsdesk.crawler.normalise.bylines.author_values import MOST, Printed, strings_of
from newsdesk.crawler.normalise.bylines.cleaning import cleaned, protected, unglued
from newsdesk.crawler.normalise.bylines.disambiguation import authors_among
from newsdesk.crawler.normalise.bylines.people import name_in
from newsdesk.crawler.normalise.bylines.phrases import phrases_of
from newsdesk.crawler.normalise.bylines.word_tables import words_for
from newsdesk.storage.records.stories import Author

# Languages whose bylines are read as another's.
_AS = {"tl": "fil", "no": "nb", "sh": "sr"}
# From a string as printed to one whose words can be told apart.
TO_TEXT = (cleaned, unglued, protected)


def parse_byline(
    raw: object, *, language: str | None = None, outlet: str | None = None
) -> tuple[Author, ...]:
    """The authors that `raw` names, in order, each once. Empty when it names nobody.

    `raw` is a string, a feed's author, a sequence of both, or a JSON-LD value. `language` is a tag such as
    "de-AT", `outlet` the name of the paper.
    """
    tongue = (language or "").partition("-")[0].lower()
    authors: dict[str, Author] = {}
    for printed in strings_of(raw):
        for author in remembered(printed, _AS.get(tongue, tongue) or None, outlet):
            known = authors.setdefault(author.name.casefold(), author)
            if known.organisation is None and author.organisation is not None:
                authors[author.name.casefold()] = replace(known, organisation=author.organisation)
    return tuple(authors.values())[:MOST]


@lru_cache(maxsize=4096)  # a paper has few reporters, and each writes much
def remembered(printed: Printed, language: str | None, outlet: str | None) -> tuple[Author, ...]:
    """The authors of one string, from memory if it was read before."""
    text = printed.text
    for stage in TO_TEXT:
        text = stage(text)
    tables = words_for(language)
    found = [
        named
        for phrase in phrases_of(text, tables)
        for named in name_in(phrase, tables, language=language, outlet=outlet, kind=printed.kind)
    ]
    return authors_among(found, language=language, organisation=printed.organisation)
