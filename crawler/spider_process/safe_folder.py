"""The folder of users' spiders: only its owner may write there, because newsdesk runs what lies in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from newsdesk.crawler.own_code import why_changeable, why_refused

PACKAGE = "newsdesk_spiders"  # under which the files of the folder are imported
_MOST_FILES = 20_000


class UnsafeFolderError(Exception):
    """Others may change the spiders; the text names the file and the remedy."""


def check_folder(folder: Path) -> None:
    """Raises UnsafeFolderError if anybody but its owner (this user, or root) may write to the folder, to
    something in it, or to a folder above it; FileNotFoundError if there is no such folder."""
    folder = folder.resolve(strict=True)
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder")
    _refuse(why_refused(folder))
    for path in _inside(folder):
        _refuse(why_changeable(path, path.stat()))  # of the file itself where it is a link


def _refuse(why: str | None) -> None:
    if why is not None:
        raise UnsafeFolderError(why)


def _inside(folder: Path) -> Iterator[Path]:
    count = 0
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            count += 1
            if count > _MOST_FILES:
                raise UnsafeFolderError(
                    f"{folder} has more than {_MOST_FILES} files; move the spiders to one of their own"
                )
            path = Path(place, name)
            if path.is_symlink():
                yield from _linked(path)
            yield path


def _linked(path: Path) -> Iterator[Path]:
    target = path.resolve()
    if target.exists():
        yield target.parent
