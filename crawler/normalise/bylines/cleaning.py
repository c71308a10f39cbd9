"""Remove markup, mail addresses, links, handles and invisible signs from a byline; split joined words.

Pure and linear: every repetition in the patterns is limited. Separators inside a name are replaced by private
characters; `restore_inner_signs` brings them back.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from newsdesk.crawler.normalise.bylines.names.given_names import is_given_name
from newsdesk.crawler.normalise.bylines.word_tables import (
    AGENCIES,
    CREDITS,
    DATE_WORDS,
    DESKS,
    ENGLISH_MODIFIERS,
    INTERFACE_WORDS,
    JOB_ENDS,
    JOBS,
    LABELS,
    OUTLETS,
    STRONG,
    SUFFIXES,
    comparison_key,
    fold,
)
from newsdesk.crawler.normalise.text.html import clean_controls

_BREAK = re.compile(r"<(?:br|/p|/li|/div|/tr|/h\d|hr)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_MAIL = re.compile(r"(?:mailto:)?[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_ADDRESS = re.compile(
    r"(?:https?:/{0,2}|www\.)\S{1,300}|(?<![\w.])(?:[\w-]{1,40}\.){1,4}[a-z]{2,6}/\S{0,300}"
)
_HANDLE = re.compile(r"@(?:[a-z0-9_.]{1,40}(?=[A-Z][a-z]{1,30}\s[A-Z])|[\w.]{1,40})")
_INVISIBLE = re.compile(
    r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ue000-\ue00f\ufff9-\uffff]"
)
_COMMA_SUFFIX = re.compile(r",\s{0,3}(?=([A-Za-z2-3]{1,6})\b\.?)")
_NICKNAME = re.compile(r"(?<=\w)\s\(([^\W\d_]{2,15})\)\s(?=[^\W\d_a-z])")
_SLASH = re.compile(r"(?<=\s)([aAsS])/([lLpPoO])(?=\s)")
_INSIDE = re.compile(
    r"(?<=[\u30a0-\u30ff])[・＝=](?=[\u30a0-\u30ff])|(?<=[\u4e00-\u9fff])[·•‧](?=[\u4e00-\u9fff])"
)
# Lower-case and upper-case letters, also with diacritics.
_LOWER = r"[^\W\d_A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁІЇЄҐÞŁŚŻŹĆŃČŠŽŘĎŤŇÁÉÍÓÚÝĚŮÄÖÜÅÆØĀĒĪŪĢĶĻŅĞŞİ]"
_UPPER = r"[A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁІЇЄҐŁŚŻŹĆŃČŠŽŘĎŤŇĚŮĀĒĪŪĢĶĻŅĞŞİ]"
_JOINT = re.compile(rf"({_LOWER})(?={_UPPER})")
_DURATION = r"(?:min|sec|hour|hr|day|week|month|year|stunde|tag|woche|heure|jour|hora|día|dia|or[ae]|giorn|uur|dag|tim)"
# Digits are split from a word only where they begin or end a date: not in Rapid7.
_DIGIT_JOINT = re.compile(
    rf"(?<={_LOWER}{_LOWER})(?=\d{{1,2}}(?:[./:-]\d|(?:st|nd|rd|th)\b|\.? ?[^\W\d_]{{1,15}}\.? \d| ?{_DURATION})"
    r"|\d{3})(?!\d+\.[a-z])"
    rf"|(?<=\d\d)(?={_UPPER}{_LOWER})"
)
_FOOTNOTE = re.compile(r"(?<=[^\W\d_]{3})[1-9](?=\s?(?:[,;&]|and\s|$))")  # Ann Hill1, Bo Lund2
_TIME_JOINT = re.compile(r"(?<=\d{4})(?=\d{1,2}:\d\d)")
_BY_JOINT = re.compile(
    r"(?:(?<=^)|(?<=[\s|;,•·]))(by|By|BY|von|Von|par|Par|por|Por|door|Door|oleh|Oleh)(?=[A-ZÀ-ÖØ-Þ])"
)
_MONTH_JOINT = re.compile(
    r"(?<=[A-Za-z0-9])(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]{0,6}\.? \d)"
)
_LABEL_JOINT = re.compile(r"(?<=\w)(?=archive page|min read|minutes? ago|hours? ago)")
# Parts of one name before an inner capital.
_INNER = frozenset(
    "mc mac de di da du la le lo van von der den fitz o d l st des del della dal al el ben ibn bin ten ter"
    " vander vande ver dos das mo jo san ash abd i e c".split()
)


def clean_byline(text: str) -> str:
    """The visible text, in lines."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", _BREAK.sub("\n", _MAIL.sub(" ", text)))
    text = clean_controls(_INVISIBLE.sub("", text))
    if "@" in text:
        text = _MAIL.sub(" | ", text)
    if "/" in text or "www." in text:
        text = _ADDRESS.sub(" | ", text)
    if "@" in text:
        text = _HANDLE.sub(" | ", text)
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def protect_inner_signs(text: str) -> str:
    """Replace signs inside names: a comma before Jr., a nickname in brackets, A/L, the dot in names."""
    if "," in text:
        text = _COMMA_SUFFIX.sub(
            lambda found: "\ue000 " if comparison_key([found[1]]) in SUFFIXES else found[0], text
        )
    if "(" in text:
        text = _NICKNAME.sub(
            lambda found: found[0] if comparison_key([found[1]]) in AGENCIES else f" \ue003{found[1]}\ue004 ",
            text,
        )
    if "/" in text:
        text = _SLASH.sub("\\1\ue001\\2", text)
    return _INSIDE.sub(
        lambda found: {"・": "\ue002", "＝": "\ue005", "=": "\ue006"}.get(found[0], "\ue007"), text
    )


