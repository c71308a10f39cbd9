"""Which site file a host has: shipped ones and those in the operator's folder, whose own files come first.

Reads the files and runs none of them: `hosts` is read from their syntax tree. Site files run in workers only.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from hashlib import blake2b
from pathlib import Path

from newsdesk.crawler.own_code import why_refused
from newsdesk.crawler.session_settings import SiteFileSettings
from newsdesk.crawler.site_files.site_file import (
    Layout,
    SiteFile,
    SiteFileProblem,
    SiteFileRef,
)

SHIPPED = Path(__file__).resolve().parent.parent / "sites"
_FIELDS = {kind.__name__: tuple(one.name for one in fields(kind)) for kind in (SiteFile, Layout)}
LONGEST = 1_000_000  # bytes of a site file


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFiles:
    """The usable site files by host, and what is wrong with the others."""

    refs: tuple[SiteFileRef, ...] = ()
    problems: tuple[SiteFileProblem, ...] = ()
    by_host: Mapping[str, SiteFileRef] = field(default_factory=dict)

    def find(self, host: str) -> SiteFileRef | None:
        """The site file of a host (its port does not count), or of the nearest domain above it."""
        labels = host.partition(":")[0].lower().rstrip(".").split(".")
        names = (".".join(labels[at:]) for at in range(len(labels)))
        return next((self.by_host[name] for name in names if name in self.by_host), None)

    @property
    def own(self) -> tuple[SiteFileRef, ...]:
        return tuple(one for one in self.refs if one.own)

    def without(self, problems: tuple[SiteFileProblem, ...]) -> SiteFiles:
        """Without the files of these problems, which are added."""
        wrong = {one.path for one in problems}
        refs = tuple(one for one in self.refs if one.path not in wrong)
        return SiteFiles(refs=refs, problems=(*self.problems, *problems), by_host=_by_host(refs))


def has_own(settings: SiteFileSettings) -> bool:
    """Whether the operator has a folder of site files."""
    return settings.folder is not None and Path(settings.folder).exists()


def find_site_files(settings: SiteFileSettings) -> SiteFiles:
    """Every site file, the operator's own first. A folder that others may write is refused as a whole."""
    own, problems = _own(Path(settings.folder) if settings.folder is not None else None)
    refs = (*own, *(_shipped() if settings.shipped else ()))
    by_host = _by_host(refs)
    taken = tuple(
        SiteFileProblem(
            path=one.path,
            line=None,
            message=f"{by_host[host].path} has the host {host!r}, too, and is used; name it in one of them",
        )
        for one in refs
        for host in one.hosts
        if by_host[host] is not one and by_host[host].own == one.own
    )
    return SiteFiles(refs=refs, by_host=by_host, problems=(*problems, *taken))


def _by_host(refs: tuple[SiteFileRef, ...]) -> dict[str, SiteFileRef]:
    return {host: one for one in reversed(refs) for host in one.hosts}


@cache
def _shipped() -> tuple[SiteFileRef, ...]:
    return tuple(one for one in _scan(SHIPPED, own=False) if isinstance(one, SiteFileRef))


def _own(folder: Path | None) -> tuple[tuple[SiteFileRef, ...], tuple[SiteFileProblem, ...]]:
    if folder is None or not folder.exists():
        return (), ()
    if not folder.is_dir():
        problem = f"sites.folder names {folder}, which is no folder"
        return (), (SiteFileProblem(path=str(folder), line=None, message=problem),)
    refused = why_refused(folder)
    if refused is not None:
        path, _, message = refused.partition(": ")
        return (), (SiteFileProblem(path=path, line=None, message=f"{message}; no file in it is used"),)
    found = tuple(_scan(folder, own=True))
    return (
        tuple(one for one in found if isinstance(one, SiteFileRef)),
        tuple(one for one in found if isinstance(one, SiteFileProblem)),
    )


def _scan(folder: Path, *, own: bool) -> Iterator[SiteFileRef | SiteFileProblem]:
    for path in sorted(folder.glob("*.py")):
        if path.name == "__init__.py":
            continue
        try:
            refused = why_refused(path) if own else None
            source = path.read_bytes() if refused is None and path.is_file() else b""
        except OSError as error:
            yield SiteFileProblem(path=str(path), line=None, message=f"cannot be read ({error.strerror})")
            continue
        if refused is not None:
            yield SiteFileProblem(path=str(path), line=None, message=refused.partition(": ")[2])
        else:
            yield read_ref(path, source, own=own)


def read_ref(path: Path, source: bytes, *, own: bool) -> SiteFileRef | SiteFileProblem:
    """A site file by its syntax tree, or what is wrong with it."""
    try:
        tree = ast.parse(source[:LONGEST], filename=str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        reason = getattr(error, "msg", None) or str(error)
        message = f"this is no Python: {reason}; mend the line, or move the file away"
        return SiteFileProblem(path=str(path), line=line, message=message)
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    for call in calls:
        problem = _unknown_field(call)
        if problem is not None:
            return SiteFileProblem(path=str(path), line=problem[0], message=problem[1])
    site = next((call for call in calls if _name(call) == SiteFile.__name__), None)
    if site is None:
        message = 'there is no SiteFile in it; write SITE = SiteFile(hosts=("harbour.example",), …)'
        return SiteFileProblem(path=str(path), line=None, message=message)
    hosts = _hosts(site)
    if hosts is None:
        message = 'hosts must be written out as text: hosts=("harbour.example",)'
        return SiteFileProblem(path=str(path), line=site.lineno, message=message)
    wrong = next((one for one in hosts if not _is_host(one)), None)
    if wrong is not None:
        message = f'{wrong!r} is no host; write the name only: "harbour.example"'
        return SiteFileProblem(path=str(path), line=site.lineno, message=message)
    return SiteFileRef(
        name=path.name,
        path=str(path),
        digest=blake2b(source, digest_size=8).hexdigest(),
        own=own,
        hosts=tuple(one.removeprefix("www.") for one in hosts),
    )


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _unknown_field(call: ast.Call) -> tuple[int, str] | None:
    known = _FIELDS.get(_name(call), ())
    for keyword in call.keywords:
        if known and keyword.arg is not None and keyword.arg not in known:
            near = difflib.get_close_matches(keyword.arg, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"known are: {', '.join(known)}"
            return keyword.value.lineno, f"{_name(call)} has no field {keyword.arg!r}; {remedy}"
    return None


def _hosts(site: ast.Call) -> tuple[str, ...] | None:
    """The hosts as they are written, None if they are not written out."""
    given = next((one.value for one in site.keywords if one.arg == "hosts"), None)
    try:
        hosts = ast.literal_eval(given) if given is not None else ()
    except ValueError:
        return None
    if not isinstance(hosts, tuple | list) or not hosts or not all(isinstance(one, str) for one in hosts):
        return None
    return tuple(hosts)


def _is_host(text: str) -> bool:
    return bool(text) and text == text.lower() and not set(text) & set("/:@ *?#") and "." in text.strip(".")
