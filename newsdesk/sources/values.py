"""Checks of the values that a person or an imported list gives a source.

Each check returns the value to store, or raises ValueError with the problem and what to write instead.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from newsdesk.crawler.credentials.redaction import HIDDEN, is_redacted
from newsdesk.crawler.http.target import AddressError, canonical_spelling, host_of
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.scheduler.cadence.cron import parse_cron
from newsdesk.storage.records.rate_limits import queue_of

LONGEST_NAME = 1000
LONGEST_TAG = 200
MOST_TAGS = 100
LONGEST_KEEP = 36500  # days
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")


def one_line(text: str) -> str:
    """Without control characters, lone surrogates, line breaks, and spaces at the ends."""
    return _CONTROLS.sub("", _BREAKS.sub(" ", text)).strip()


def check_address(text: str) -> tuple[str, str]:
    """The address to visit, and its host queue. Without a scheme it gets https, if it looks like a host."""
    typed = text.strip()
    if not typed:
        raise ValueError("the address is empty")
    if is_redacted(typed):
        raise ValueError(
            f"has {HIDDEN} in place of a secret part; write that part, or export with --with-secrets"
        )
    if "://" not in typed:
        host = re.split(r"[/?#:]", typed)[0]
        if "." not in host.strip("."):
            raise ValueError("is not an address; write it like https://news.example/feed.xml")
        typed = f"https://{typed}"
    address = absolute_url(typed, base=None)
    if address is None:
        raise ValueError("is not an address; write it like https://news.example/feed.xml")
    try:
        return canonical_spelling(address), queue_of(host_of(address))
    except AddressError as error:
        remedy = "; write the password into newsdesk.secrets.toml, and give its name with --auth"
        raise ValueError(f"{error}{remedy if error.code == 'credentials-in-address' else ''}") from None


def check_name(text: str) -> str | None:
    """One line; empty is no name."""
    name = one_line(text)
    if len(name) > LONGEST_NAME:
        raise ValueError(f"the name has {len(name)} characters; at most {LONGEST_NAME} are allowed")
    return name or None


def check_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """The tags in their order; a tag that differs from an earlier one in case only is dropped."""
    tags: dict[str, str] = {}
    for text in texts:
        tag = one_line(text)
        if len(tag) > LONGEST_TAG:
            raise ValueError(f"a tag has {len(tag)} characters; at most {LONGEST_TAG} are allowed")
        if tag:
            tags.setdefault(tag.casefold(), tag)
        if len(tags) > MOST_TAGS:
            raise ValueError(f"a source may have at most {MOST_TAGS} tags")
    return tuple(tags.values())


def check_language(text: str) -> str | None:
    """A BCP 47 tag; empty is not known."""
    language = normalise_language(text)
    if text.strip() and language is None:
        raise ValueError(f"{text!r} is not a language tag; write it like en, pt-BR or zh-Hant")
    return language


def check_country(text: str) -> str | None:
    """Two letters of ISO 3166; empty is not known."""
    letters = text.strip().upper()
    if not letters:
        return None
    tag = normalise_language(f"en-{letters}") if re.fullmatch("[A-Z]{2}", letters) else None
    if tag is None or "-" not in tag:
        raise ValueError(f"{text!r} is not a country; write its two letters, like GB, DE or JP")
    return tag.partition("-")[2]


def check_timezone(text: str) -> str | None:
    """A name of the zone database; empty is not known."""
    name = text.strip()
    if not name:
        return None
    found = _zones().get(name.lower())
    if found is None:
        near = get_close_matches(name, _zones().values(), n=1, cutoff=0.6)
        hint = f"; did you mean {near[0]}?" if near else "; write it like Europe/Berlin"
        raise ValueError(f"{text!r} is not a time zone{hint}")
    return found


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones()}


def check_keep(text: str) -> int | None:
    """Days that the stories of a source are kept: from `90d`, `90` or `forever`, which is 0; empty is None."""
    typed = text.strip().lower()
    if not typed:
        return None
    if typed in ("forever", "ever", "0"):
        return 0
    number = typed.removesuffix("d").strip()
    if not number.isdecimal() or not 0 < int(number) <= LONGEST_KEEP:
        raise ValueError(f"{text!r} is not a number of days; write it like 90d, or forever")
    return int(number)


def check_cron(text: str) -> str | None:
    """A cron line of five fields; empty is none."""
    line = " ".join(text.split())
    if not line:
        return None
    try:
        parse_cron(line)
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}; write five fields, like '*/15 6-22 * * *'") from None
    return line
