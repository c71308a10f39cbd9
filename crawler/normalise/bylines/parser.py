"""Parse what a publisher prints as author to names of people and organisations. Pure, never raises, linear.

Spaces and separators change, letters inside a name never do (except capitals in JANE DOE). A desk ("Staff",
"Redaktion") gives no author. A news agency is an organisation, and so is the outlet's own name.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from newsdesk.crawler.normalise.bylines.author_values import MAX_NAMES, PrintedName, printed_names
from newsdesk.crawler.normalise.bylines.cleaning import clean_byline, protect_inner_signs, split_joined_words
from newsdesk.crawler.normalise.bylines.disambiguation import authors_of_byline
from newsdesk.crawler.normalise.bylines.people import names_in_phrase
from newsdesk.crawler.normalise.bylines.phrases import phrases_of
from newsdesk.crawler.normalise.bylines.plain_names import plain_names
from newsdesk.crawler.normalise.bylines.word_tables import tables_for
from newsdesk.storage.records.stories import Author

# Languages that use the tables of another one.
_READ_AS = {"tl": "fil", "no": "nb", "sh": "sr"}
# The steps that prepare a printed string for splitting into words.
TEXT_STEPS = (clean_byline, split_joined_words, protect_inner_signs)


def parse_byline(
    raw: object, *, language: str | None = None, outlet: str | None = None
) -> tuple[Author, ...]:
    """The authors that `raw` names, in order, each once. Empty without any.

    `raw` is a string, the author of a feed entry, a sequence of both, or a JSON-LD value. `language` is a tag
    such as "de-AT", `outlet` the name of the newspaper.
    """
    code = language_of_tables(language)
    authors: dict[str, Author] = {}
    for printed in printed_names(raw):
        for author in parse_string(printed, code, outlet):
            known = authors.setdefault(author.name.casefold(), author)
            if known.organisation is None and author.organisation is not None:
                authors[author.name.casefold()] = replace(known, organisation=author.organisation)
    return tuple(authors.values())[:MAX_NAMES]


def language_of_tables(language: str | None) -> str | None:
    """The language whose tables are used for a tag such as "de-AT"."""
    primary = (language or "").partition("-")[0].lower()
    return _READ_AS.get(primary, primary) or None


@lru_cache(maxsize=4096)  # the same few names recur in a newspaper
def parse_string(printed: PrintedName, language: str | None, outlet: str | None) -> tuple[Author, ...]:
    """The authors of one string. Cached."""
    names = plain_names(printed.text, outlet) if printed.kind != "organisation" else ()
    if names:
        return tuple(Author(name=name, organisation=printed.organisation) for name in names)
    return parse_words(printed, language, outlet)


def parse_words(printed: PrintedName, language: str | None, outlet: str | None) -> tuple[Author, ...]:
    """The authors of one string by the meaning of its words."""
    text = printed.text
    for step in TEXT_STEPS:
        text = step(text)
    tables = tables_for(language)
    found = [
        names
        for phrase in phrases_of(text, tables)
        for names in names_in_phrase(phrase, tables, language=language, outlet=outlet, kind=printed.kind)
    ]
    return authors_of_byline(found, language=language, organisation=printed.organisation)
