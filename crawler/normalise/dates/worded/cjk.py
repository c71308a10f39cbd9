"""Rewrite dates with numbered months (Chinese, Japanese, Korean, Vietnamese, Mongolian) in Western form. Pure.

年月日, 년월일, `tháng 9`, eras (令和6年), Minguo years (民國113年) and Chinese numbers become `5 September 2024`,
which the other parsers read; times of day stay unchanged.
"""

from __future__ import annotations

import re

from newsdesk.crawler.normalise.dates.calendars import ERAS, MINGUO_BEHIND
from newsdesk.crawler.normalise.dates.reading import DateContext

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
EAST_ASIAN = re.compile("[年月년월金土日火水木]|[(（][가-힣][)）]|th[aá]ng|thg|thứ|th |сар", re.IGNORECASE)
_DIGITS = {digit: str(number) for number, digit in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "元": "1",
}
_CHINESE = re.compile(r"[〇零○元一二三四五六七八九十廿卅]+(?=\s?[年月日号號时時点點分])")
_ERA = re.compile(rf"({'|'.join(ERAS)})\s?(\d{{1,2}})\s?(?=年)")
_LETTER_ERA = re.compile(r"\b([RHS])(\d{1,2})(?=[./年])")
_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}
_MINGUO = re.compile(r"(?:中華民國|中华民国|民國|民国)\s?(\d{1,3})\s?(?=年)")
_MINGUO_SHORT = re.compile(r"(?<!\d)(1\d\d)(?=年|[/.-]\d{1,2}[/.-]\d{1,2}(?!\d))")
_WEEKDAY = (
    r"(?:\s?[(（]?(?:(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|[月火水木金土日](?:曜日?)?"
    r"|[월화수목금토일](?:요일)?)[)）]?(?![가-힣]))?"
)
_WEEKDAY_ALONE = re.compile("[(（](?:[月火水木金土日一二三四五六]|[월화수목금토일])[)）]")
_DATE = re.compile(
    r"(?:(\d{4}|\d{2})\s?[年년]度?\s?)?(\d{1,2})\s?[月월]\s?(?:(\d{1,2})\s?[日号號일])" + _WEEKDAY
)
# 2024年5月3 14:05: the sign of the day is left out
_DATE_WITHOUT_DAY_SIGN = re.compile(
    r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})(?=\s*(?:$|[,，(（|]|上午|下午|早|晚|凌晨|中午|\d{1,2}[:时時点點]))"
)
_MONTH = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]")
_YEAR = re.compile(r"(\d{4})\s?[年년]")
_NOON_CLOCK = re.compile(r"(\d{1,2})\s?[時时点點시]\s?半")
_VIETNAMESE = re.compile(r"\b(?:th[aá]ng|thg)\.?\s?(\d{1,2}|mười hai|mười một|[^\W\d]+)(?!\w)", re.IGNORECASE)
_VIETNAMESE_NUMBERS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8,
    "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
_MONGOLIAN = re.compile(r"(\d{1,2})\s?-?р\s+сар(?:ын)?")
_VIETNAMESE_WEEKDAY = re.compile(r"\bth(?:ứ|\.)?\s+[2-7]\b,?", re.IGNORECASE)


def with_western_date(line: str, context: DateContext) -> str:
    """The line with its date in Western form; unchanged without one."""
    line = _CHINESE.sub(lambda found: _number(found[0]), line)
    line = (
        _LETTER_ERA.sub(lambda found: str(ERAS[_LETTERS[found[1]]] + int(found[2])), line)
        if _japanese(context)
        else line
    )
    line = _ERA.sub(lambda found: str(ERAS[found[1]] + int(found[2])), line)
    line = _MINGUO.sub(lambda found: str(MINGUO_BEHIND + int(found[1])), line)
    if context.country == "TW":
        line = _MINGUO_SHORT.sub(lambda found: str(MINGUO_BEHIND + int(found[1])), line)
    line = _NOON_CLOCK.sub(r"\1:30", line)
    if "th" in line.lower():
        line = _VIETNAMESE.sub(_vietnamese, _VIETNAMESE_WEEKDAY.sub(" ", line))
    line = _MONGOLIAN.sub(lambda found: _western_date("", found[1], ""), line)
    line = _WEEKDAY_ALONE.sub(" ", line)
    line, times = _DATE.subn(_western, line)
    if not times:
        line, times = _DATE_WITHOUT_DAY_SIGN.subn(_western, line)
    if not times:
        line = _MONTH.sub(lambda found: _western_date(found[1], found[2], ""), line)
    return line


def _japanese(context: DateContext) -> bool:
    return context.language == "ja" or context.country == "JP"


def _vietnamese(found: re.Match[str]) -> str:
    name = found[1].lower()
    number = int(name) if name.isdigit() else _VIETNAMESE_NUMBERS.get(name, 0)
    return f" {_MONTHS[number - 1]} " if 1 <= number <= 12 else found[0]


def _western(found: re.Match[str]) -> str:
    return _western_date(found[1] or "", found[2], found[3])


def _western_date(year: str, month: str, day: str) -> str:
    number = int(month)
    if not 1 <= number <= 12:
        return f" {month} {day} {year} "  # not a month: no parser reads it
    return f" {day} {_MONTHS[number - 1]} {year} "


def _number(text: str) -> str:
    """二〇二四 is 2024, 二十三 is 23, 十 is 10, 廿三 is 23."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" not in text:
        return "".join(_DIGITS[digit] for digit in text)
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return text
    return str(int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0")))
