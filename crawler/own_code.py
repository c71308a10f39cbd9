"""Whether the operator's own Python files may be run: nobody else may be able to write them, or to put others there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_WRITE = stat.S_IWGRP | stat.S_IWOTH


def why_refused(path: Path) -> str | None:
    """Why a file, or the files of a folder, must not be run. None: nobody but you and root can change it, or a folder
    above it. A link stands for what it leads to. Raises OSError where something cannot be examined."""
    resolved = path.resolve(strict=True)
    for place in (resolved, *resolved.parents):
        found = place.stat()
        if place != resolved and found.st_mode & stat.S_ISVTX:
            continue  # as /tmp: there, only its owner may move a folder away
        if (why := why_changeable(place, found)) is not None:
            return why
    return None


def why_changeable(place: Path, found: os.stat_result) -> str | None:
    """Why others can change one file or folder, of which `found` is the status; None if nobody but you and root can."""
    what = "folder" if stat.S_ISDIR(found.st_mode) else "file"
    if found.st_uid not in (os.geteuid(), 0):
        return (
            f"{place}: this {what} belongs to another user (uid {found.st_uid}), who could change what newsdesk"
            f" runs; make it yours: chown {os.geteuid()} {place}"
        )
    if found.st_mode & _WRITE:
        return (
            f"{place}: others may write to this {what} (mode {stat.S_IMODE(found.st_mode):o}), and change what"
            f" newsdesk runs; take that right away: chmod go-w {place}"
        )
    return None
