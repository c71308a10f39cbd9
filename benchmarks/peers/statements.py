"""How many SQL statements a crawl runs: `python -P statements.py` in the folder of its store, as JSON.

It runs `newsdesk crawl --quiet` with every connection traced. A row of `executemany` is a statement. What FTS5 runs
inside for its own tables is counted apart.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter
from contextlib import suppress
from typing import Any

counts: Counter[str] = Counter()
_connect = sqlite3.connect


def count(sql: str) -> None:
    verb = sql.lstrip().split(" ", 1)[0].upper()
    if "story_fts_" in sql or verb == "--":
        counts["inside FTS5"] += 1
    elif verb in ("INSERT", "UPDATE", "DELETE", "REPLACE"):
        counts["writes"] += 1
    elif verb in ("SELECT", "WITH"):
        counts["reads"] += 1
    else:
        counts["others"] += 1


def connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
    connection = _connect(*arguments, **more)
    connection.set_trace_callback(count)
    return connection


if __name__ == "__main__":
    sqlite3.connect = connect  # type: ignore[assignment]
    from newsdesk.__main__ import main

    sys.argv = ["newsdesk", "crawl", "--quiet"]
    with suppress(SystemExit):
        main()
    print(json.dumps(counts))
