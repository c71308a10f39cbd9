"""Addresses: one form to fetch and show (`absolute_url`), another to compare (`canonical_url`).

Pure, never raises. The compared form is never fetched: it has lost its scheme, `www.` and what only says how
a reader came. It stays on the safe side: two stories must never share a form, two addresses of one story may.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote, unquote_to_bytes, urljoin

from newsdesk.crawler.normalise.urls.tracking import is_tracking_parameter
from newsdesk.crawler.normalise.urls.wrappers import REDIRECTORS, inner_address
from newsdesk.storage.records.digests import digest

# Goes up with any rule that gives another canonical form: the stored keys are worked out anew by it.
KEY_VERSION = "a4"
MAX_LENGTH = 8192  # longer ones no server answers; the entry is then known by its GUID

_PARTS = re.compile(
    r"(?:(https?):[/\\]*|//)([^/?#]+)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL
)
_READY = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:[/?](?:[!$&-;=?@-Z\[\]_a-z~]|%[0-9A-Fa-f]{2})*)?"
    r"(?:#[!#-;=?-Z_a-z~]*)?"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NEVER = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2060\ufeff]+")
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

_SAME_PAGE = ("/index.html", "/index.htm", "/index.shtml")  # what a directory shows
_READER_PREFIXES = ("www.", "m.", "mobile.", "amp.")
# Escapes that mean something else than their character: %2F is no step of the path, %26 no separator.
_PATH_KEEPS = frozenset("/?#%&;")
_QUERY_KEEPS = frozenset("#%&=+;")
_PATH_SAFE = "/%!$'()*+,:;=@~&"
_QUERY_SAFE = "/%!$'()*,:;=@~?"
_SEND_SAFE = "/%!$&'()*+,:;=@~?[]#|"


def absolute_url(url: str, *, base: str | None) -> str | None:
    """`url` as an http or https address ready to be sent, joined to `base`; None when it cannot be one.

    The host becomes an A-label in lower case, spaces and other letters are escaped, controls removed;
    escapes, parameters and fragment stay as printed, since servers differ in what they take for equal.
    """
    if len(url) > MAX_LENGTH:
        return None
    if _READY.fullmatch(url):
        return url
    text = _repaired(url)
    if not text:
        return None
    if text[:5].lower() == "feed:":  # feed://host/ and feed:https://host/, as browsers once wrote
        text = text[5:] if text[5:7] != "//" else f"http:{text[5:]}"
    if text[:4].lower() == "www.":
        text = f"http://{text}"
    parts = _PARTS.match(text)
    if parts is None or parts[1] is None:
        if _SCHEME.match(text) or base is None:
            return None
        try:
            text = urljoin(base, text)
        except ValueError:  # a bracket or a letter that no host may have
            return None
        parts = _PARTS.match(text)
        if parts is None or parts[1] is None:
            return None
    scheme, netloc, path, query, fragment = parts.groups()
    netloc, backslash, more = netloc.partition("\\")  # browsers read a backslash as a slash
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
    """The form by which addresses are compared: `//host/path?query`; twice is once.

    What is no http address comes back as it is, stripped. An address that only carries another (a redirect
    that counts clicks, an AMP cache) is that other. Parameters stand sorted by name, those of one name in
    their order: servers read them by name, and reorderings of the same link are common, while an order that
    carries meaning is only known among equal names.
    """
    text = _repaired(url)
    if base is not None and _PARTS.match(text) is None:
        try:
            text = urljoin(base, text)
        except ValueError:
            return url.strip()
    return form_and_address(text)[0]


def form_and_address(url: str) -> tuple[str, str]:
    """`canonical_url`, and the address itself: the one that `url` carries, if it carries one."""
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
            if inner_address(host, path, tail[1:]):  # what carries one shows it only now (`//l.php`)
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
    """`a4:…`: equal for two addresses exactly when their canonical forms are equal, and what stands `beside`
    them where an address alone does not tell."""
    return form_key(canonical_url(url), disambiguation)


def form_key(form: str, disambiguation: str | None = None) -> str:
    """`address_key`, of a canonical form."""
    return digest(KEY_VERSION, *((form,) if disambiguation is None else (form, disambiguation)), width=12)


def is_front_page(url: str) -> bool:
    """Whether the address is a site's home (or a language's home), which is no story's own address."""
    return is_front_form(canonical_url(url))


def is_front_form(canonical: str) -> bool:
    """`is_front_page`, of an address that is canonical already."""
    parts = _PARTS.fullmatch(canonical)
    return parts is not None and not parts[4] and not parts[5] and bool(_FRONT.fullmatch(parts[3]))


def is_redirector(url: str) -> bool:
    """Whether the address is one of a service that leads to other sites' stories: its page has another's."""
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
        text = _LONE.sub("\ufffd", _NEVER.sub("", text)).strip()
    if "&" in text:
        text = _AMPERSAND.sub("&", text)
    if '"' in text or "<" in text or ">" in text:  # cut-and-paste damage: abc"  abc">more  …/</a>
        text = _MARKUP.sub("", text).rstrip('"<> ')
    return text


def _host_and_port(text: str) -> tuple[str, str]:
    """Host as A-labels in lower case, "" when it can be none, and the port as printed."""
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
    """Escapes of one meaning written one way: unreserved letters bare, the rest as upper-case UTF-8."""
    text = _STRAY_PERCENT.sub("%25", text)

    def bare(found: re.Match[str]) -> str:
        letters = unquote_to_bytes(found[0]).decode("utf-8", "surrogateescape")
        return "".join(f"%{ord(c):02X}" if c in keeps or c < " " else c for c in letters)

    text = unicodedata.normalize("NFC", _ESCAPES.sub(bare, text))
    return quote(text, safe=safe, encoding="utf-8", errors="surrogateescape")


def _canonical_path(path: str) -> str:
    if not _PLAIN_PATH.fullmatch(path):
        path = _SESSION_IN_PATH.sub("", _folded(path, _PATH_KEEPS, _PATH_SAFE))
        path = _without_dot_steps(path)
    path = path.rstrip("/")
    while (rest := _without_form(path)) is not None:
        path = rest
    return path


def _without_form(path: str) -> str | None:
    """`path` without the step or suffix that only names a form of the page: a directory's, for phones, for
    print. None where there is none."""
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


def _without_dot_steps(path: str) -> str:
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            if steps:
                steps.pop()
        elif step and step != ".":
            steps.append(step)
    return "/" + "/".join(steps) if steps else ""


def _canonical_query(query: str) -> str:
    kept: list[tuple[str, str]] = []
    for piece in query.split("&"):
        if not piece:
            continue
        plain = _PLAIN_PIECE.fullmatch(piece)
        kept_value = piece if plain else _folded(piece.replace("+", " "), _QUERY_KEEPS, _QUERY_SAFE)
        name, _, value = kept_value.partition("=")
        if not is_tracking_parameter(name.lower(), value):
            kept.append((name, kept_value))
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
    """`youtu.be/ID`, `/embed/ID`, `/shorts/ID` and `/live/ID` as `/watch?v=ID`; where to begin goes.
    None for what is no video."""
    found = _VIDEO.fullmatch(path)
    if found and (found[1] or host == "youtu.be"):
        return f"//youtube.com/watch?v={found[2]}"
    named = next((piece for piece in tail[1:].split("&") if piece.startswith("v=")), None)
    return f"//youtube.com/watch?{named}" if named and path == "/watch" else None
