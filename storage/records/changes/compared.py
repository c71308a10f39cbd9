"""The forms in which two versions of a value are compared: without spaces, marks and lines that are no news. Pure.

Left out are kinds of spaces, quotation marks and dashes, entities, parameters of tracking, clocks ("Updated 10:32",
"5 minutes ago", "3 min read"), counters ("12 comments") and links to other stories. Only what is nothing else counts:
a sentence with a time in it stays. These forms are compared and never stored.
"""

from __future__ import annotations

import re
from html import unescape

from newsdesk.storage.records.changes.noise_words import (
    APPEARED_FIRST,
    BEFORE,
    BEFORE_TITLE,
    CLOCK,
    CLOCK_WORDS,
    COUNTER,
    COUNTER_WORDS,
    MOMENTS,
    MONTHS,
    PUBLISHED,
    RELATED,
    UNITS,
)
from newsdesk.storage.records.digests import digest

# Marks that have several forms, and characters that nobody sees. Text is in NFC already.
_FORMS = (
    *((mark, "'") for mark in "’‘‚‛′ʼ´"),
    *((mark, '"') for mark in "“”„‟″"),
    *((mark, "-") for mark in "–—‐‑‒―−"),
    ("…", "..."),
    *zip("（）｜", "()|", strict=True),
    ("：", ": "),
    *((mark, " ") for mark in "\u00a0\u202f\u2009\u3000"),
    *((mark, "") for mark in "\u200b\u2060\ufeff\u00ad\u200e\u200f"),
)
_DASHES = re.compile(r"--+")
_TRACKING = re.compile(
    r"(?<=[?&])(?:utm_\w{1,20}|fbclid|gclid|dclid|msclkid|mc_[ce]id|at_\w{1,20}|cmpid|ocid|ns_\w{1,20}|xtor|_ga|igshid)"
    r"=[^&\s\"'<>)]*&?",
    re.IGNORECASE,
)
_BARE = re.compile(r"[?&]+(?=[\s\"'<>).,]|$)")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_TIME = re.compile(r"\b(?:[01]?\d|2[0-3])(?:[:.]| ?[hH] ?)[0-5]\d\b")
_TIME_ALONE = re.compile(r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?: ?(?:[ap]m|uhr|h|gmt|utc))?", re.IGNORECASE)
_HALF_DAY = re.compile(r"\b([ap])\.m\.", re.IGNORECASE)
# What stands between a phrase and the rest of its line.
_SEPARATOR = re.compile(r"( [|·•/-]+ |[|·•]|(?<=[.!?]) |[(\[]|[)\]]|: |, )")
_NUMBER_OR_MOMENT = re.compile(r"\d|\b(?:now|ago|today|yesterday)\b", re.IGNORECASE)
_WORDS = CLOCK_WORDS | COUNTER_WORDS
_FIRST_WORDS = frozenset(
    ("The", "In", "On", "At", "For", "To", "La", "Le", "El", "Les", "Las", "De")
)  # of sentences
_SIGNS = CLOCK | COUNTER | BEFORE | PUBLISHED
_ALONE = CLOCK | COUNTER
_LONGEST_WORD = 20  # characters of "Comments" alone
_LONGEST_PHRASE = 90  # characters of a clock or counter, with its date
_LONGEST_LABELLED = 500  # characters of a line that names other stories after a label with a mark
_LONGEST_RELATED = 160  # characters of a line that names another story
_MOST_RELATED = 20  # lines under a label
_LONGEST_CREDIT = 600  # characters of a sentence that says where a story appeared first, with its title
_HTML_END = 6_000  # characters of cleaned HTML in which links at its end are searched
_BLOCK_TAG = re.compile(r"</?(?:p|li|ul|ol|div|h[1-6]|br|hr|blockquote|table|tr|td|figure)(?: [^<>]*)?>")
_LINK = re.compile(r"<a [^<>]*>([^<>]*)</a>")
_INLINE_TAG = re.compile(r"</?(?:b|strong|em|i|span|u|small)(?: [^<>]*)?>")


