"""Write words and orders of dates into `crawler/normalise/dates/tables`, from the CLDR data of babel.

Run it by hand after an upgrade of babel: `python tools/date_words.py`. newsdesk itself does not need babel;
tests/crawler/normalise/dates/test_date_data.py compares the stored files with the output of this tool. CLDR is ©
Unicode, Inc., under the Unicode licence (https://www.unicode.org/license.txt).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_cldr_version, get_global
from babel.localedata import _cache, locale_identifiers

FOLDER = Path(__file__).parent.parent / "crawler" / "normalise" / "dates" / "tables"
# ja and zh have numbers for months: `cjk` reads them
LANGUAGES = (
    "af", "am", "ar", "as", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en",
    "es", "et", "eu", "fa", "fi", "fil", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id",
    "is", "it", "ka", "kk", "km", "kn", "ko", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms",
    "mt", "my", "nb", "ne", "nl", "nn", "or", "pa", "pl", "ps", "pt", "ro", "ru", "sd", "si", "sk",
    "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "tg", "th", "tk", "tr", "uk", "ur", "uz", "vi",
    "yo", "zu",
)  # fmt: skip
RELATIVE = (*LANGUAGES, "ja", "zh")
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PERIODS = {"midnight": "midnight", "noon": "noon", "morning": "morning", "afternoon": "afternoon",
           "evening": "evening", "night": "night"}  # fmt: skip
BOTH_ORDERS = {"CA"}  # its newspapers use both orders for 03/04
COUNTED = {"one": 1, "two": 2}
# Words for past and future that are joined to the unit in scripts without spaces.
JOINED = {
    "past": ("前", "ที่ผ่านมา", "ที่แล้ว", "ກ່ອນ", "មុន"),
    "future": ("後", "后", "အတွင်း", "ក្រោយ", "ទៀត"),
}

Words = dict[str, dict[str, None]]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(files())} files written to {FOLDER}\n")


def files() -> dict[str, str]:
    """All generated files by name."""
    words = {f"words_{language}.py": words_file(language) for language in RELATIVE}
    return {"__init__.py": _head(), "orders.py": _head() + _orders(), **words}


def words_file(language: str) -> str:
    """The file of one language."""
    words = _words(language)
    lines = [f"    {key!r}: {'|'.join(forms)!r},\n" for key, forms in words.items() if forms]
    return f"{_head()}\nWORDS = {{\n{''.join(lines)}}}\n"


def _head() -> str:
    origin = f"From CLDR {get_cldr_version()}, © Unicode, Inc., Unicode licence"
    return f'"""{origin}. Written by tools/date_words.py."""\n'


def _words(language: str) -> Words:
    """Key → printed forms. A form with several meanings in variants of the language keeps the first."""
    words: Words = {}
    taken: dict[tuple[str, str], str] = {}
    identifiers = [i for i in locale_identifiers() if re.fullmatch(f"{language}(_(?!Dsrt|Shaw).*)?", i)]
    for identifier in sorted(identifiers, key=lambda i: (i != language, i)):
        _cache.clear()  # babel 2.18 writes inherited data of one locale into the shared root locale
        try:
            data = Locale.parse(identifier)._data
        except (UnknownLocaleError, ValueError):  # a territory that the parser of babel does not accept
            continue
        for kind, key, form in _forms(data, relative_only=language in ("ja", "zh")):
            if taken.setdefault((kind, form.casefold()), key) == key:
                words.setdefault(key, {})[form] = None
    return {key: words[key] for key in sorted(words, key=_place)}


def _place(key: str) -> tuple[str, int]:
    head = key.rstrip("0123456789=")
    return head, int(key[len(head) :].strip("=") or 0)


def _forms(data: Any, *, relative_only: bool) -> Iterator[tuple[str, str, str]]:
    """(kind, key, form); within a kind a form has one key."""
    yield from _relative(data)
    for context in data["day_periods"].values():
        for width, named in context.items():
            for name, form in named.items():
                key = PERIODS.get(name.rstrip("12"), name)
                if width != "narrow" or not form.isascii():
                    yield "period", key, _bare(form)
    if relative_only:
        return
    for kind, key, names in (
        ("month", "month{}", data["months"]),
        ("weekday", "weekday{}", data["days"]),
    ):
        for context in names.values():
            for width in ("wide", "abbreviated", "short"):
                for number, form in context.get(width, {}).items():
                    bare = _bare(form)
                    if len(bare) > 1 and not any(map(str.isdigit, bare)):
                        yield kind, key.format(number if kind == "month" else number + 1), bare


def _bare(form: str) -> str:
    return form.strip(" .").replace("\u200b", "").replace("|", "")


def _relative(data: Any) -> Iterator[tuple[str, str, str]]:
    """Units, and the words beside them for past and future, from patterns like `vor {0} Tagen`."""
    future_forms: list[str] = []
    singular: dict[str, None] = {}
    plurals: dict[str, None] = {}
    for direction in ("past", "future"):
        patterns = list(_patterns(data["date_fields"], direction))
        for unit, plural, count, form, marks in _split_patterns(patterns, direction):
            (singular if plural == "one" else plurals)[form] = None
            if unit == "month" and form.strip() == "m":  # pages print it for minutes
                continue
            if direction == "past":
                yield "unit", f"{unit}={count}" if count else unit, form
            else:  # the ending of the unit means the future; forms of the past and neutral forms have precedence
                future_forms.append(form)
            for mark in marks:
                yield "mark", direction, mark
    for unit in UNITS:
        for width in data["unit_patterns"].get(f"duration-{unit}", {}).values():
            for plural, pattern in width.items():
                if plural != "per" and isinstance(pattern, str) and "{0}" in pattern:
                    form = _bare(pattern.replace("{0}", " ")).strip("\u202f")
                    (singular if plural == "one" else plurals)[form] = None
                    if form and not (form.isascii() and len(form) == 1 and unit in ("month", "week")):
                        yield "unit", unit, form
    for form in future_forms:
        yield "unit", "future", form
    for form in plurals:
        if singular and re.fullmatch(r"[^\W\d_]{3,}", form) and form not in singular:
            yield "plural", "plural", form


def _patterns(fields: Mapping[str, Any], direction: str) -> Iterator[tuple[str, str, str]]:
    """(unit, plural, pattern)"""
    for unit in UNITS:
        for width in ("", "-short", "-narrow"):
            for plural, pattern in (fields.get(unit + width, {}).get(direction) or {}).items():
                if not re.search(r"[-+−]\s?\{0\}|\{0\}/", pattern):
                    yield unit, plural, pattern.replace("\u200b", "").replace("\u200f", "")


def _split_patterns(
    patterns: list[tuple[str, str, str]], direction: str
) -> Iterator[tuple[str, str, int, str, list[str]]]:
    """(unit, plural, number contained in the words, words, marks). Tokens in patterns of several units are marks, the
    others name the unit."""
    units_with: dict[str, set[str]] = {}
    for unit, _, pattern in patterns:
        for token in pattern.replace("{0}", " ").split():
            units_with.setdefault(token.strip("."), set()).add(unit)
    marks = {token for token, units in units_with.items() if len(units) > 2}
    for unit, plural, pattern in patterns:
        tokens = [token.strip(".") for token in pattern.replace("{0}", " ").split()]
        found_marks = [token for token in tokens if token in marks]
        rest = []
        for token in filter(None, tokens):
            end = next((end for end in JOINED[direction] if token.endswith(end) and token != end), "")
            found_marks += [end] if end else []
            if token not in marks:
                rest.append(token.removesuffix(end))
        count = 0 if "{0}" in pattern else COUNTED.get(plural, 0)
        if rest and (count or "{0}" in pattern):
            yield unit, plural, count, " ".join(rest), found_marks


def _orders() -> str:
    """Order of numeric dates by country and language: DMY, MDY, YMD, and the order of dates that end with the
    year where the year is usually first (`DMY` in `YMD DMY`)."""
    by_language = {language: _order(Locale.parse(language)) for language in sorted(RELATIVE)}
    by_country: dict[str, str] = {}
    for territory, spoken in sorted(get_global("territory_languages").items()):
        if not re.fullmatch(r"[A-Z]{2}", territory):
            continue
        official = [
            (language, facts["population_percent"])
            for language, facts in spoken.items()
            if facts["official_status"] in ("official", "de_facto_official")
        ]
        found = {
            order: percent
            for language, percent in sorted(official, key=lambda pair: pair[1])
            if percent >= 10 and (order := _order_of(language, territory))
        }
        if territory in BOTH_ORDERS:
            by_country[territory] = "YMD"
        elif len(found) == 1:
            by_country[territory] = next(iter(found))
        elif found:
            by_country[territory] = _common(found)
    text = "\nBY_LANGUAGE = {\n" + _listed(by_language) + "}\n"
    return text + "BY_COUNTRY = {\n" + _listed(by_country) + "}\n"


def _common(found: Mapping[str, float]) -> str:
    """The order of the largest of several official languages, if it is three times as large as the next; else
    the order that all share."""
    ranked = sorted(found, key=lambda order: -found[order])
    if found[ranked[0]] >= 3 * found[ranked[1]]:
        return ranked[0]
    firsts = {order.split()[0] for order in ranked}
    return firsts.pop() if len(firsts) == 1 else ""


def _listed(orders: Mapping[str, str]) -> str:
    grouped: dict[str, list[str]] = {}
    for name, order in orders.items():
        grouped.setdefault(order, []).append(name)
    return "".join(
        f"    {order!r}: {' '.join(names)!r},\n" for order, names in sorted(grouped.items()) if order
    )


def _order_of(language: str, territory: str) -> str:
    language = language.partition("_")[0]
    if f"{language}_{territory}" not in locale_identifiers():
        return ""
    try:
        return _order(Locale.parse(f"{language}_{territory}"))
    except (UnknownLocaleError, ValueError):
        return ""


def _order(locale: Locale) -> str:
    short, long = (
        "".join(
            dict.fromkeys(
                re.sub(r"'[^']*'|[^yMLd]", "", locale.date_formats[width].pattern).replace("L", "M")
            )
        )
        for width in ("short", "long")
    )
    short, long = short.upper(), long.upper()
    if short != "YMD":
        return short
    last = long.replace("Y", "")
    return "YMD" if long.startswith("Y") else f"YMD {last}Y"


if __name__ == "__main__":
    main()
