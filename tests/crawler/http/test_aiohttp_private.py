"""The parts of aiohttp that are not public and that the HTTP client uses: there, and of the shape it needs.

A failure here names what a new aiohttp changed. What then does not work is in the second column.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import aiohttp
import pytest
from aiohttp import client_proto, http_exceptions, streams

from newsdesk.crawler.http.header_limit import LimitedResponseHandler, limit_headers

HEADERS = "the limit on response headers (crawler/http/header_limit.py)"
RETRIES = "the only retry is our own (crawler/http/client.py)"
ERRORS = "broken HTTP becomes an outcome (crawler/http/errors.py)"


def _handler() -> client_proto.ResponseHandler:
    return client_proto.ResponseHandler(asyncio.get_running_loop())


PRIVATE: list[tuple[str, str, Callable[[], object]]] = [
    ("client_proto.ResponseHandler(loop)", HEADERS, lambda: isinstance(_handler(), asyncio.Protocol)),
    ("ResponseHandler._payload is None at first", HEADERS, lambda: _handler()._payload is None),
    ("ResponseHandler._parser is None at first", HEADERS, lambda: _handler()._parser is None),
    ("ResponseHandler._exception is None at first", HEADERS, lambda: _handler()._exception is None),
    (
        "ResponseHandler.set_response_params takes keywords only",
        HEADERS,
        lambda: (
            {one.kind for one in inspect.signature(_handler().set_response_params).parameters.values()}
            == {inspect.Parameter.KEYWORD_ONLY}
        ),
    ),
    ("ResponseHandler.data_received(data)", HEADERS, lambda: _parameters(_handler().data_received) == 1),
    ("ResponseHandler.set_exception(error)", HEADERS, lambda: _parameters(_handler().set_exception) >= 1),
    (
        "streams.EMPTY_PAYLOAD is one object",
        HEADERS,
        lambda: isinstance(streams.EMPTY_PAYLOAD, streams.EmptyStreamReader),
    ),
    (
        "http_exceptions.HttpProcessingError(code=, message=)",
        ERRORS,
        lambda: http_exceptions.HttpProcessingError(code=400, message="x").message == "x",
    ),
]


def _parameters(function: Callable[..., Any]) -> int:
    return len(inspect.signature(function).parameters)


@pytest.mark.parametrize(("what", "used_for", "check"), PRIVATE, ids=[row[0] for row in PRIVATE])
async def test_what_the_client_uses_is_there(what: str, used_for: str, check: Callable[[], object]) -> None:
    try:
        found = check()
    except Exception as error:
        pytest.fail(f"aiohttp {aiohttp.__version__}: {what} is gone ({error!r}); needed for: {used_for}")
    assert found, f"aiohttp {aiohttp.__version__}: not so any more: {what}; needed for: {used_for}"


async def test_a_connector_makes_its_connections_by_the_factory() -> None:
    connector = aiohttp.TCPConnector()
    try:
        factory = connector._factory
        assert isinstance(factory, partial) and factory.func is client_proto.ResponseHandler, (
            f"aiohttp {aiohttp.__version__}: BaseConnector._factory is {factory!r}; needed for: {HEADERS}"
        )
        limit_headers(connector, most=1)
        assert isinstance(connector._factory(), LimitedResponseHandler)
    finally:
        await connector.close()


async def test_retries_of_a_session_can_be_turned_off() -> None:
    async with aiohttp.ClientSession() as session:
        assert session._retry_connection is True, (
            f"aiohttp {aiohttp.__version__}: ClientSession._retry_connection is gone; needed for: {RETRIES}"
        )


async def test_a_payload_appears_with_the_end_of_the_headers() -> None:
    """By it the header limit knows that what comes now is the body."""
    handler = _handler()
    handler.set_response_params(read_until_eof=True)
    handler.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n")
    assert handler._payload is None, (
        f"aiohttp {aiohttp.__version__}: a payload before the headers end: {HEADERS}"
    )
    handler.data_received(b"\r\n")
    assert handler._payload is not None, (
        f"aiohttp {aiohttp.__version__}: no payload after the headers: {HEADERS}"
    )
