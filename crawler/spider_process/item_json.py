"""An item of a spider as JSON: dicts, Scrapy items, dataclasses, attrs and pydantic models. Runs in its process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from itemadapter import ItemAdapter

from newsdesk.crawler.models import Article


class ItemError(Exception):
    """An item that cannot be kept; the text says why."""


def item_json(item: Any) -> Mapping[str, Any]:
    """The fields of an item, as JSON has them: `{"item": …}`, or `{"article": …}` for an Article. Raises ItemError."""
    if not ItemAdapter.is_item(item):
        raise ItemError(f"a {type(item).__name__} is no item; yield a dict or an Article")
    kind = "article" if isinstance(item, Article) else "item"
    return {kind: {str(name): _value(str(name), value) for name, value in ItemAdapter(item).asdict().items()}}


def _value(name: str, value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _value(name, inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_value(name, inner) for inner in value]
    raise ItemError(f"{name} is a {type(value).__name__}; give a text, a list of texts, or a date")
