"""How a request ended, in a word, its class and a sentence for people.

Pure. Every text that comes from outside passes through `plain` first.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from newsdesk.storage.records.outcomes import Outcome, OutcomeCategory

LONGEST_BLOCK = timedelta(hours=24)  # whatever Retry-After says; a typing error is not an exile
UNSAID_BLOCK = timedelta(minutes=15)

# C0, C1, bidirectional controls, other invisible marks and lone surrogates: a server's text must not
# steer a terminal, turn a sentence round or break a log line.
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)


def plain(text: str, longest: int = 200) -> str:
    """A stranger's text as one harmless line."""
    text = " ".join(_STEERING.sub(" ", text[: 4 * longest]).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def outcome(word: str, group: OutcomeCategory, words: str, status: int | None = None) -> Outcome:
    return Outcome(code=word, category=group, message=plain(words, 500), status=status)


NO_RESPONSE = Outcome(code="unreachable", category="temporary", message="nobody was asked")


def from_status(status: int, name: str, reason: str = "") -> Outcome:
    """The outcome of every status but 200, 203, 304 and a redirect."""
    said = f"{name} answered {status} {plain(reason, 60)}".rstrip()
    word, group, meaning = _row(status)
    return outcome(word, group, f"{said}: {meaning}", status)


def _row(status: int) -> tuple[str, OutcomeCategory, str]:
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:
        return "server-error", "temporary", "the server is in trouble"
    if status >= 400:
        # 400, 405, 406, 418, 421 …: mostly a firewall's mood or a broken rule, rarely for ever; the
        # sources that mean it say 401, 403, 404, 410 or 451.
        return "client-error", "temporary", "the server did not accept the request"
    return "odd-status", "temporary", "not an answer to a plain request for a document"


_STATUSES: dict[int, tuple[str, OutcomeCategory, str]] = {
    204: ("empty", "temporary", "no document"),
    205: ("empty", "temporary", "no document"),
    206: ("partial", "temporary", "a part of the document, though the whole was asked for"),
    401: ("forbidden", "forbidden", "it wants a password"),
    402: ("forbidden", "forbidden", "it wants to be paid"),
    403: ("forbidden", "forbidden", "we may not read it"),
    404: ("not-found", "not-found", "there is nothing at this address"),
    407: ("forbidden", "forbidden", "it wants a proxy's password"),
    410: ("gone", "gone", "removed for good"),
    429: ("rate-limited", "rate-limited", "we asked too often"),
    451: ("forbidden", "forbidden", "withheld for legal reasons"),
}


def fetched(name: str, length: int, status: int) -> Outcome:
    if not length:
        # Cadence treats it as a server's trouble: the last good document stays what it was.
        return outcome("empty", "temporary", f"{name} answered {status} with an empty document", status)
    return Outcome(code="fetched", category="ok", message=f"{length} bytes from {name}", status=status)


def unchanged(name: str, *, conditional: bool) -> Outcome:
    if not conditional:
        return outcome("odd-status", "temporary", f"{name} answered 304 though we hold no earlier copy", 304)
    return Outcome(code="unchanged", category="ok", message=f"{name} says nothing changed", status=304)


def host_paused(name: str, until: datetime) -> Outcome:
    return outcome(
        "held-back",
        "rate-limited",
        f"not asked: {name} wants to be left alone until {until:%Y-%m-%d %H:%M} UTC",
    )


def bad_address(word: str, words: str, base: str | None) -> Outcome:
    """An address that is not asked; `base` is the one whose redirect named it."""
    return outcome(word, "not-allowed", words if base is None else f"{plain(base)} redirects away: {words}")


def secret(word: str, words: str) -> Outcome:
    """Not asked: a secret of the source is not to be had. `word` is SecretError's."""
    return outcome(word, "forbidden", f"not asked: {words}")


def no_location(name: str, status: int) -> Outcome:
    return outcome(
        "bad-redirect", "temporary", f"{name} answered {status} and did not say where to go", status
    )


def redirect_loop(url: str, count: int) -> Outcome:
    return outcome(
        "redirect-loop", "temporary", f"redirects lead back to {plain(url)} after {count} addresses"
    )


def too_many_redirects(asked: str, most: int) -> Outcome:
    return outcome("too-many-redirects", "temporary", f"{plain(asked)} redirects more than {most} times")


def bad_coding(name: str, why: str, status: int) -> Outcome:
    return outcome("bad-encoding", "unreadable", f"the document of {name} cannot be unpacked: {why}", status)


def too_large(name: str, limit: int, status: int | None = None) -> Outcome:
    return outcome("too-large", "unreadable", f"the document of {name} is larger than {limit} bytes", status)


def timed_out(name: str, visit_s: float, *, rest_s: float | None = None) -> Outcome:
    """`rest_s`: the answer was large and had so long for what was missing, if the visit had."""
    if rest_s is None:
        return outcome("timeout", "temporary", f"no whole answer from {name} within {visit_s:g} s")
    words = f"the rest of a large answer from {name} did not come within {rest_s:g} s"
    return outcome("timeout", "temporary", f"{words}, or {visit_s:g} s were over")


def wait_until(status: int, retry_after: str | None, now: datetime) -> datetime | None:
    """Until when an error's host wants to be left alone: as it says, or some time after a 429 that says
    nothing, since a host that has fifty feeds would get forty-nine more requests right away."""
    until = parse_retry_after(retry_after, now)
    return now + UNSAID_BLOCK if until is None and status == 429 else until


def parse_retry_after(value: str | None, now: datetime) -> datetime | None:
    """Until when a host wants to be left alone: seconds or an HTTP date, None for nonsense and the past.

    `99999999999999999999` once ended a whole run of another reader, so the length is looked at first.
    """
    value = (value or "").strip()[:64]
    if value.isascii() and value.isdigit():
        seconds = int(value) if len(value) <= 9 else LONGEST_BLOCK.total_seconds()
        until = now + min(timedelta(seconds=seconds), LONGEST_BLOCK)
    else:
        try:
            until = parsedate_to_datetime(value)
            until = until.replace(tzinfo=UTC) if until.tzinfo is None else until.astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            return None
        until = min(until, now + LONGEST_BLOCK)
    return until if until > now else None
