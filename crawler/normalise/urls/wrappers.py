"""Addresses that contain another address: click counters, AMP caches, archives, share buttons. Pure, never raises.

Two tables name the parameter and the path in which a host contains the address. Short links (`feedproxy`,
`t.co`) do not contain it; they lead to it only by a redirect: REDIRECTORS.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from urllib.parse import unquote

# host, required beginning of the path, parameters: the first that contains an address counts. Hosts in canonical
# form, without `www.`, `m.`, `mobile.`.
_BY_PARAMETER: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("google", "/url", ("url", "q")),  # google.com, google.co.uk …: see `_family`
    ("news.google.com", "/news/url", ("url",)),
    ("l.facebook.com", "/l.php", ("u",)),
    ("lm.facebook.com", "/l.php", ("u",)),
    ("facebook.com", "/l.php", ("u",)),
    ("facebook.com", "/sharer", ("u",)),
    ("facebook.com", "/flx/warn", ("u",)),
    ("l.instagram.com", "/", ("u",)),
    ("l.threads.net", "/", ("u",)),
    ("bing.com", "/news/apiclick.aspx", ("url",)),
    ("out.reddit.com", "/", ("url",)),
    ("reddit.com", "/submit", ("url",)),
    ("t.umblr.com", "/redirect", ("z",)),
    ("twitter.com", "/share", ("url",)),
    ("twitter.com", "/intent/tweet", ("url",)),
    ("x.com", "/share", ("url",)),
    ("x.com", "/intent/", ("url",)),
    ("linkedin.com", "/safety/go", ("url",)),
    ("linkedin.com", "/redir/", ("url",)),
    ("linkedin.com", "/sharearticle", ("url",)),
    ("vk.com", "/away.php", ("to",)),
    ("youtube.com", "/redirect", ("q",)),
    ("slack-redir.net", "/link", ("url",)),
    ("duckduckgo.com", "/l/", ("uddg",)),
    ("getpocket.com", "/redirect", ("url",)),
    ("flipboard.com", "/redirect", ("url",)),
    ("steamcommunity.com", "/linkfilter", ("url", "u")),
    ("outlook.com", "/", ("url",)),
    ("t.me", "/iv", ("url",)),
    ("t.me", "/share/", ("url",)),
    ("yandex.ru", "/turbo", ("text",)),
    ("google", "/imgres", ("imgrefurl",)),
    ("l.messenger.com", "/l.php", ("u",)),
    ("l.wl.co", "/l", ("u",)),
    ("facebook.com", "/dialog/", ("href", "link")),
    ("linkedin.com", "/sharing/", ("url",)),
    ("pinterest.com", "/pin/create/", ("url",)),
    ("tumblr.com", "/share", ("url",)),
    ("getpocket.com", "/save", ("url",)),
    ("getpocket.com", "/edit", ("url",)),
    ("buffer.com", "/add", ("url",)),
    ("news.ycombinator.com", "/submitlink", ("u",)),
    ("social-plugins.line.me", "/lineit/share", ("url",)),
    ("weibo.cn", "/sinaurl", ("u", "toasturl")),
    ("weibo.com", "/sinaurl", ("u",)),
    ("service.weibo.com", "/share/", ("url",)),
    ("link.zhihu.com", "/", ("target",)),
    ("go.redirectingat.com", "/", ("url",)),
    ("redirect.viglink.com", "/", ("u",)),
    ("click.linksynergy.com", "/", ("murl",)),
)
# host, pattern of the path. An address in a path may have lost a slash of its scheme.
_BY_PATH: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("google", re.compile(r"/amp/(?:s/)?(.+)")),
    ("ampproject.org", re.compile(r"/(?:wp/)?[cv]/(?:s/)?(.+)")),
    ("bing.com", re.compile(r"/amp/(?:s/)?(.+)")),
    ("bing-amp.com", re.compile(r"/c/(?:s/)?(.+)")),
    ("web.archive.org", re.compile(r"/(?:web/)?\d{1,14}(?:[a-z]{2}_)?/(.+)")),
    ("archive.org", re.compile(r"/wayback/\d{1,14}/(.+)")),
    ("yahoo.com", re.compile(r".*/RU=([^/]+)/R[KS]=.*")),
    ("yandex.ru", re.compile(r"/turbo/(?:s/)?(.+)")),
    ("b.hatena.ne.jp", re.compile(r"/entry/(?:s/)?([^/]+\..+)")),
    ("12ft.io", re.compile(r"/(https?:/.+)")),
    ("archive.ph", re.compile(r"/(?:newest|oldest|\d{4,14})/(https?:/.+)")),
    ("archive.is", re.compile(r"/(?:newest|oldest|\d{4,14})/(https?:/.+)")),
    ("archive.today", re.compile(r"/(?:newest|oldest|\d{4,14})/(https?:/.+)")),
    ("urldefense.com", re.compile(r"/v3/__(https?:/.+?)__;.*")),
    ("turbopages.org", re.compile(r"/(?:turbo/)?([^/]+\.[^/]+/)s/(.+)")),
)
_GOOGLE = re.compile(r"google\.(?:com?\.)?[a-z]{2,3}")
_FAMILIES = (
    "cdn.ampproject.org",
    "safelinks.protection.outlook.com",
    "bing-amp.com",
    "search.yahoo.com",
    "turbopages.org",
)
_ADDRESS = re.compile(
    r"(?:(https?):)?/{0,2}([^/?#\s]+\.[^/?#\s.]{2,}(?:[/?#].*)?)", re.IGNORECASE | re.DOTALL
)
_WITH_SCHEME = re.compile(r"https?:/", re.IGNORECASE)

_PARAMETERS: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
for _host, _path, _names in _BY_PARAMETER:
    _PARAMETERS.setdefault(_host, []).append((_path, _names))
_PATHS: dict[str, list[re.Pattern[str]]] = {}
for _host, _pattern in _BY_PATH:
    _PATHS.setdefault(_host, []).append(_pattern)

REDIRECTORS = frozenset(
    "feedproxy.google.com feeds.feedburner.com feedburner.com rss.feedsportal.com news.google.com t.co "
    "bit.ly j.mp ow.ly is.gd tinyurl.com goo.gl dlvr.it ift.tt trib.al buff.ly lnkd.in "
    "fb.me wp.me nyti.ms wapo.st "
    "reut.rs bbc.in cnn.it econ.st on.ft.com apne.ws amzn.to flip.it spoti.fi".split()
)


def inner_address(host: str, path: str, query: str | None) -> str | None:
    """The address that an address of `host` contains, or None.

    `path` and `query` as printed, `host` in lower case without `www.`. A missing scheme becomes https.
    """
    family = _family(host)
    for start, names in _PARAMETERS.get(family, ()):
        if query and path.lower().startswith(start):
            found = _in_query(query, names)
            if found:
                return found
    for pattern in _PATHS.get(family, ()):
        wrapped = pattern.fullmatch(path)
        if wrapped:
            return _address("".join(wrapped.groups()), query)
    return None


def _family(host: str) -> str:
    if host in _PARAMETERS or host in _PATHS:
        return host
    if host.startswith("google.") and _GOOGLE.fullmatch(host):
        return "google"
    if host.endswith(_FAMILIES):
        return ".".join(host.rsplit(".", 2)[-2:])
    return ""


def _in_query(query: str, names: tuple[str, ...]) -> str | None:
    parameters = dict(
        piece.partition("=")[::2] for piece in reversed(query.split("&"))
    )  # the first parameter of a name wins
    for name in names:
        value = unquote(parameters.get(name, ""))
        if _WITH_SCHEME.match(value):
            return _address(value, None)
    return None


def _address(wrapped: str, query: str | None) -> str | None:
    if "%2f" in wrapped[:12].lower():
        wrapped = unquote(wrapped)
    found = _ADDRESS.fullmatch(wrapped)
    if found is None:
        return None
    address = f"{(found[1] or 'https').lower()}://{found[2]}"
    return f"{address}?{query}" if query else address
