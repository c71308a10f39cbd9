"""Print the map of imports: folders, what each imports, and what breaks the rules of the layout.

Reads the files and runs none of them: `python tools/import_map.py`. Exit code 1 when a rule is broken.
Imports inside functions and under TYPE_CHECKING count. `tests/project/test_imports.py` holds the same rules.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("storage", "crawler", "scheduler", "newsdesk")  # each imports only packages to its left
MOST_FILES = 14
ONE_FILE_AN_ITEM = {
    "newsdesk/commands",
    "crawler/normalise/dates/tables",
    "crawler/normalise/bylines/tables",
    "crawler/sites",
    "newsdesk/demo/sites",
}
CRAWLER_IMPORTS = "storage.records"  # all that the crawler may import from storage

Graph = Mapping[str, frozenset[str]]


def files() -> dict[str, Path]:
    """Module name → file, for every module of the four packages. Names leave out the prefix `newsdesk.` of
    the three packages that lie at the top of the checkout."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if package == "newsdesk" and parts[1] in PACKAGES:
                continue  # by way of a link
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path) -> list[str]:
    """The full name of all that a file imports, wherever in it: `newsdesk.storage.db.writer.Writer`."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level
            names += [f"{dots}{node.module or ''}.{alias.name}" for alias in node.names]
    return names


def short(name: str) -> str:
    """A name without the prefix under which the three packages are installed."""
    head, _, rest = name.partition(".")
    return rest if head == "newsdesk" and rest.partition(".")[0] in PACKAGES else name


def graph(modules: Mapping[str, Path]) -> dict[str, frozenset[str]]:
    """Module → the modules that it imports."""
    edges = {}
    for module, path in modules.items():
        targets = set()
        for name in map(short, imported(path)):
            target = name if name in modules else name.rpartition(".")[0]
            if target in modules and target != module:
                targets.add(target)
        edges[module] = frozenset(targets)
    return edges


def circles(edges: Graph) -> list[list[str]]:
    """Groups of modules that import each other, directly or by others (Tarjan's strong components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for target in edges[module]:
            if target not in index:
                visit(target)
                low[module] = min(low[module], low[target])
            elif target in stack:
                low[module] = min(low[module], index[target])
        if low[module] == index[module]:
            at = stack.index(module)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    sys.setrecursionlimit(10_000)
    for module in edges:
        if module not in index:
            visit(module)
    return found


def wrong_directions(edges: Graph) -> list[str]:
    """Imports against the order of the packages, and what the crawler must not import from storage."""
    found = []
    for module, targets in edges.items():
        package = module.partition(".")[0]
        for target in sorted(targets):
            other = target.partition(".")[0]
            if PACKAGES.index(other) > PACKAGES.index(package):
                found.append(f"{module} imports {target}")
            elif package == "crawler" and other == "storage" and not target.startswith(CRAWLER_IMPORTS):
                found.append(f"{module} imports {target}, and may import {CRAWLER_IMPORTS} only")
    return found


def full_folders(paths: Iterable[Path]) -> list[str]:
    """Folders with too many files."""
    counts: dict[str, int] = {}
    for path in paths:
        folder = path.parent.relative_to(ROOT).as_posix()
        counts[folder] = counts.get(folder, 0) + 1
    return [
        f"{folder} has {count} files, {MOST_FILES} at most"
        for folder, count in sorted(counts.items())
        if count > MOST_FILES and folder not in ONE_FILE_AN_ITEM
    ]


def test_files() -> list[Path]:
    """Every Python file below tests/ but the hostile cases, of which each file is one item."""
    return [path for path in (ROOT / "tests").rglob("*.py") if "cases" not in path.parts]


def broken() -> list[str]:
    """Every rule that is broken, a sentence each."""
    modules = files()
    edges = graph(modules)
    return [
        *(f"import circle: {' → '.join(circle)}" for circle in circles(edges)),
        *wrong_directions(edges),
        *full_folders([*modules.values(), *test_files()]),
    ]


def main() -> int:
    modules = files()
    edges = graph(modules)
    folders: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    for module, path in modules.items():
        folder = path.parent.relative_to(ROOT).as_posix()
        counts[folder] = counts.get(folder, 0) + 1
        targets = {modules[target].parent.relative_to(ROOT).as_posix() for target in edges[module]}
        folders.setdefault(folder, set()).update(targets - {folder})
    for folder in sorted(folders, key=lambda name: (PACKAGES.index(name.split("/")[0]), name)):
        docstring = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text(encoding="utf-8")))
        print(f"{folder} ({counts[folder]} files): {(docstring or '').splitlines()[0]}")
        if folders[folder]:
            print(f"    imports {', '.join(sorted(folders[folder]))}")
    faults = broken()
    print(f"\n{len(modules)} files, {sum(map(len, edges.values()))} imports, {len(faults)} rules broken")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
