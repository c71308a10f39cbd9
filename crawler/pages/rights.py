"""What a page states about its use: robots rules, TDM reservation, access, licence and copyright. Pure, never raises.

All but `rel=license` comes from meta elements and JSON-LD, which are read anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import html

from newsdesk.crawler.models import FieldCandidate
from newsdesk.crawler.pages import json_ld
from newsdesk.crawler.pages.metadata import Metadata
from newsdesk.crawler.rights.robots_tags import read_robots_tags
from newsdesk.crawler.rights.stated import stated
from newsdesk.crawler.workers.robots_task import AGENT
from newsdesk.storage.records.rights.stated import Stated

_TDM = ("tdm-reservation", "tdm-policy")
_LICENCES = ("license", "licence", "dcterms.license", "dc.license", "dc.rights.license", "cc:license")
_COPYRIGHTS = (
    "copyright",
    "dcterms.rights",
    "dc.rights",
    "rights",
    "rights-standard",
    "dcterms.rightsholder",
)
# Only in a page with such an attribute the links are looked through. It begins with letters, which are found fast.
_REL_LICENCE = re.compile(r"""rel\s*=\s*["']?[^"'<>]{0,60}?\blicense\b""")
_ACCESS = {"free": "free", "paywalled": "paid"}
_MOST = 3  # statements of a kind


def page_statements(
    tree: html.HtmlElement,
    node: json_ld.Node | None,
    nodes: Sequence[json_ld.Node],
    metadata: Metadata,
    *,
    page: str,
) -> tuple[Stated, ...]:
    """The statements of a page but its access. `node` is that of its article among the `nodes` of its JSON-LD, or of
    the page; `page` the text that was parsed."""
    found = (
        *_from_metadata(metadata),
        *(_from_json_ld(node, nodes) if node is not None else ()),
        *(_from_links(tree) if "license" in page and _REL_LICENCE.search(page) else ()),
    )
    return tuple(dict.fromkeys(one for one in found if one is not None))


def access_statements(candidates: Sequence[FieldCandidate]) -> tuple[Stated, ...]:
    """The access that the page itself states first."""
    found = [one for one in candidates if one.origin in ("json-ld", "meta")]
    return tuple(Stated("access", one.origin, _ACCESS[one.value]) for one in found[:1])


def _from_metadata(metadata: Metadata) -> Iterator[Stated | None]:
    tags = (*metadata.get("robots", ()), *metadata.get(AGENT, ()))
    if tags and (rules := read_robots_tags(tags, agent=AGENT)):
        yield Stated("robots", "meta", ", ".join(rules))
    for name in _TDM:
        yield from (stated(name, "meta", one) for one in metadata.get(name, ())[:1])
    for names, what in ((_LICENCES, "licence"), (_COPYRIGHTS, "copyright")):
        values = [one for name in names for one in metadata.get(name, ())]
        yield from (stated(what, "meta", one) for one in values[:_MOST])


def _from_json_ld(node: json_ld.Node, nodes: Sequence[json_ld.Node]) -> Iterator[Stated | None]:
    for value in _listed(node.get("license")):
        address = (
            (value.get("url") or value.get("@id") or value.get("name")) if isinstance(value, dict) else value
        )
        yield stated("licence", "json-ld", address)
    notice = json_ld.text_in(node, "copyrightNotice")
    if notice is None:
        year = node.get("copyrightYear")
        holders = json_ld.people_in(node, nodes, "copyrightHolder")
        parts = [str(year)[:20]] if isinstance(year, str | int) and not isinstance(year, bool) else []
        notice = " ".join([*parts, *(holder.name or "" for holder, _ in holders[:_MOST])])
    yield stated("copyright", "json-ld", notice)


def _from_links(tree: html.HtmlElement) -> Iterator[Stated | None]:
    links = (one for one in tree.iter("link", "a") if "license" in (one.get("rel") or "").lower().split())
    for link, _ in zip(links, range(_MOST), strict=False):
        yield stated("licence", "rel=license", link.get("href"))


def _listed(value: Any) -> list[Any]:
    return value[:_MOST] if isinstance(value, list) else [value]
