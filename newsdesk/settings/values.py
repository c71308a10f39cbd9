"""Parsers of setting values: from the text of a variable or a TOML value to the value in use.

Each returns the value, or raises ValueError with what to write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time
from typing import Any, cast, get_args

from newsdesk.crawler.http.guard import Allowance, HostOverrides
from newsdesk.crawler.http.target import AddressError, parse_target
from newsdesk.settings.rate_limits import check_rate_limits
from newsdesk.storage.records.alarms import KINDS, SilenceLimit, SilenceOf


def parse_span(value: Any) -> int:
    """Seconds from `90`, `"45s"`, `"30m"`, `"2h"` or `"1d"`. Raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool):
        seconds = value
    else:
        text = str(value).strip().lower()
        unit = {"s": 1, "m": 60, "h": 3600, "d": 86400}.get(text[-1:], 0)
        number = text[:-1] if unit else text
        if not number.isdecimal():
            raise ValueError("write a number of seconds, or like 30m, 2h or 1d")
        seconds = int(number) * (unit or 1)
    if not 0 < seconds <= 366 * 86400:
        raise ValueError("must be more than 0 and at most 366d")
    return seconds


def parse_span_or_none(value: Any) -> int | str:
    """`parse_span`; an empty text stays empty and means none."""
    return "" if value == "" else parse_span(value)


def number(least: float, most: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        parsed = float(value)
        if isinstance(value, bool) or not least <= parsed <= most:
            raise ValueError(f"must be a number from {least:g} to {most:g}")
        return parsed

    return read


def whole(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        parsed = int(str(value))
        if isinstance(value, bool) or not least <= parsed <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return parsed

    return read


def parse_switch(value: Any) -> bool:
    """True or false, as TOML has them; in a variable also yes and no, on and off, 1 and 0."""
    text = str(value).strip().lower()
    if text not in (on := ("true", "yes", "on", "1")) and text not in ("false", "no", "off", "0"):
        raise ValueError("must be true or false")
    return text in on


def parse_text(value: Any) -> str:
    if not isinstance(value, str) or any(ord(character) < 32 for character in value):
        raise ValueError("must be one line of text")
    return value


def parse_texts(value: Any) -> tuple[str, ...]:
    """A list of texts; in a variable they are separated by commas."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list):
        raise ValueError('must be a list like ["one", "two"]')
    return tuple(parse_text(part) for part in value)


def parse_choice(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(filter(None, choices))}")
        return str(value)

    return read


def parse_allowed(value: Any) -> tuple[str, ...]:
    entries = parse_texts(value)
    Allowance.parse(entries)
    return entries


def parse_resolved(value: Any) -> tuple[str, ...]:
    entries = parse_texts(value)
    HostOverrides(entries)
    return entries


def parse_rate_limits(value: Any) -> tuple[str, ...]:
    return check_rate_limits(parse_texts(value))


def parse_time_of_day(value: Any) -> str:
    try:
        return time.fromisoformat(parse_text(value).strip()).strftime("%H:%M")
    except ValueError:
        raise ValueError("must be a time of day like 03:30") from None


def parse_kinds(value: Any) -> tuple[str, ...]:
    kinds = parse_texts(value)
    for kind in kinds:
        if kind not in (*KINDS, "all"):
            raise ValueError(f"there is no alarm {kind!r}; write all, or some of {', '.join(KINDS)}")
    return kinds


def parse_silences(value: Any) -> tuple[str, ...]:
    """Texts like "tag:sport=12h"; `silence_limits` gives their values."""
    texts = parse_texts(value)
    silence_limits(texts)
    return texts


def silence_limits(texts: Sequence[str]) -> tuple[SilenceLimit, ...]:
    """The set silences of texts like "source:3=2d", "tag:sport=12h" and "language:de=6h". Raises ValueError."""
    limits = []
    for text in texts:
        what, _, span = text.rpartition("=")
        of, _, name = what.strip().partition(":")
        if (
            of not in get_args(SilenceOf)
            or not name.strip()
            or (of == "source" and not name.strip().isdecimal())
        ):
            raise ValueError(
                f'{text!r} is none; write it like "source:3=2d", "tag:sport=12h" or "language:de=6h"'
            )
        limits.append(SilenceLimit(of=cast(SilenceOf, of), name=name.strip(), after_s=parse_span(span)))
    if len({limit.topic for limit in limits}) < len(limits):
        raise ValueError("a source, a tag or a language has two spans; leave one")
    return tuple(limits)


def parse_webhook(value: Any) -> str:
    """An address, or an empty text for none."""
    if parse_text(value):
        try:
            parse_target(value)
        except AddressError as error:
            raise ValueError(f"{error}; write it like https://chat.example/hook") from None
    return str(value)


def parse_file_name(value: Any) -> str:
    if not parse_text(value).strip():
        raise ValueError("must name a file")
    return str(value)
