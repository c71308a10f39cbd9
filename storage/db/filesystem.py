"""Whether a file is on a network file system, where SQLite's log does not work; and who may read new files.

Processes that use a file in WAL mode share memory, which a network cannot provide
(https://sqlite.org/wal.html).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

MODES = {"none": 0o600, "read": 0o640, "write": 0o660}  # of new files, by what the group may do
_mode = MODES["none"]

MOUNTS = Path("/proc/self/mounts")  # Linux only; elsewhere nothing is refused
# Names in the kernel of file systems on another machine (9p: files of the host of a virtual machine).
NETWORK = frozenset(
    (
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs",
        "nfs3", "nfs4", "orangefs", "prl_fs", "pvfs2", "smb", "smb2", "smb3", "smbfs", "vboxsf", "vmhgfs",
        "fuse.ceph", "fuse.curlftpfs", "fuse.davfs", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs",
        "fuse.goofys", "fuse.juicefs", "fuse.rclone", "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs",
        "fuse.vmhgfs-fuse",
    )
)  # fmt: skip
_ESCAPES = {r"\040": " ", r"\011": "\t", r"\012": "\n", r"\134": "\\"}  # as proc(5) writes them


def file_system(path: Path, mounts: str) -> str | None:
    """The type of the file system of `path` (absolute, without links), from a table like /proc/self/mounts:
    the longest mount point above it, and of equal ones the last, which hides the others. None if no line
    fits."""
    best, found = -1, None
    for row in mounts.splitlines():
        fields = row.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1]
        for escape, letter in _ESCAPES.items():
            point = point.replace(escape, letter)
        if len(point) >= best and path.is_relative_to(point):
            best, found = len(point), fields[2]
    return found


def network_file_system(path: Path) -> str | None:
    """The type of the network file system of `path`; None for a local disk, or if not known."""
    try:
        found = file_system(path.resolve(), MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return None
    return found if found in NETWORK else None


def use_file_mode(mode: int) -> None:
    """Give new stores this mode, less what the umask takes away."""
    global _mode  # noqa: PLW0603 - one for the process, as the umask
    _mode = mode


def file_mode() -> int:
    """The mode of new stores, before the umask."""
    return _mode


def create_file(path: Path) -> None:
    """Create an empty store or copy, which SQLite would let all users read: addresses hold tokens. SQLite gives
    its log files the mode of their store."""
    with suppress(OSError):  # SQLite says what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, _mode))
