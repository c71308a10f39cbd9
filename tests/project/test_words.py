"""The words of the project: those of HTTP, feeds, Scrapy and SQLite. Words that it no longer uses are listed here.

A listed word fails in a name, comment, message, help text or page. Words that also have an ordinary technical use
are not in the list; they are looked for by reading.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.paths import ROOT

# Word or phrase → what the project says in its place. Matched without case, as whole words; `_` ends a word.
REPLACED = {
    r"heads": "header limit, headers",
    r"envelopes?": "request credentials",
    r"whereabouts": "source status",
    r"wishes": "server hints",
    r"stations?": "inspection",
    r"walls?(?![- ](?:clock|time))": "paywall",
    r"at night|the night": "maintenance",
    r"what (?:came|comes|will come) of": "result",
    r"sightings?": "entry",
    r"sayings?": "snapshot",
    r"manners": "politeness, rate limit",
    r"(?:re-?reading|re-?readings|re-?read)": "reparse",
    r"rungs?": "identity scheme, parser",
    r"doors?": "HTTP client",
    r"envelope": "request credentials",
    r"of late": "recently",
    r"at rest": "stored",
    r"the eldest|eldest": "the oldest",
    r"strangers?": "another site, an untrusted source",
    r"the house|house style": "the project",
    r"likeness": "similarity",
    r"handover": "pickling",
    r"outcome words?": "outcome code",
    r"is believed|are believed|was believed|believed": "is chosen, is trusted",
    r"rhythms?": "publication profile",
    r"hearts?": "pure part",
    r"rooms?(?= of the code| on the left| behind| to its left)": "package",
    r"paces?": "rate limit",
}
# A page's own text in tests and demo data, tables of languages, quotations and the list above are not ours.
DATA = re.compile(
    r"^(?:tests/project/test_words\.py|tests/fixtures/|tests/hostile/cases/|newsdesk/demo/sites/|newsdesk/starter\.opml"
    r"|benchmarks/links/pages/|.*/tables/|requirements\.lock|LICENSE|.*\.svg$|.*\.gz$)"
)
ALLOWED = {  # file → words that stand there as data
    "crawler/normalise/bylines/cleaning.py": ("door",),  # Dutch: by
    "crawler/normalise/bylines/tokens.py": ("door",),
    "crawler/pages/bylines/by_position.py": ("door",),
    "crawler/pages/bylines/visible.py": ("door",),
    "crawler/pages/kind_and_access.py": ("wall",),  # in class names of pages
    "newsdesk/demo/awkward.py": ("door",),
    "tests/crawler/normalise/test_bylines.py": ("door",),
    "tests/storage/db/test_database.py": ("rereadings", "sighting"),  # names of a former file format
}
WORDS = re.compile(
    "|".join(rf"(?P<w{at}>(?<![a-z]){word}(?![a-z]))" for at, word in enumerate(REPLACED)), re.IGNORECASE
)
MEANT = list(REPLACED.values())


def files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    names = listed.stdout.split() or [
        path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if ".venv" not in path.parts
    ]
    return sorted(name for name in names if not DATA.match(name) and (ROOT / name).is_file())


@pytest.mark.parametrize("name", files())
def test_no_replaced_word_is_used(name: str) -> None:
    path = Path(ROOT / name)
    if path.is_symlink():
        return
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for match in WORDS.finditer(line.replace("_", " ")):
            if match[0].lower() in ALLOWED.get(name, ()):
                continue
            assert match.lastgroup is not None
            found.append(f"{name}:{number}: {match[0]!r}: say {MEANT[int(match.lastgroup[1:])]}")
    assert not found, "\n".join(found)


def test_a_replaced_word_is_found() -> None:
    for text in (
        "the heads of an answer",
        "count_heads",
        "Whereabouts",
        "what came of it",
        "the night's work",
    ):
        assert WORDS.search(text.replace("_", " ")), text
    for text in ("headers", "ahead", "wall clock", "overnight", "outdoors", "space", "a nightly copy"):
        assert not WORDS.search(text), text
