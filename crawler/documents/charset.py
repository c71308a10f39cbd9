"""Bytes to text: which charset a document is in, whoever lies about it.

Pure. Order: byte order mark, HTTP header, XML declaration (RFC 7303), UTF-8, the usual charset of the
language it names, a guess. A claim counts only if the bytes agree.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from newsdesk.crawler.documents.windows1252 import decode_windows_1252

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE_WIDE = (  # no mark, but "<" or "{" with its zero bytes
    (re.compile(rb"[<{]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{]"), "utf-32-be"),
    (re.compile(rb"[<{]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{]\0[^\0]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']\s{0,9}([A-Za-z0-9._:\-]{1,40})""")
_LANGUAGE = re.compile(rb"<(?:dc:)?language>\s{0,40}(?:<!\[CDATA\[)?\s{0,40}([A-Za-z]{2})\b", re.IGNORECASE)
# What the web means by these labels (WHATWG Encoding), by Python's name of the label.
_WEB_MEANING = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-8",  # a document without zero bytes is not UTF-16, whatever it says
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
    "utf-32": "utf-8",
}
_SINGLE_BYTE = re.compile(r"cp(?:125\d|874|866|437|850)|iso8859-\d+|koi8-[ru]|mac-?.*")
_WEAK = ("cp1252",)  # what servers add without knowing: us-ascii, iso-8859-1
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
_SAMPLE = 4_096  # bytes that a guess may look at
_FEWEST = 8  # foreign bytes without which every guess is as good
_FIRST_FOREIGN = re.compile(r"[^\x00-\x7f]")
_TWICE = re.compile("[\xc2-\xf4][^\x00-\x7f]")  # how a letter that was encoded twice begins


class Decoded(NamedTuple):
    text: str
    charset: str
    doubts: tuple[str, ...] = ()


def decode(body: bytes, charset: str | None = None) -> Decoded:
    """`body` as text, with the charset that was used; `charset` is the HTTP header's. Never raises."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _forced(body[len(mark) :], name)
    for pattern, name in _BARE_WIDE:
        if pattern.match(body[:8].lstrip(b" \t\r\n")):
            return _forced(body, name)
    return _once(_claimed(body, charset))


def _claimed(body: bytes, charset: str | None) -> Decoded:
    header, declared = python_name(charset), python_name(_declared(body))
    said = [name for name in _by_trust(header, declared) if name]
    if all(_is_utf8_or_single(name) for name in said):
        # Text in a single-byte charset is practically never valid UTF-8, so this outranks any such claim.
        utf8 = _strict(body, "utf-8") or _with_losses(body, "utf-8", good_per_bad=10)
        if utf8 is not None:
            foreign = said and said[0] != "utf-8" and not body.isascii()
            return Decoded(utf8, "utf-8", _losses(utf8) + ((f"says {said[0]}, is utf-8",) if foreign else ()))
    for name in said:
        text = _strict(body, name)
        if text is not None:
            return Decoded(text, name, (f"is {name}, not {said[0]} as said",) if said[0] != name else ())
    for name in said or ["utf-8"]:
        text = _with_losses(body, name, good_per_bad=1 if name == "utf-8" else 20)
        if text is not None:
            return Decoded(text, name, _losses(text))
    return _guessed(body)


def python_name(label: str | None) -> str | None:
    """Python's codec for a printed charset label as the web reads it, None when there is no safe one."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip().strip("\"'").lower()[:40]).name
        "".encode(name)  # refuses base64, rot13 and other codecs that are no charset
    except (LookupError, UnicodeError, ValueError):
        return None
    return None if name in _NEVER else _WEB_MEANING.get(name, name)


def _declared(body: bytes) -> str | None:
    found = _DECLARED.search(body[:2_000])
    return found.group(1).decode("ascii") if found else None


def _by_trust(header: str | None, declared: str | None) -> tuple[str | None, ...]:
    weak = header in _WEAK
    return (declared, header) if weak else (header, declared)


def _is_utf8_or_single(name: str) -> bool:
    return name == "utf-8" or _SINGLE_BYTE.fullmatch(name) is not None


def _forced(body: bytes, name: str) -> Decoded:
    text = _strict(body, name)
    if text is not None:
        return Decoded(text, name)
    return Decoded(body.decode(name, "replace"), name, (f"bytes that are no {name}",))


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, ValueError):
        # The web reads the five bytes that windows-1252 leaves open as controls.
        return decode_windows_1252(body) if name == "cp1252" else None


def _once(read: Decoded) -> Decoded:
    """A document that was encoded twice (`Ã¼` for `ü`) is read twice: all of it must agree, which it never
    does by chance. feedparser does so field by field."""
    if read.charset != "utf-8" or read.text.isascii():
        return read
    first = _FIRST_FOREIGN.search(read.text)
    if first and _TWICE.match(read.text, first.start()):
        for name in ("latin-1", "cp1252"):
            try:
                text = read.text.encode(name).decode("utf-8")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
            return Decoded(text, "utf-8", (*read.doubts, f"was encoded twice, by way of {name}"))
    return read


def _with_losses(body: bytes, name: str, *, good_per_bad: int) -> str | None:
    """The text with U+FFFD for bytes that are no `name`, if nearly all the others agree with it."""
    text = body.decode(name, "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return text if good >= bad * good_per_bad else None


def _losses(text: str) -> tuple[str, ...]:
    bad = text.count("\ufffd")
    return (f"{bad} characters are unreadable bytes",) if bad else ()


def _guessed(body: bytes) -> Decoded:
    for name in _guesses(body):
        guess = _strict(body, name)
        if guess is not None:
            return Decoded(guess, name, (f"no charset agrees with the bytes, {name} is a guess",))
    return Decoded(
        decode_windows_1252(body), "cp1252", ("no charset agrees with the bytes, cp1252 is a guess",)
    )


def _guesses(body: bytes) -> Iterator[str]:
    """Charsets to try: of the language that the feed names, then by the frequency of letters."""
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