_BACK = str.maketrans("\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007", ",/・()＝=·")


def restore_inner_signs(name: str) -> str:
    """A name with its inner signs restored."""
    return name.translate(_BACK)


def split_joined_words(text: str) -> str:
    """Split words that were joined because their elements were (`DoeBusiness reporter`) with a bar, and a credit
    joined to a name (`byJane`) with a space. The very first word stays: it may be a pen name. So does a word
    that no known word follows: it may be a name (`SubbaRao`)."""
    if len(_FOOTNOTE.findall(text)) > 1:
        text = _FOOTNOTE.sub("", text)
    text = _MONTH_JOINT.sub(" ", _BY_JOINT.sub(r"\1 ", text))
    text = _LABEL_JOINT.sub(" | ", text)
    text = _TIME_JOINT.sub(" ", _DIGIT_JOINT.sub(" ", text))
    if not _JOINT.search(text):
        return text
    words = text.split(" ")
    return " ".join(
        _split_word(word, words[at + 1 : at + 4]) if _may_split(words[at - 1] if at else "", word) else word
        for at, word in enumerate(words)
    )


def _may_split(before: str, word: str) -> bool:
    return word[:1].islower() or (
        before[:1].isupper()
        and before[-1:] not in ":=,"
        and before.casefold() not in ("by", "von", "par", "por")
    )


def _split_word(word: str, after: Sequence[str]) -> str:
    if not _JOINT.search(word) or comparison_key([word]) in OUTLETS:
        return word
    for separator in _JOINT.finditer(word):
        begin = max(word.rfind(sign, 0, separator.end()) + 1 for sign in "-–'’\n.")
        left = word[begin : separator.end()]
        if left.casefold() in _INNER or len(left) < 3:
            continue
        right = word[separator.end() :]
        if left[:1].islower() or _begins_phrase(right, after):
            return f"{word[: separator.end()]} | {right}"
    return word


def _begins_phrase(word: str, after: Sequence[str]) -> bool:
    """Whether a word is known to begin what is printed beside a name, or the words after it are."""
    joint = _JOINT.search(word)
    first = fold(word[: joint.end()] if joint else word)
    if (
        first in JOBS
        or first.endswith(JOB_ENDS)
        or first in DESKS
        or first in STRONG
        or first in DATE_WORDS
        or first in INTERFACE_WORDS
        or first in CREDITS
        or first in LABELS
        or first in ENGLISH_MODIFIERS
        or comparison_key([word]) in OUTLETS
    ):
        return True
    if not after or word[-1:] in ",;|":
        return False
    return is_given_name(word) or any(fold(one) in STRONG or fold(one) in JOBS for one in after)
