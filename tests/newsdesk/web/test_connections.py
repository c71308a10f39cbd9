"""The service port against clients that hold connections, send slowly, or send what is no HTTP."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsdesk.scheduler.service.health import Health
from newsdesk.web import connections
from newsdesk.web.app import WebServer, make_app
from tests.support.feeds import many, rss
from tests.support.shell import Shell, wait_until
from tests.support.web import web_in_thread

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[str, int]]:
    app = make_app(
        health=lambda: Health(ready=True, message="running", started_at=NOW, heartbeat_at=NOW),
        metrics=lambda: b"",
        events=lambda address: 1 // 0,  # type: ignore[arg-type, return-value] # an internal error
    )
    server = WebServer(app)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        task = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            yield bound.getsockname()
        finally:
            server.should_exit = True
            await task


async def answer(address: tuple[str, int], request: str) -> str:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(request.encode())
    async with asyncio.timeout(20):
        received = await reader.read()
    writer.close()
    return received.decode()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ("GET /health HTTP/1.1\r\nHost: localhost\r\n", 200), ("GET /none HTTP/1.1\r\nHost: localhost\r\n", 404),
        ("POST /health HTTP/1.1\r\nHost: localhost\r\n", 405), ("GET / HTTP/1.1\r\nHost: evil.example\r\n", 400),
        ("GET /events.atom HTTP/1.1\r\nHost: localhost\r\n", 500), ("GET\r\n", 400), ("\x16\x03\x01\r\n", 400),
        (f"GET / HTTP/1.1\r\nA: {'x' * 20_000}", 400),
    ],
)  # fmt: skip
async def test_every_answer_has_the_security_headers(request_: str, status: int) -> None:
    async with serving() as address:
        received = await answer(address, f"{request_}Connection: close\r\n\r\n")
    assert received.startswith(f"HTTP/1.1 {status} ")
    for name, value in connections.SECURITY_HEADERS:
        assert f"{name.decode()}: {value.decode()}\r\n" in received


@pytest.mark.parametrize(
    "sent", ["", "GET / HTTP/1.1\r\nHost: local", "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /"]
)
async def test_a_connection_without_a_whole_request_is_closed(
    sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_S", 0.1)
    async with serving() as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(sent.encode())
        async with asyncio.timeout(20):
            try:
                received = await reader.read()
            except ConnectionResetError:
                received = b""
    assert received.count(b"HTTP/1.1 200") == sent.count("\r\n\r\n")


async def test_the_longest_waiting_connection_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 3)
    async with serving() as address:
        held = [await asyncio.open_connection(*address) for _ in range(5)]
        assert " 200 " in await answer(
            address, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        async with asyncio.timeout(20):
            for reader, _ in held[:3]:
                with pytest.raises(ConnectionResetError):
                    raise ConnectionResetError if await reader.read() == b"" else AssertionError
        for _, writer in held:
            writer.close()


def test_the_bound_is_a_quarter_of_the_file_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    for allowed, most in ((256, 64), (100, 25), (1, 1), (resource.RLIM_INFINITY, 64), (1_000_000, 64)):
        monkeypatch.setattr(resource, "getrlimit", lambda kind, allowed=allowed: (allowed, allowed))
        assert connections.max_connections() == most


def test_visits_go_on_beside_250_idle_connections(tmp_path: Path) -> None:
    def few_descriptors() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    with web_in_thread() as web, ExitStack() as held:
        web.serve("/feed.xml", rss(*many(3)))
        config = '[serve]\ntick_s = 0.1\nlisten = "127.0.0.1:0"\n[schedule]\nevery = "1s"\n'
        shell = Shell(tmp_path, web, config=config)
        shell.run("add", web.url("daily.test", "/feed.xml"), "--force")
        started = shell.start("serve", preexec_fn=few_descriptors)
        try:
            wait_until(lambda: web.requests_to("/feed.xml"), what="the first visit")
            host, port = shell.rows("SELECT listen FROM service")[0].rsplit(":", 1)
            for _ in range(250):
                held.enter_context(socket.create_connection((host, int(port)), timeout=20))
            visits = len(web.requests_to("/feed.xml"))
            wait_until(lambda: len(web.requests_to("/feed.xml")) > visits + 2, what="more visits")
            with socket.create_connection((host, int(port)), timeout=20) as asking:
                asking.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert asking.recv(1_000).startswith(b"HTTP/1.1 200")
        finally:
            started.terminate()
            out, err = started.communicate(timeout=60)
        assert "Too many open files" not in out + err
