"""The meta elements of a page: Open Graph, Dublin Core and the names that publishers use. Strings as printed.

Pure, never raises on any page. Which origin gives a field is decided by `pages.merge`.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import html

Metadata = Mapping[str, tuple[str, ...]]  # name in lower case → contents


def read_metadata(tree: html.HtmlElement) -> Metadata:
    """name, property or itemprop of meta elements in lower case → contents in order, each once."""
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        attributes = dict(meta.items())
        content = (attributes.get("content") or attributes.get("value") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = attributes.get(attribute, "").strip().lower()
            if name and content and content not in found.setdefault(name, []):
                found[name].append(content)
    return {name: tuple(contents) for name, contents in found.items() if contents}


def first_content(metadata: Metadata, *names: str) -> str | None:
    """The first content of the first name that has one."""
    return next((metadata[name][0] for name in names if name in metadata), None)
