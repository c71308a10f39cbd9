"""`newsdesk serve`: visit sources whenever they are due, until told to stop."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from newsdesk import __version__
from newsdesk.output.atom import SHOWN, events_feed
from newsdesk.output.progress import JsonLines, Lines, Report
from newsdesk.output.terminal import Refused
from newsdesk.scheduler.run.runner import Visited
from newsdesk.scheduler.service.service import AlreadyServedError, Service, refuse_if_served
from newsdesk.settings.reader import Settings, SettingsError, check_certificates, read_settings
from newsdesk.signals import heed_signals
from newsdesk.storage.alarms.events import latest_events
from newsdesk.storage.db.database import prepare, reading
from newsdesk.systemd import notify


@click.command()
@click.option("--listen", metavar="HOST:PORT", help="Where health and metrics are; beats serve.listen.")
@click.option("--no-web", is_flag=True, help="No health, no metrics.")
@click.option("--verbose", "-v", is_flag=True, help="A line for every visit, not only for what failed.")
@click.option("--quiet", "-q", is_flag=True, help="Nothing but errors.")
@click.option("--log", type=click.Choice(["text", "json"]), default="text", help="JSON: a line a visit.")
def command(listen: str | None, no_web: bool, verbose: bool, quiet: bool, log: str) -> None:
    """Visit sources whenever they are due, until told to stop.

    One service a file: a second one is refused with the first one's process and age. A `newsdesk crawl`
    beside it shares the work. Ctrl-C or SIGTERM finishes what is in hand, at most ten seconds, and ends with
    0; a second one ends at once. SIGHUP reads the settings again.

    \b
    newsdesk serve
    newsdesk serve --listen 127.0.0.1:9000 --log json
    newsdesk serve --no-web --quiet
    """
    settings = read_settings()
    check_certificates(settings)
    prepare(settings.db)
    report: Report = JsonLines() if log == "json" else Lines(total=0, verbose=verbose, quiet=quiet)
    sockets: list[socket.socket] = []
    try:
        refuse_if_served(settings.db, now=datetime.now(UTC))
        if not no_web:
            sockets.append(_bound(listen or settings.values["serve.listen"]))
        asyncio.run(_serve(settings, report, sockets))
    except AlreadyServedError as error:
        raise Refused(str(error)) from error
    finally:
        for bound in sockets:
            bound.close()


def _bound(where: str) -> socket.socket:
    """A listening socket. Raises Refused for what cannot be listened on."""
    host, _, port = where.rpartition(":")
    host = host.strip("[]")
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
        return socket.create_server((host, int(port)), family=family, backlog=128)
    except ValueError:
        raise Refused(
            f"cannot listen on {where!r}; write an address and a port, like 127.0.0.1:8642"
        ) from None
    except (OSError, OverflowError) as error:
        words = getattr(error, "strerror", None) or error
        raise Refused(
            f"cannot listen on {where} ({words}); choose another with --listen, or --no-web"
        ) from None


async def _serve(settings: Settings, report: Report, sockets: list[socket.socket]) -> None:
    listeners: list[Callable[[Visited], None]] = [report.visited]

    def tell(visited: Visited) -> None:
        for listener in listeners:
            listener(visited)

    address = ":".join(map(str, sockets[0].getsockname()[:2])) if sockets else None
    service = Service(
        settings.db,
        settings.service,
        version=__version__,
        address=address,
        listen=tell,
        alarm=report.alarm,
        say=report.say,
    )
    loop = asyncio.get_running_loop()
    heed_signals(service, report, words="finishing what is in hand, at most 10 s")
    loop.add_signal_handler(signal.SIGHUP, _read_again, service, report)
    tasks = [asyncio.create_task(service.run())]
    server: Any = None
    if sockets:
        from newsdesk.web.app import OWN_HOSTS, WebServer, make_app  # late: a crawl never pays for it
        from newsdesk.web.metrics import Metrics

        def events(feed_address: str) -> bytes:
            with reading(settings.db) as db:
                latest = latest_events(db, limit=SHOWN)
            return events_feed(latest, now=datetime.now(UTC), address=feed_address)

        metrics = Metrics(settings.db)
        listeners.append(metrics.visited)
        hosts = (*OWN_HOSTS, *settings.values["serve.hosts"])
        server = WebServer(make_app(health=service.health, metrics=metrics.text, events=events, hosts=hosts))
        tasks.append(asyncio.create_task(server.serve(sockets=sockets)))
        report.say(f"newsdesk {__version__} serves {settings.db}; health and metrics on http://{address}/")
    else:
        report.say(f"newsdesk {__version__} serves {settings.db}")
    tasks.append(asyncio.create_task(_tell_supervisor(service)))
    try:
        await tasks[0]
    finally:
        notify("STOPPING=1")
        if server is not None:
            server.should_exit = True
        tasks[-1].cancel()
        await asyncio.gather(*tasks[1:], return_exceptions=True)


async def _tell_supervisor(service: Service) -> None:
    """systemd hears when we are ready, and from then on that the loop turns. A file that cannot be written
    is no reason to be started anew: here it is waited out, a new start would be refused by it."""
    told = False
    while True:
        if not told and service.health().ready:
            told = notify("READY=1") or True
        if told:
            notify("WATCHDOG=1")
        await asyncio.sleep(5 if told else 0.1)  # units that wait for us start no later than we do


def _read_again(service: Service, report: Report) -> None:
    """The settings anew; unreadable ones change nothing."""
    try:
        settings = read_settings()
        check_certificates(settings)
    except SettingsError as error:
        report.say(f"the settings were not read again: {error}")
        return
    service.renew(settings.service)
    report.say("the settings were read again; where to listen and which file are as they were")
