"""`python -m benchmarks.compare_stores BEFORE.db AFTER.db`, or `--checkout FOLDER`: whether two stores hold the
same stories, addresses, entries, snapshots, revisions, pages, index and search results.

    python -m benchmarks.compare_stores BEFORE.db AFTER.db [--before FOLDER] [--after FOLDER]
    python -m benchmarks.compare_stores --checkout FOLDER [--pages 310] [--keep FOLDER]

`--before` and `--after` name the checkouts that wrote the stores, if it was not this one: each store is read by the
code that wrote it, so both may store in different forms. `--checkout` names another checkout: both crawl the feeds
and pages of the corpus (`NEWSDESK_CORPUS`) and the newsroom of the demo twice, at a fixed time, with edits between.
The stores are matched by the keys of addresses. Of columns that hold when something was done (`WALL_CLOCK` in
`compare.py`) only whether they are set is compared. `--ignore story.image` leaves out a column, `--ignore host` a
kind. Exit code 1 when something differs. Without arguments and without a corpus, prints so and exits with 0.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.compare_stores.compare import compare
from benchmarks.compare_stores.crawl import START
from benchmarks.compare_stores.documents import DocumentServer, feeds, pages, serving
from newsdesk.demo.serve import newsroom_in_thread

HERE = Path(__file__).resolve().parent
THIS = HERE.parent.parent


def script(checkout: Path, name: str, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a script of this folder with the code, and where it has one the Python, of a checkout. A checkout that
    has the script itself runs its own."""
    python, own = checkout / ".venv/bin/python", checkout / "benchmarks/compare_stores" / name
    file = own if own.is_file() else HERE / name
    return subprocess.run(
        [str(python) if python.exists() else sys.executable, "-P", str(file), *arguments],
        env={**os.environ, "PYTHONPATH": str(checkout), **more.pop("env", {})},
        text=True,
        check=True,
        **more,
    )


def dump(checkout: Path, store: Path, folder: Path, name: str) -> Iterator[Any]:
    """The lines of a store."""
    file = folder / f"{name}.jsonl"
    with file.open("w") as lines:
        script(checkout, "dump.py", str(store.resolve()), stdout=lines)
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def make(checkout: Path, store: Path, server: DocumentServer, addresses: dict[str, Any], port: int) -> int:
    """Crawl everything twice into a new store. Returns the port of the newsroom, the same for the next store."""
    with newsroom_in_thread(opened_at=START, port=port, correct_after=1) as room:
        listed = {**addresses, "feeds": [*addresses["feeds"], *room.feeds]}
        for edition in (0, 1):
            server.edition = edition
            script(
                checkout,
                "crawl.py",
                str(store),
                str(edition + 1),
                input=json.dumps(listed),
                env={"NEWSDESK_NETWORK_RESOLVE": f"*.test=127.0.0.1,{server.resolve}"},
            )
        return room.port


def made(other: Path, folder: Path, *, most_pages: int) -> tuple[Path, Path]:
    """The stores of the other checkout and of this one."""
    corpus = Path(os.environ["NEWSDESK_CORPUS"])
    documents = {"feeds": feeds(corpus), "pages": pages(corpus, most=most_pages)}
    addresses = {kind: [one.address for one in found] for kind, found in documents.items()}
    print(f"crawling {len(addresses['feeds'])} feeds and {len(addresses['pages'])} pages twice, two times")
    stores = folder / "before.db", folder / "after.db"
    with serving(DocumentServer([*documents["feeds"], *documents["pages"]])) as server:
        port = make(other, stores[0], server, addresses, 0)
        make(THIS, stores[1], server, addresses, port)
    return stores


def report(before: Iterator[Any], after: Iterator[Any], ignored: Sequence[str], most: int) -> int:
    """Print how many lines were compared and what differs. Returns the exit code."""
    found = compare(before, after, ignored=ignored)
    print("compared: " + ", ".join(f"{number:,} {kind}" for kind, number in found.counts.items()))
    if found.added:
        print(f"new columns, not compared: {', '.join(found.added)}")
    for column, sentences in found.differences.items():
        print(f"\n{column}: {len(sentences):,} differ")
        for sentence in sentences[:most]:
            print(f"  {sentence}")
        if len(sentences) > most:
            print(f"  … and {len(sentences) - most:,} more")
    print("equal" if not found.differences else "\nnot equal")
    return int(bool(found.differences))


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.compare_stores",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("stores", nargs="*", type=Path, metavar="STORE", help="BEFORE.db AFTER.db")
    parser.add_argument("--before", type=Path, default=THIS, help="checkout that wrote the first store")
    parser.add_argument("--after", type=Path, default=THIS, help="checkout that wrote the second store")
    parser.add_argument("--checkout", type=Path, help="make both stores, the first with this checkout")
    parser.add_argument("--pages", type=int, default=310, help="pages of the corpus to crawl")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep stores and dumps in this new folder"
    )
    parser.add_argument("--ignore", action="append", default=[], metavar="KIND[.COLUMN]", help="repeatable")
    parser.add_argument("--most", type=int, default=5, help="differences of a column to print")
    options = parser.parse_args()
    if len(options.stores) not in (0, 2) or (options.stores and options.checkout):
        parser.error("name two stores, or --checkout")
    if not options.stores and (not options.checkout or not os.environ.get("NEWSDESK_CORPUS")):
        print("nothing compared: name two stores, or --checkout with NEWSDESK_CORPUS set")
        return 0
    with ExitStack() as until_done:
        if options.keep:
            if options.keep.exists():
                parser.error(f"{options.keep} exists: --keep needs a new folder")
            options.keep.mkdir(parents=True)
            folder = options.keep.resolve()
        else:
            folder = Path(until_done.enter_context(tempfile.TemporaryDirectory()))
        before, after = options.before.resolve(), options.after.resolve()
        stores = options.stores
        if options.checkout:
            before, after = options.checkout.resolve(), THIS
            stores = made(before, folder, most_pages=options.pages)
        dumps = [dump(before, stores[0], folder, "before"), dump(after, stores[1], folder, "after")]
        return report(*dumps, options.ignore, options.most)


if __name__ == "__main__":
    raise SystemExit(main())
