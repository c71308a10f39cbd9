"""Write a file of the present format beside those of earlier versions: `python -m tests.formats`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from newsdesk.storage.db.schema import migration_names, migrations
from tests.formats import FOLDER, pack, serve_first, serve_second
from tests.support.shell import Shell
from tests.support.web import web_in_thread


def main() -> int:
    target = FOLDER / f"{migration_names(migrations)[-1]}.db.gz"
    if target.exists():
        print(f"{target} exists already, and is never changed", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, web_in_thread() as web:
        shell = Shell(Path(folder), web)
        daily, other = (web.url(host, "/feed.xml") for host in ("daily.test", "other.test"))
        shell.run("add", daily, "--force", "--name", "The Daily", "--tag", "local", "--every", "2h")
        shell.run("add", other, "--force")
        for serve in (serve_first, serve_second):
            serve(web)
            shell.run(
                "crawl", "1"
            )  # one after the other, so that the first source of each story is always the same
            shell.run("crawl", "2")
        pack(shell.db, target, port=web.port)
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
