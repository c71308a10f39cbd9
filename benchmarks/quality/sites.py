"""`python -m benchmarks.quality.sites`: the pages of hosts with a shipped site file, without it and with it.

On `pages` and `dev`, where the sites were chosen and their files written: the figures are fitted. `held-out` has none
of these sites. Points are summed over title, day, authors and text (snippets: the share that is right).
Exit code 1 when a page is read worse with its file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from benchmarks.quality.__main__ import host_of, page_reading
from benchmarks.quality.cases import Case, cases, corpus
from benchmarks.quality.ours import FindSiteFile, fields, no_site_file, read, shipped_site_files
from benchmarks.quality.scores import scores

SETS = ("pages", "dev")
SHOWN = ("title", "day", "authors", "text", "snippets found")
A_LITTLE = 0.01  # points that a page may lose


def points(page: Case, site_file: FindSiteFile) -> Mapping[str, tuple[float, float]]:
    found = scores(page_reading(fields(read(page.address, page.body, site_file))), page.truth)
    return {
        name: (found[name][0] / found[name][1], 1.0) for name in SHOWN if name in found and found[name][1]
    }


def main() -> int:
    folder = corpus()
    if folder is None:
        print("nothing measured: NEWSDESK_CORPUS names no folder with pages.jsonl")
        return 0
    site_file = shipped_site_files()
    rows: dict[str, list[tuple[Case, Mapping[str, tuple[float, float]], Mapping[str, tuple[float, float]]]]]
    rows = defaultdict(list)
    for name in SETS:
        for page in cases(folder, name):
            ref = site_file(host_of(page))
            if ref is not None:
                rows[ref.name].append((page, points(page, no_site_file), points(page, site_file)))
    print("fitted: the files were written for these pages; points reached of points to be had")
    print(f"{'site file':<28}{'pages':>6}{'of':>6}{'without':>9}{'with':>8}")
    worse = []
    total = [0.0, 0.0, 0.0]
    for file, pages in sorted(rows.items()):
        sums = [
            sum(one[1] for _, before, _ in pages for one in before.values()),
            sum(one[0] for _, before, _ in pages for one in before.values()),
            sum(one[0] for _, _, after in pages for one in after.values()),
        ]
        total = [one + other for one, other in zip(total, sums, strict=True)]
        print(f"{file:<28}{len(pages):>6}{sums[0]:>6.0f}{sums[1]:>9.2f}{sums[2]:>8.2f}")
        worse += [
            f"worse with its file: {page.address[:100]}: {name} {before[name][0]:.2f} → {after[name][0]:.2f}"
            for page, before, after in pages
            for name in before
            if after[name][0] < before[name][0] - A_LITTLE
        ]
    count = sum(map(len, rows.values()))
    print(f"{'all':<28}{count:>6}{total[0]:>6.0f}{total[1]:>9.2f}{total[2]:>8.2f}")
    print("\n".join(worse))
    return int(bool(worse))


if __name__ == "__main__":
    raise SystemExit(main())
