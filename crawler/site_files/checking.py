"""Has the operator's site files run once in a worker, and says what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence

from newsdesk.crawler.site_files.site_file import SiteFileProblem, SiteFileRef
from newsdesk.crawler.workers.pool import WorkerLimitError, WorkerPool
from newsdesk.crawler.workers.site_files_task import CheckSiteFilesTask, SiteFileReport


async def check_site_files(pool: WorkerPool, refs: Sequence[SiteFileRef]) -> tuple[SiteFileReport, ...]:
    """A report of each file. Where one exceeds the limits of the worker, each is run alone, to find it."""
    try:
        return await pool.read(CheckSiteFilesTask(refs=tuple(refs)))
    except WorkerLimitError as limit:
        if len(refs) == 1:
            message = f"{limit}; mend what runs when the file is imported, or move the file away"
            problem = SiteFileProblem(path=refs[0].path, line=None, message=message)
            return (SiteFileReport(ref=refs[0], problem=problem),)
    return tuple([(await check_site_files(pool, [ref]))[0] for ref in refs])


async def site_file_problems(pool: WorkerPool, refs: Sequence[SiteFileRef]) -> tuple[SiteFileProblem, ...]:
    reports = await check_site_files(pool, refs)
    return tuple(one.problem for one in reports if one.problem is not None)
