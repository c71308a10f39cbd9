"""What kind of piece a story is, by its address and title: live blog, gallery, video, audio. Else an article.

Pure. Only signs that papers use for nothing else; what a page says of itself goes before
(`pages.kind_and_access`).
"""

# ruff: noqa: SIM905  (tables of words are read and mended as text)

from __future__ import annotations

import re
from urllib.parse import unquote

from newsdesk.storage.records.stories import Kind

# Steps of an address, whole.
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
    """The kind that a story's address or title tells; None when neither does."""
    host, _, rest = url.partition("://")[2].partition("/")
    host = host.removeprefix("www.").removeprefix("m.")
    if host in _HOSTS and _VIDEO_PATH.search(f"/{rest}"):
        return _HOSTS[host]
    segments = unquote(rest.partition("?")[0]).lower().split("/")[:-1]  # the last is the story's own name
    for kind, names in _SEGMENTS.items():
        if not names.isdisjoint(segments):
            return kind
    return "liveblog" if title is not None and _LIVE.search(title) else None
