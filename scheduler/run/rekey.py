"""What has to be made anew in a file when rules have changed, before its first visit: the keys of addresses.

Without it every story would be new.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from newsdesk.crawler.normalise.urls.canonical import KEY_VERSION, address_key
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.maintenance.rekey import (
    end_rekeying,
    keys_version,
    rekey_addresses,
    rekey_refused,
    rekey_tombstones,
)


async def rekey(
    writer: Writer, *, now: Callable[[], datetime], say: Callable[[str], None] = lambda words: None
) -> None:
    """Bring the keys of a file to today's rules, a slice a transaction. Cut off, it goes on where it was:
    what is done has today's version in it."""
    if await writer.write(keys_version) == KEY_VERSION:
        return
    stories = partial(rekey_addresses, version=KEY_VERSION, key_of=address_key)
    tombstones = partial(rekey_tombstones, version=KEY_VERSION, key_of=address_key)
    refused = partial(rekey_refused, version=KEY_VERSION, key_of=address_key)
    after, total, shared = await writer.write(partial(stories, after=""))
    if total:
        say("the rules of addresses have changed: the keys of all that is stored are made anew")
    while after:
        after, count, twins = await writer.write(partial(stories, after=after))
        total, shared = total + count, shared + twins
    after = await writer.write(partial(tombstones, after=""))
    while after:
        after = await writer.write(partial(tombstones, after=after))
    while await writer.write(refused):
        pass
    await writer.write(partial(end_rekeying, version=KEY_VERSION, now=now()))
    if total:
        words = f"; {shared} are those of two stories now, which stay two" if shared else ""
        say(f"{total} keys of addresses were made anew{words}")
