"""Whether a name is the outlet's own: its name, its host's, "MLSsoccer staff", "Redacción EC" of El Comercio.

Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from newsdesk.crawler.normalise.bylines.word_tables import (
    DESK_HEADS,
    DESKS,
    JOBS,
    OUTLETS,
    PARTICLES,
    STRONG,
    WEAK,
    fold,
)

_WORD = re.compile(r"[\w’']+")
# Beside a name they say that many sign.
_COLLECTIVE = (
    DESKS
    | DESK_HEADS
    | JOBS
    | frozenset(
        ("the", "portal", "articles", "article", "posts", "post", "blog", "online", "web", "news", "magazine")
    )
)
_ARTICLES = frozenset(("the", "le", "la", "les", "el", "los", "il", "lo", "der", "die", "das", "de", "het"))


def is_outlet(name: str, outlet_names: Iterable[str]) -> bool:
    """Whether one of `bearers` (what the site is called, and its host without its suffix) is what `name`
    says, alone or beside words for staff."""
    words = _words(name)
    own = [word for word in words if word not in _COLLECTIVE]
    for outlet_name in outlet_names:
        outlet_words = _words(outlet_name)
        whole, core = "".join(outlet_words), "".join(word for word in outlet_words if word not in _COLLECTIVE)
        if "".join(words) == whole or (own and "".join(own) in (whole, core)):
            return True
        initials = "".join(word[0] for word in outlet_words)
        if len(own) == 1 < len(words) and len(own[0]) > 1 and initials.startswith(own[0]):
            return True
    return False


def reads_like_a_person(name: str) -> bool:
    """Whether nothing in a name of two or three capitalised words says that it is a paper's: many write
    under their own name on a site that bears it."""
    words = name.split()
    folded = [fold(word) for word in words]
    return (
        2 <= len(words) <= 3
        and all(word[:1].isupper() or folded[at] in PARTICLES for at, word in enumerate(words))
        and folded[0] not in _ARTICLES
        and not any(word in STRONG or word in WEAK or word in _COLLECTIVE for word in folded)
        and " ".join(folded) not in OUTLETS
    )


def _words(text: str) -> Sequence[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
