"""The tables that people read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.duplicates.measure import LIMITS, mistakes
from benchmarks.duplicates.stories import Story


def show(rows: Sequence[dict[str, Any]], *, kinds: bool) -> None:
    head = rows[0]
    print(f"{head['slice']}: {head['stories']} stories, {head['clusters']} clusters")
    print(f"  {'':14}{'ARI':>7}{'P':>7}{'R':>7}{'F1':>7}{'ms CPU':>9}")
    for row in rows:
        cells = "".join(_figure(row[key]) for key in ("rand", "precision", "recall", "f1"))
        print(f"  {row['contestant']:14}{cells}{row['cpu_ms']:9.2f}", flush=True)
    if kinds:
        for row in rows:
            print(f"  {row['contestant'] + ', by kind':46}{'stories':>8}{'found':>8}{'wrong':>8}")
            for kind, (number, found, wrong) in row["kinds"].items():
                print(f"    {kind:44}{number:8}{found:8.3f}{wrong:8.3f}")
    print(flush=True)


def show_mistakes(row: dict[str, Any], stories: Sequence[Story], most: int) -> None:
    """The first `most` mistakes of a contestant, both stories."""
    print(f"  {row['contestant']}, the first {most} mistakes")
    for what, earlier, story in list(mistakes(stories, row["ids"]))[:most]:
        print(f"  {what}: {'+'.join(earlier.kinds) or 'base'} / {'+'.join(story.kinds) or 'base'}")
        for one in (earlier, story):
            text = " / ".join((one.text or "").split("\n\n"))
            print(f"    {one.cluster} {one.published:%d %H:%M} {one.source} | {one.title} | {text[:600]}")


def check_limits(rows: Sequence[dict[str, Any]]) -> bool:
    """Print which limits newsdesk keeps or misses. True when all are kept."""
    kept = True
    for row in rows:
        for (slice_, key), limit in LIMITS.items():
            if row["contestant"] == "newsdesk" and row["slice"] == slice_:
                value = row[key] if row[key] is not None else 1.0
                kept &= value >= limit
                verdict = "kept" if value >= limit else "MISSED"
                print(f"{slice_}, {key:12}{value:7.3f}  limit {limit:g}  {verdict}")
    return kept


def show_cost(rows: Sequence[dict[str, Any]]) -> None:
    print(f"  {'':14}{'indexed':>10}{'ms CPU':>9}{'bytes':>9}{'building':>10}")
    for row in rows:
        name, seconds = row["contestant"], row["building_s"]
        print(f"  {name:14}{row['indexed']:10}{row['cpu_ms']:9.2f}{row['bytes']:9.0f}{seconds:8.0f} s")


def check_cost(rows: Sequence[dict[str, Any]], limits: dict[str, float]) -> bool:
    """Limits of newsdesk: CPU with the most indexed, that as a multiple of the least, bytes of the key table."""
    own = [row for row in rows if row["contestant"] == "newsdesk"]
    if not own:
        return True
    values = {
        "ms CPU": own[-1]["cpu_ms"],
        "growth": own[-1]["cpu_ms"] / own[0]["cpu_ms"],
        "bytes": own[-1]["bytes"],
    }
    for name, value in values.items():
        print(
            f"{name:12}{value:8.2f}  limit {limits[name]:g}  {'kept' if value <= limits[name] else 'MISSED'}"
        )
    return all(value <= limits[name] for name, value in values.items())


def _figure(value: float | None) -> str:
    return f"{'–':>7}" if value is None else f"{value:7.3f}"
