"""Before the first visit: whether the rules that stored values depend on have changed.

The keys of addresses are computed again; without this every story would be new. Of the rules for copies a message
says that a command applies them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from newsdesk.crawler.normalise.urls.canonical import KEY_VERSION, address_key
from newsdesk.storage.clusters.rules_version import REMEDY, begin_links
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.rekey import (
    end_rekeying,
    keys_version,
    rekey_addresses,
    rekey_pages,
    rekey_refused,
    rekey_tombstones,
)

log = logging.getLogger(__name__)


async def rekey(
    writer: Writer,
    *,
    now: Callable[[], datetime],
    on_message: Callable[[str], None] = lambda message: None,
) -> None:
    """Compute the keys by the present rules, a slice a transaction. After an interruption it continues: keys
    that are done carry the present version."""
    if await writer.write(keys_version) == KEY_VERSION:
        return
    stories = partial(rekey_addresses, version=KEY_VERSION, key_of=address_key)
    tombstones = partial(rekey_tombstones, version=KEY_VERSION, key_of=address_key)
    refused = partial(rekey_refused, version=KEY_VERSION, key_of=address_key)
    pages = partial(rekey_pages, version=KEY_VERSION, key_of=address_key)
    after, total, shared = await writer.write(partial(stories, after=""))
    if total:
        log.info("computing the keys of addresses again: %d in the first slice", total)
        on_message("the rules of address keys have changed: all stored keys are computed again")
    while after:
        after, count, both = await writer.write(partial(stories, after=after))
        total, shared = total + count, shared + both
    after = await writer.write(partial(tombstones, after=""))
    while after:
        after = await writer.write(partial(tombstones, after=after))
    for rest in (refused, pages):
        while await writer.write(rest):
            pass
    await writer.write(partial(end_rekeying, version=KEY_VERSION, now=now()))
    if total:
        note = f"; {shared} now belong to two stories, which stay two" if shared else ""
        log.info("keys of addresses computed again: %d, shared by two stories: %d", total, shared)
        on_message(f"{total} keys of addresses were computed again{note}")


async def check_copy_rules(
    writer: Writer,
    *,
    now: Callable[[], datetime],
    on_message: Callable[[str], None] = lambda message: None,
) -> None:
    """Say where the stored links were made by other rules: stories are linked by the present ones from now on."""
    if (version := await writer.write(partial(begin_links, now=now()))) is not None:
        log.info("the stored links are by other rules for copies: %s", version)
        on_message(f"the rules for copies have changed since the stored stories were linked: {REMEDY}")
