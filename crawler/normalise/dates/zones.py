"""Parse time zones as printed after a time: `+0200`, `GMT-5`, `EST`, `[Europe/Berlin]`. Pure.

An ambiguous abbreviation is resolved by the country when it is known, else by RFC 822 or the larger readership
with a doubt. An unknown abbreviation gives no offset and a doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedZone:
    """The zone printed after a time: an offset in minutes, an abbreviation in capitals, or an IANA name."""

    offset_min: int | None = None
    abbreviation: str | None = None
    name: str | None = None


NO_PRINTED_ZONE = PrintedZone()

# Minutes from UTC → abbreviations, with `:country` where only that country means it.
_HOURS = {
    "GMT UTC UT Z WET": 0,
    "CET MET MEZ WAT WEST BST:GB IST:IE": 60,
    "CEST MEST MESZ EET CAT SAST IST:IL": 120,
    "MSK МСК EAT EEST IDT TRT AST:SA AST:IQ AST:KW": 180,
    "GST:AE AZT SAMT AMT:AM GET": 240,
    "PKT UZT YEKT": 300,
    "BST:BD BDT": 360,
    "WIB ICT": 420,
    "WITA CST:CN CST:TW HKT SGT MYT AWST PHT PST:PH": 480,
    "JST KST WIT": 540,
    "AEST EST:AU": 600,
    "AEDT EDT:AU": 660,
    "NZST": 720,
    "NZDT": 780,
    "BRT ART CLST UYT ADT AMST:BR": -180,
    "AST: EDT: CLT AMT:BR BOT VET CDT:CU": -240,
    "EST: CDT: COT PET ECT CST:CU": -300,
    "CST: MDT: CST:MX": -360,
    "MST: PDT:": -420,
    "PST: AKDT HDT:": -480,
    "AKST": -540,
    "HST": -600,
}
_OFFSETS = {
    (abbreviation, country): minutes
    for words, minutes in _HOURS.items()
    for abbreviation, _, country in (word.partition(":") for word in words.split())
} | {
    ("IST", "IN"): 330,
    ("IST", ""): 330,
    ("BST", ""): 60,
    ("NST", ""): -210,
    ("NDT", ""): -150,
    ("NPT", ""): 345,
    ("ACST", ""): 570,
    ("ACDT", ""): 630,
    ("IRST", ""): 210,
    ("CST", "AU"): 570,
    ("SST", ""): -660,
}
_ABBREVIATIONS = frozenset(abbreviation for abbreviation, _ in _OFFSETS)
_DOUBTFUL = frozenset(("IST", "BST", "CST", "AST", "SST"))
_NORTH_AMERICA = frozenset(("US", "CA", "MX", "PR"))
_BY_DATE = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "AT": "America/Halifax",
}
_OFFSET = re.compile(
    r"(?:[A-Za-z]{1,5} ?)?([+\-\u2212\u2013])\1?(?:(\d{1,2})(?::(\d{2})(?::00)?)?|(\d{1,2})(\d{2})|(\d{2})(\d{2})00)"
    r"(?: ?[A-Z]{1,5})?(?: ?\[[^\]]*\])?"
)
_SPAN_END = re.compile(r"[-\u2212\u2013](\d\d):(\d\d)")
_ABBREVIATION = re.compile(r"[A-Z]{1,5}|[a-z]{2,4}|МСК|мск")
_NAME = re.compile(r"\[?([A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)+)\]?")


@lru_cache(maxsize=1024)
def parse_zone(text: str) -> PrintedZone | None:
    """The zone in `text`; NO_PRINTED_ZONE for an empty text, None when it is no zone."""
    text = text.strip(" ,;")
    if text.endswith(")"):  # GMT+0000 (Coordinated Universal Time)
        text = text.partition("(")[0].strip() or text.strip("()")
    return _parse(text)


def _parse(text: str) -> PrintedZone | None:
    if not text:
        return NO_PRINTED_ZONE
    found = _OFFSET.fullmatch(text)
    if found:
        hours, minutes = int(found[2] or found[4] or found[6]), int(found[3] or found[5] or found[7] or 0)
        if hours > 15 or minutes > 59:
            return None
        total = hours * 60 + minutes
        return PrintedZone(offset_min=total if found[1] == "+" else -total)
    if _ABBREVIATION.fullmatch(text):
        return PrintedZone(abbreviation=text.upper())
    if is_known(text):  # Gmt, Cest
        return PrintedZone(abbreviation=text.upper())
    found_name = _NAME.fullmatch(text)
    name = _name_as_spelt(found_name[1]) if found_name else None
    return None if name is None else PrintedZone(name=name)


def is_end_of_span(text: str, hour: int, minute: int) -> bool:
    """Whether the text after a time of day is rather the end of a span of hours: 10:00-11:30."""
    found = _SPAN_END.fullmatch(text.strip())
    return found is not None and (int(found[1]), int(found[2])) > (hour, minute)


def is_known(text: str) -> bool:
    """Whether an abbreviation, in any case, is in the table."""
    return text.isalpha() and (text.upper() in _BY_DATE or text.upper() in _ABBREVIATIONS)


def _name_as_spelt(name: str) -> str | None:
    """The name of the IANA database for a name in any case: `europe/berlin`."""
    return name if find_zone(name) is not None else _names_by_lower_case().get(name.lower())


@lru_cache(maxsize=1)
def _names_by_lower_case() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def offset_of(abbreviation: str, *, country: str | None, local: datetime) -> tuple[int | None, str | None]:
    """Minutes from UTC of an abbreviation at a local time, and a doubt; (None, doubt) for an unknown one."""
    country = "GB" if country == "UK" else country or ""
    if abbreviation in _BY_DATE:
        zone = find_zone(_BY_DATE[abbreviation])
        doubt = None if country in _NORTH_AMERICA or not country else f"zone {abbreviation} in {country}"
        return (
            (_minutes(local.replace(tzinfo=zone)), doubt) if zone else (None, f"zone {abbreviation} unknown")
        )
    by_country = _OFFSETS.get((abbreviation, country)) if country else None
    if by_country is not None:
        return by_country, None
    minutes = _OFFSETS.get((abbreviation, ""))
    if minutes is None:
        return None, f"zone {abbreviation} is not known"
    if abbreviation in _DOUBTFUL and country not in _NORTH_AMERICA:
        return minutes, f"zone {abbreviation} is ambiguous"
    return minutes, None


@lru_cache(maxsize=1024)
def is_unknown(text: str) -> bool:
    """Whether `text` looks like an abbreviation but is in no table."""
    zone = parse_zone(text)
    return zone is not None and zone.abbreviation is not None and not is_known(zone.abbreviation)


def abbreviations() -> list[tuple[str, str, str]]:
    """(abbreviation, country or "any other", offset from UTC) of all known abbreviations."""
    fixed = [
        (
            name,
            country or "any other",
            f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}",
        )
        for (name, country), minutes in _OFFSETS.items()
    ]
    return sorted([*fixed, *((name, "any", f"as in {zone} on that day") for name, zone in _BY_DATE.items())])


def hint_offset(timezone: str, local: datetime) -> tuple[int | None, str | None]:
    """Minutes from UTC in a named zone at a local time, and a doubt about an ambiguous hour."""
    zone = find_zone(timezone)
    if zone is None:
        return None, f"timezone {timezone!r} is not known"
    first = _minutes(local.replace(tzinfo=zone))
    second = _minutes(local.replace(tzinfo=zone, fold=1))
    return first, None if first == second else "the local time is ambiguous: the clocks were changed"


@lru_cache(maxsize=256)
def find_zone(name: str) -> ZoneInfo | None:
    """A zone of the IANA database by name, or None."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _minutes(when: datetime) -> int | None:
    offset = when.utcoffset()
    return None if offset is None else round(offset.total_seconds() / 60)
