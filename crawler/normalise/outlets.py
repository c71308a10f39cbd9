"""Whether a byline names the outlet itself: its name, its host, "MLSsoccer staff", "Redacción EC" of El Comercio.

Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from newsdesk.crawler.normalise.bylines.word_tables import (
    DESKS,
    JOBS,
    OUTLETS,
    PARTICLES,
    SIGNATURE_DESKS,
    STRONG,
    WEAK,
    fold,
)

_WORD = re.compile(r"[\w’']+")
# Together with a name, these mean a collective signature.
_COLLECTIVE = (
    DESKS
    | SIGNATURE_DESKS
    | JOBS
    | frozenset(
        ("the", "portal", "articles", "article", "posts", "post", "blog", "online", "web", "news", "magazine")
    )
)
_SHORTEST_INITIALS = 3  # letters
_ARTICLES = frozenset(("the", "le", "la", "les", "el", "los", "il", "lo", "der", "die", "das", "de", "het"))


def is_outlet(name: str, outlet_names: Iterable[str]) -> bool:
    """Whether `name` is one of `outlet_names`, alone or with words for staff.

    `outlet_names` are the names of the site and its host without the public suffix.
    """
    words = _words(name)
    own_words = [word for word in words if word not in _COLLECTIVE]
    for outlet_name in outlet_names:
        outlet_words = _words(outlet_name)
        full_name, core_name = (
            "".join(outlet_words),
            "".join(word for word in outlet_words if word not in _COLLECTIVE),
        )
        if "".join(words) == full_name or (own_words and "".join(own_words) in (full_name, core_name)):
            return True
        initials = "".join(word[0] for word in outlet_words)
        if len(own_words) == 1 < len(words) and len(own_words[0]) > 1 and initials.startswith(own_words[0]):
            return True
    return False


def is_publisher(name: str, outlet_names: Iterable[str]) -> bool:
    """Whether the initials of a name are the name of the site: Deutsches Rotes Kreuz on drk.example."""
    initials = "".join(word[0] for word in _words(name) if word not in PARTICLES)
    return len(initials) >= _SHORTEST_INITIALS and any(
        initials in ("".join(words), words[0]) for one in outlet_names if (words := _words(one))
    )


def reads_like_a_person(name: str) -> bool:
    """Whether a name of two or three capitalised words has no word of a newspaper's name.

    Many authors publish on a site that has their own name.
    """
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
