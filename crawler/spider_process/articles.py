"""An item of a spider as an Article: a dict with the keys of `KEYS`, or an Article itself. Pure; runs in a worker.

No key is ignored: one that is not known makes the item refused, with the nearest known key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from newsdesk.crawler.models import Article, Enclosure, Markup, Person, PrintedDate
from newsdesk.crawler.normalise.urls.canonical import absolute_url

KEYS = (
    "url", "title", "published", "authors", "text", "html", "summary", "updated", "language", "image", "categories",
    "id",
)  # fmt: skip
_CLOSED = {  # the values of an Article's fields that have a closed list
    "kind": ("article", "liveblog", "gallery", "video", "audio", "review", "opinion"),
    "access": ("free", "paywalled"),
}


class ItemProblemError(ValueError):
    """Why an item is refused, with the value and the remedy."""


def read_item(sent: bytes) -> Article:
    """The Article of one item as `item_json` sent it. Raises ItemProblemError."""
    try:
        fields = json.loads(sent)
        if isinstance(fields.get("article"), dict):
            return _checked(_article(fields["article"]))
        return _checked(_of_item(fields["item"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        if isinstance(error, ItemProblemError):
            raise
        raise ItemProblemError(f"the item cannot be read: {error}") from None


def _of_item(item: Mapping[str, Any]) -> Article:
    for name in item:
        if name not in KEYS:
            near = get_close_matches(name, KEYS, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(KEYS)}"
            raise ItemProblemError(f"the item has a key {name!r}, which newsdesk does not know; {advice}")
    url = _text(item, "url")
    if url is None:
        raise ItemProblemError("the item has no url; give it the address of the story, as response.url")
    link = absolute_url(url, base=None)
    if link is None:
        raise ItemProblemError(f"the url of the item is {url!r}, no http address; use response.urljoin")
    html, text = _text(item, "html"), _paragraphs(item)
    if html is not None and text is not None:
        raise ItemProblemError("the item has text and html; give one of them")
    title, summary = _text(item, "title"), _text(item, "summary")
    return Article(
        guid=_text(item, "id"),
        link=link,
        title=None if title is None else Markup(value=title, kind="text"),
        summary=None if summary is None else Markup(value=summary, kind="text"),
        content=Markup(value=html, base=link) if html else Markup(value=text, kind="text") if text else None,
        published=_text(item, "published"),
        updated=_text(item, "updated"),
        authors=tuple(Person(name=name) for name in _texts(item, "authors")),
        categories=_texts(item, "categories"),
        language=_text(item, "language"),
        image=_text(item, "image"),
    )


def _text(item: Mapping[str, Any], name: str) -> str | None:
    value = item.get(name)
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    remedy = "; use .get() for the first match, not .getall()" if isinstance(value, list) else ""
    raise ItemProblemError(f"{name} of the item is {json.dumps(value)[:80]}, no text{remedy}")


def _texts(item: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts, or one text."""
    value = item.get(name)
    values = value if isinstance(value, list) else [value]
    if not all(one is None or isinstance(one, str) for one in values):
        raise ItemProblemError(f"{name} of the item is {json.dumps(value)[:80]}, no list of texts")
    return tuple(one.strip() for one in values if one and one.strip())


def _paragraphs(item: Mapping[str, Any]) -> str | None:
    """The text; a list is its paragraphs, as `.getall()` gives them."""
    return "\n\n".join(_texts(item, "text")) or None


def _checked(article: Article) -> Article:
    if article.title is None and article.content is None:
        raise ItemProblemError(f"the item of {article.link} has neither title nor text")
    return article


def _article(fields: dict[str, Any]) -> Article:
    """An Article as the spider made it; its texts may be plain texts where a Markup is meant."""
    for name, allowed in _CLOSED.items():
        if fields.get(name) is not None and fields[name] not in allowed:
            raise ItemProblemError(
                f"{name} of the Article is {fields[name]!r}; write one of {', '.join(allowed)}"
            )
    for name in ("link", "guid_link", "original_link"):
        address = _text(fields, name)
        fields[name] = None if address is None else absolute_url(address, base=None)
        if address is not None and fields[name] is None:
            raise ItemProblemError(
                f"{name} of the Article is {address!r}, no http address; use response.urljoin"
            )
    if fields["link"] is None:
        raise ItemProblemError("the Article has no link; give it the address of the story, as response.url")
    made: dict[str, Any] = {name: _markup(fields, name) for name in ("title", "summary", "content")}
    made |= {name: _text(fields, name) for name in ("guid", "published", "updated", "language", "image")}
    made |= {name: _texts(fields, name) for name in ("categories", "corrections", "doubts")}
    made |= {
        "authors": tuple(
            Person(name=one) if isinstance(one, str) else Person(**_all_texts(one))
            for one in fields["authors"]
        ),
        "enclosures": tuple(Enclosure(**_all_texts(one)) for one in fields["enclosures"]),
        "dates": tuple(PrintedDate(**_all_texts(one)) for one in fields["dates"]),
        "origins": tuple((str(name), str(origin)) for name, origin in fields["origins"]),
    }
    return Article(**{**fields, **made})


def _markup(fields: Mapping[str, Any], name: str) -> Markup | None:
    value = fields.get(name)
    if isinstance(value, Mapping):
        parts = _all_texts(value)
        if parts.get("kind") not in ("text", "html"):
            raise ItemProblemError(f"the kind of {name} is {parts.get('kind')!r}; write text or html")
        return Markup(**parts)
    text = _text(fields, name)
    return None if text is None else Markup(value=text, kind="text")


def _all_texts(parts: Any) -> dict[str, Any]:
    if not isinstance(parts, Mapping) or not all(
        value is None or isinstance(value, str) for value in parts.values()
    ):
        raise ItemProblemError(f"{json.dumps(parts)[:80]} of the Article is no set of texts")
    return dict(parts)
