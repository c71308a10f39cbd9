"""The query and the options that choose stories, for each command that works on chosen ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

import click

from newsdesk.output.terminal import Refused
from newsdesk.sources.option_types import moment
from newsdesk.storage.queries.story_list import Store, StoryFilter
from newsdesk.storage.records.rights.stated import LICENCE, TERMS
from newsdesk.storage.records.stories import Access, Kind
from newsdesk.storage.search.query import QueryError, author_term, parse_query
from newsdesk.storage.sources.sources import find_sources

_NEAR = 15  # characters before and behind the place of an error in a query
_T = TypeVar("_T")
F = TypeVar("F", bound=Callable[..., Any])
FILTERS = ("named", "tag", "author", "language", "kind", "access", "rights", "since", "until")


def filter_options(verb: str) -> Callable[[F], F]:
    """The arguments `words` and the options `FILTERS`, with `verb` in their help: List, Purge."""

    def add(command: F) -> F:
        for option in reversed(_options(verb)):
            command = option(command)
        return command

    return add


def _options(verb: str) -> tuple[Callable[[Any], Any], ...]:
    return (
        click.argument("words", metavar="[QUERY…]", nargs=-1),
        click.option(
            "--source",
            "named",
            multiple=True,
            metavar="SOURCE",
            help=f"{verb} only stories of this source. Repeatable: of any of them.",
        ),
        click.option("--tag", help=f"{verb} only stories of sources with this tag."),
        click.option(
            "--author",
            metavar="NAME",
            help=f"{verb} only stories with this name, or words of it, in the byline.",
        ),
        click.option(
            "--language",
            metavar="CODE",
            help=f"{verb} only stories in this language; en finds en-GB too.",
        ),
        click.option("--kind", type=click.Choice(get_args(Kind)), help=f"{verb} only stories of this kind."),
        click.option(
            "--access",
            type=click.Choice(get_args(Access)),
            help=f"{verb} only stories that the publisher labels free, or paywalled.",
        ),
        click.option(
            "--rights",
            multiple=True,
            callback=_rights,
            metavar="TERM",
            help=f"{verb} only stories whose feed or page states this, such as tdm-reserved, ai-train=no, noindex, paid"
            " or licence:CC-BY. Repeatable: any of them.",
        ),
        click.option(
            "--since",
            callback=moment,
            metavar="WHEN",
            help=f"{verb} only stories since then: 2h, today, monday, 2026-11-24, or an instant.",
        ),
        click.option(
            "--until",
            callback=moment,
            metavar="WHEN",
            help=f"{verb} only stories until then; a day is included.",
        ),
    )


def _rights(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Terms in the spelling of the store."""
    return tuple(map(_term, values))


def _term(value: str) -> str:
    term = value.strip().lower()
    if term.startswith("license"):
        term = f"licence{term.removeprefix('license')}"
    if term == LICENCE.rstrip(":"):
        return LICENCE
    if term.startswith(LICENCE):
        return f"{LICENCE}{term.removeprefix(LICENCE)}"
    if term not in TERMS:
        near = get_close_matches(term, TERMS, n=1)
        known = f"{', '.join(TERMS)}, {LICENCE}NAME and licence (any)"
        raise click.BadParameter(
            f"there is no term {value!r}{f'; did you mean {near[0]}?' if near else f'; known are {known}'}"
        )
    return term


def query_of(chosen: Mapping[str, Any]) -> str:
    """The query as it was typed."""
    return " ".join(chosen["words"])


def is_narrowed(chosen: Mapping[str, Any]) -> bool:
    """Whether an option narrows the stories, besides the query."""
    return any(chosen[name] for name in FILTERS)


def story_filter(chosen: Mapping[str, Any]) -> StoryFilter:
    """The filter of what was typed; `of_sources` adds the sources. Raises Refused."""
    author = chosen["author"]
    return StoryFilter(
        query=_parsed(parse_query, query_of(chosen), "query") if chosen["words"] else None,
        author=None if author is None else _parsed(author_term, author, "--author"),
        **{name: chosen[name] for name in ("tag", "language", "kind", "access", "rights", "since", "until")},
    )


def of_sources(db: Store, filters: StoryFilter, chosen: Mapping[str, Any]) -> StoryFilter:
    """The filter with the sources that were named."""
    return replace(filters, sources=find_sources(db, chosen["named"]))


def _parsed(parse: Callable[[str], _T], text: str, name: str) -> _T:
    try:
        return parse(text)
    except QueryError as error:
        raise refused_query(name, text, error) from None


def refused_query(name: str, text: str, error: QueryError) -> Refused:
    """A query that cannot be used, with the place of the error."""
    near = text[max(0, error.column - 1 - _NEAR) : error.column - 1 + _NEAR]
    return Refused(f"{name}, column {error.column}, at {near!r}: {error.reason}")
