"""udn city: a script writes the date."""

import re
from typing import Any

from newsdesk.crawler.sites import SiteFile

SITE = SiteFile(hosts=("city.udn.com",), timezone="Asia/Taipei", language="zh-TW")
_DATE = re.compile(r'showDate\("(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)')


def read(page: Any) -> dict[str, str] | None:
    scripts = page.css("td.main-text script::text").getall()
    found = next((date for one in scripts if (date := _DATE.search(one))), None)
    return {"date": found[1]} if found else None
