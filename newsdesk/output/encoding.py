"""Output in an encoding that lacks letters (`PYTHONIOENCODING=cp1252`, an old terminal): never an error."""

from __future__ import annotations

import io
import json
import sys
from typing import Any, TextIO


def replace_unprintable() -> None:
    """Print a replacement character for each one that the encoding of stdout or stderr lacks."""
    for stream in (sys.stdout, sys.stderr):  # None when it was closed: `2>&-`
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def json_text(value: Any, stream: TextIO | None, *, indent: int | None = None) -> str:
    """JSON for `stream`: letters as they are in UTF-8, in any other encoding escaped, so that none is lost."""
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-")
    whole = encoding in ("utf-8", "utf8", "utf-16", "utf-32")
    return json.dumps(value, ensure_ascii=not whole, indent=indent, default=str)
