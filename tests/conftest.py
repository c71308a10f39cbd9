"""No test talks to the world: a connection or look-up that leaves this machine fails its test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.fence import strays
from tests.web import Web


@pytest.fixture(autouse=True)
def no_strays() -> Iterator[None]:
    strays.clear()
    yield
    assert not strays, f"the test tried to contact {', '.join(strays)}"


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as served:
        yield served
