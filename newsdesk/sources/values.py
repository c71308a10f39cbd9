"""What a person or a list says of a source, checked one value at a time.

Each check gives the value as it is kept, or raises ValueError with what is wrong and what to write.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from newsdesk.crawler.credentials.redaction import HIDDEN, is_redacted
from newsdesk.crawler.http.target import AddressError, canonical_spelling
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.crawler.politeness.rate_limiter import host_of
from newsdesk.scheduler.cadence.cron import parse_cron
from newsdesk.storage.records.rate_limits import queue_of

LONGEST_NAME = 1000
LONGEST_TAG = 200
MOST_TAGS = 100
LONGEST_KEEP = 36500  # days
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")


def one_line(text: str) -> str:
    """Without what no name holds: controls, halves of characters, breaks, spaces at the ends."""
    return _CONTROLS.sub("", _BREAKS.sub(" ", text)).strip()


def check_address(said: str) -> tuple[str, str]:
    """The address that is visited, and the queue of its host. Without a scheme it gets https, if it looks
    like a host."""
    typed = said.strip()
    if not typed:
        raise ValueError("there is no address")
    if is_redacted(typed):
        raise ValueError(
            f"has {HIDDEN} where a secret part was taken out; write that part, or export with --with-secrets"
        )
    if "://" not in typed:
        host = re.split(r"[/?#:]", typed)[0]
        if "." not in host.strip("."):
            raise ValueError("is no address of a feed; write it like https://news.example/feed.xml")
        typed = f"https://{typed}"
    address = absolute_url(typed, base=None)
    if address is None:
        raise ValueError("is no address of a feed; write it like https://news.example/feed.xml")
    try:
        return canonical_spelling(address), queue_of(host_of(address))
    except AddressError as error:
        remedy = "; name the password in newsdesk.secrets.toml, and give that name with --auth"
        raise ValueError(f"{error}{remedy if error.code == 'credentials-in-address' else ''}") from None


def check_name(said: str) -> str | None:
    """One line; empty is no name."""
    name = one_line(said)
    if len(name) > LONGEST_NAME:
        raise ValueError(f"the name has {len(name)} characters, {LONGEST_NAME} are the most")
    return name or None


def check_tags(said: Iterable[str]) -> tuple[str, ...]:
    """In their order; a tag that differs from an earlier one by its case only is that one."""
    tags: dict[str, str] = {}
    for text in said:
        tag = one_line(text)
        if len(tag) > LONGEST_TAG:
            raise ValueError(f"a tag has {len(tag)} characters, {LONGEST_TAG} are the most")
        if tag:
            tags.setdefault(tag.casefold(), tag)
        if len(tags) > MOST_TAGS:
            raise ValueError(f"{MOST_TAGS} tags are the most that a source has")
    return tuple(tags.values())


def check_language(said: str) -> str | None:
    """A BCP 47 tag; empty is not known."""
    language = normalise_language(said)
    if said.strip() and language is None:
        raise ValueError(f"{said!r} is no language; write it like en, pt-BR or zh-Hant")
    return language


def check_country(said: str) -> str | None:
    """Two letters of ISO 3166; empty is not known."""
    letters = said.strip().upper()
    if not letters:
        return None
    read = normalise_language(f"en-{letters}") if re.fullmatch("[A-Z]{2}", letters) else None
    if read is None or "-" not in read:
        raise ValueError(f"{said!r} is no country; write its two letters, like GB, DE or JP")
    return read.partition("-")[2]


def check_timezone(said: str) -> str | None:
    """A name of the zone database; empty is not known."""
    name = said.strip()
    if not name:
        return None
    found = _zones().get(name.lower())
    if found is None:
        near = get_close_matches(name, _zones().values(), n=1, cutoff=0.6)
        hint = f"; did you mean {near[0]}?" if near else "; write it like Europe/Berlin"
        raise ValueError(f"{said!r} is no time zone{hint}")
    return found


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones()}


def check_keep(said: str) -> int | None:
    """Days that a source's stories are kept, from `90d`, `90` or `forever`, which is 0; empty is not said."""
    text = said.strip().lower()
    if not text:
        return None
    if text in ("forever", "ever", "0"):
        return 0
    number = text.removesuffix("d").strip()
    if not number.isdecimal() or not 0 < int(number) <= LONGEST_KEEP:
        raise ValueError(f"{said!r} is no time to keep; write days, like 90d, or forever")
    return int(number)


def check_cron(said: str) -> str | None:
    """A cron line of five fields; empty is none."""
    line = " ".join(said.split())
    if not line:
        return None
    try:
        parse_cron(line)
    except ValueError as error:
        raise ValueError(f"{said!r}: {error}; write five fields, like '*/15 6-22 * * *'") from None
    return line
