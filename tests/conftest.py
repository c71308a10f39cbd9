"""No test talks to the world: a connection or look-up that leaves this machine fails its test.

And none depends on how busy this machine is: properties have no deadline, and the processes that tests start
find the project compiled, whatever the environment says of bytecode (each would compile it anew).
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support import floors
from tests.support.network_guard import strays
from tests.support.web import Web

settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--floors",
        choices=("hold", "raise", "lower"),
        default="hold",
        help="floors of reading quality: hold them, write those that were passed, or write what is measured",
    )


# Where tests start processes, the longest first. Files are handed out in this order: one of these that began last
# would be waited for alone.
LONG = (
    "tests/scheduler/run/test_week.py",
    "tests/crawler/spiders",
    "tests/project/test_wheel.py",
    "tests/hostile",
    "tests/newsdesk",
    "tests/scheduler",
    "tests/storage",
    "tests/crawler/discovery",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = list(enumerate(LONG))
    items.sort(key=lambda item: next((n for n, place in places if item.nodeid.startswith(place)), len(LONG)))


def pytest_configure(config: pytest.Config) -> None:
    floors.MODE = config.getoption("--floors")


@pytest.fixture(autouse=True)
def no_strays() -> Iterator[None]:
    strays.clear()
    yield
    assert not strays, f"the test tried to contact {', '.join(strays)}"


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as served:
        yield served
