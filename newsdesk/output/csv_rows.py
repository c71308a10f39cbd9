"""Rows as CSV, one at a time, safe to open in a spreadsheet unless unchanged cells are requested."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from newsdesk.output.terminal import clean, line

# A formula may follow spaces and quotes; spreadsheets set up for Japanese also take full-width signs.
_FORMULA = re.compile("[\\s\"'‘’“”]*[=+\\-@＝＋－＠\t\r]")
_BYTE_ORDER_MARK = "\ufeff"


def print_csv(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    unchanged: bool = False,
    excel: bool = False,
    paragraphs: frozenset[str] = frozenset(),
) -> None:
    """Print rows under a line of column names. Cells that begin like a formula get an apostrophe in front, unless
    `unchanged`: headlines are untrusted text. `excel`: begin with a byte order mark, by which Excel recognises
    UTF-8. Columns in `paragraphs` keep their line breaks."""
    if excel:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")  # whatever the locale says
        sys.stdout.write(_BYTE_ORDER_MARK)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [_cell(row.get(name), breaks=name in paragraphs) for name in columns]
        writer.writerow(
            cells if unchanged else [f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells]
        )


def _cell(value: Any, *, breaks: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = "; ".join(value)
    elif isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    return clean(value) if breaks else line(value)
