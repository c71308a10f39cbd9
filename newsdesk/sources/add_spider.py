"""`newsdesk add --spider NAME`: a user's spider as a source, after a look at its first request."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.discovery.search import DiscoveryRequest
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.output.terminal import Refused, line, print_json
from newsdesk.settings.reader import Settings, read_settings
from newsdesk.sources.added import AddedFeed, added_object, print_added
from newsdesk.sources.changes import find_changes, given_settings, make_changes
from newsdesk.sources.secret_options import names_given
from newsdesk.sources.values import check_address
from newsdesk.storage.db.database import prepare
from newsdesk.storage.db.writer import Writer
from newsdesk.storage.records.sources.spiders import SpiderCall, spider_json
from newsdesk.storage.sources.sources import NewSource, add_source, show_source


def add_spider(
    name: str,
    arguments: Sequence[str],
    spider_settings: Sequence[str],
    options: dict[str, Any],
    *,
    as_objects: bool,
) -> None:
    """Add the source, or give a known one the settings. Raises Refused for a spider that cannot be run."""
    settings = read_settings()
    call = SpiderCall(
        name=name, start="", arguments=_pairs("--arg", arguments), settings=_pairs("--set", spider_settings)
    )
    call, host = _with_start(call, settings)
    secrets = names_given(options)
    source = NewSource(
        address=call.address,
        host=host,
        site=site_of(call.start),
        spider=call,
        found_by="typed",
        secrets=secrets,
        **{**options, "kind": "spider"},
    )
    prepare(settings.db)
    with Writer(settings.db) as writer:
        source_id, result = writer.do(partial(add_source, new=source, now=datetime.now(UTC)))
        changed: dict[str, Any] = {}
        report = ""
        if result == "known":
            row = writer.do(partial(show_source, source_id=source_id))
            given = given_settings(options, secrets) | {"spider": spider_json(call)}
            changed = find_changes(row, given, tags=source.tags)
            report = make_changes(writer, row, changed, settings.runner) if changed else ""
    added = AddedFeed(
        source=source, source_id=source_id, result=result, feed=None, changed=changed, report=report
    )
    request = DiscoveryRequest(address=call.address, secrets=secrets)
    if as_objects:
        print_json([added_object(request, None, [added])])
        return
    print_added(request, None, [added])
    click.echo(
        f"its first request goes to {line(redact(call.start))}; `newsdesk crawl {source_id}` runs it now"
    )


def _pairs(option: str, texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """`key=value` texts, sorted by key: their order is no difference between two sources."""
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise Refused(f"{option} {text!r}: write it as KEY=VALUE")
        if key.strip() in pairs:
            raise Refused(f"{option} gives {key.strip()!r} twice; give it once")
        pairs[key.strip()] = value
    return tuple(sorted(pairs.items()))


def _with_start(call: SpiderCall, settings: Settings) -> tuple[SpiderCall, str]:
    """The call with the address of its first request, and the host queue of that."""
    from newsdesk.crawler.spider_process.process import look_at_spider

    end = asyncio.run(look_at_spider(call, settings.runner.session.spiders))
    if end.start is None:
        why = end.refused or end.limit or (f"it raised {end.error}" if end.error else None)
        why = why or f"its process ended with exit code {end.exit_code}"
        if end.traceback:
            click.echo(redact(end.traceback), err=True)
        raise Refused(f"the spider {call.name!r} cannot be added: {redact(why)}")
    try:
        address, host = check_address(end.start)
    except ValueError as error:
        raise Refused(f"the spider {call.name!r} cannot be added: its first request: {error}") from None
    return SpiderCall(name=call.name, start=address, arguments=call.arguments, settings=call.settings), host
