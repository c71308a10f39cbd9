"""Two forms of an address: one to fetch and show (`absolute_url`), one to compare (`canonical_url`).

Pure, never raises. The canonical form is never fetched: it has no scheme, no `www.` and no tracking parameters.
Two addresses of one story may keep different forms, but two stories must never share one.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes, urljoin

from newsdesk.crawler.normalise.urls.hosts import PARTS, bare_host, host_and_port
from newsdesk.crawler.normalise.urls.platforms import canonical_video, platform_host, platform_tracking
from newsdesk.crawler.normalise.urls.repairs import repair_address, starts_with_host
from newsdesk.crawler.normalise.urls.tracking import is_tracking_parameter
from newsdesk.crawler.normalise.urls.variants import names_story, without_page_form, without_reader_prefix
from newsdesk.crawler.normalise.urls.wrappers import REDIRECTORS, inner_address
from newsdesk.storage.records.digests import digest

# Raise it with every change of a rule that gives another canonical form; stored keys are then recomputed.
KEY_VERSION = "a5"
MAX_LENGTH = 8192  # servers refuse longer addresses; the GUID then identifies the entry

# Addresses that stay as they are: an origin, and what may follow it.
_ORIGIN = r"https?://(?!https?[:/])[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,3}(?!.*&(?:#|[aA])))?"
_SENT = r"(?:[!$&-;=?@-Z\[\]_a-z~]|%[0-9A-Fa-f]{2})"
_ABSOLUTE = re.compile(rf"{_ORIGIN}(?:[/?]{_SENT}*)?(?:#[!#-;=?-Z_a-z~]*)?")
_ORIGIN_OF_BASE = re.compile(rf"({_ORIGIN})(?=[/?#]|\Z)")
# A path that joining leaves as it is: no dot segment, no empty query, and no parameters of a segment.
_PATH_ON_HOST = re.compile(
    r"/(?:(?!/|\.)(?:(?!/\.)[!$&-:=@-Z_a-z~]|%[0-9A-Fa-f]{2})*(?:\?(?:[!$&-:=?@-Z_a-z~]|%[0-9A-Fa-f]{2})+)?)?"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")
_PLAIN_PIECE = re.compile(r"[A-Za-z0-9._~=-]*")
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_SECOND_QUERY = re.compile(r"\?(?=[\w.%-]+=)")
_LEFT_OF_AMPERSAND = re.compile(r"\A(?:amp(?:;|%3B))+", re.IGNORECASE)
_FRONT = re.compile(
    r"(?:/(?:index|default|home|start)(?:\.[a-z]{3,5})?|/[a-z]{2}(?:-[a-z]{2})?)?", re.IGNORECASE
)

# Escapes that differ from their character: %2F does not separate path segments, %26 not parameters.
_PATH_KEEPS = frozenset("/?#%&;")
_QUERY_KEEPS = frozenset("#%&=+;")
_PATH_SAFE = "/%!$'()*+,:;=@~&"
_QUERY_SAFE = "/%!$'()*,:;=@~?"
_SEND_SAFE = "/%!$&'()*+,:;=@~?[]#|"


def absolute_url(url: str, *, base: str | None) -> str | None:
    """`url` as an http or https address to request, joined to `base`; None when it cannot be one.

    The host becomes an A-label in lower case, spaces and non-ASCII letters are escaped, control characters
    removed. Escapes, parameters and fragment stay as printed, because servers differ in which they treat as equal.
    """
    if len(url) > MAX_LENGTH:
        return None
    if _ABSOLUTE.fullmatch(url):
        return url
    if base is not None and _PATH_ON_HOST.fullmatch(url) and (origin := _ORIGIN_OF_BASE.match(base)):
        return origin[1] + url
    text = repair_address(url)
    if not text:
        return None
    if text[:5].lower() == "feed:":  # feed://host/ and feed:https://host/, as old browsers wrote
        text = text[5:] if text[5:7] != "//" else f"http:{text[5:]}"
    if text[:4].lower() == "www.":
        text = f"http://{text}"
    parts = PARTS.match(text)
    if parts is None or parts[1] is None:
        if _SCHEME.match(text) or base is None:
            return None
        try:
            text = urljoin(base, text)
        except ValueError:  # a bracket or a character that is not allowed in a host
            return None
        parts = PARTS.match(text)
        if parts is None or parts[1] is None:
            return None
    scheme, netloc, path, query, fragment = parts.groups()
    netloc, backslash, more = netloc.partition("\\")  # browsers treat a backslash as a slash
    path = backslash + more + path
    user, at, host_port = netloc.rpartition("@")
    host, port = host_and_port(host_port)
    if not host or (port and not (port.isascii() and port.isdigit() and int(port) < 65536)):
        return None
    sent = f"{scheme.lower()}://{quote(user, _SEND_SAFE)}{at}{host}{':' + port if port else ''}"
    sent += quote(path.replace("\\", "/"), _SEND_SAFE)
    if query is not None:
        sent += "?" + quote(query, _SEND_SAFE)
    if fragment is not None:
        sent += "#" + quote(fragment, _SEND_SAFE)
    return sent


def canonical_url(url: str, *, base: str | None = None) -> str:
    """The form by which addresses are compared: `//host/path?query`. Idempotent.

    Text that is no http address is returned stripped. An address that wraps another (a click counter, an AMP
    cache) becomes the inner one. Parameters are sorted by name; those of one name keep their order, because
    only there an order is known to have a meaning.
    """
    text = repair_address(url)
    if base is not None and PARTS.match(text) is None:
        try:
            text = urljoin(base, text)
        except ValueError:
            return url.strip()
    return form_and_address(text)[0]


def form_and_address(url: str) -> tuple[str, str]:
    """`canonical_url`, and the address itself, or the inner address that `url` wraps."""
    text, address = repair_address(url), url.strip()
    if PARTS.match(text) is None and starts_with_host(text):
        text = address = f"http://{text}"
    while (parts := PARTS.match(text)) is not None:
        _, netloc, path, query, fragment = parts.groups()
        if "\\" in netloc or "\\" in path:
            netloc, backslash, more = netloc.partition("\\")
            path = (backslash + more + path).replace("\\", "/")
        host, port = host_and_port(netloc.rpartition("@")[2])
        if not host:
            break
        if "://" in path:
            path = _without_second_address(path, netloc)
        host = platform_host(without_reader_prefix(host))
        inner = inner_address(host, path, query)
        if inner is None:
            path = _canonical_path(path)
            tail = _canonical_query(query, host, path) if query else ""
            if inner_address(host, path, tail[1:]):  # recognised as a wrapper only in this form (`//l.php`)
                text = address = f"https://{host}{path}{tail}"
                continue
            return _form(host, port, path, tail, fragment), address
        text = address = repair_address(inner)
    return address, address


def _form(host: str, port: str, path: str, tail: str, fragment: str | None) -> str:
    if video := canonical_video(host, path, tail):
        return video
    if tail in ("?m=0", "?m=1") and path.endswith(".html"):  # Blogger's pages for phones
        tail = ""
    if fragment and fragment[0] in "!/":
        tail += _canonical_fragment(fragment)
    port = port.lstrip("0")
    if port and port not in ("80", "443"):
        host = f"{host}:{port}"
    return f"//{host}{path}{tail}"


def address_key(url: str, disambiguation: str | None = None) -> str:
    """`a5:…`: equal for two addresses exactly when their canonical forms and `disambiguation` are equal."""
    return form_key(canonical_url(url), disambiguation)


def form_key(form: str, disambiguation: str | None = None) -> str:
    """`address_key` of a canonical form."""
    return digest(KEY_VERSION, *((form,) if disambiguation is None else (form, disambiguation)), width=12)


def is_front_page(url: str) -> bool:
    """Whether the address is the home page of a site or of a language, which is no address of a story."""
    return is_front_form(canonical_url(url))


def is_front_form(canonical: str) -> bool:
    """`is_front_page` of a canonical address."""
    parts = PARTS.fullmatch(canonical)
    return parts is not None and not parts[4] and not parts[5] and bool(_FRONT.fullmatch(parts[3]))


def is_redirector(url: str) -> bool:
    """Whether the address belongs to a short-link or redirect service for stories of other sites."""
    return (bare_host(url) or "").removeprefix("www.") in REDIRECTORS


def _without_second_address(path: str, netloc: str) -> str:
    """`/garbledhttps://same.host/…` → `/garbled`: two addresses of one host written together."""
    for found in re.finditer(r"(?<=[^/=])https?://", path):
        if path.startswith(netloc, found.end()):
            return path[: found.start()]
    return path


def _folded(text: str, keeps: frozenset[str], safe: str) -> str:
    """Escapes in one form: unreserved characters unescaped, the rest as upper-case UTF-8."""
    text = _STRAY_PERCENT.sub("%25", text)

    def bare(found: re.Match[str]) -> str:
        letters = unquote_to_bytes(found[0]).decode("utf-8", "surrogateescape")
        return "".join(f"%{ord(c):02X}" if c in keeps or c < " " else c for c in letters)

    text = unicodedata.normalize("NFC", _ESCAPES.sub(bare, text))
    return quote(text, safe=safe, encoding="utf-8", errors="surrogateescape")


def _canonical_path(path: str) -> str:
    if not _PLAIN_PATH.fullmatch(path):
        path = _SESSION_IN_PATH.sub("", _folded(path, _PATH_KEEPS, _PATH_SAFE))
        path = _without_dot_segments(path)
    path = path.rstrip("/")
    while path.endswith("%20"):
        path = path[:-3].rstrip("/")
    if "&" in path:
        path = _without_query_in_path(path)
    return without_page_form(path)


def _without_query_in_path(path: str) -> str:
    """`/a&utm_source=x` → `/a`: a query that lost its question mark."""
    pieces = path.split("&")
    while len(pieces) > 1:
        name, equals, value = pieces[-1].partition("=")
        if not equals or not is_tracking_parameter(name.lower(), value):
            break
        pieces.pop()
    return "&".join(pieces).rstrip("/")


def _without_dot_segments(path: str) -> str:
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if segments:
                segments.pop()
        elif segment and segment != ".":
            segments.append(segment)
    return "/" + "/".join(segments) if segments else ""


def _canonical_query(query: str, host: str, path: str) -> str:
    kept: list[tuple[str, str]] = []
    identified: bool | None = None
    names_of_host = platform_tracking(host)
    for printed in query.split("&"):
        piece = _without_second_query(printed) if "?" in printed else printed
        piece = _LEFT_OF_AMPERSAND.sub("", piece)
        if not piece:
            continue
        plain = _PLAIN_PIECE.fullmatch(piece)
        normalised = piece if plain else _folded(piece.replace("+", " "), _QUERY_KEEPS, _QUERY_SAFE)
        name, _, value = normalised.partition("=")
        lower = name.lower()
        if lower in names_of_host:
            continue
        if identified is None:
            identified = names_story(path)
        if not is_tracking_parameter(lower, value, identified=identified):
            kept.append((name, normalised))
    if not kept:
        return ""
    kept.sort(key=lambda pair: pair[0])  # stable: equal names keep their order
    return "?" + "&".join(piece for _, piece in kept)


def _without_second_query(piece: str) -> str:
    """`id=1?utm_source=x` → `id=1`: a program added its parameters with a second question mark."""
    pieces = _SECOND_QUERY.split(piece)
    while len(pieces) > 1:
        name, _, value = pieces[-1].partition("=")
        if not is_tracking_parameter(name.lower(), value):
            break
        pieces.pop()
    return "?".join(pieces)


def _canonical_fragment(fragment: str) -> str:
    fragment = fragment.partition(":~:")[0]
    if not _PLAIN_PIECE.fullmatch(fragment):
        fragment = _folded(fragment, _PATH_KEEPS, _PATH_SAFE)
    fragment = fragment.rstrip("/")
    return "#" + fragment if fragment not in ("", "!") else ""