def compared_line(text: str | None) -> str | None:
    """The form of a title, a summary or a name: None for none. Never empty for a value that has any character."""
    if text is None:
        return None
    plain = _plain(text)
    return _without_phrases(_without_credit(plain)) or plain


def digest_of_text(text: str | None, html: str | None) -> str | None:
    """What is kept of a text, to find out later whether it changed: `t2:…` of its form."""
    return None if text is None else digest("t2", compared_text(text, html))


def compared_text(text: str | None, html: str | None = None) -> str | None:
    """The form of a text. `html`: the cleaned HTML that it is from, in which links are seen."""
    if text is None:
        return None
    text = _marks(text)
    if "  " in text:
        text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    lines = [line for line in text.split("\n") if line]
    kept = _without_related(lines, _links_at_end(html) if html else frozenset())
    kept = [line for line in kept if not _is_noise(line)]
    kept[-1:] = [_without_credit(line) for line in kept[-1:]]
    for place in {0, 1, len(kept) - 2, len(kept) - 1} & set(range(len(kept))):
        kept[place] = _without_phrases(kept[place])
    return " ".join(filter(None, kept)) or " ".join(lines)


def _plain(text: str) -> str:
    return " ".join(_marks(text).split())


def _marks(text: str) -> str:
    """One form of each mark; entities decoded; addresses without what counts readers."""
    if "&" in text:
        text = unescape(text)
    if not text.isascii():
        for mark, form in _FORMS:
            if mark in text:
                text = text.replace(mark, form)
    if "--" in text:
        text = _DASHES.sub("-", text)
    if "://" in text and "?" in text:
        text = _BARE.sub("", _TRACKING.sub("", text))
    return text


def _is_noise(line: str) -> bool:
    """Whether a whole line is a clock, a counter, or a link to another story."""
    if len(line) > _LONGEST_LABELLED:
        return False
    if len(line) <= _LONGEST_PHRASE and _may_have_phrase(line) and _is_all_phrases(line):
        return True
    if len(line) <= _LONGEST_WORD and line.casefold().strip(" :") in _ALONE:
        return True
    rest = _after_label(line)
    if rest is None or not rest:
        return rest is not None
    if rest[0] in ":|>»-":
        return True
    return len(line) <= _LONGEST_RELATED and not rest[0].islower() and line[-1] not in ".。"


def _after_label(line: str) -> str | None:
    """What follows a label of other stories at the beginning of a line; None where there is none."""
    folded = line[:40].casefold()
    for label in RELATED.get(folded[:2], ()):
        if folded.startswith(label) and not (line[len(label) : len(label) + 1].isalnum() and label.isascii()):
            return line[len(label) :].lstrip()
    return None


def _is_all_phrases(line: str) -> bool:
    return _is_phrase(line) or all(_is_phrase(part) for part in _parts(line)[::2] if part.strip())


def _is_phrase(text: str) -> bool:
    """Whether a text is nothing but a clock or a counter."""
    if len(text) > _LONGEST_PHRASE:
        return False
    tokens = [token.casefold() for token in _TOKEN.findall(_HALF_DAY.sub(r"\1m", text))]
    words = {token for token in tokens if not token.isdigit()}
    numbers = len(tokens) > 0 and any(token.isdigit() for token in tokens)
    if words <= COUNTER_WORDS and numbers and not words.isdisjoint(COUNTER):
        return True
    if not words <= CLOCK_WORDS or not (numbers or not words.isdisjoint(MOMENTS)):
        return False
    if not words.isdisjoint(CLOCK) or not (words.isdisjoint(BEFORE) or words.isdisjoint(UNITS)):
        return True
    dated = _TIME.search(text) is not None or not words.isdisjoint(MONTHS)
    return dated and not words.isdisjoint(PUBLISHED)


