"""`newsdesk sites`: lists the site files, tests them on captures, writes a first one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import click

from newsdesk.captures.capture import captures_in
from newsdesk.captures.folder import captures_folder, sites_folder
from newsdesk.captures.visit import open_session
from newsdesk.crawler.site_files.index import SiteFiles
from newsdesk.crawler.workers.pool import WorkerLimitError
from newsdesk.crawler.workers.site_files_task import CheckSiteFilesTask, SiteFileReport
from newsdesk.output.terminal import print_json, print_table
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.sources.late_group import LateGroup


class _Sites(LateGroup):
    meant: Mapping[str, str] = {}
    path = "newsdesk sites"


@click.group(
    cls=_Sites,
    late={
        "new": "newsdesk.commands.sites.new:new_command",
        "test": "newsdesk.commands.sites.captures:test_command",
    },
    invoke_without_command=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List site files, test them on captures, write a first one.

    A site file says where a newspaper has its title, byline, date and text: `docs/site-files.md`.

    \b
    newsdesk sites
    newsdesk sites new harbour.example https://harbour.example/2026/ferry
    newsdesk sites test
    """
    if ctx.invoked_subcommand is None:
        _list(as_json)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(as_json: bool) -> None:
    """List the site files, as `newsdesk sites` does.

    Runs each file of your own once, in a worker process. Exit code 1: a file cannot be used; the line says
    where and why.
    """
    _list(as_json)


def _list(as_json: bool) -> None:
    settings = read_settings()
    found, reports = asyncio.run(_checked(settings))
    hosts = [path.parent.name for path in captures_in(captures_folder(settings, None))]
    rows = [_row(report, found, hosts) for report in reports]
    if as_json:
        print_json(
            {
                "folder": str(sites_folder(settings)),
                "files": rows,
                "problems": [
                    {"path": one.path, "line": one.line, "message": one.message} for one in found.problems
                ],
            }
        )
    else:
        _print(rows)
    if found.problems:  # the session has logged each
        raise SystemExit(1)


async def _checked(settings: Settings) -> tuple[SiteFiles, tuple[SiteFileReport, ...]]:
    """The site files that can be used, with what each defines."""
    async with open_session(settings.runner) as session:
        found = session.site_files
        try:
            return found, await session.run_task(CheckSiteFilesTask(refs=found.refs))
        except WorkerLimitError:  # logged by the pool
            return found, tuple(SiteFileReport(ref=ref) for ref in found.refs)


def _row(report: SiteFileReport, found: SiteFiles, captured: list[str]) -> dict[str, Any]:
    ref = report.ref
    used = [host for host in ref.hosts if found.by_host[host] == ref]
    return {
        "file": ref.name,
        "path": ref.path,
        "own": ref.own,
        "hosts": list(ref.hosts),
        "used": bool(used),
        "layouts": [until or "current" for until in report.layouts],
        "functions": list(report.functions),
        "timezone": report.timezone,
        "language": report.language,
        "captures": sum(found.find(host) == ref for host in captured),
    }


def _print(rows: list[dict[str, Any]]) -> None:
    columns = ("file", "whose", "hosts", "layouts", "functions", "captures")
    print_table(
        columns,
        [
            (
                row["file"],
                ("yours" if row["own"] else "shipped") + ("" if row["used"] else ", not used"),
                ", ".join(row["hosts"]),
                ", ".join(f"until {one}" if one != "current" else one for one in row["layouts"]),
                ", ".join(row["functions"]),
                row["captures"] or "",
            )
            for row in rows
        ],
        right=("captures",),
    )
