"""The outcomes of requests: code, category and message. Pure.

Every text from outside passes through `plain` first.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from newsdesk.crawler.challenges.detect import Challenge
from newsdesk.storage.records.outcomes import Outcome, OutcomeCategory

LONGEST_BLOCK = timedelta(hours=24)  # whatever Retry-After says, which may be a typing error
DEFAULT_BLOCK = timedelta(minutes=15)

# C0, C1, bidirectional controls, other invisible characters and lone surrogates: a server's text must not
# control a terminal, reverse a message or break a log line.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)


def plain(text: str, longest: int = 200) -> str:
    """Untrusted text as one line without control characters."""
    text = " ".join(_CONTROLS.sub(" ", text[: 4 * longest]).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def outcome(code: str, category: OutcomeCategory, message: str, status: int | None = None) -> Outcome:
    return Outcome(code=code, category=category, message=plain(message, 500), status=status)


NO_RESPONSE = Outcome(code="unreachable", category="temporary", message="no request was made")


def from_status(status: int, name: str, reason: str = "") -> Outcome:
    """The outcome of every status but 200, 203, 304 and a redirect."""
    answer = f"{name} answered {status} {plain(reason, 60)}".rstrip()
    code, category, meaning = _row(status)
    return outcome(code, category, f"{answer}: {meaning}", status)


def _row(status: int) -> tuple[str, OutcomeCategory, str]:
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:
        return "server-error", "temporary", "the server has an error"
    if status >= 400:
        # 400, 405, 406, 418, 421 …: mostly a firewall, rarely permanent; permanent refusals are 401, 403, 404,
        # 410 or 451.
        return "client-error", "temporary", "the server did not accept the request"
    return "unexpected-status", "temporary", "unexpected for a plain GET request"


_STATUSES: dict[int, tuple[str, OutcomeCategory, str]] = {
    204: ("empty", "temporary", "the response has no document"),
    205: ("empty", "temporary", "the response has no document"),
    206: ("partial-content", "temporary", "a part of the document, but the whole was requested"),
    401: ("forbidden", "forbidden", "a password is required"),
    402: ("forbidden", "forbidden", "payment is required"),
    403: ("forbidden", "forbidden", "access is denied"),
    404: ("not-found", "not-found", "nothing is at this address"),
    407: ("forbidden", "forbidden", "a proxy requires a password"),
    410: ("gone", "gone", "removed for good"),
    429: ("rate-limited", "rate-limited", "too many requests"),
    451: ("forbidden", "forbidden", "withheld for legal reasons"),
}


def fetched(name: str, length: int, status: int) -> Outcome:
    if not length:
        # A server error, not an empty feed: what is known of the source stays.
        return outcome("empty", "temporary", f"{name} answered {status} with an empty document", status)
    return Outcome(code="fetched", category="ok", message=f"{length} bytes from {name}", status=status)


def unchanged(name: str, *, conditional: bool) -> Outcome:
    if not conditional:
        return outcome(
            "unexpected-status", "temporary", f"{name} answered 304 to a request without validators", 304
        )
    return Outcome(code="unchanged", category="ok", message=f"{name} answered 304: not changed", status=304)


def host_paused(name: str, until: datetime) -> Outcome:
    return outcome(
        "host-paused",
        "rate-limited",
        f"not requested: {name} asked for a pause until {until:%Y-%m-%d %H:%M} UTC",
    )


def bad_address(code: str, message: str, base: str | None) -> Outcome:
    """An address that is not requested; `base` is the one that redirected to it."""
    return outcome(
        code,
        "not-allowed",
        message if base is None else f"redirect from {plain(base)} not followed: {message}",
    )


def secret(code: str, message: str) -> Outcome:
    """A secret of the source is missing or unusable. Code and message are those of SecretError."""
    return outcome(code, "forbidden", f"not requested: {message}")


_CHALLENGES: tuple[tuple[str, OutcomeCategory, str], ...] = (
    ("bot-challenge", "challenge", "with a bot challenge{product}, which newsdesk does not solve"),
    ("bot-blocked", "challenge", "that its firewall{product} refuses programs"),
    ("consent-page", "challenge", "with a page that asks for consent, which newsdesk does not give"),
    ("login-page", "challenge", "with a page for logging in"),
)


def challenge(found: Challenge, name: str, status: int, *, user_agent: str) -> Outcome:
    """A challenge instead of the document. The message has the remedy: what the publisher can allow."""
    product = f" of {found.product}" if found.product else ""
    code, category, meaning = next(row for row in _CHALLENGES if row[0] == found.code)
    answer = f"{name} answered {status or 'by redirects'} {meaning.format(product=product)}"
    if found.code == "login-page":
        remedy = "give the source a password (--auth or --cookies), or ask the publisher"
    else:
        remedy = f"ask the publisher to let the User-Agent {user_agent!r} in"
        remedy += "" if "(+" in user_agent else "; set network.contact first, so that they can reach you"
    return outcome(code, category, f"{answer} (recognised by {found.mark}): {remedy}", status or None)


def no_location(name: str, status: int) -> Outcome:
    return outcome(
        "redirect-without-location",
        "temporary",
        f"{name} answered {status} without a Location header",
        status,
    )


def redirect_loop(url: str, count: int) -> Outcome:
    return outcome(
        "redirect-loop",
        "temporary",
        f"redirects return to {plain(url)} after {count} {'address' if count == 1 else 'addresses'}",
    )


def too_many_redirects(requested: str, most: int) -> Outcome:
    return outcome("too-many-redirects", "temporary", f"{plain(requested)} redirects more than {most} times")


def bad_coding(name: str, why: str, status: int) -> Outcome:
    return outcome("bad-encoding", "unreadable", f"the document of {name} cannot be decoded: {why}", status)


def too_large(name: str, limit: int, status: int | None = None) -> Outcome:
    return outcome("too-large", "unreadable", f"the document of {name} is larger than {limit} bytes", status)


def timed_out(name: str, visit_s: float, *, rest_s: float | None = None) -> Outcome:
    """`rest_s`: the response was large, and its rest had this time limit of its own."""
    if rest_s is None:
        return outcome("timeout", "temporary", f"no complete response from {name} within {visit_s:g} s")
    message = f"the rest of a large response from {name} did not arrive within {rest_s:g} s"
    return outcome("timeout", "temporary", f"{message}, or the visit took {visit_s:g} s")


def wait_until(status: int, retry_after: str | None, now: datetime) -> datetime | None:
    """The end of the pause that a host asks for by an error: Retry-After, or a default after a 429 without it,
    since a host with fifty feeds would get forty-nine more requests at once."""
    until = parse_retry_after(retry_after, now)
    return now + DEFAULT_BLOCK if until is None and status == 429 else until


def parse_retry_after(value: str | None, now: datetime) -> datetime | None:
    """The end of a pause: seconds or an HTTP date; None for anything else and for the past.

    `99999999999999999999` once crashed another feed reader, so the length is checked first.
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