def _may_have_phrase(line: str) -> bool:
    """A quick check of the first and the last word: most lines begin and end with others."""
    first, last = line.partition(" ")[0], line.rpartition(" ")[2]
    if not (_may_be_in_phrase(last) or (first not in _FIRST_WORDS and _may_be_in_phrase(first))):
        return False
    ends = line if len(line) <= 2 * _LONGEST_PHRASE else f"{line[:_LONGEST_PHRASE]} {line[-_LONGEST_PHRASE:]}"
    if _NUMBER_OR_MOMENT.search(ends) is None:
        return False
    return not _SIGNS.isdisjoint(_TOKEN.findall(ends.casefold()))


def _may_be_in_phrase(word: str) -> bool:
    return all(token.isdigit() or token in _WORDS for token in _TOKEN.findall(word.casefold()))


def _without_phrases(line: str) -> str:
    """A line without the clocks and counters at its ends, where a mark separates them from the rest."""
    if not _may_have_phrase(line):
        return line
    parts = _parts(line)
    first, last = 0, len(parts) - 1
    while last > first and (not parts[last].strip(" .") or _ends(parts, last)):
        last -= 2
    while first < last and (not parts[first].strip() or _begins(parts, first)):
        first += 2
    kept = "".join(parts[first : last + 1])
    return kept if (first, last) == (0, len(parts) - 1) else kept.strip()


def _parts(line: str) -> list[str]:
    """Text, separator, text …; a label and its value ("Stand: 10:32 Uhr") are one text."""
    parts = _SEPARATOR.split(_HALF_DAY.sub(r"\1m", line))
    place = 1
    while place < len(parts):
        joined = "".join(parts[place - 1 : place + 2])
        if parts[place] in (": ", ", ") and _is_phrase(joined):
            parts[place - 1 : place + 2] = [joined]
        else:
            place += 2
    return parts


def _ends(parts: list[str], place: int) -> bool:
    """Whether a part ends the line as a phrase: "By Ann Hill, updated 10:32", but not "closed, 5 minutes ago"."""
    if not _is_phrase(parts[place]):
        return False
    return parts[place - 1] not in (": ", ", ") or not _TOKEN.findall(parts[place])[0].isdigit()


def _begins(parts: list[str], place: int) -> bool:
    return parts[place + 1] != ", " and _is_phrase(parts[place])


def _without_credit(line: str) -> str:
    """Without "The post … appeared first on …" at the end: it repeats the title."""
    end = line[-_LONGEST_CREDIT:].casefold()
    if not any(words in end for words in APPEARED_FIRST):
        return line
    starts = [found for words in BEFORE_TITLE if (found := end.rfind(words)) >= 0]
    return line[: len(line) - len(end) + max(starts)].rstrip() if starts else line


def _without_related(lines: list[str], linked: frozenset[str]) -> list[str]:
    """Without the other stories at the end: lines that are links, and a label with short lines under it."""
    end = len(lines)
    while end > 1 and lines[end - 1] in linked:
        end -= 1
    for place in range(end - 1, max(0, end - 1 - _MOST_RELATED), -1):
        line = lines[place]
        if place < end - 1 and (len(lines[place + 1]) > _LONGEST_RELATED or lines[place + 1][-1] in ".。"):
            break
        rest = _after_label(line) if len(line) <= _LONGEST_PHRASE else None
        if rest is not None and not rest.strip(" :.»›>|-："):
            return lines[:place]
    return lines[:end]


def _links_at_end(html: str) -> frozenset[str]:
    """The lines at the end of a text that are one link each."""
    if "</a>" not in html[-200:]:
        return frozenset()
    links = set()
    for part in reversed(_BLOCK_TAG.split(html[-_HTML_END:])[1:]):
        block = _INLINE_TAG.sub("", part).strip()
        found = _LINK.fullmatch(block)
        if found is not None:
            links.add(_plain(unescape(found[1])))
        elif block:
            break
    return frozenset(links)
