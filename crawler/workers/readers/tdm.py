"""Parse one tdmrep.json. Pure; runs in a worker."""

from __future__ import annotations

from newsdesk.crawler.rights.tdm import read_tdm_file
from newsdesk.crawler.workers.robots_task import TdmTask
from newsdesk.storage.records.rights.site import TdmRule


def read_tdm_task(task: TdmTask) -> tuple[TdmRule, ...]:
    """The rules of the file, none of a document that is no such file."""
    return read_tdm_file(task.body)
