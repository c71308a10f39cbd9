"""Forms of one page that differ in host or path: for phones, AMP, print, a directory and its index page. Pure."""

from __future__ import annotations

import re

from newsdesk.crawler.normalise.urls.sites import site_of_host

_READER_PREFIXES = ("www.", "m.", "mobile.", "mobil.", "amp.", "touch.", "wap.")
_MIDDLE = re.compile(r"(?<=\.)(?:m|mobile|amp)\.(?=[^.]+\.)")
_INDEX = re.compile(
    r"/(?:index\.(?:x?html?|shtml|php|aspx?|jsp|cfm)|default\.(?:html?|aspx?|php))", re.IGNORECASE
)
_AMP_ENDINGS = ("/amp", "/amp.html", "/amphtml")
_COMMENTS = re.compile(r"/comment-page-\d{1,4}")  # WordPress
_DATE = re.compile(r"/(?:19|20)\d\d/(?:\d{1,2}|[a-z]{3})/|(?:19|20)\d\d-\d\d-\d\d", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jsp|cgi|cfm|do|pl)", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{6,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
_LONGEST_PATH = 8192
_MOST_WORDS_OF_A_SECTION = 4


def without_reader_prefix(host: str) -> str:
    """The host without labels that name a form of the site: `www.`, `m.`, `amp.`, `en.m.`, `amp-www.`."""
    while True:
        if host.startswith(_READER_PREFIXES):
            rest = host.partition(".")[2].strip(".")
            if "." not in rest:  # amp.dev is a site of its own
                return host
        elif host.startswith("amp-") and _is_below_a_site(host):
            rest = host[4:]
        elif (found := _MIDDLE.search(host)) and _is_below_a_site(host[found.start() :]):
            rest = host[: found.start()] + host[found.end() :]
        else:
            return host
        host = rest


def _is_below_a_site(host: str) -> bool:
    """Whether the first label lies below a registered name, so that only its owner can make such a host:
    `amp-paper.example` and `amp-paper.blogs.example` may belong to anybody."""
    return len(host) > len(site_of_host(host))


def without_page_form(path: str) -> str:
    """A canonical path without segments or suffixes for another form of the same page: index page of a directory,
    AMP, print. A path that is longer than any server accepts stays, since each form removed copies it."""
    if len(path) > _LONGEST_PATH:
        return path
    while (rest := _without_form(path)) is not None:
        path = rest
    return path


def _without_form(path: str) -> str | None:
    at = path.rfind("/")
    if at >= 0 and _INDEX.fullmatch(path, at):
        return path[:at].rstrip("/")
    if path.endswith("/print") and at > 0:
        return path[:at].rstrip("/")
    if _COMMENTS.fullmatch(path, max(at, 0)) and at > 0:
        return path[:at]
    if "amp" not in path:
        return None
    if path.endswith(_AMP_ENDINGS) and at > 0:
        return path[:at].rstrip("/")
    if path.startswith("/amp/"):
        return path[4:]
    if path.endswith(".amp.html"):
        return path[:-9] + ".html"
    if path.endswith(".amp"):
        return path[:-4].rstrip("/")
    if "/amp/" in path and names_story(path):
        return path.replace("/amp/", "/", 1)
    return None


def names_story(path: str) -> bool:
    """Whether a canonical path names one story by itself: a date with a name of two words, a name with a long number
    or of many words, a UUID. The path of a script never does, since its parameters choose the story."""
    name = path.rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    if dot and _SCRIPT.fullmatch(dot + ending):
        return False
    stem = stem if dot and len(ending) < 6 else name
    if _UUID.search(stem):
        return True
    words = len(_WORD.findall(_ESCAPE.sub("", stem)))
    if _DATE.search(path) and (words > 1 or stem.count("%") > 5):
        return True
    return words > _MOST_WORDS_OF_A_SECTION or (words > 0 and _LONG_NUMBER.search(stem) is not None)
