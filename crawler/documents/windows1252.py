"""The signs of windows-1252 (’ “ – …) in documents that declare Latin-1 or were converted through it.

Pure. The rule of the web (WHATWG Encoding) is to read Latin-1 as windows-1252. Python's cp1252 refuses five bytes
that the rule reads as controls. Converted documents have the signs as C1 controls or as `&#128;` to `&#159;`.
"""

from __future__ import annotations

import re

_NUMBER = re.compile(r"&#(?:1[2-5][0-9]|[xX][89][0-9A-Fa-f]);")
_BYTES = re.compile(b"\xc2[\x80-\x9f]")
_CONTROL = re.compile("[\x80-\x9f]")


def decode_windows_1252(body: bytes) -> str:
    """The text of windows-1252 bytes. Never fails: the five undefined bytes become controls, as on the web."""
    return _CONTROL.sub(lambda found: _sign(ord(found[0])), body.decode("latin-1"))


def replace_controls(text: str) -> str:
    """C1 controls and references 128 to 159, which no feed intends, replaced by their windows-1252 signs."""
    if "&#" in text:
        text = _NUMBER.sub(_numbered, text)
    if not text.isascii() and _BYTES.search(text.encode("utf-8", "replace")):
        text = _CONTROL.sub(lambda found: _sign(ord(found[0])), text)
    return text


def _numbered(found: re.Match[str]) -> str:
    reference = found[0]
    code = int(reference[3:-1], 16) if reference[2] in "xX" else int(reference[2:-1])
    return _sign(code) if 128 <= code < 160 else reference


def _sign(code: int) -> str:
    return bytes((code,)).decode("cp1252", "ignore") or chr(code)
