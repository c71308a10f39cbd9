"""Who may read the store, its log files and its copies: addresses of feeds hold tokens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsdesk.commands.doctor.checks import examine
from newsdesk.storage.db.database import connect, prepare
from newsdesk.storage.db.filesystem import MODES, use_file_mode
from newsdesk.storage.maintenance.backup import back_up


@pytest.fixture(autouse=True)
def _usual_mode() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)
    use_file_mode(MODES["none"])


@pytest.mark.parametrize(
    ("group", "umask", "mode"),
    [("none", 0o000, 0o600), ("none", 0o022, 0o600), ("read", 0o022, 0o640), ("write", 0o002, 0o660),
     ("write", 0o077, 0o600)],
)  # fmt: skip
def test_store_log_and_copy(tmp_path: Path, group: str, umask: int, mode: int) -> None:
    use_file_mode(MODES[group])
    os.umask(umask)
    db = tmp_path / "newsdesk.db"
    prepare(db)
    with closing(connect(db, readonly=False).conn) as conn:
        conn.execute("PRAGMA user_version = 1")
        back_up(db, tmp_path / "copy.db")
        found = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert found == dict.fromkeys(("newsdesk.db", "newsdesk.db-wal", "newsdesk.db-shm", "copy.db"), mode)


def test_doctor_names_what_others_may_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    prepare(Path("newsdesk.db"))

    def remedies() -> list[str]:
        findings = examine(now=datetime.now(UTC), full=False)
        return [one.remedy for one in findings if one.check == "permissions"]

    assert remedies() == []
    Path("newsdesk.db").chmod(0o644)
    Path("newsdesk.db.before-0002").touch(0o640)
    tmp_path.chmod(0o777)
    assert remedies() == [
        "`chmod o-w .`",
        "`chmod 600 newsdesk.db`, or set db_group",
        "`chmod 600 newsdesk.db.before-0002`, or set db_group",
    ]
    monkeypatch.setenv("NEWSDESK_DB_GROUP", "read")
    allowed = remedies()  # by mode 640: the copy is fine, the file is not
    assert "`chmod 640 newsdesk.db`, or set db_group" in allowed
    assert not any("before-0002" in remedy for remedy in allowed)
