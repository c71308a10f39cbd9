"""Choose the language whose words read a date, and require agreement where the language is not known. Pure.

The given language is first, together with English. Without a date there, or without a language, all languages
that know a word of the line must agree.
"""

from __future__ import annotations

import re

from newsdesk.crawler.normalise.dates.reading import DateContext, Parts
from newsdesk.crawler.normalise.dates.text_cleaning import fold
from newsdesk.crawler.normalise.dates.worded.lexicon import WORD, languages_by_word, lexicon_of
from newsdesk.crawler.normalise.dates.worded.line_parser import LineReading, parse_line

_MOST_LANGUAGES = 40
_MAX_RELATIVE_WORDS = 6  # a longer line is no relative date
_SCRIPTS = (
    (re.compile("[\u3040-\u30ff]"), ("ja",)),
    (re.compile("[\uac00-\ud7af]"), ("ko",)),
    (re.compile("[\u4e00-\u9fff]"), ("zh", "ja")),
    (re.compile("[\u0e00-\u0e7f]"), ("th",)),
    (re.compile("[\u0e80-\u0eff]"), ("lo",)),
    (re.compile("[\u1780-\u17ff]"), ("km",)),
    (re.compile("[\u1000-\u109f]"), ("my",)),
)


def parse_worded(line: str, context: DateContext) -> Parts | None:
    """A date in the given language, in English, or in other languages if all agree. If the given language
    finds a date and refuses it, another language must know every word."""
    first_choice = context.language or "en"
    first = parse_line(line, first_choice, context)
    if first is not None and first.parts is not None and not first.unknown_words:
        return first.parts
    refused = first is not None and first.parts is None
    other = _agreed_reading(line, context, first_choice, with_new_words=refused)
    if first is None:
        return other.parts if other else None
    if other is not None and (
        other.unknown_words < first.unknown_words if first.parts else not other.unknown_words
    ):
        return other.parts
    return first.parts


def _agreed_reading(
    line: str, context: DateContext, first_choice: str, *, with_new_words: bool
) -> LineReading | None:
    """The reading of the languages with the fewest unknown words, if they agree at least on the day.

    `with_new_words`: only languages that know a longer word which the first choice does not know."""
    found = (
        parse_line(line, language, context._replace(language=language))
        for language in _candidate_languages(line)
        if language != first_choice and (not with_new_words or _knows_more(line, language, first_choice))
    )
    readings = [one for one in found if one and one.parts and _is_certain(one.parts, line)]
    if not readings:
        return None
    fewest = min(one.unknown_words for one in readings)
    best = [one for one in readings if one.unknown_words == fewest]
    all_parts = [one.parts for one in best if one.parts]
    first, language = all_parts[0], best[0].language
    if len({parts[:6] for parts in all_parts}) == 1:
        doubts = (*first.doubts, f"read with the words of {language}")
        return LineReading(first._replace(doubts=doubts), fewest, language)
    if len({parts[:3] for parts in all_parts}) == 1:
        doubts = (*first.doubts, "languages disagree on the time of day")
        day = first._replace(hour=None, minute=None, second=None, precision="day", doubts=doubts)
        return LineReading(day, fewest, language)
    return None


def _knows_more(line: str, language: str, first_choice: str) -> bool:
    known, known_first = lexicon_of(language), lexicon_of(first_choice)
    if known.unspaced:
        return True
    words = {fold(word) for word in WORD.findall(line) if len(word) > 2 or not word.isascii()}
    return any(
        (word in known.words or word in known.phrases) and word not in known_first.words for word in words
    )


def _is_certain(parts: Parts, line: str) -> bool:
    """Whether a reading is certain without knowing the language: a short word like `leo` is a day in one
    language and a name in another."""
    if parts.rule == "clock":
        return not line.isascii()
    if parts.rule.startswith("numbers") and any(doubt.startswith("the year") for doubt in parts.doubts):
        return False
    if (
        parts.rule == "words-no-year" or parts.precision == "month"
    ):  # `5 set`, `5 out`: a name of three letters is a word of another language
        return not line.isascii() or any(len(word) > 3 for word in WORD.findall(line))
    if parts.rule in ("relative-day", "weekday"):
        return parts.hour is not None or (len(line) > 4 and not line.isascii())
    if parts.rule == "relative" and not any(map(str.isdigit, line)):  # `no` is now in Norwegian
        return len(line) > 4 or not line.isascii()
    return parts.rule != "relative" or not parts.doubts[-1].startswith("no ")


def _candidate_languages(line: str) -> list[str]:
    """Languages that know a month, day or unit of the line, most known words first."""
    scripts = [language for pattern, languages in _SCRIPTS if pattern.search(line) for language in languages]
    if scripts:
        return list(dict.fromkeys(scripts))
    words = [fold(word) for word in WORD.findall(line)]
    known = [languages_by_word("month", "day", "now")]
    if len(words) <= _MAX_RELATIVE_WORDS:
        known.append(languages_by_word("unit"))
    counts: dict[str, int] = {}
    for table in known:
        for word in words:
            for language in table.get(word, ()):
                counts[language] = counts.get(language, 0) + 1
    return sorted(counts, key=lambda language: (-counts[language], language))[:_MOST_LANGUAGES]
