"""`newsdesk serve`: visits sources whenever they are due, until it is stopped."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from newsdesk import __version__
from newsdesk.output.atom import SHOWN, events_feed
from newsdesk.output.logs import FORMATS, LogOptions, logging_of, set_up_logging
from newsdesk.output.progress import JsonLines, Lines, Report
from newsdesk.output.terminal import Refused
from newsdesk.process_memory import prepare_memory
from newsdesk.scheduler.run.summary import KeptVisit
from newsdesk.scheduler.service.service import Service
from newsdesk.scheduler.service.single_service import AlreadyServedError, refuse_if_served
from newsdesk.settings.reader import Settings, SettingsError, check_certificates, read_settings
from newsdesk.signals import heed_signals
from newsdesk.storage.alarms.events import latest_events
from newsdesk.storage.db.database import prepare, reading
from newsdesk.systemd import notify


@click.command()
@click.option(
    "--listen", metavar="HOST:PORT", help="Address and port of health and metrics, in place of serve.listen."
)
@click.option("--no-web", is_flag=True, help="Serve no health and no metrics.")
@click.option("--verbose", "-v", is_flag=True, help="Print a line for every visit, not only for failures.")
@click.option("--quiet", "-q", is_flag=True, help="Print failures only.")
@click.option("--log", type=click.Choice(FORMATS), help="json: print every visit and log line as JSON.")
@click.pass_context
def command(
    context: click.Context, listen: str | None, no_web: bool, verbose: bool, quiet: bool, log: str | None
) -> None:
    """Visit sources whenever they are due, until stopped.

    Only one service may use a store: a second one is refused and names the process and age of the first.
    `newsdesk crawl` may run at the same time and shares the work. Ctrl-C or SIGTERM finishes the visits in
    progress, for at most ten seconds, and exits with 0; a second one stops at once. SIGHUP reads the
    settings again.

    \b
    newsdesk serve
    newsdesk serve --listen 127.0.0.1:9000 --log json
    newsdesk serve --no-web --quiet
    """
    settings = read_settings()
    check_certificates(settings)
    prepare(settings.db)
    options = logging_of(context, format=log, quiet=quiet)
    lines = Lines(total=0, verbose=verbose, quiet=quiet, dated=True)
    report: Report = JsonLines() if options.format == "json" else lines
    sockets: list[socket.socket] = []
    try:
        refuse_if_served(settings.db, now=datetime.now(UTC))
        if not no_web:
            sockets.append(_bound(listen or settings.values["serve.listen"]))
        prepare_memory()
        asyncio.run(_serve(settings, report, sockets, options))
    except AlreadyServedError as error:
        raise Refused(str(error)) from error
    finally:
        for bound in sockets:
            bound.close()


def _bound(listen: str) -> socket.socket:
    """A listening socket. Raises Refused for an address that cannot be used."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
        return socket.create_server((host, int(port)), family=family, backlog=128)
    except ValueError:
        raise Refused(
            f"cannot listen on {listen!r}; write an address and a port, like 127.0.0.1:8642"
        ) from None
    except (OSError, OverflowError) as error:
        cause = getattr(error, "strerror", None) or error
        raise Refused(
            f"cannot listen on {listen} ({cause}); choose another address with --listen, or use --no-web"
        ) from None


def _host_and_address(bound: socket.socket) -> tuple[str, str]:
    """The host of a listening socket as a Host header has it, and with its port. A socket that listens on all
    addresses is reached on this machine by the loopback address."""
    text, port = bound.getsockname()[:2]
    ip = ipaddress.ip_address(text)
    if ip.is_unspecified:
        text = "127.0.0.1" if ip.version == 4 else "::1"
    host = f"[{text}]" if ip.version == 6 else str(text)
    return host, f"{host}:{port}"


async def _serve(
    settings: Settings, report: Report, sockets: list[socket.socket], options: LogOptions
) -> None:
    listeners: list[Callable[[KeptVisit], None]] = [report.visited]

    def tell(visited: KeptVisit) -> None:
        for listener in listeners:
            listener(visited)

    host, address = _host_and_address(sockets[0]) if sockets else ("", None)
    service = Service(
        settings.db,
        settings.service,
        version=__version__,
        address=address,
        on_visit=tell,
        on_event=report.alarm,
        on_message=report.say,
    )
    loop = asyncio.get_running_loop()
    heed_signals(service, report, message="finishing visits in progress, at most 10 s")
    loop.add_signal_handler(signal.SIGHUP, _read_again, service, report, options)
    tasks = [asyncio.create_task(service.run())]
    server: Any = None
    if sockets:
        from newsdesk.web.app import OWN_HOSTS, WebServer, make_app  # late: other commands need no web server
        from newsdesk.web.metrics import Metrics

        def events(feed_address: str) -> bytes:
            with reading(settings.db) as db:
                latest = latest_events(db, limit=SHOWN)
            return events_feed(latest, now=datetime.now(UTC), address=feed_address)

        metrics = Metrics(settings.db)
        listeners.append(metrics.visited)
        hosts = (*OWN_HOSTS, host, *settings.values["serve.allowed_hosts"])
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
    """Tell systemd when the service is ready, then that the event loop runs. A store that cannot be written
    stops no notification: the service waits for it, and a restart would be refused by it."""
    ready = False
    while True:
        if not ready and service.health().ready:
            ready = notify("READY=1") or True
        if ready:
            notify("WATCHDOG=1")
        await asyncio.sleep(5 if ready else 0.1)  # short before READY: other units wait for it


def _read_again(service: Service, report: Report, options: LogOptions) -> None:
    """Read the settings again. Settings that cannot be read change nothing."""
    try:
        settings = read_settings()
        check_certificates(settings)
    except SettingsError as error:
        report.say(f"the settings stay as they were: {error}")
        return
    service.reload(settings.service)
    set_up_logging(replace(options, scrub=settings.runner.session.client.secrets.scrub))
    report.say("the settings were read again; serve.listen and db stay as they were until a restart")
