"""A user's spider as a source has it: its name, arguments and Scrapy settings. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True, kw_only=True)
class SpiderCall:
    """A spider of the user's folder with what its source gives it. `start`: the address of its first request when
    it was added; the secrets of the source are sent to the origin of that address only."""

    name: str
    start: str
    arguments: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """How people see its source when it has no name."""
        return " ".join((self.name, *(f"{name}={value}" for name, value in self.arguments)))

    @property
    def address(self) -> str:
        """The address of its source. Two sources may have one spider with different arguments."""
        arguments = urlencode(self.arguments, quote_via=quote, safe="/:@,")
        return f"spider:{quote(self.name)}" + (f"?{arguments}" if arguments else "")


def spider_json(call: SpiderCall) -> str:
    """As the column `source.spider` has it."""
    parts = {
        "name": call.name,
        "start": call.start,
        "arguments": dict(call.arguments),
        "settings": dict(call.settings),
    }
    return json.dumps(parts, ensure_ascii=False)


def stored_spider(column: str) -> SpiderCall:
    """From the column. Raises ValueError for another text."""
    try:
        parts = json.loads(column)
        name, start, arguments, settings = (parts[key] for key in ("name", "start", "arguments", "settings"))
        texts = [name, start, *arguments, *arguments.values(), *settings, *settings.values()]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("a spider has name, start, arguments and settings") from error
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("the parts of a spider are texts")
    return SpiderCall(
        name=name, start=start, arguments=tuple(arguments.items()), settings=tuple(settings.items())
    )
