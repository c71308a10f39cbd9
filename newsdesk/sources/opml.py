"""Sources as an OPML 2.0 document or as a plain list. Pure.

Flat outlines with the tags in `category`; settings that OPML does not know are attributes of our own namespace,
so that an import elsewhere gives equal rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from lxml import etree

from newsdesk.crawler.credentials.redaction import is_redacted, redact
from newsdesk.crawler.feeds.opml import NEWSDESK_NAMESPACE, tags_in
from newsdesk.sources.values import one_line


def without_secrets(rows: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """The rows with `***` in place of secret parts of their addresses, and the number of such rows."""
    redacted = [{**row, "address": redact(row["address"]), "home": redact(row["home"] or "")} for row in rows]
    return redacted, sum(is_redacted(row["address"]) for row in redacted)


def to_opml(rows: Iterable[Mapping[str, Any]], *, now: datetime) -> bytes:
    """An OPML document in UTF-8, one outline a line."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"newsdesk": NEWSDESK_NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "newsdesk sources"
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    body = etree.SubElement(root, "body")
    for row in rows:
        etree.SubElement(body, "outline", _attributes(row))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _attributes(row: Mapping[str, Any]) -> dict[str, str]:
    label = row["name"] or row["title"] or row["address"]
    tags = [one_line(tag) for tag in row["tags"]]
    category = ",".join(tags)
    plain = {
        "text": label, "title": label, "type": "rss", "xmlUrl": row["address"], "htmlUrl": row["home"],
        "category": category,
    }  # fmt: skip
    own = {
        "state": row["state"],
        "kind": row["kind"] if row["kind"] != "feed" else None,
        "spider": row["spider"],
        "name": row["name"],
        "title": row["title"],
        "tags": json.dumps(tags, ensure_ascii=False) if list(tags_in(category)) != tags else None,
        "language": row["language"],
        "country": row["country"],
        "timezone": row["timezone"],
        "every": f"{row['every_s']}s" if row["every_s"] else None,
        "cron": row["cron"],
        "keep": None
        if row["keep_days"] is None
        else f"{row['keep_days']}d"
        if row["keep_days"]
        else "forever",
        "fullText": "true" if row["full_text"] else None,
        "auth": row["auth"],
        "headers": ",".join(row["headers"] or ()),
        "cookies": row["cookies"],
        "proxy": row["proxy"],
    }
    attributes = {**plain, **{f"{{{NEWSDESK_NAMESPACE}}}{name}": value for name, value in own.items()}}
    return {name: one_line(value) for name, value in attributes.items() if value}


def to_list(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """`ADDRESS<tab>NAME` lines; other settings are left out."""
    lines = []
    for row in rows:
        name = one_line(row["name"] or row["title"] or "")
        lines.append(f"{row['address']}\t{name}".rstrip() if not name.startswith("#") else row["address"])
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
