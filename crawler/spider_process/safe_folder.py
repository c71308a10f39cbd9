"""The folder of users' spiders: only its owner may write there, because newsdesk runs what lies in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

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
    for above in folder.parents:
        mode = above.stat().st_mode
        if not mode & stat.S_ISVTX:  # as /tmp: there, only the owner of a folder may move it away
            _check(above, mode, above.stat().st_uid)
    for path in (folder, *_inside(folder)):
        found = path.stat()  # of the file itself where it is a link
        _check(path, found.st_mode, found.st_uid)


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


def _check(path: Path, mode: int, owner: int) -> None:
    if owner not in (0, os.geteuid()):
        raise UnsafeFolderError(
            f"{path} belongs to another user, who could change the spiders that newsdesk runs;"
            f" chown it to {_user()} or to root"
        )
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UnsafeFolderError(
            f"others may write to {path} (mode {stat.S_IMODE(mode):o}), and newsdesk runs the spiders there;"
            f" run: chmod go-w {path}"
        )


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
