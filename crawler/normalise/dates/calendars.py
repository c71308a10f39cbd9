"""Convert days of other calendars to Gregorian days: Solar Hijri, Umm al-Qura, Buddhist, Minguo. Pure.

Solar Hijri leap years follow the 33-year cycle, which agrees with the observed calendar for 1206 to 1498 (1827 to
2119). Umm al-Qura uses its published months, because the tabular rule is often a day off.
"""

from __future__ import annotations

from datetime import date, timedelta

from newsdesk.crawler.normalise.dates.tables.umm_al_qura import FIRST_DAY, FIRST_YEAR, LONG_MONTHS

_JALALI_YEARS = range(1206, 1499)
_JALALI_LEAPS = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
_JALALI_BEGINS = date(1996, 3, 20)  # 1 Farvardin 1375
BUDDHIST_AHEAD = 543
MINGUO_BEHIND = 1911
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}  # year 1 is the following year


def jalali_day(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of a Solar Hijri date; None for an invalid date."""
    if year not in _JALALI_YEARS or not 1 <= month <= 12 or not 1 <= day <= _jalali_length(year, month):
        return None
    later = year >= 1375
    between = range(1375, year) if later else range(year, 1375)
    days = sum(366 if _is_jalali_leap(one) else 365 for one in between)
    into_year = min(month - 1, 6) * 31 + max(month - 7, 0) * 30 + day - 1
    return _JALALI_BEGINS + timedelta(days=(days if later else -days) + into_year)


def _jalali_length(year: int, month: int) -> int:
    if month <= 6:
        return 31
    return 30 if month < 12 or _is_jalali_leap(year) else 29


def _is_jalali_leap(year: int) -> bool:
    return year % 33 in _JALALI_LEAPS


def hijri_day(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of an Islamic date by Umm al-Qura; None outside its table."""
    if not 0 <= year - FIRST_YEAR < len(LONG_MONTHS) or not 1 <= month <= 12:
        return None
    days = sum(12 * 29 + bits.bit_count() for bits in LONG_MONTHS[: year - FIRST_YEAR])
    bits = LONG_MONTHS[year - FIRST_YEAR]
    for before in range(month - 1):
        days += 29 + (bits >> before & 1)
    if not 1 <= day <= 29 + (bits >> (month - 1) & 1):
        return None
    return date.fromordinal(FIRST_DAY + days + day - 1)
