"""The sites of the newsroom and their stories, read from `sites/*.toml`, one file a site.

Ages in the files become dates before `opened_at`, so that the demo is always fresh, and the same `opened_at`
always gives the same stories. All towns, people and events are invented.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from typing import Any, Literal
from zlib import crc32

Format = Literal["rss", "rss-plain", "atom", "rdf", "json"]
State = Literal["open", "broken", "gone", "challenged"]

_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One story as its site publishes it. Dates are aware, in the time zone of the site."""

    path: str
    title: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    published: datetime
    language: str
    updated: datetime | None = None
    categories: tuple[str, ...] = ()
    image: str | None = None

    @property
    def summary(self) -> str:
        return self.paragraphs[0]

    @property
    def touched(self) -> datetime:
        return self.updated or self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The word lists of live stories (see `newsdesk.demo.live`). `paragraphs` has a group of choices for each
    paragraph of a story."""

    titles: tuple[str, ...]
    things: tuple[str, ...]
    places: tuple[str, ...]
    paragraphs: tuple[tuple[str, ...], ...]
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site. `pieces` newest first; `corrections` later replace the pieces with the same path. `feed` and `sitemap`
    are paths; without a feed a site has a news sitemap, or nothing but its pages.

    `state`: a *broken* site responds to its feed with an HTML page and status 200, a *gone* one with 410, a
    *challenged* one to everything with a check for bots.
    `by` and `last`: the parts of a byline ("By", " and "); `path`: the pattern of story addresses; `desks`:
    the names in bylines that are not persons."""

    name: str
    host: str
    language: str
    zone: timezone
    feed: str | None = None
    sitemap: str | None = None
    state: State = "open"
    format: Format = "rss"
    tagline: str = ""
    mail: str = ""
    by: str = ""
    comma: str = ", "
    last: str = " & "
    path: str = "/{slug}"
    right_to_left: bool = False
    desks: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    corrections: tuple[Piece, ...] = ()
    live: Live | None = None

    def joined(self, names: tuple[str, ...]) -> str:
        """The names of a byline, joined as the site does it: `A, B and C`."""
        return self.last.join(part for part in (self.comma.join(names[:-1]), *names[-1:]) if part)

    @property
    def sections(self) -> tuple[str, ...]:
        """The categories of its stories, in their order."""
        return tuple(dict.fromkeys(name for piece in self.pieces for name in piece.categories))

    def edition(self, *, corrected: bool) -> tuple[Piece, ...]:
        """The pieces before or after the corrections."""
        if not corrected:
            return self.pieces
        newer = {piece.path: piece for piece in self.corrections}
        return tuple(newer.get(piece.path, piece) for piece in self.pieces)


def load_sites(opened_at: datetime) -> tuple[Site, ...]:
    """All sites, open ones first, then by file name. `opened_at` is aware."""
    folder = files("newsdesk.demo").joinpath("sites")
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    sites = [_site(tomllib.loads(f.read_text("utf-8")), opened_at) for f in found]
    return tuple(sorted(sites, key=lambda site: site.state != "open"))


def path_of(pattern: str, slug: str, published: datetime) -> str:
    """The path of a story on its site. `{number}` is computed from the slug, so that it never changes."""
    return pattern.format(slug=slug, day=published, number=1_000_000 + crc32(slug.encode()) % 9_000_000)


def _site(table: Mapping[str, Any], opened_at: datetime) -> Site:
    own = {"zone": _zone(table["zone"]), "desks": tuple(table.get("desks", ()))}
    bare = Site(**{key: value for key, value in table.items() if key not in {"story", "live"}} | own)
    pieces: list[Piece] = []
    corrections: list[Piece] = []
    for row in table.get("story", ()):
        piece = _piece(row, bare, opened_at)
        pieces.append(piece)
        if "correction" in row:
            corrections.append(_corrected(piece, row["correction"], opened_at))
    pieces.sort(key=lambda piece: piece.published, reverse=True)
    return replace(
        bare,
        pieces=tuple(pieces),
        corrections=tuple(corrections),
        live=_live(table["live"]) if "live" in table else None,
    )


def _live(table: Mapping[str, Any]) -> Live:
    lists = {key: tuple(table[key]) for key in ("titles", "things", "places")}
    return Live(**lists, author=table["author"], paragraphs=tuple(map(tuple, table["paragraphs"])))


def _piece(row: Mapping[str, Any], site: Site, opened_at: datetime) -> Piece:
    # The seconds come from the slug: real stories are not all published at the same second of a minute.
    age = _age(row["ago"]) + timedelta(seconds=crc32(row["slug"].encode()) % 60)
    zone = _zone(row["zone"]) if "zone" in row else site.zone
    published = (opened_at - age).replace(microsecond=0).astimezone(zone)
    return Piece(
        path=path_of(site.path, row["slug"], published),
        title=row["title"],
        paragraphs=tuple(part.strip() for part in row["text"].split("\n\n") if part.strip()),
        authors=tuple(row.get("by", ())),
        published=published,
        language=row.get("language", site.language),
        categories=tuple(row.get("categories", ())),
        image=row.get("image"),
    )


def _corrected(piece: Piece, row: Mapping[str, Any], opened_at: datetime) -> Piece:
    """`row` has the new `title`, and `was` and `now`: the words that change in the text."""
    return replace(
        piece,
        title=row["title"],
        paragraphs=tuple(part.replace(row["was"], row["now"]) for part in piece.paragraphs),
        updated=opened_at.replace(microsecond=0).astimezone(piece.published.tzinfo),
    )


def _age(printed: str) -> timedelta:
    """`2d 3h 5m` → its length."""
    parts = re.findall(r"(\d+)([dhm])", printed)
    return timedelta(**{_UNITS[unit]: int(number) for number, unit in parts})


def _zone(printed: str) -> timezone:
    """`+05:30` → its zone; `+00:00` is UTC itself, which RSS may then print as GMT."""
    hours, minutes = int(printed[1:3]), int(printed[4:6])
    length = timedelta(hours=hours, minutes=minutes)
    if not length:
        return timezone.utc  # noqa: UP017  (a `timezone`, as the annotation says)
    return timezone(-length if printed[0] == "-" else length)
