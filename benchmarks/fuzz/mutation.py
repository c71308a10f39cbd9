"""Damages a document by its pieces (tags, strings, marks), as broken feeds and attackers do, not only by bits.

Pure: the same `random.Random` gives the same damage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

LONGEST = 400_000  # bytes of a damaged document
_PIECE = re.compile(r'<[^<>]*>|"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)
_CHARSETS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "latin-1",
    "cp1252",
    "shift-jis",
    "koi8-r",
)

_ATTRIBUTES = ("xml:base", "xmlns", "type", "href", "url", "isPermaLink", "datetime", "style", "a" * 300)

# Values that only a hostile feed has.
NASTY = (
    "", " ", "\x00", "\x1b[31m", "\u202e", "\ud800", "\ufeff", "\ufffe", "\U0010ffff", "&", "&amp;amp;",
    "&#0;", "&#x110000;", "&#xd800;", "&nbsp;", "&x;", "<", ">", "<!--", "-->", "<![CDATA[", "]]>", "<?php",
    "?>", "<!DOCTYPE x [", "]>", "</", "/>", "<script>", "<svg/onload=x>", "<a href='java&#9;script:x'>",
    "<table><li>", "<pre>\n", "<math><mtext><style>", "javascript:x", "data:,x", "file:///x", "http://[",
    "http://[::1]/", "http://10.0.0.1/", "//", "http://a:b@c/", "%", "%zz", "9" * 400, "-1", "0", "1e999",
    "NaN", "9999-12-31T23:59:59-23:59", "0000-00-00", "Tue, 31 Feb 10000 99:99:99 +9999", "10 minutes ago",
    "{", "}", "[" * 500, '"', "\\", "\\ud800", "null", "a@" * 300, "(" * 300, "By " * 300, "and " * 300,
    "e\u0301" * 300, "=1+1", "'; --", "../" * 100, "x" * 5000, "\n" * 300, "\u2028", "٢٠٢٦", "日本",
    "xmlns:a='b'",
)  # fmt: skip

Pieces = list[str]


def pieces_of(document: bytes) -> Pieces:
    """Tags, strings and marks, and the text between them."""
    text = document.decode("utf-8", "surrogateescape")
    found: Pieces = []
    at = 0
    for piece in _PIECE.finditer(text):
        found += (text[at : piece.start()], piece[0])
        at = piece.end()
    return [piece for piece in (*found, text[at:]) if piece]


def broken(document: bytes, random: Random, *, others: Sequence[bytes]) -> bytes:
    """`document` with one to six kinds of damage; pieces of `others` may be inserted."""
    pieces = pieces_of(document)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        damage = random.choice(DAMAGES)
        pieces = damage(pieces, random) or ["x"]
        if random.random() < 0.1 and others:
            borrowed = pieces_of(random.choice(others))
            start = random.randrange(len(borrowed) or 1)
            pieces[_at(pieces, random) : 0] = borrowed[start : start + random.randrange(1, 60)]
    text = "".join(pieces)[:LONGEST]
    charset = random.choice(_CHARSETS) if random.random() < 0.1 else "utf-8"
    body = text.encode(charset, "surrogateescape" if charset == "utf-8" and _is_bytes(text) else "replace")
    return _bytes_broken(body, random) if random.random() < 0.15 else body[:LONGEST]


def _is_bytes(text: str) -> bool:
    return not any("\ud800" <= letter < "\udc80" or "\udcff" < letter <= "\udfff" for letter in text)


def _bytes_broken(body: bytes, random: Random) -> bytes:
    changed = bytearray(body[:LONGEST] or b"x")
    for _ in range(random.randrange(1, 20)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _at(pieces: Pieces, random: Random) -> int:
    return random.randrange(len(pieces)) if pieces else 0


def _slice(pieces: Pieces, random: Random) -> slice:
    start = _at(pieces, random)
    return slice(start, start + random.choice((1, 1, 2, 5, 30)))


def _doubled(pieces: Pieces, random: Random) -> Pieces:
    part = _slice(pieces, random)
    return pieces[: part.stop] + pieces[part] + pieces[part.stop :]


def _dropped(pieces: Pieces, random: Random) -> Pieces:
    part = _slice(pieces, random)
    return pieces[: part.start] + pieces[part.stop :]


def _moved(pieces: Pieces, random: Random) -> Pieces:
    part = _slice(pieces, random)
    rest = pieces[: part.start] + pieces[part.stop :]
    to = _at(rest, random)
    return rest[:to] + pieces[part] + rest[to:]


def _repeated(pieces: Pieces, random: Random) -> Pieces:
    at = _at(pieces, random)
    return pieces[:at] + pieces[at : at + 1] * random.choice((2, 20, 300, 3000)) + pieces[at:]


def _nested(pieces: Pieces, random: Random) -> Pieces:
    part = _slice(pieces, random)
    depth = random.choice((2, 30, 300, 3000))
    name = random.choice(("a", "div", "item", "entry", "table", "p", "rss", "channel", "title"))
    closing = [f"</{name}>"] * random.choice((depth, 0, depth // 2))
    return pieces[: part.start] + [f"<{name}>"] * depth + pieces[part] + closing + pieces[part.stop :]


def _poisoned(pieces: Pieces, random: Random) -> Pieces:
    at = _at(pieces, random)
    return [*pieces[:at], random.choice(NASTY), *pieces[at + random.randrange(2) :]]


def _poisoned_inside(pieces: Pieces, random: Random) -> Pieces:
    at = _at(pieces, random)
    piece = pieces[at] if pieces else ""
    cut = random.randrange(len(piece) + 1)
    return [
        *pieces[:at],
        piece[:cut] + random.choice(NASTY) + piece[cut + random.randrange(3) :],
        *pieces[at + 1 :],
    ]


def _given_attribute(pieces: Pieces, random: Random) -> Pieces:
    at = _at(pieces, random)
    name = random.choice(
        ("xml:base", "xmlns", "type", "href", "url", "isPermaLink", "datetime", "style", "a" * 300)
    )
    value = random.choice(NASTY).replace('"', "&quot;")
    return [*pieces[:at], pieces[at].replace(">", f' {name}="{value}">', 1), *pieces[at + 1 :]]


def _cut(pieces: Pieces, random: Random) -> Pieces:
    return pieces[: _at(pieces, random)]


def _declared(pieces: Pieces, random: Random) -> Pieces:
    rows = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else random.choice(NASTY)}">'
        for n in range(random.randrange(9))
    )
    at = _at(pieces, random)
    return [pieces[0], f"<!DOCTYPE rss [{rows}]>", *pieces[1:at], "&e3;", *pieces[max(1, at) :]]


DAMAGES: tuple[Callable[[Pieces, Random], Pieces], ...] = (
    _doubled, _dropped, _moved, _repeated, _nested, _poisoned, _poisoned, _poisoned_inside, _poisoned_inside,
    _given_attribute, _cut, _declared,
)  # fmt: skip
