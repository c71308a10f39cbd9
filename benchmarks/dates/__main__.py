"""`python -m benchmarks.dates`: how well and how fast dates are parsed, on the labelled strings of a corpus.

Needs `dates.jsonl` in the folder that `NEWSDESK_CORPUS` names; without it, prints so and exits with 0. The
figures are fitted: rules were chosen on these strings. A result is right when it equals the label to the
precision of the label; a string without a date must be refused. dateparser is measured with the same hints
where it is installed. Times are CPU of one thread, the minimum of five passes. Exit code 1 when a limit is
missed.
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from newsdesk.crawler.normalise.dates.parser import parse_date

LENGTHS = {"second": 19, "minute": 16, "hour": 13, "day": 10, "month": 7, "year": 4}
FAMILIES = {
    "feeds": ("feed-", "hand-rss", "hand-iso", "hand-future"),
    "zones": ("hand-zones",),
    "page-meta": ("page-meta",),
    "page-text": ("page-text", "hand-page"),
    "english": ("en-mixed", "hand-en", "hand-order"),
    "words": ("localised", "hand-loc"),
    "relative": ("relative", "hand-rel"),
    "calendars": ("jalali", "hijri", "hand-hijri", "hand-buddhist"),
    "nothing": ("reject", "hand-reject"),
}
# right, wrong and refused are shares; times are µs for each string
LIMITS = {"right": 0.95, "wrong": 0.02, "macro": 0.90, "refused": 0.90, "mean_us": 150.0, "plain_us": 5.0}
PLAIN = ("2026-01-13T08:05:00+01:00", "Tue, 13 Jan 2026 08:05:00 GMT")
FeedTaskResult = tuple[datetime, str]  # instant, the publisher's day
Reader = Callable[[dict[str, Any]], FeedTaskResult | None]


def ours(row: dict[str, Any]) -> FeedTaskResult | None:
    reading = parse_date(
        row["s"],
        language=row["lang"],
        country=row["country"],
        timezone=row["tz"],
        now=datetime.fromisoformat(row["ref"]),
    )
    return (reading.instant, reading.local_day) if reading else None


def dateparser_reader() -> Reader | None:
    """dateparser with language, country, zone and reference time; None when it is not installed."""
    try:
        import dateparser
    except ModuleNotFoundError:
        return None

    def read(row: dict[str, Any]) -> FeedTaskResult | None:
        settings = {
            "RELATIVE_BASE": datetime.fromisoformat(row["ref"]).replace(tzinfo=None),
            "TIMEZONE": row["tz"] or "UTC",
            "RETURN_AS_TIMEZONE_AWARE": True,
            "DATE_ORDER": "MDY" if row["country"] == "US" else "DMY",
        }
        languages = [row["lang"]] if row["lang"] else None
        try:
            found = dateparser.parse(row["s"], languages=languages, settings=settings)
        except ValueError:  # an unknown language
            return None
        return (found.astimezone(UTC), found.date().isoformat()) if found else None

    return read


def is_right(reading: FeedTaskResult, row: dict[str, Any]) -> bool:
    truth, length = datetime.fromisoformat(row["truth"]), LENGTHS[row["prec"]]
    if length > 10:
        return reading[0].isoformat()[:length] == truth.isoformat()[:length]
    here = truth.astimezone(ZoneInfo(row["tz"])) if row["tz"] else truth
    return reading[1][:length] in (here.isoformat()[:length], truth.isoformat()[:length])


def measure(read: Reader, rows: list[dict[str, Any]], *, passes: int) -> dict[str, dict[str, float]]:
    """For each family: right, wrong and refused (shares), and µs for each string."""
    counts: dict[str, dict[str, float]] = defaultdict(
        lambda: dict.fromkeys(("n", "right", "wrong", "us"), 0.0)
    )
    for row in rows:
        family = counts[
            next(name for name, prefixes in FAMILIES.items() if row["group"].startswith(prefixes))
        ]
        times, reading = [], None
        for _ in range(passes):
            begun = time.thread_time_ns()
            reading = read(row)
            times.append(time.thread_time_ns() - begun)
        right = reading is None if row["truth"] is None else reading is not None and is_right(reading, row)
        family["n"] += 1
        family["right"] += right
        family["wrong"] += not right and reading is not None
        family["us"] += min(times) / 1000
    return {
        name: {"n": family["n"]} | {key: family[key] / family["n"] for key in ("right", "wrong", "us")}
        for name in FAMILIES
        if (family := counts[name])["n"]
    }


def summed(table: dict[str, dict[str, float]]) -> dict[str, float]:
    total = sum(row["n"] for row in table.values())
    of_all = {
        key: sum(row[key] * row["n"] for row in table.values()) / total for key in ("right", "wrong", "us")
    }
    dated = [row["right"] for name, row in table.items() if name != "nothing"]
    return of_all | {"n": total, "macro": sum(dated) / len(dated), "refused": table["nothing"]["right"]}


def show(name: str, table: dict[str, dict[str, float]]) -> dict[str, float]:
    print(f"{name:<12}{'strings':>8}{'right':>8}{'wrong':>8}{'µs':>9}")
    for family, row in table.items():
        print(f"  {family:<10}{row['n']:>8.0f}{row['right']:>8.3f}{row['wrong']:>8.3f}{row['us']:>9.1f}")
    of_all = summed(table)
    print(
        f"  {'all':<10}{of_all['n']:>8.0f}{of_all['right']:>8.3f}{of_all['wrong']:>8.3f}{of_all['us']:>9.1f}"
    )
    print(f"  macro over families {of_all['macro']:.3f}, rightly refused {of_all['refused']:.3f}\n")
    return of_all


def plain_us(text: str) -> float:
    """µs for one string in the usual format of feeds, minimum of 20 passes of 2,000."""
    now, times = datetime(2026, 11, 24, tzinfo=UTC), []
    for _ in range(20):
        begun = time.thread_time_ns()
        for _ in range(2_000):
            parse_date(text, now=now)
        times.append((time.thread_time_ns() - begun) / 2_000_000)
    return min(times)


def main() -> int:
    folder = Path(os.environ.get("NEWSDESK_CORPUS", ""))
    if not (folder / "dates.jsonl").is_file():
        print("nothing measured: NEWSDESK_CORPUS names no folder with dates.jsonl")
        return 0
    rows = [json.loads(line) for line in (folder / "dates.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows:  # loads the words of each language
        ours(row)
    print("fitted (rules were chosen on these cases)")
    got = show("newsdesk", measure(ours, rows, passes=5))
    slowest = 0.0
    for text in PLAIN:
        took = plain_us(text)
        slowest = max(slowest, took)
        print(f"{text}: {took:.1f} µs")
    peer = dateparser_reader()
    if peer is None:
        print("dateparser is not installed, so not measured")
    else:
        print()
        show("dateparser", measure(peer, rows, passes=1))
    missed = [name for name in ("right", "macro", "refused") if got[name] < LIMITS[name]]
    missed += ["wrong"] * (got["wrong"] > LIMITS["wrong"]) + ["mean_us"] * (got["us"] > LIMITS["mean_us"])
    missed += ["plain_us"] * (slowest > LIMITS["plain_us"])
    if missed:
        print(f"missed: {', '.join(f'{name} {LIMITS[name]}' for name in missed)}")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
