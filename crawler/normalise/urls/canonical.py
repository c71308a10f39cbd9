"""Two forms of an address: one to fetch and show (`absolute_url`), one to compare (`canonical_url`).

Pure, never raises. The canonical form is never fetched: it has no scheme, no `www.` and no tracking parameters.
Two addresses of one story may keep different forms, but two stories must never share one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote, unquote_to_bytes, urljoin

from newsdesk.crawler.normalise.urls.tracking import is_tracking_parameter
from newsdesk.crawler.normalise.urls.wrappers import REDIRECTORS, inner_address
from newsdesk.storage.records.digests import digest

# Raise it with every change of a rule that gives another canonical form; stored keys are then recomputed.
KEY_VERSION = "a4"
MAX_LENGTH = 8192  # servers refuse longer addresses; the GUID then identifies the entry

_PARTS = re.compile(
    r"(?:(https?):[/\\]*|//)([^/?#]+)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL
)
_ABSOLUTE = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:[/?](?:[!$&-;=?@-Z\[\]_a-z~]|%[0-9A-Fa-f]{2})*)?"
    r"(?:#[!#-;=?-Z_a-z~]*)?"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2060\ufeff]+")
_LONE = re.compile(r"[\ud800-\udfff]")
_AMPERSAND = re.compile(r"&(?:amp;|#0*38;|#x0*26;)+", re.IGNORECASE)
_MARKUP = re.compile(r"</[A-Za-z].*|[\"']>.*", re.DOTALL)
_PLAIN_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?")
_IP6 = re.compile(r"[0-9A-Fa-f:.]{2,45}")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")
_PLAIN_PIECE = re.compile(r"[A-Za-z0-9._~=-]*")
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_VIDEOS = ("youtube.com", "youtu.be", "youtube-nocookie.com")
_VIDEO = re.compile(r"/(?:(embed|shorts|live|v)/)?([A-Za-z0-9_-]{11})")
_FRONT = re.compile(
    r"(?:/(?:index|default|home|start)(?:\.[a-z]{3,5})?|/[a-z]{2}(?:-[a-z]{2})?)?", re.IGNORECASE
)

_SAME_PAGE = ("/index.html", "/index.htm", "/index.shtml")  # the same page as the directory itself
_READER_PREFIXES = ("www.", "m.", "mobile.", "amp.")
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
    text = _repaired(url)
    if not text:
        return None
    if text[:5].lower() == "feed:":  # feed://host/ and feed:https://host/, as old browsers wrote
        text = text[5:] if text[5:7] != "//" else f"http:{text[5:]}"
    if text[:4].lower() == "www.":
        text = f"http://{text}"
    parts = _PARTS.match(text)
    if parts is None or parts[1] is None:
        if _SCHEME.match(text) or base is None:
            return None
        try:
            text = urljoin(base, text)
        except ValueError:  # a bracket or a character that is not allowed in a host
            return None
        parts = _PARTS.match(text)
        if parts is None or parts[1] is None:
            return None
    scheme, netloc, path, query, fragment = parts.groups()
    netloc, backslash, more = netloc.partition("\\")  # browsers treat a backslash as a slash
    path = backslash + more + path
    user, at, host_port = netloc.rpartition("@")
    host, port = _host_and_port(host_port)
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
    text = _repaired(url)
    if base is not None and _PARTS.match(text) is None:
        try:
            text = urljoin(base, text)
        except ValueError:
            return url.strip()
    return form_and_address(text)[0]


def form_and_address(url: str) -> tuple[str, str]:
    """`canonical_url`, and the address itself, or the inner address that `url` wraps."""
    text, address = _repaired(url), url.strip()
    while (parts := _PARTS.match(text)) is not None:
        _, netloc, path, query, fragment = parts.groups()
        if "\\" in netloc or "\\" in path:
            netloc, backslash, more = netloc.partition("\\")
            path = (backslash + more + path).replace("\\", "/")
        host, port = _host_and_port(netloc.rpartition("@")[2])
        if not host:
            break
        if "://" in path:
            path = _without_second_address(path, netloc)
        host = _without_reader_prefix(host)
        inner = inner_address(host, path, query)
        if inner is None:
            path = _canonical_path(path)
            tail = _canonical_query(query) if query else ""
            if inner_address(host, path, tail[1:]):  # recognised as a wrapper only in this form (`//l.php`)
                text = address = f"https://{host}{path}{tail}"
                continue
            return _form(host, port, path, tail, fragment), address
        text = address = _repaired(inner)
    return address, address


def _form(host: str, port: str, path: str, tail: str, fragment: str | None) -> str:
    if host in _VIDEOS and (video := _canonical_video(host, path, tail)):
        return video
    if tail in ("?m=0", "?m=1") and path.endswith(".html"):  # Blogger's pages for phones
        tail = ""
    if fragment and fragment[0] in "!/":
        tail += _canonical_fragment(fragment)
    if port and port not in ("80", "443"):
        host = f"{host}:{port}"
    return f"//{host}{path}{tail}"


def address_key(url: str, disambiguation: str | None = None) -> str:
    """`a4:…`: equal for two addresses exactly when their canonical forms and `disambiguation` are equal."""
    return form_key(canonical_url(url), disambiguation)


def form_key(form: str, disambiguation: str | None = None) -> str:
    """`address_key` of a canonical form."""
    return digest(KEY_VERSION, *((form,) if disambiguation is None else (form, disambiguation)), width=12)


def is_front_page(url: str) -> bool:
    """Whether the address is the home page of a site or of a language, which is no address of a story."""
    return is_front_form(canonical_url(url))


def is_front_form(canonical: str) -> bool:
    """`is_front_page` of a canonical address."""
    parts = _PARTS.fullmatch(canonical)
    return parts is not None and not parts[4] and not parts[5] and bool(_FRONT.fullmatch(parts[3]))


def is_redirector(url: str) -> bool:
    """Whether the address belongs to a short-link or redirect service for stories of other sites."""
    return (bare_host(url) or "").removeprefix("www.") in REDIRECTORS


def bare_host(url: str) -> str | None:
    """Host of an http address as A-label in lower case, `host:port` for IP literals with a port."""
    parts = _PARTS.match(_repaired(url))
    if parts is None:
        return None
    host, port = _host_and_port(parts[2].partition("\\")[0].rpartition("@")[2])
    if port and _is_ip(host):
        host = f"{host}:{port}"
    return host or None


def _repaired(url: str) -> str:
    text = url.strip()
    if not text.isascii() or not text.isprintable():
        text = _LONE.sub("\ufffd", _CONTROLS.sub("", text)).strip()
    if "&" in text:
        text = _AMPERSAND.sub("&", text)
    if '"' in text or "<" in text or ">" in text:  # cut-and-paste damage: abc"  abc">more  …/</a>
        text = _MARKUP.sub("", text).rstrip('"<> ')
    return text


def _host_and_port(text: str) -> tuple[str, str]:
    """Host as A-labels in lower case ("" if it is not valid), and the port as printed."""
    if text.startswith("["):
        inside, closed, rest = text[1:].partition("]")
        host = f"[{inside.lower()}]" if closed and _IP6.fullmatch(inside) else ""
        return host, rest.removeprefix(":").strip()
    host, _, port = text.partition(":")
    host = host.lower().strip(". ")
    if not _PLAIN_HOST.fullmatch(host):
        host = ascii_host(host)
    return host, port.strip()


@lru_cache(maxsize=4096)
def ascii_host(host: str) -> str:
    """Host in A-labels (`bücher.de` → `xn--bcher-kva.de`), "" for what no host may be called."""
    host = unicodedata.normalize("NFC", unquote(host)).strip(". ").lower()
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii").strip(".")
        except (idna.IDNAError, UnicodeError):  # emoji hosts live outside the standard
            host = ".".join(map(_as_punycode, unicodedata.normalize("NFKC", host).split(".")))
    return host if _PLAIN_HOST.fullmatch(host) else ""


def _as_punycode(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _is_ip(host: str) -> bool:
    return host.startswith("[") or (host[-1:].isdigit() and host.replace(".", "").isdigit())


def _without_reader_prefix(host: str) -> str:
    while host.startswith(_READER_PREFIXES):
        rest = host.partition(".")[2]
        if "." not in rest.strip("."):  # amp.dev is a site of its own
            break
        host = rest.strip(".")
    return host


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
    while (rest := _without_form(path)) is not None:
        path = rest
    return path


def _without_form(path: str) -> str | None:
    """`path` without a segment or suffix for another form of the same page (directory index, AMP, print);
    None without one."""
    if path.endswith(_SAME_PAGE):
        return path[: path.rindex("/")].rstrip("/")
    if path.endswith("/print") and path.count("/") > 1:
        return path[:-6].rstrip("/")
    if "amp" not in path:
        return None
    if path.endswith("/amp") and path != "/amp":
        return path[:-4].rstrip("/")
    if path.startswith("/amp/"):
        return path[4:]
    if path.endswith(".amp.html"):
        return path[:-9] + ".html"
    return path[:-4].rstrip("/") if path.endswith(".amp") else None


def _without_dot_segments(path: str) -> str:
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if segments:
                segments.pop()
        elif segment and segment != ".":
            segments.append(segment)
    return "/" + "/".join(segments) if segments else ""


def _canonical_query(query: str) -> str:
    kept: list[tuple[str, str]] = []
    for piece in query.split("&"):
        if not piece:
            continue
        plain = _PLAIN_PIECE.fullmatch(piece)
        normalised = piece if plain else _folded(piece.replace("+", " "), _QUERY_KEEPS, _QUERY_SAFE)
        name, _, value = normalised.partition("=")
        if not is_tracking_parameter(name.lower(), value):
            kept.append((name, normalised))
    if not kept:
        return ""
    kept.sort(key=lambda pair: pair[0])  # stable: equal names keep their order
    return "?" + "&".join(piece for _, piece in kept)


def _canonical_fragment(fragment: str) -> str:
    fragment = fragment.partition(":~:")[0]
    if not _PLAIN_PIECE.fullmatch(fragment):
        fragment = _folded(fragment, _PATH_KEEPS, _PATH_SAFE)
    fragment = fragment.rstrip("/")
    return "#" + fragment if fragment not in ("", "!") else ""


def _canonical_video(host: str, path: str, tail: str) -> str | None:
    """`youtu.be/ID`, `/embed/ID`, `/shorts/ID` and `/live/ID` as `/watch?v=ID`, without the start time.
    None for other pages."""
    found = _VIDEO.fullmatch(path)
    if found and (found[1] or host == "youtu.be"):
        return f"//youtube.com/watch?v={found[2]}"
    named = next((piece for piece in tail[1:].split("&") if piece.startswith("v=")), None)
    return f"//youtube.com/watch?{named}" if named and path == "/watch" else None
