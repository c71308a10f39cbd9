"""Whether a short text beside a link is a date or a time: `14:05`, `12. März`, `3 hours ago`, `2小时前`. Pure.

Only whether it is one; `normalise.dates` parses it.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re

LONGEST = 60  # characters of a date with its weekday and "Updated"
_DIGIT = re.compile(r"\d")
_MONTHS = (
    "jan feb mar apr may jun jul aug sep oct nov dec mär mai mrz okt dez ene abr ago dic janv févr avr juil août déc"
    " gen mag giu lug set ott fev out dez sty lut kwi maj cze lip sie wrz paź lis gru oca şub nis haz tem ağu eyl eki"
    " kas ara янв фев мар апр мая май июн июл авг сен окт ноя дек січ лют бер кві тра чер лип сер вер жов лис гру"
    " ιαν φεβ μαρ απρ μαΐ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر"
    " أكتوبر نوفمبر ديسمبر जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर ינואר פברואר מרץ"
    " אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר ม.ค ก.พ มี.ค เม.ย พ.ค มิ.ย ก.ค ส.ค ก.ย ต.ค พ.ย ธ.ค"
    " มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม thg tháng"
).split()
_UNITS = (
    "min minute minutes minuten minuto minutos minuti minut minuta dakika dk perc минут мин хв minuuttia daqiqa"
    " hour hours hr hrs hora horas heure heures stunde stunden std ore ora uur saat godz óra час часа часов год timmar"
    " timer tuntia jam giờ phút menit day days tag tagen tage día dias dia días jour jours giorni dagen gün dni nap"
    " дней дня day ago hace temu sedan siden sitten lalu trước önce назад тому πριν ώρες ώρα λεπτά ημέρες منذ ساعة"
    " ساعات دقيقة دقائق قبل پیش دقیقه ساعت روز पहले घंटे मिनट दिन שעות דקות לפני ชั่วโมง นาที วัน"
).split()
_CLOCK = re.compile(
    r"(?<!\d)\d{1,2}\s?[:.h時点시][\s]?\d{2}(?!\d)|(?<!\d)\d{1,2}\s?(?:am|pm|uhr)\b", re.IGNORECASE
)
_NUMERIC = re.compile(r"(?<!\d)\d{1,4}([./-])\d{1,2}(?:\1\d{2,4})?(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|25[5-9]\d|1[34]\d\d)(?!\d)")
_EAST_ASIAN = re.compile(r"\d\s?(?:年|月|日|号|년|월|일|分|小时|小時|時間|天|시간|분|秒|周|週間)")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[.\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e])*")
_NAMES = frozenset((*_MONTHS, *_UNITS, "h", "m", "d", "g"))
_MONTH_STEMS = frozenset(one for one in _MONTHS if len(one) == 3)


def is_date(text: str) -> bool:
    """Whether a short text is nothing but a date, a time, or how long ago it was."""
    if len(text) > LONGEST or not _DIGIT.search(text):
        return False
    words = _WORD.findall(text.lower())
    if len(words) > 7:
        return False
    if _CLOCK.search(text) or _EAST_ASIAN.search(text):
        return len(words) <= 5
    if _NUMERIC.search(text) or _YEAR.search(text):
        return len(words) <= 4
    return any(word.rstrip(".") in _NAMES or word[:3] in _MONTH_STEMS for word in words) and len(words) <= 5
