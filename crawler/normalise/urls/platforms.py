"""Social networks and video sites, where stories of all publishers are linked: one form for their hosts, videos and
parameters. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_FACEBOOK = re.compile(r"(?:web|mbasic|free|[a-z]{2}-[a-z]{2})\.facebook\.com")
_HOSTS: Mapping[str, str] = {
    "twitter.com": "x.com",
    "old.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
}
# Parameters that identify nothing on this host, but do so elsewhere.
_TRACKING: Mapping[str, frozenset[str]] = {
    "x.com": frozenset(("s", "t", "cxt", "lang")),
    "facebook.com": frozenset(("ref", "refid", "refsrc", "extid", "notif_id", "notif_t", "acontext", "fs")),
    "linkedin.com": frozenset(("trk", "trackingid", "lipi", "refid", "originalsubdomain")),
    "news.google.com": frozenset(("oc",)),
}
_NONE: frozenset[str] = frozenset()
_VIDEOS = ("youtube.com", "youtu.be", "youtube-nocookie.com")
_VIDEO = re.compile(r"/(?:(embed|shorts|live|v)/)?([A-Za-z0-9_-]{11})")


def platform_host(host: str) -> str:
    """The one host of a platform with several for the same pages, else `host`."""
    if host.endswith(".facebook.com") and _FACEBOOK.fullmatch(host):
        return "facebook.com"
    return _HOSTS.get(host, host)


def platform_tracking(host: str) -> frozenset[str]:
    """Names of parameters, in lower case, that identify nothing on `host` alone."""
    return _TRACKING.get(host, _NONE)


def canonical_video(host: str, path: str, tail: str) -> str | None:
    """`youtu.be/ID`, `/embed/ID`, `/shorts/ID` and `/live/ID` as `/watch?v=ID`, without the start time.
    None for other pages."""
    if host not in _VIDEOS:
        return None
    found = _VIDEO.fullmatch(path)
    if found and (found[1] or host == "youtu.be"):
        return f"//youtube.com/watch?v={found[2]}"
    named = next((piece for piece in tail[1:].split("&") if piece.startswith("v=")), None)
    return f"//youtube.com/watch?{named}" if named and path == "/watch" else None
