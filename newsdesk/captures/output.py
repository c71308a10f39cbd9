"""A reading and its differences on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from newsdesk.captures.capture import Capture
from newsdesk.captures.reading import differences
from newsdesk.output.format_evidence import format_change
from newsdesk.output.terminal import line
from newsdesk.output.word_diff import diff_words
from newsdesk.storage.plurals import count

_SHOWN = 200  # characters of one value
_CONTEXT = 40  # characters beside a change of the text
_MOST = 12  # changed places of a text
Reading = Mapping[str, Any]


def reading_lines(reading: Reading) -> Iterator[str]:
    """A reading in a few lines, each value with the place where it was found."""
    if "failure" in reading:
        yield f"  site file not used: {line(reading['failure'])}"
    if "problem" in reading:
        yield f"  no story: {line(reading['problem'])}"
        return
    origins = reading.get("origins", {})
    for name in ("title", "published", "authors", "language", "text"):
        value = _shown(name, reading.get(name))
        origin = f"  [{line(origins[name])}]" if name in origins else ""
        yield f"  {name:<9}  {value[:_SHOWN] or '(none)'}{origin}"


def read_by(reading: Reading) -> str:
    name = reading.get("site_file")
    return f"read by {name}" if name else "read by the general rules"


def difference_lines(capture: Capture, now: Reading) -> Iterator[str]:
    """Each field that differs from the saved reading; of a text the changed words."""
    for name, before, after in differences(capture.reading, now):
        if name == "text":
            yield from _text_lines("\n".join(before or ()), "\n".join(after or ()))
        else:
            yield f"  {format_change(name, _shown(name, before), _shown(name, after))}"


def _shown(name: str, value: Any) -> str:
    """A value on one line."""
    if value is None:
        return ""
    if name == "published" and isinstance(value, Mapping):
        precise = value["precision"] not in ("day", "month", "year")
        return f"{value['instant']} (day {value['day']})" if precise else str(value["day"])
    if name == "text":
        text = " ".join(value)
        paragraphs = sum(bool(one) for one in value)
        return f"{len(text):,} characters, {count(paragraphs, 'paragraph')}: {line(text)[:80]}…"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(line(one["name"] if isinstance(one, Mapping) else one) for one in value)
    return line(value)


def _text_lines(before: str, after: str) -> Iterator[str]:
    segments = diff_words(before, after)
    changed = [(place, segment) for place, segment in enumerate(segments) if segment.operation != "equal"]
    yield f"  text: {len(before):,} → {len(after):,} characters"
    for place, segment in changed[:_MOST]:
        sign = "-" if segment.operation == "delete" else "+"
        words = line(segment.text)
        words = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}… ({len(words):,} characters)"
        left = line(segments[place - 1].text)[-_CONTEXT:] if place else ""
        yield f"    {sign} {words}" + (f"   (after “…{left}”)" if left and sign == "+" else "")
    if len(changed) > _MOST:
        yield f"    and {len(changed) - _MOST} more places"
