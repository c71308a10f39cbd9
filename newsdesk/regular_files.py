"""Read a file that a person names. Pipes, sockets and devices are refused: they may never end, or never begin."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class NotRegularError(OSError):
    """The file is a pipe, a socket, a folder or a device."""


def read_regular(file: str | Path, *, most: int = -1) -> bytes:
    """At most `most` bytes of a regular file; -1: all. Raises OSError."""
    # Checked by the open file, so that it cannot be swapped after the check; O_NONBLOCK: do not wait for a pipe
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotRegularError("it is a pipe, a socket, a folder or a device, not a file")
        return stream.read(most)
