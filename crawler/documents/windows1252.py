"""The marks of windows-1252 (’ “ – …), which half of the old web wrote while it said Latin-1.

Pure. The web's rule (WHATWG Encoding) is to read Latin-1 as windows-1252; the same marks also come as C1
controls and as numbers 128-159, where a publisher's software went by way of Latin-1.
"""

from __future__ import annotations

import re

_NUMBER = re.compile(r"&#(?:1[2-5][0-9]|[xX][89][0-9A-Fa-f]);")
_BYTES = re.compile(b"\xc2[\x80-\x9f]")
_CONTROL = re.compile("[\x80-\x9f]")


def decode_windows_1252(body: bytes) -> str:
    """Never fails: the five bytes that windows-1252 leaves open are controls, as on the web."""
    return _CONTROL.sub(lambda found: _mark(ord(found[0])), body.decode("latin-1"))


def mark_controls(text: str) -> str:
    """C1 controls and numbers 128-159, which no feed means, as the marks that they stand for."""
    text = _NUMBER.sub(_numbered, text)  # both searches begin with a literal: microseconds if there is none
    if not text.isascii() and _BYTES.search(text.encode("utf-8", "replace")):
        text = _CONTROL.sub(lambda found: _mark(ord(found[0])), text)
    return text


def _numbered(found: re.Match[str]) -> str:
    said = found[0]
    code = int(said[3:-1], 16) if said[2] in "xX" else int(said[2:-1])
    return _mark(code) if 128 <= code < 160 else said


def _mark(code: int) -> str:
    return bytes((code,)).decode("cp1252", "ignore") or chr(code)
