"""`python -m benchmarks.quality [--set NAME]… [--checkout FOLDER] [--alone] [--misses SCORE] [--no-site-files]`: how
well article pages are read, on the labelled pages of a corpus, beside other readers.

Needs the folder that `NEWSDESK_CORPUS` names; without it, prints so and exits with 0. The sets: `pages` and
`dev`, on which rules were chosen (their figures are fitted), and `held-out`, whose pages nobody looks at.
`--checkout` puts another checkout of newsdesk beside, for example the release before. `--misses title` lists
the pages of `pages` and `dev` that miss points there. `scores.py` says what each figure means.
Pages of hosts with a shipped site file are read by it; `--no-site-files` reads all by the general rules, which is what
pages of other sites can expect. `python -m benchmarks.quality.sites` shows these hosts alone.
Exit code 1 when a page raises, text is found on fewer than 97 % of the pages of a set, or a peer's texts are
better than ours.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.quality import peers
from benchmarks.quality.cases import SETS, Case, cases, corpus
from benchmarks.quality.ours import FindSiteFile, fields, no_site_file, read, shipped_site_files
from benchmarks.quality.scores import SHARES, PageReading, means, scores

LEAST_TEXT = 0.97
FITTED = {"held-out": "nobody looked at these pages"}
Readings = Mapping[str, Sequence[PageReading]]  # by reader, in the order of the cases


def page_reading(found: Mapping[str, Any]) -> PageReading:
    instant = found.get("instant")
    return PageReading(
        found.get("title"),
        found.get("day"),
        datetime.fromisoformat(instant) if instant else None,
        tuple(found.get("authors", ())),
        found.get("text", ""),
    )


def ours(pages: Sequence[Case], site_file: FindSiteFile = no_site_file) -> tuple[list[PageReading], int]:
    """What newsdesk reads, and how many pages raised."""
    found, raised = [], 0
    for page in pages:
        try:
            found.append(page_reading(fields(read(page.address, page.body, site_file))))
        except Exception as error:
            print(f"raised: {page.file}: {type(error).__name__}: {error}")
            raised += 1
            found.append(PageReading())
    return found, raised


def of_checkout(folder: Path, pages: Sequence[Case], *, site_files: bool) -> list[PageReading]:
    """What newsdesk in another folder reads."""
    lines = "".join(
        json.dumps({"address": page.address, "body": base64.b64encode(page.body).decode()}) + "\n"
        for page in pages
    )
    script = Path(__file__).with_name("ours.py")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    ran = subprocess.run(
        [sys.executable, "-P", str(script), *([] if site_files else ["--no-site-files"])],
        input=lines,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return [page_reading(json.loads(line)) for line in ran.stdout.splitlines()]


def site_files_line(pages: Sequence[Case], site_file: FindSiteFile) -> str:
    """Whether site files are on, and how many pages have one: printed with all figures."""
    if site_file is no_site_file:
        return "site files: off"
    return f"site files: on, {sum(one is not None for one in map(site_file, map(host_of, pages)))} pages have one"


def host_of(page: Case) -> str:
    return urlsplit(page.address).hostname or ""


def print_table(pages: Sequence[Case], readings: Readings) -> None:
    table = {
        name: means(scores(one, page.truth) for one, page in zip(found, pages, strict=True))
        for name, found in readings.items()
    }
    print(f"{'':<16}{'pages':>6}" + "".join(f"{name[:17]:>19}" for name in table))
    for score in (*SHARES, "day F1", "snippets F1"):
        counts = [of[score][1] for of in table.values() if score in of]
        if counts:
            values = "".join(
                f"{of[score][0]:>19.3f}" if score in of else f"{'':>19}" for of in table.values()
            )
            print(f"{score:<16}{counts[0]:>6}{values}")


def text_is_better(pages: Sequence[Case], readings: Readings) -> bool:
    """Print how our texts compare with those of each other reader, page by page. True when ours are better."""
    better = True
    own, *others = readings
    for other in others:
        differences = []
        for page, mine, theirs in zip(pages, readings[own], readings[other], strict=True):
            if "body" in page.truth:
                one, two = (scores(each, page.truth)["text"][0] for each in (mine, theirs))
                differences.append(one - two)
        if differences:
            low, high = peers.interval(differences)
            mean = sum(differences) / len(differences)
            print(
                f"text: {mean:+.3f} [{low:+.3f}, {high:+.3f}] over {other} on {len(differences)} pages"
                " (95 %, paired bootstrap)"
            )
            better = better and (low > 0 or other not in peers.readers())
    return better


def print_misses(name: str, pages: Sequence[Case], found: Sequence[PageReading]) -> None:
    label = {"authors": "authors", "authors right": "authors", "no author": "authors", "day": "date"}.get(
        name, name
    )
    for page, one in zip(pages, found, strict=True):
        reached, possible = scores(one, page.truth).get(name, (0.0, 0.0))
        if reached < possible:
            got = {"title": one.title, "authors": list(one.authors), "date": one.day}.get(label, "")
            wanted = page.truth.get(label, "") if label != "text" else ""
            print(f"{reached:.2f} of {possible:g}  {page.file}  {page.address[:100]}")
            print(f"    read   {got}\n    label  {wanted}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality")
    parser.add_argument("--set", dest="sets", action="append", choices=SETS, help="default: all")
    parser.add_argument("--checkout", type=Path, help="folder of another checkout of newsdesk to put beside")
    parser.add_argument("--alone", action="store_true", help="leave the peers out")
    parser.add_argument("--misses", metavar="SCORE", choices=SHARES, help="list the pages that miss points")
    parser.add_argument("--no-site-files", action="store_true", help="read all pages by the general rules")
    options = parser.parse_args()
    site_file = no_site_file if options.no_site_files else shipped_site_files()
    folder = corpus()
    if folder is None:
        print("nothing measured: NEWSDESK_CORPUS names no folder with pages.jsonl")
        return 0
    failed = False
    for name in options.sets or SETS:
        pages = cases(folder, name)
        if not pages:
            continue
        mine, raised = ours(pages, site_file)
        readings: dict[str, Sequence[PageReading]] = {"newsdesk": mine}
        if options.checkout:
            readings["the checkout"] = of_checkout(
                options.checkout, pages, site_files=not options.no_site_files
            )
        if not options.alone:
            for peer, reader in peers.readers().items():
                readings[peer] = [peers.reading(reader, page.address, page.body) for page in pages]
        print(f"\n{name}: {len(pages)} pages, {FITTED.get(name, 'fitted: rules were chosen on these pages')}")
        print(site_files_line(pages, site_file))
        print_table(pages, readings)
        better = text_is_better(pages, readings)
        has_text = sum(bool(one.text) for one in mine) / len(mine)
        failed = failed or raised > 0 or has_text < LEAST_TEXT or not better
        if options.misses and name != "held-out":
            print_misses(options.misses, pages, mine)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
