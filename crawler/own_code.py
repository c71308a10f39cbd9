"""Whether a folder with the operator's own Python files may be used: nobody else may be able to write there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_WRITE = stat.S_IWGRP | stat.S_IWOTH


def why_refused(path: Path) -> str | None:
    """Why the files of a folder, or one file, must not be run. None: nobody but you and root can write there.
    Raises OSError where it cannot be examined."""
    found = path.stat()
    what = "folder" if stat.S_ISDIR(found.st_mode) else "file"
    if found.st_uid not in (os.geteuid(), 0):
        return (
            f"{path}: this {what} belongs to another user (uid {found.st_uid}), who could change what newsdesk runs;"
            f" make it yours: chown {os.geteuid()} {path}"
        )
    if found.st_mode & _WRITE:
        return (
            f"{path}: others may write to this {what} (mode {stat.S_IMODE(found.st_mode):o}), and change what newsdesk"
            f" runs; take that right away: chmod go-w {path}"
        )
    return None
