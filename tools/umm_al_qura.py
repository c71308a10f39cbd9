"""Write the month lengths of the Umm al-Qura calendar into `crawler/normalise/dates/tables/umm_al_qura.py`.

Run it by hand: `python tools/umm_al_qura.py`, with hijridate (MIT) installed, which uses the months published by
King Abdulaziz City for Science and Technology. newsdesk itself does not need hijridate.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hijridate import Hijri

FILE = Path(__file__).parent.parent / "crawler" / "normalise" / "dates" / "tables" / "umm_al_qura.py"
FIRST_YEAR, LAST_YEAR = 1400, 1500  # from 1979-11-20; earlier years have months of 28 and 31 days


def text() -> str:
    """The content of the file."""
    years = [
        sum((Hijri(year, month, 1).month_length() - 29) << (month - 1) for month in range(1, 13))
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
    ]
    first = date(*Hijri(FIRST_YEAR, 1, 1).to_gregorian().datetuple()).toordinal()
    rows = "".join(
        "    " + " ".join(f"0x{bits:03X}," for bits in years[at : at + 10]) + "\n"
        for at in range(0, len(years), 10)
    )
    return (
        '"""Months of the Umm al-Qura calendar as published. Written by tools/umm_al_qura.py.\n\n'
        "A year is twelve bits, the first month lowest; a set bit is a month of 30 days, else it has 29.\n"
        f'"""\n\nFIRST_YEAR = {FIRST_YEAR}\nFIRST_DAY = {first}  # proleptic Gregorian ordinal\n'
        f"LONG_MONTHS = (\n{rows})\n"
    )


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
