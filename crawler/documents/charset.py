"""The charset of a document: bytes to text.

Pure. Order of attempts: byte order mark, HTTP header, XML declaration (RFC 7303), UTF-8, the usual charset of the
document's language, a guess. Kept by hand: w3lib and feedparser accept a declared charset that the bytes contradict;
here it counts only if the bytes agree.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from w3lib.encoding import resolve_encoding

from newsdesk.crawler.documents.windows1252 import decode_windows_1252

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITHOUT_BOM = (  # "<" or "{" with its zero bytes
    (re.compile(rb"[<{]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{]"), "utf-32-be"),
    (re.compile(rb"[<{]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{]\0[^\0]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']\s{0,9}([A-Za-z0-9._:\-]{1,40})""")
_LANGUAGE = re.compile(rb"<(?:dc:)?language>\s{0,40}(?:<!\[CDATA\[)?\s{0,40}([A-Za-z]{2})\b", re.IGNORECASE)
_WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32")  # their documents are recognised by zero bytes
_SINGLE_BYTE = re.compile(r"cp(?:125\d|874|866|437|850)|iso8859-\d+|koi8-[ru]|mac-?.*")
_WEAK = ("cp1252",)  # the default of many servers: us-ascii, iso-8859-1
_NEVER = ("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem")
_LANGUAGES = {
    "cp1251": ("ru", "uk", "bg", "be", "mk", "sr"),
    "cp1250": ("pl", "cs", "sk", "hu", "sl", "hr", "ro"),
    "cp1252": (
        "en",
        "de",
        "fr",
        "es",
        "pt",
        "it",
        "nl",
        "sv",
        "da",
        "no",
        "nb",
        "nn",
        "fi",
        "is",
        "ca",
        "gl",
    ),
    "cp1253": ("el",),
    "cp1254": ("tr",),
    "cp1255": ("he", "iw"),
    "cp1256": ("ar", "fa", "ur"),
    "cp1257": ("lt", "lv", "et"),
    "cp1258": ("vi",),
    "cp874": ("th",),
    "cp932": ("ja",),
    "gb18030": ("zh",),
    "cp949": ("ko",),
}
_OF_LANGUAGE = {language: name for name, languages in _LANGUAGES.items() for language in languages}
_GUESSABLE = [*_LANGUAGES, "koi8_r", "big5hkscs", "euc_jp"]
_SAMPLE = 4_096  # bytes for a guess
_UTF8_LETTER = re.compile(rb"[\xc3-\xf4][\x80-\xbf]{1,3}")
_CERTAIN_LETTERS = 12
_LETTERS_IN = 200_000  # bytes in which they are counted
_FEWEST = 8  # non-ASCII bytes; with fewer every guess is as good
_FIRST_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_TWICE = re.compile("[\xc2-\xf4][^\x00-\x7f]")  # the first characters of a letter that was encoded twice


class Decoded(NamedTuple):
    text: str
    charset: str
    doubts: tuple[str, ...] = ()


