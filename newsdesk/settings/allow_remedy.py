"""How to allow a refused address: one line, and the file, place or variable for it.

The settings file may have `[network]` already, and TOML refuses a table or a key that stands there twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from newsdesk.crawler.session_settings import ALLOWED_ENTRY

_TABLE = re.compile(r"^[ \t]*\[[ \t]*network[ \t]*\]", re.MULTILINE)


def allow_remedy(path: Path | None, text: str, allowed: Sequence[str], *, origin: str, variable: str) -> str:
    """What to write where, with ALLOWED_ENTRY in place of the new entry. `path`: the settings file in force, None
    without one, and its `text`; `allowed`: the present entries, from `origin`."""
    if origin == variable:
        return f"set {variable}={','.join((*allowed, ALLOWED_ENTRY))}"
    entries = ", ".join(json.dumps(entry, ensure_ascii=False) for entry in (*allowed, ALLOWED_ENTRY))
    file = (path or Path("newsdesk.toml")).absolute()
    has_table = _TABLE.search(text) is not None
    line = f"{'' if has_table else 'network.'}allow = [{entries}]"
    if origin != "default":
        return f"replace the setting network.allow in {file} by this line: {line}"
    if has_table:
        return f"write this line below [network] in {file}: {line}"
    return f"write this line at the top of {file}: {line}"
