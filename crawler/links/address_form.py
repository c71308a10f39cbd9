"""The form of an address: what each piece of its path is, and the shape that stories of one site share. Pure.

`//daily.example/sport/2026/11/30/a-name-of-many-words-123456.html` has the shape `/w/date/slug-id.html`.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote

from newsdesk.crawler.links.anchor_text import word_count

NAMES = ("w", "slug3", "slug")  # kinds of pieces that are words only
NUMBERS = ("id", "code", "slug-id")
LONGEST = 1_000  # characters of a path that are read
MOST_PIECES = 12
_ENDING = re.compile(
    r"\.([xg]?html?|shtml?|stm|php\d?|aspx?|jsp|jhtml|cfm|do|ece|cms|amp|story|article|nws|phtml|d|bbc|dpbs|wlt)\Z",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|pdf|mp[34]|m4a|wav|zip|gz|docx?|xlsx?|pptx?|xml|rss|rdf|atom|json|css|js|txt|ics|epub"
    r"|apk|exe|m3u8?|vcf|csv)\Z",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_MONTH = re.compile(r"0?[1-9]\Z|1[0-2]\Z")
_DAY = re.compile(r"0?[1-9]\Z|[12]\d\Z|3[01]\Z")
_MONTH_DAY = re.compile(r"(?:0[1-9]|1[0-2])[-_]?(?:0[1-9]|[12]\d|3[01])\Z")
_WHOLE_DATE = re.compile(
    r"(?:(?:19|20)\d\d([-_.]?)(?:0?[1-9]|1[0-2])(?:\1(?:0?[1-9]|[12]\d|3[01]))?"
    r"|(?:0?[1-9]|[12]\d|3[01])([-_.])(?:0?[1-9]|1[0-2])\2(?:19|20)\d\d)\Z"
)
_DATE_INSIDE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d([-_]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[1-9]|[12]\d|3[01])-(?:0[1-9]|1[0-2])-(?:19|20)\d\d)(?!\d)"
)
_MONTH_NAMES = frozenset(
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov"
    " november dec december enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    " janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre januar februar maerz juni"
    " juli oktober dezember".split()
)
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{12,64}\Z", re.IGNORECASE)
_ID_IN_NAME = re.compile(
    r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{4,}(?!\d)|(?<=[^\W_])[-_,.][a-z]{0,4}-?(?!(?:19|20)\d\d\Z)\d{3,}\Z"
)
_WORD_SPLIT = re.compile(r"[-_+~., ;:!()'’]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9]{6,40}\Z")
_IDENTIFIERS = frozenset(
    "id p aid artid art_id article articleid article_id story storyid sid nid newsid news_id itemid item idx no num"
    " newsno key contentid docid doc pid postid post_id id_news idnews id_article idarticle a code uid guid news n"
    " aritcle_id artno nota idnoticia noticia tid seq serial wr_id bbs_id arcid msgid oid arti_id mid_id".split()
)
_IDENTIFYING = ("id", "idx", "no", "num", "seq", "key", "code")
_SECTIONS = frozenset(
    "cat category catid cat_id section sectionid section_id sec menu menuid tag tagid topic topicid channel cid".split()
    + "rubric rubrique seccion sc_section_code sc_serial_code date author authorid lang from_date to year month".split()
)
_KINDS_OF_PAGES = frozenset("view act action mod m c do task option type op module".split())
_PAGE_PARAMETERS = frozenset(
    "page paged pg pag pagina seite pageno pageindex page_no offset start from skip cp currentpage pn curpage strana"
    " sida".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressForm:
    """`pieces`: the kind of each segment of the path; `names`: the segments themselves, in lower case and
    unescaped. `last` is the kind of the piece that should name the story; `words`: the words of its name."""

    host: str
    pieces: tuple[str, ...]
    names: tuple[str, ...]
    ending: str
    parameter: str  # the query parameter that chooses a story, and the kind of its value; "" without one
    is_further_page: bool  # all parameters number the pages of a list
    has_date: bool
    last: str
    words: float
    is_file: bool

    @property
    def shape(self) -> str:
        """Equal for addresses that are made alike, whatever section they are in."""
        if not self.pieces:
            return "/" + self.parameter
        last = self.last
        if self.parameter:
            last = self.names[-1]
        elif self.has_date and self.pieces.count("date") == 0:
            last = f"date-{last}"
        elif last in NAMES and (self.has_date or self.has_number):
            last = "name"
        return "/" + "/".join((*self.pieces[:-1], last)) + self.ending + self.parameter

    @property
    def has_number(self) -> bool:
        """Whether a folder or the name is a number or a code."""
        return any(piece in NUMBERS for piece in self.pieces)

    @property
    def is_identified(self) -> bool:
        """Whether it has a number, a code or a date; static pages and sections mostly have none."""
        return self.has_number or self.has_date or bool(self.parameter)

    @property
    def folders(self) -> tuple[str, ...]:
        """The segments that are plain words, without the one that names the story."""
        named = zip(self.pieces[:-1], self.names[:-1], strict=True)
        return tuple(name for piece, name in named if piece in NAMES)


@lru_cache(maxsize=16384)
def form_of(canonical: str) -> AddressForm:
    """The form of a canonical address (`//host/path?query`)."""
    rest = canonical.removeprefix("//")
    rest, _, query = rest.partition("?")
    host, _, path = rest.partition("/")
    path = path.partition("#")[0][:LONGEST]
    is_file = _FILE.search(path) is not None
    ending = ""
    if found := _ENDING.search(path):
        ending, path = f".{found[1].lower()}", path[: found.start()]
    segments = [segment for segment in path.split("/") if segment][:MOST_PIECES]
    names = tuple(unquote(segment).strip().lower() for segment in segments)
    kinds = _kinds(names)
    pieces: list[str] = []
    kept: list[str] = []
    dated = False
    for kind, name in zip(kinds, names, strict=True):
        if kind == "date" and pieces and pieces[-1] == "date":
            continue
        pieces.append(kind)
        kept.append(name)
        dated = dated or kind == "date"
    parameter, is_further_page = _parameter(query)
    last = pieces[-1] if pieces else ""
    return AddressForm(
        host=host,
        pieces=tuple(pieces),
        names=tuple(kept),
        ending=ending,
        parameter=parameter,
        is_further_page=is_further_page,
        has_date=dated or bool(names and _DATE_INSIDE.search(names[-1])),
        last=last,
        words=_words(kept[-1]) if kept else 0.0,
        is_file=is_file,
    )


def is_page_parameter(name: str) -> bool:
    return name in _PAGE_PARAMETERS


def _kinds(names: tuple[str, ...]) -> list[str]:
    kinds: list[str] = []
    after = ""  # what of a date was read just before: year, month
    for name in names:
        if _YEAR.match(name):
            kind, after = "date", "year"
        elif after == "year" and (_MONTH.match(name) or name in _MONTH_NAMES):
            kind, after = "date", "month"
        elif (after == "year" and _MONTH_DAY.match(name)) or (after == "month" and _DAY.match(name)):
            kind, after = "date", ""
        elif _WHOLE_DATE.match(name):
            kind, after = "date", "month" if len(name) in (6, 7) else ""
        else:
            kind, after = _kind(name), ""
        kinds.append(kind)
    return kinds


def _kind(name: str) -> str:
    """`w` one to three words; `slug` more; `slug-id` words with a number; `id`, `n` numbers, long and short; `code`."""
    if name.isdigit():
        return "id" if len(name) >= 4 else "n"
    if _UUID.search(name):
        return "code" if len(name) < 45 else "slug-id"
    if _HEX.match(name) and any(map(str.isdigit, name)):
        return "code"
    words = _words(name)
    has_id = _ID_IN_NAME.search(name) is not None
    if has_id:
        return "slug-id" if any(len(word) > 3 for word in _LETTERS.findall(name)) and words >= 1 else "code"
    if words < 2.5 and _is_code(name):
        return "code"
    if words >= 3.5:
        return "slug"
    return "slug3" if words >= 2.5 else "w"


def _is_code(name: str) -> bool:
    """Whether a part of the name is random, of letters and digits: `c4nndq4pkx5o`; but not `covid19`, `summer-2026`."""
    return any(map(_is_random, _WORD_SPLIT.split(name)))


def _is_random(part: str) -> bool:
    if not _CODE.match(part):
        return False
    digits = sum(map(str.isdigit, part))
    changes = sum(one.isdigit() != two.isdigit() for one, two in pairwise(part))
    return digits >= 3 or changes >= 3


def _words(name: str) -> float:
    """The words of a name; a part with digits inside counts as none."""
    parts = [part for part in _WORD_SPLIT.split(name) if part]
    if name.isascii():
        return float(sum(1 for part in parts if _LETTERS.fullmatch(part)))
    return word_count(" ".join(part for part in parts if _LETTERS.search(part)))


def _parameter(query: str) -> tuple[str, bool]:
    """The parameter that chooses a story with the kind of its value; and whether all number pages of a list."""
    if not query:
        return "", False
    shape, views, further = "", "", True
    for pair in query.split("&")[:MOST_PIECES]:
        name, _, value = pair.partition("=")
        name = name.lower()
        if name in _PAGE_PARAMETERS and value.isdigit():
            continue
        further = False
        if name in _KINDS_OF_PAGES and value.isalpha():
            views += f"&{name}={value.lower()[:40]}"
        if shape or not value or len(value) > 200 or name in _SECTIONS:
            continue
        kind = _kind(unquote(value).lower())
        if (name in _IDENTIFIERS or name.endswith(_IDENTIFYING)) and kind != "w":
            shape = f"?{name}={kind}"
        elif kind == "id" and len(value) > 4:
            shape = f"?{name}=id"
    return shape and f"?{views[1:]}&{shape[1:]}" if views else shape, further
