"""How a request or a visit ended: a code, a category and a message. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OutcomeCategory = Literal[
    "ok",  # read, or known to be unchanged
    "temporary",  # time-out, reset, 5xx, DNS try-again
    "rate-limited",  # 429
    "forbidden",  # 401, 403, 451
    "challenge",  # a bot challenge, a consent or a login page instead of the document
    "not-found",  # 404, no such host
    "gone",  # 410
    "tls",  # certificate or handshake
    "unreadable",  # not a feed, too large, over the limits of a parser
    "not-allowed",  # an address or scheme that we do not request
    "internal-error",  # a bug of newsdesk; the visit has the traceback
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a request or visit ended: a code, its category, and a message for people (with the value)."""

    code: str
    category: OutcomeCategory
    message: str
    status: int | None = None
