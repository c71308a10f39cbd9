"""Whether a response is a challenge instead of the document that was requested. Pure; nothing is run or submitted.

By headers first, then by the elements of a small HTML page, then by the addresses of redirects. An answer is certain or
None: an article about a firewall is an article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from newsdesk.crawler.challenges.consent_and_login import METADATA, is_login_form, kind_of_redirect
from newsdesk.crawler.challenges.marks import BODY_MARKS, CHALLENGE_ADDRESSES, HEADER_MARKS

Code = Literal["bot-challenge", "bot-blocked", "consent-page", "login-page"]

LARGEST = 128 * 1024  # challenge pages have 1 to 60 kB; a larger page is not searched
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|meta|title|script|body)\b",
    re.I | re.S,
)
_NOT_REQUESTED = ("redirect-loop", "too-many-redirects", "robots", "robots-unreachable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of a response. `code` is the outcome without a challenge; `status` is 0 when there was no
    response. Names of headers are in lower case."""

    requested: str
    redirects: Sequence[str]
    code: str
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a response is instead of a document: an outcome code, the product, and the mark by which it is known."""

    code: Code
    product: str | None
    mark: str


def find_challenge(seen: Seen) -> Challenge | None:
    """The challenge that a response is; None for every other response."""
    if not seen.status:
        return _by_redirect(seen) if seen.code in _NOT_REQUESTED else None
    found = _by_header(seen) or _by_address(seen)
    if found is not None:
        return found
    page = _HTML.match(seen.body[:4096]) is not None  # no feed is searched for elements of pages
    if (page or seen.status >= 400) and len(seen.body) <= LARGEST:
        found = _by_body(seen)
    if found is None and seen.redirects and (page or seen.status in (401, 403)):
        found = _by_redirect(seen)
    return found


def _by_header(seen: Seen) -> Challenge | None:
    values = dict(reversed(seen.headers))
    for mark in HEADER_MARKS:
        value = values.get(mark.name)
        if value is not None and (seen.status >= 400 or not mark.errors) and mark.value.match(value.strip()):
            return Challenge(code=mark.kind, product=mark.product, mark=f"the header {mark.name}")
    return None


def _by_address(seen: Seen) -> Challenge | None:
    if not seen.redirects:
        return None
    parts = urlsplit(seen.redirects[-1])
    host = parts.hostname or ""
    for product, name, path in CHALLENGE_ADDRESSES:
        if parts.path.startswith(path) and (not name or host == name or host.endswith(f".{name}")):
            return Challenge(code="bot-challenge", product=product, mark="the address of a redirect")
    return None


def _by_body(seen: Seen) -> Challenge | None:
    error = seen.status >= 400
    article: bool | None = None
    for mark in BODY_MARKS:
        if (mark.errors and not error) or mark.hint not in seen.body or not mark.pattern.search(seen.body):
            continue
        if not (error or mark.copies_metadata):
            article = bool(METADATA.search(seen.body)) if article is None else article
            if article:
                continue
        return Challenge(code=mark.kind, product=mark.product, mark=mark.what)
    if not error and is_login_form(seen.body):
        return Challenge(code="login-page", product=None, mark="its login form and nothing else")
    return None


def _by_redirect(seen: Seen) -> Challenge | None:
    found = kind_of_redirect(seen.requested, seen.redirects)
    if found is None:
        return None
    kind, address = found
    return Challenge(code=kind, product=None, mark=f"the redirect to {address.partition('?')[0]}")
