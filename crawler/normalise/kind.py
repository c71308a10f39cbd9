"""The kind of a story by its address and title: live blog, gallery, video or audio; else an article.

Pure. Uses only words that newspapers use for nothing else. A kind that the page states has precedence
(`pages.kind_and_access`).
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from urllib.parse import unquote

from newsdesk.storage.records.stories import Kind

# Whole segments of the path of an address.
_SEGMENTS: dict[Kind, frozenset[str]] = {
    "liveblog": frozenset(
        "live liveblog liveblogs live-blog live-blogs live-news live-updates liveticker live-ticker newsblog "
        "livestory en-direct en-vivo ao-vivo diretta na-zywo direto directe".split()
    ),
    "gallery": frozenset(
        "gallery galleries photo-gallery photo-galleries photogallery picture-gallery picturegallery "
        "in-pictures fotogalerie fotogalerien fotogaleria fotogalerias fotogalería fotogallery bildergalerie "
        "bildergalerien bilderstrecke bildstrecke fotostrecke fotostrecken fotoserie diaporama diaporamas "
        "slideshow slideshows galleria galeria galería galerie galeri bildspel kuvagalleria".split()
    ),
    "video": frozenset("video videos vídeo vídeos videoclip videoclips".split()),
    "audio": frozenset("podcast podcasts audio audios".split()),
}
_HOSTS: dict[str, Kind] = {"youtube.com": "video", "vimeo.com": "video", "dailymotion.com": "video"}
_VIDEO_PATH = re.compile(r"/(?:watch\?v=|video/|\d+$)")
_LIVE = re.compile(
    r"^(?:live[ -]?(?:updates?|blog|ticker)|newsblog|en direct|en vivo|ao vivo|minuto a minuto|liveticker"
    r"|na żywo|in diretta|direto)\b|\blive (?:updates|blog)$|\b(?:as it happened|liveticker|live-ticker)$",
    re.IGNORECASE,
)
_MEDIA = frozenset(("video", "audio"))


def kind_from_address_or_title(url: str, title: str | None) -> Kind | None:
    """The kind by the address, else by the title; None when neither shows one."""
    host, _, rest = url.partition("://")[2].partition("/")
    host = host.removeprefix("www.").removeprefix("m.")
    if host in _HOSTS and _VIDEO_PATH.search(f"/{rest}"):
        return _HOSTS[host]
    segments = unquote(rest.partition("?")[0]).lower().split("/")[:-1]  # the last segment names the story
    for kind, names in _SEGMENTS.items():
        if not names.isdisjoint(segments):
            return kind
    return "liveblog" if title is not None and _LIVE.search(title) else None
