"""The text of a new site file, from proposed selectors. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from newsdesk.crawler.workers.site_files_task import ProposedField

FIELDS = ("title", "byline", "date", "body")
_ROOM = 60  # characters of a value that a comment shows


def file_name(host: str) -> str:
    """`harbour_example.py`"""
    return "".join(one if one.isalnum() else "_" for one in host) + ".py"


def site_file_text(host: str, proposed: Sequence[ProposedField], *, language: str | None = None) -> str:
    """A site file with the selectors, each with what it gave on the first page."""
    by_field = {one.field: one for one in proposed}
    lines = [
        f'"""{host}"""',
        "",
        "from newsdesk.crawler.sites import Layout, SiteFile",
        "",
        "SITE = SiteFile(",
        f"    hosts=({_quoted(host)},),",
    ]
    if language:
        lines.append(f"    language={_quoted(language)},")
    lines += ["    layouts=(", "        Layout("]
    for name in FIELDS:
        one = by_field.get(name)
        if one is None:
            lines.append(f'            # {name}="",  # no selector was found')
        else:
            value = next((value for value in one.values if value), "")
            lines.append(f"            {name}={_quoted(one.selector)},  # {_comment(value)}")
    dropped = [_quoted(one.selector) for one in proposed if one.field == "drop"]
    drop = f"{dropped[0]}," if len(dropped) == 1 else ", ".join(dropped)
    lines += [
        f'            drop=({drop}),  # what is removed: (".promo", ".newsletter")',
        "        ),",
        "    ),",
        ")",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _comment(text: str) -> str:
    """A published value inside a comment: one line of printable characters, so that it can never be code."""
    shown = "".join(one if one.isprintable() else " " for one in text[:_ROOM])
    return shown + ("…" if len(text) > _ROOM else "")
