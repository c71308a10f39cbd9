"""Alarms as an Atom feed (RFC 4287), for people who follow them in a feed reader.

Without secrets and control characters; the XML writer escapes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.output.terminal import line
from newsdesk.storage.db.timestamps import to_iso
from newsdesk.storage.records.alarms import Event

ATOM = "http://www.w3.org/2005/Atom"
SHOWN = 100  # events of the feed
_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF))


def events_feed(events: Sequence[Event], *, now: datetime, address: str | None = None) -> bytes:
    """The feed of `events`, newest first. `address`: of the feed itself, if it has one; `now` is its date when
    there are no events."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", "urn:newsdesk:events")
    _add(feed, "title", "newsdesk: alarms")
    _add(feed, "updated", to_iso(events[0].created_at if events else now))
    _add(_add(feed, "author"), "name", "newsdesk")
    if address is not None:
        _add(feed, "link", rel="self", type="application/atom+xml", href=_plain(address))
    for event in events:
        entry = _add(feed, "entry")
        _add(entry, "id", f"urn:newsdesk:event:{to_iso(event.created_at)}:{event.event_id}")
        _add(entry, "title", _title(event))
        _add(entry, "updated", to_iso(event.created_at))
        _add(entry, "category", term=event.kind)
        _add(entry, "category", term=event.state)
        _add(entry, "content", _plain(_content(event)), type="text")
    body: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _title(event: Event) -> str:
    subject = event.topic or event.name or event.address or event.host or "newsdesk"
    state = "" if event.state == "open" else " resolved"
    return _plain(f"{redact(subject)}: {event.kind}{state}")


def _content(event: Event) -> str:
    parts = [event.message, *([event.address] if event.address else [])]
    parts += [json.dumps(event.detail, ensure_ascii=False)] if event.detail else []
    return redact(" · ".join(parts))


def _plain(text: str) -> str:
    """One line without characters that XML forbids."""
    return line(text).translate(_NO_XML)


def _add(
    parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = text
    return child
