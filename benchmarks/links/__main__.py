"""`python -m benchmarks.links [--half dev|unseen] [--kinds] [--mistakes] [--json]`: precision and recall of the story
links of home and section pages, with and without addresses that are known from the site's feed.

Rules were chosen on the half *dev*, so its figures are fitted. Nobody who writes rules looks at the pages of the half
*unseen*: of it only totals are printed. `--kinds` splits by kind and language; `--mistakes` lists the wrong and missed
links of *dev* with their reasons. Exit code 1 when precision is below 0.95 or recall below 0.92.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from benchmarks.links.cases import HALVES, cases
from benchmarks.links.scores import PageScore, score, totals

LEAST_PRECISION, LEAST_RECALL = 0.95, 0.92
FITTED = {
    "dev": "fitted: rules were chosen on these pages",
    "unseen": "nobody looked at these pages; their totals were seen while rules were made",
}


def print_table(groups: dict[str, Sequence[PageScore]]) -> None:
    columns = ("pages", "stories", "precision", "recall", "mean precision", "mean recall")
    print(f"{'':<24}" + "".join(f"{name:>16}" for name in columns))
    for name, pages in groups.items():
        found = totals(pages)
        print(f"{name:<24}" + "".join(f"{found[column]:>16.4g}" for column in columns))


def print_mistakes(pages: Sequence[PageScore]) -> None:
    for page in pages:
        if page.wrong or page.missed:
            print(f"\n{page.case.name}  {page.case.address}")
        for what, addresses in (("wrong", page.wrong), ("missed", page.missed)):
            for canonical in sorted(addresses):
                link = page.links.get(canonical)
                if link is None:
                    print(f"  {what}  {canonical}: no such link was read")
                    continue
                reasons = "; ".join(f"{reason.weight:+g} {reason.name}" for reason in link.reasons)
                print(f"  {what}  {link.score:+.1f}  {canonical}  {link.title}\n      {reasons}")


def groups_of(pages: Sequence[PageScore], *, kinds: bool) -> dict[str, Sequence[PageScore]]:
    groups: dict[str, Sequence[PageScore]] = {"all": pages}
    if kinds:
        for name in ("kind", "language"):
            for value in sorted({getattr(page.case, name) for page in pages}):
                groups[value] = [page for page in pages if getattr(page.case, name) == value]
    return groups


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.links")
    parser.add_argument("--half", choices=HALVES, default="dev")
    parser.add_argument("--kinds", action="store_true", help="also by kind of page and by language")
    parser.add_argument("--mistakes", action="store_true", help="list the wrong and missed links of dev")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    found = [*cases(options.half)]
    if not found:
        print(f"nothing measured: benchmarks/links/pages/{options.half} has no pages")
        return 0
    low = False
    figures = {}
    for label, with_known in (("without known stories", False), ("with known stories", True)):
        pages = [score(case, with_known=with_known) for case in found]
        groups = groups_of(pages, kinds=options.kinds)
        figures[label] = {name: totals(group) for name, group in groups.items()}
        result = totals(pages)
        low = low or result["precision"] < LEAST_PRECISION or result["recall"] < LEAST_RECALL
        if not options.json:
            print(f"\n{options.half}, {label}: {FITTED[options.half]}")
            print_table(groups)
            if options.mistakes and options.half == "dev":
                print_mistakes(pages)
    if options.json:
        print(json.dumps({"half": options.half, **figures}, indent=1, ensure_ascii=False))
    return int(low)


if __name__ == "__main__":
    raise SystemExit(main())