def decode(body: bytes, charset: str | None = None) -> Decoded:
    """`body` as text, with the charset that was used. `charset` comes from the HTTP header. Never raises."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _decode_as(body[len(mark) :], name)
    for pattern, name in _WITHOUT_BOM:
        if pattern.match(body[:8].lstrip(b" \t\r\n")):
            return _decode_as(body, name)
    return _undo_double_encoding(_decode_as_declared(body, charset))


def _decode_as_declared(body: bytes, charset: str | None) -> Decoded:
    header, declaration = python_name(charset), python_name(_declaration(body))
    declared = [name for name in _by_trust(header, declaration) if name]
    if all(_is_utf8_or_single_byte(name) for name in declared):
        # Text in a single-byte charset is almost never valid UTF-8, so valid UTF-8 overrides the declaration.
        utf8 = _strict(body, "utf-8") or _with_losses(body, "utf-8", good_per_bad=10)
        if utf8 is not None:
            differs = declared and declared[0] != "utf-8" and not body.isascii()
            doubts = (_differs(declared[0], "utf-8"),) if differs else ()
            return Decoded(utf8, "utf-8", _losses(utf8) + doubts)
    elif (utf8 := _certain_utf8(body)) is not None:
        doubts = (_differs(declared[0], "utf-8"),) if declared[0] != "utf-8" else ()
        return Decoded(utf8, "utf-8", doubts)
    for name in (*declared, "utf-8"):
        text = _strict(body, name)
        if text is not None:
            return Decoded(text, name, (_differs(declared[0], name),) if declared[0] != name else ())
    for name in declared or ["utf-8"]:
        text = _with_losses(body, name, good_per_bad=1 if name == "utf-8" else 20)
        if text is not None:
            return Decoded(text, name, _losses(text))
    return _guess(body)


def python_name(label: str | None) -> str | None:
    """Python's codec for a printed charset label, by the rules of the web (WHATWG Encoding); None without a safe
    one."""
    if not label:
        return None
    try:
        name = resolve_encoding(label.strip().strip("\"'").lower()[:40])
        if name is None or name in _NEVER:
            return None
        "".encode(name)  # refuses base64, rot13 and other codecs that are not charsets
    except (LookupError, UnicodeError, ValueError):
        return None
    return "utf-8" if name in _WIDE else name


def _declaration(body: bytes) -> str | None:
    found = _DECLARED.search(body[:2_000])
    return found.group(1).decode("ascii") if found else None


def _by_trust(header: str | None, declaration: str | None) -> tuple[str | None, ...]:
    return (declaration, header) if header in _WEAK else (header, declaration)


def _is_utf8_or_single_byte(name: str) -> bool:
    return name == "utf-8" or _SINGLE_BYTE.fullmatch(name) is not None


def _certain_utf8(body: bytes) -> str | None:
    """`body` as UTF-8 if it is valid and has many letters of two or more bytes. A few words in GB2312 or Big5 may be
    valid UTF-8 by chance (two letters in 1 of 18 cases); a text is not."""
    if len(_UTF8_LETTER.findall(body[:_LETTERS_IN])) < _CERTAIN_LETTERS:
        return None
    return _strict(body, "utf-8")


def _differs(declared: str, name: str) -> str:
    return f"declared as {declared}, but is {name}"


def _decode_as(body: bytes, name: str) -> Decoded:
    text = _strict(body, name)
    if text is not None:
        return Decoded(text, name)
    return Decoded(body.decode(name, "replace"), name, (f"some bytes are not valid {name}",))


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, ValueError):
        # The web reads the five undefined bytes of windows-1252 as controls.
        return decode_windows_1252(body) if name == "cp1252" else None


def _undo_double_encoding(decoded: Decoded) -> Decoded:
    """A document that was encoded twice (`Ã¼` for `ü`) is decoded twice, if all of it can be: that never happens by
    chance. feedparser does the same field by field."""
    if decoded.charset != "utf-8" or decoded.text.isascii():
        return decoded
    first = _FIRST_NON_ASCII.search(decoded.text)
    if first and _TWICE.match(decoded.text, first.start()):
        for name in ("latin-1", "cp1252"):
            try:
                text = decoded.text.encode(name).decode("utf-8")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
            return Decoded(text, "utf-8", (*decoded.doubts, f"was encoded twice, through {name}"))
    return decoded


def _with_losses(body: bytes, name: str, *, good_per_bad: int) -> str | None:
    """The text with U+FFFD for bytes that are not valid in `name`, if nearly all other bytes are."""
    text = body.decode(name, "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return text if good >= bad * good_per_bad else None


def _losses(text: str) -> tuple[str, ...]:
    bad = text.count("\ufffd")
    return (
        (f"unreadable bytes, replaced by {bad} {'character' if bad == 1 else 'characters'} U+FFFD",)
        if bad
        else ()
    )


def _guess(body: bytes) -> Decoded:
    for name in _guesses(body):
        text = _strict(body, name)
        if text is not None:
            return Decoded(text, name, (_guessed(name),))
    return Decoded(decode_windows_1252(body), "cp1252", (_guessed("cp1252"),))


def _guessed(name: str) -> str:
    return f"no declared charset fits the bytes, {name} was guessed"


def _guesses(body: bytes) -> Iterator[str]:
    """Charsets to try: the usual one of the feed's language, then the best one by the frequency of letters."""
    language = _LANGUAGE.search(body[:20_000])
    if language and (usual := _OF_LANGUAGE.get(language.group(1).decode("ascii").lower())):
        yield usual
    from charset_normalizer import from_bytes

    sample = b" ".join(re.findall(rb"[^<>]{0,40}[\x80-\xff][^<>]{0,80}", body[:200_000]))[:_SAMPLE]
    if len(sample) - len(re.sub(rb"[\x80-\xff]", b"", sample)) < _FEWEST:
        return
    best = from_bytes(sample, cp_isolation=_GUESSABLE, preemptive_behaviour=False).best()
    if best is not None:
        yield best.encoding
