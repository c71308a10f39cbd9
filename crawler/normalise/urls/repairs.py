"""Damage of printed addresses that does not change which page they mean. Pure, never raises.

Cut-and-paste remains, schemes written twice or without their colon, hosts without a scheme.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2060\ufeff]+")
_LONE = re.compile(r"[\ud800-\udfff]")
_AMPERSAND = re.compile(r"&(?:amp;|#0*38;|#x0*26;)+", re.IGNORECASE)
_MARKUP = re.compile(r"</[A-Za-z].*|[\"']>.*", re.DOTALL)
# `http://http://host`, `http://https//host`, `https//host`, `ttp://host`: the last scheme counts.
_SCHEMES = re.compile(r"(?:https?:?/{1,3})*h{0,2}t{1,3}p(s?)(?::/{1,3}|;?//)(?=[^/\\])", re.IGNORECASE)
_SOUND = ("http://", "https://")
_DOUBLED = ("http://http", "https://http")
_HOST_FIRST = re.compile(
    r"(www\.)?(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+([^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})\.?(?::\d{1,5})?(?:[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
# Endings of file names that are no top-level domain: `index.html` is a path.
_FILE_ENDINGS = frozenset(
    "html htm xhtml shtml php asp aspx jsp cfm cgi xml rss atom rdf json txt pdf jpg jpeg png gif webp svg mp3 "
    "mp4 doc docx xls csv css js".split()
)


def repair_address(url: str) -> str:
    """`url` without remains of cutting and pasting, with one scheme."""
    text = url.strip()
    if not text.isascii() or not text.isprintable():
        text = _LONE.sub("\ufffd", _CONTROLS.sub("", text)).strip()
    if "&" in text:
        text = _AMPERSAND.sub("&", text)
    if '"' in text or "<" in text or ">" in text:  # cut-and-paste damage: abc"  abc">more  …/</a>
        text = _MARKUP.sub("", text.lstrip('"<')).rstrip('"<> ')
    if not text.startswith(_SOUND) or text.startswith(_DOUBLED):
        found = _SCHEMES.match(text)
        if found:
            text = f"http{found[1].lower()}://{text[found.end() :]}"
    return text


def starts_with_host(text: str) -> bool:
    """Whether an address without a scheme begins with a host: `paper.example/a`, not `index.html` or `a/b.html`."""
    found = _HOST_FIRST.fullmatch(text)
    return found is not None and (found[1] is not None or found[2].lower() not in _FILE_ENDINGS)
